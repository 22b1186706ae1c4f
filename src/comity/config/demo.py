"""The demonstration: the example partnership on one node that hosts both parties, with a sign-in for each office."""

import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from importlib.resources import files
from pathlib import Path

from comity.accounts.actions import create_account
from comity.accounts.domain import operator
from comity.accounts.models import Account
from comity.config import node, offices
from comity.config.checkpoints import sign_all
from comity.config.loading import bring, data_in
from comity.config.offices import OFFICES, SIGN_INS
from comity.config.synthetic import partnership
from comity.config.synthetic.partnership import is_synthetic
from comity.kernel import clock, disk
from comity.kernel.errors import DomainError, require
from comity.kernel.ids import PartyId
from comity.kernel.text import N_
from comity.labels.scale import USE_CAVEATS, Classification
from comity.labels.subject import Role
from comity.parties.models import Party
from comity.records.datafile import DataDirectory
from comity.records.importing import Imported, Progress

CLEARANCES = {"PARTNERSHIP": Classification.UNCLASSIFIED, "SYNTHETIC": Classification.UNCLASSIFIED}


def examples() -> Path:
    """Where the examples are: inside the installed package, else beside the sources."""
    inside = Path(str(files("comity"))) / "examples"
    return inside if inside.is_dir() else Path(__file__).resolve().parents[3] / "examples"


class AnotherExample(DomainError):
    """The node holds the other of the two: the example from public reports, or a synthetic partnership."""

    message = N_("This node holds another example already. Name a directory of its own with --home.")


def load(*, at: datetime, progress: Progress = lambda done, of: None) -> Imported:
    """Make the two parties, their accounts and the two example programmes; only what is not there yet.

    Raises AnotherExample: their parties would be those of a synthetic partnership.
    """
    return _load((data_in(examples() / "iraq"), data_in(examples() / "synthetic")), at, progress)


def load_synthetic(*, seed: int, size: int, at: datetime, progress: Progress = lambda done, of: None) -> Imported:
    """Make two parties that do not exist, their accounts and a partnership of at least `size` records, as `load` does.

    Raises:
        AnotherExample: something on the node is not synthetic.
        BadDataFile: a size that is none.
    """
    return _load((partnership.generate(seed, size=size),), at, progress)


def _load(programmes: Sequence[DataDirectory], at: datetime, progress: Progress) -> Imported:
    """Bring programmes in; the first says whose they are, and what the node says of itself."""
    first = programmes[0]
    synthetic = {is_synthetic(table["name"]["en"]) for table in first.parties}
    known = {is_synthetic(party.name["text"]["en"]) for party in Party.objects.all()}
    require(known <= synthetic, AnotherExample)
    node.write_notice(node.home(), {language: first.about["notice"][language] for language in ("en", "ar")})
    node.write_second_factor_roles(node.home(), "none")  # a password is enough to look around; pages say so
    done = Imported()
    for data in programmes:
        one = bring(data, at=at, progress=progress)
        done.entered += one.entered
        done.amended += one.amended
        done.unchanged += one.unchanged
    for handle, username, display_name, language, roles in OFFICES:
        _account(Party.objects.get(handle=handle), username, display_name, language, roles, at)
    if done.entered or done.amended:
        sign_all(at=clock.now())
    return done


def sign_ins(address: str) -> str:
    """What a newcomer needs: the address, and an account for each office of both sides."""
    return "\n".join([*offices.sign_ins(address, _kept()), *offices.ABOUT_SIGN_INS])


def _account(
    party: Party, username: str, display_name: str, language: str, roles: frozenset[Role], at: datetime
) -> None:
    if Account.objects.filter(username=username).exists():
        return
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    kept = json.loads(_kept().read_text()) if _kept().exists() else {}
    kept[username] = password
    disk.write(_kept(), json.dumps(kept, indent=1).encode())  # before the account: a password nobody knows opens none
    create_account(
        party=PartyId(party.pk),
        username=username,
        password=password,
        display_name=display_name,
        language=language,
        roles=roles,
        clearances=CLEARANCES,
        caveats=USE_CAVEATS,
        actor=operator(PartyId(party.pk)),
        at=at,
    )


def _kept() -> Path:
    return node.home() / SIGN_INS
