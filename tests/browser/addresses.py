"""Every address the node knows, and which of them are pages that a person can open.

A pattern that stands here neither as a page nor with the reason why it is none fails `test_addresses.py`: a new page
is looked at by axe from its first day, or somebody has said why not.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from comity.config.offices import OFFICES
from comity.records.kinds import Kind, all_kinds, kind_coded
from tests.browser.node import Node


@dataclass(frozen=True)
class Sample:
    """One page to look at: who opens it, and where it is on a given node. `account` "" is a stranger."""

    account: str = "nmi-adviser"
    label: str = ""
    args: Callable[[Node], tuple[str, ...]] = lambda _node: ()
    query: Callable[[Node], dict[str, str]] = lambda _node: {}

    def address(self, name: str, node: Node) -> str:
        """The path of the page `name`, with its query."""
        asked = urlencode(self.query(node))
        return reverse(name, args=self.args(node)) + (f"?{asked}" if asked else "")


def patterns(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[str]:
    """The qualified name of every pattern; of one without a name its route."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from patterns(entry, inner)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}" if entry.name else str(entry.pattern)


def first(*codes: str, owner: str = "") -> Callable[[Node], tuple[str, ...]]:
    """The slug of the first record that is of one of the kinds, and of `owner` when that is given."""
    return lambda node: (next(slug for code in codes for slug in node.slugs(code, owner)),)


def given(*args: str) -> Callable[[Node], tuple[str, ...]]:
    """The same parts of the address on every node."""
    return lambda _node: args


def about(kind: Kind) -> Callable[[Node], dict[str, str]]:
    """The query of a form that is opened from the page of the record above."""
    above = kind.refs.get(kind.parent, ())
    if not kind.parent:
        return lambda _node: {}
    return lambda node: {"about": first(*(above or ("programme.objective",)))(node)[0]}


def office_for(kind: Kind, party: str = "") -> str:
    """An account of the demo that may enter such a record."""
    return next(name for handle, name, *_, roles in OFFICES if roles & kind.roles and party in {"", handle})


def asking(**query: str) -> Callable[[Node], dict[str, str]]:
    """The same query on every node."""
    return lambda _node: query


def account_called(username: str) -> Callable[[Node], tuple[str, ...]]:
    """The account of this user name."""
    return lambda node: (node.account(username),)


def pages() -> dict[str, tuple[Sample, ...]]:
    """Every page by the name of its pattern, each with one or more samples. New kinds come in by themselves."""
    kinds = all_kinds()
    posts = kind_coded("people.position")
    return {
        "desk:today": (Sample(label="mission"), Sample("iraq-clerk", "host")),
        "desk:search": (
            Sample(label="empty"),
            Sample(label="found", query=asking(q="cyber")),
            Sample(label="arabic", query=asking(q="العراق")),
            Sample(label="nothing", query=asking(q="zzzzzz")),
        ),
        "desk:log": (Sample("nmi-auditor"), Sample(label="adviser")),
        "desk:log-entry": (Sample("nmi-auditor", args=given("1")),),
        "programme:objectives": (Sample(),),
        "programme:objective": (Sample(args=first("programme.objective")),),
        "programme:mandate": (Sample(args=first("programme.mandate")),),
        "programme:initiative": (Sample(args=first("programme.initiative")),),
        "programme:indicator": (Sample(args=first("programme.indicator")),),
        "programme:why": (Sample(args=first("programme.indicator")),),
        "programme:measurement": (Sample(args=first("programme.measurement")),),
        "people:people": (Sample(),),
        "people:chart": (Sample(),),
        "people:organisation": (Sample(args=first("people.organisation")),),
        "people:position": (
            Sample(args=first("people.position")),
            Sample(label="pair", args=lambda node: (node.slugs("people.position")[-1],)),
        ),
        "people:replace": (Sample(office_for(posts, "nmi"), args=first("people.position", owner="nmi")),),
        "people:person": (
            Sample(args=first("people.person")),
            Sample(label="identified", args=lambda node: (node.slugs("people.person")[-1],)),
        ),
        "people:report": (Sample("nmi-security", args=first("people.person", owner="nmi")),),
        "people:purge": (Sample("nmi-security", args=first("people.person", owner="nmi")),),
        "people:retention": (Sample("nmi-security"),),
        "shell:kinds": (Sample(),),
        "shell:list": (
            Sample(label="measurements", args=given("programme.measurement")),
            Sample("iraq-clerk", "initiatives", given("programme.initiative"), asking(status="active")),
            Sample(label="nothing", args=given("programme.risk"), query=asking(q="zzzzzz")),
        ),
        "reports:reports": (Sample(), Sample("iraq-clerk", "host")),
        "reports:report": tuple(Sample(label=number, args=given(number)) for number in ("002", "003")),
        "shell:record": tuple(
            Sample(label=kind.code, args=first(kind.code)) for kind in kinds if kind.page == "shell:record"
        ),
        "shell:enter": tuple(
            Sample(office_for(kind), kind.code, given(kind.code), about(kind)) for kind in kinds if not kind.opened_at
        ),
        "responses:respond": (Sample("iraq-counterpart", args=first("programme.objective", owner="nmi")),),
        "responses:propose": (Sample("iraq-counterpart", args=first("programme.objective", owner="nmi")),),
        "responses:proposal": (
            Sample("iraq-counterpart", "its author", args=first("responses.proposal")),
            Sample(label="the owner", args=first("responses.proposal")),
        ),
        "responses:accept": (Sample(args=first("responses.proposal")),),
        "responses:decline": (Sample(args=first("responses.proposal")),),
        "responses:withdraw": (Sample("iraq-counterpart", args=first("responses.proposal")),),
        "responses:answered": (Sample("iraq-counterpart", args=first("responses.question")),),
        "shell:amend": tuple(
            Sample(office_for(kind, party), kind.code, first(kind.code, owner=party))
            for kind in kinds
            if not kind.append_only
            for party in [OWNER.get(kind.code, "nmi")]
        ),
        "shell:purge": (Sample("nmi-security", args=first("programme.risk", owner="nmi")),),
        "shell:imports": (Sample("iraq-clerk"), Sample("nmi-auditor", "nothing")),
        "shell:import": (Sample("iraq-clerk", args=given("people.position")),),
        "federation:room": (Sample("nmi-release"), Sample("nmi-administrator", "administrator")),
        "federation:channels": (Sample("nmi-release"), Sample(label="adviser")),
        "federation:channel-found": (Sample("nmi-release"),),
        "federation:partners": (Sample("nmi-release"), Sample("nmi-administrator", "administrator")),
        "federation:partner-invite": (Sample("nmi-release"),),
        "federation:keys": (Sample("nmi-release"), Sample("nmi-administrator", "administrator")),
        "federation:release": (Sample("nmi-release"),),
        "federation:releases": (Sample("nmi-release"),),
        "federation:sharing": (Sample(args=first("programme.initiative")),),
        "administration:accounts": (Sample("nmi-administrator"), Sample("nmi-security", "officer")),
        "administration:account": (
            Sample("nmi-administrator", args=account_called("nmi-adviser")),
            Sample("nmi-security", "officer", args=account_called("nmi-adviser")),
        ),
        "administration:invitations": (Sample("nmi-administrator"),),
        "administration:invite": (Sample("nmi-administrator"),),
        "administration:groups": (Sample("nmi-security"),),
        "account_login": (Sample(""),),
        "account_logout": (Sample(),),
        "account_inactive": (Sample(""),),
        "account_change_password": (Sample(),),
        "account_reauthenticate": (Sample(),),
        "mfa_index": (Sample(),),
        "account_preferences": (Sample(),),
        "account_sessions": (Sample(),),
        "account_second_factor": (Sample(),),
        "mfa_list_webauthn": (Sample(),),
    }


