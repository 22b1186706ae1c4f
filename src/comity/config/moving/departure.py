"""The old node: what a move changes here, and in which order it and the new node say that it is done."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.db import transaction

from comity.accounts import sessions
from comity.accounts.models import Account, Group, Invitation
from comity.audit.log import Leaf, append
from comity.audit.models import Entry
from comity.config import node
from comity.config.moving.packing import pack
from comity.config.moving.parcel import FOLDER, TOKEN
from comity.federation.models import Feed, Membership
from comity.files import store
from comity.kernel import canonical, disk, failpoints
from comity.kernel.canonical import Json
from comity.kernel.errors import DomainError, require
from comity.kernel.ids import PartyId
from comity.kernel.text import N_
from comity.labels.queries import label_of, steady
from comity.parties import keys
from comity.parties.actions import NotHostedHere
from comity.parties.models import Party
from comity.parties.signing import sign_for
from comity.records.kinds import all_kinds
from comity.records.models import Record, Revision
from comity.records.purge import purge_statement, scrub, unmake
from comity.records.resolve import body_of
from comity.records.sheets.models import Sheet, SheetColumns

_WHY = "a party moves to a node of its own"
_TAKEN_ALONG = ("notice.json", "second-factor")


class NoSuchParty(DomainError):
    """Nobody of that name is known."""

    message = N_("This node knows no party “%(handle)s”.")


class AloneHere(DomainError):
    """A node with one party is that party's already."""

    message = N_("It is the only party of this node: move the node itself, with backup and restore.")


class InChannels(DomainError):
    """Partners count the steps of what a party said in channels, and this node keeps them."""

    message = N_(
        "%(handle)s has spoken in channels, or is in one: its partners count the steps of what it said there, and this"
        " node keeps them. A party moves before its first channel. After that move the whole node, with backup and"
        " restore, or let a new party join from the new node."
    )


class NotEmpty(DomainError):
    """A move makes a node; it replaces none."""

    message = N_("%(folder)s is not empty; name a new directory.")


class KeysElsewhere(DomainError):
    """Keys that another system user keeps cannot be taken along."""

    message = N_("The party's keys are not in this node's directory. Put them there for the move.")


class StepFailed(DomainError):
    """The new node said no. What this one did so far is said by where it stands."""

    message = N_("The new node could not be made: %(reason)s. Run the same command again.")


def move(handle: str, *, to: Path, at: datetime, said: Callable[[str], None]) -> None:
    """Take the party to a new node in the directory `to`, or go on with a move that was cut short.

    Raises:
        NoSuchParty, NotHostedHere, AloneHere, InChannels, NotEmpty, KeysElsewhere, StepFailed: as they say. After
            StepFailed nothing has changed here, or the same command goes on.
    """
    party = Party.objects.filter(handle=handle).first()
    if party is None:
        raise NoSuchParty(handle=handle)
    if party.hosted:
        token = _leave(party, to, at, said)
        failpoints.reached(failpoints.MOVE_LEFT)
    else:
        token = _left(party)
        said("This node has let go of the party already; the move goes on from there.")
    _step("settle", token, to)
    failpoints.reached(failpoints.MOVE_SETTLED)
    keys.forget(node.home(), PartyId(party.pk))
    disk.sync(node.home() / "keys")


def _leave(party: Party, to: Path, at: datetime, said: Callable[[str], None]) -> str:
    """Everything up to the moment from which this node no longer hosts the party; all of it, or nothing here."""
    require(Party.objects.filter(hosted=True).exclude(pk=party.pk).exists(), AloneHere)
    for spoke in (Membership.objects.filter(party=party, until_version=None), Feed.objects.filter(party=party)):
        require(not spoke.exists(), InChannels(handle=party.handle))
    require(keys.folder_of(node.home(), PartyId(party.pk)).is_dir(), KeysElsewhere)
    token = secrets.token_hex(16)
    folder = _made_ready(party, to, token)
    with transaction.atomic(durable=True), steady():
        append([], at)  # takes the log's lock: from here on nobody else's act ends before the move does
        said("Writing down what the party takes along …")
        pack(party, token=token, folder=folder, home=node.home(), to=to)
        said("Making the new node …")
        _step("adopt", token, to)
        failpoints.reached(failpoints.MOVE_ADOPTED)
        said("Letting go of the party here …")
        _let_go(party, token, at)
    return token


def _left(party: Party) -> str:
    """The token of the move by which the party left. Raises NotHostedHere if it never was here."""
    rows = Entry.objects.system(_WHY).filter(event="moved-away", party=party.pk).order_by("-index")
    last: Any = next((canonical.decode(bytes(row.data)) for row in rows[:1]), None)
    if last is None:
        raise NotHostedHere
    return str(last["facts"]["token"])