# Kinds of which the example holds none by the mission.
OWNER = {"people.delegation": "iraq", "programme.mandate": "iraq", "responses.concurrence": "iraq"}
OWNER |= {"responses.proposal": "iraq", "responses.question": "iraq"}

# Pages that open only on a way that somebody walks: `test_second_factor.py`, `test_passkeys.py` and
# `test_administration.py` walk it and look at each.
WALKED = {
    "administration:group",
    "administration:join",
    "administration:password-link",
    "mfa_add_webauthn",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
    "mfa_reauthenticate_webauthn",
    "mfa_activate_totp",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "shell:import-draft",  # `test_import.py`
    "federation:channel",  # these by `test_release.py`
    "federation:channel-change",
    "federation:standing",
    "federation:release-decision",
    "federation:withdraw",
    "federation:partner",  # `test_joining.py`
    "federation:exchange-partner",  # `test_two_nodes.py`
}

# What is no page of its own, with the reason.
NO_PAGE = {
    "desk:log-proof": "a file",
    "mfa_download_recovery_codes": "a file",
    "mfa_login_webauthn": "the challenge that a script asks for, and its answer",
    "administration:account-act": "only posts",
    "administration:withdraw": "only posts",
    "administration:leave": "only posts",
    "federation:exchange-again": "only posts",
    "federation:exchange-evidence": "a file",
    "federation:exchange-feed": "opens when a partner contradicted itself: `sharing/tests/test_pages.py`",
    "federation:exchange-log": "the same",
    "federation:channel-close": "only posts",
    "federation:standing-end": "only posts",
    "federation:exchange_vectors": "for other nodes",
    "federation:exchange_frames": "for other nodes",
    "federation:exchange_pull": "for other nodes",
    "federation:exchange_manifests": "for other nodes",
    "federation:partner-file": "a file",
    "federation:partner-bundles": "opens when two nodes have joined: `bundle/tests/test_pages.py`",
    "federation:partner-bundle-write": "only posts: a file",
    "federation:partner-slip": "only posts",
    "federation:partner-end": "only posts",
    "account_session": "how long a session lasts, for a script",
    "account_session_end": "only posts",
    "usersessions_list": "only posts",
    "shell:proof": "a file",
    "shell:import-csv": "a file",
    "shell:import-xlsx": "a file",
    "shell:list-export": "only posts: a file",
    "desk:search-export": "only posts: a file",
    "reports:report-export": "only posts: a file",
    "desk:log-export": "only posts: a file",
    "programme:objectives-export": "only posts: a file",
    "people:people-export": "only posts: a file",
    "shell:scan": "a file",
    "shell:language": "only posts: the switch of the page frame",
    "shell:theme": "only posts: the switch of the page frame",
    "shell:healthz": "for probes",
    "operating:readyz": "for probes",
    "operating:metrics": "figures, for a program that gathers them",
}