def _made_ready(party: Party, to: Path, token: str) -> Path:
    """The directory of the new node, with nothing in it but what it needs before it is one."""
    folder = to / FOLDER
    if _came_to_nothing(party, folder):
        shutil.rmtree(to)
    require(not to.exists() or (to.is_dir() and not any(to.iterdir())), NotEmpty(folder=to))
    node.make_private(to)
    disk.make_folder(folder)
    disk.write(folder / TOKEN, f"{party.pk} {token}".encode())
    node.write_secret(to)
    for name in _TAKEN_ALONG:
        if (node.home() / name).exists():
            disk.write(to / name, (node.home() / name).read_bytes())
    return folder


def _came_to_nothing(party: Party, folder: Path) -> bool:
    """Whether what is there is left of an earlier move of this party, which this node still hosts."""
    try:
        return (folder / TOKEN).read_text().partition(" ")[0] == party.pk
    except FileNotFoundError:
        return False


def _step(what: str, token: str, to: Path) -> None:
    kept = ("COMITY_TIME_ZONE", "COMITY_LOG_LEVEL", "COMITY_FAILPOINTS")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COMITY_") or name in kept}
    environment |= {"COMITY_HOME": str(to), "DJANGO_SETTINGS_MODULE": "comity.config.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "comity.config.moving.arrival", what, token],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise StepFailed(reason=done.stderr.strip().rpartition("\n")[2] or f"it ended with {done.returncode}")


def _let_go(party: Party, token: str, at: datetime) -> None:
    """Inside the transaction: the party is a stranger here, whose records are copies or gone."""
    staying = frozenset(Party.objects.filter(hosted=True).exclude(pk=party.pk).values_list("pk", flat=True))
    gone = _empty_records(party, staying, at)
    accounts = list(Account.objects.filter(party=party))
    for account in accounts:
        sessions.end_all(account)
    Authenticator.objects.filter(user__in=accounts).delete()
    Account.objects.filter(party=party).update(is_active=False, password=make_password(None))
    Invitation.objects.filter(party=party, used_at=None, withdrawn_at=None).update(withdrawn_at=at)
    for model in (Group, Sheet, SheetColumns):
        model.objects.filter(party=party).delete()
    leaves = [Leaf("account-closed", party.pk, "", "", {"account": str(one.opaque)}) for one in accounts]
    facts: dict[str, Json] = {"token": token, "let_go": gone}
    append([*leaves, Leaf("moved-away", party.pk, "", "", facts)], at)
    Party.objects.filter(pk=party.pk).update(hosted=False)
    transaction.on_commit(scrub)


def _empty_records(party: Party, staying: frozenset[str], at: datetime) -> int:
    """Destroy the content that no party of `staying` may have; how many records have none left here."""
    may: dict[int | None, bool] = {}

    def stays(label_id: int | None) -> bool:
        if label_id not in may:
            label = None if label_id is None else label_of(label_id)
            may[label_id] = label is not None and not label.exchange_never and bool(label.releasable_to & staying)
        return may[label_id]

    gone = 0
    for record in Record.objects.system(_WHY).filter(party=party, revision__gt=0).order_by("pk"):
        revisions = Revision.objects.system(_WHY).filter(record=record, body__isnull=False).order_by("number")
        numbers = {one.number: one.label_id for one in revisions.only("number", "label_id")}
        emptied = [n for n, label_id in numbers.items() if not (stays(record.label_id) and stays(label_id))]
        if not emptied:
            continue
        signature = sign_for(party, "audit", purge_statement(str(record.rid), emptied))
        append(
            [Leaf("let-go", party.pk, "", str(record.rid), {"revisions": emptied, "signature": signature.hex()})], at
        )
        files = _named(revisions.filter(number__in=emptied))
        revisions.filter(number__in=emptied).update(salt=None, body=None)
        if not stays(record.label_id):
            unmake(record)
            gone += 1
        for digest in files - _named(Revision.objects.system(_WHY).filter(body__isnull=False)) if files else ():
            store.discard(digest)
    return gone


def _named(revisions: Any) -> set[str]:
    naming = {kind.name: kind.named_files for kind in all_kinds() if kind.named_files}
    rows = revisions.filter(record__kind__in=naming).values_list("record__kind", "body")
    bodies = ((kind, body_of(bytes(data))) for kind, data in rows.iterator(chunk_size=500))
    return {body[name] for kind, body in bodies for name in naming[kind] if body.get(name)}
