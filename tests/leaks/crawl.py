"""One reader's way through the node: what is asked, what is answered, and what in an answer should not be there."""

import re
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.test import Client
from django.urls import resolve

from comity.accounts.actions import create_account
from comity.accounts.domain import operator
from comity.accounts.models import Group, Membership
from comity.labels.subject import Role
from comity.shell.tests.pages import settled
from tests.leaks.asks import Ask
from tests.leaks.canaries import Canary, unpacked
from tests.leaks.dataset import Dataset
from tests.leaks.importing import imported
from tests.leaks.markings import AT, Reader
from tests.leaks.scratch import scratch

NOT_BY_GET = 405
_NOT_COMPARED = frozenset({"Set-Cookie", "Expires", "Content-Length"})  # of sessions, of the hour, of ids in the text
_LINK = re.compile(r'(?:href|src)="(/[^"#]*)')
_ON_THE_LOG = frozenset({"its id", "its commitment"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, without what differs from one asking to the next."""

    status: int
    headers: tuple[tuple[str, str], ...]
    text: str

    def without(self, *ids: str) -> "Answer":
        """The same, with every one of the ids that the request carried made one."""
        return Answer(self.status, _made_one(self.headers, ids), _made_one(self.text, ids))


def _made_one(value: Any, ids: tuple[str, ...]) -> Any:
    if isinstance(value, tuple):
        return tuple((name, _made_one(text, ids)) for name, text in value)
    for one in filter(None, ids):
        value = re.sub(rf"(?<!\w){re.escape(one)}(?!\w)", "…", value)
    return value


def _as_answer(found: Any, *more: Any) -> Answer:
    """What came back; of several answers in a row the first one's status, and the text of all."""
    text = "\n".join(part for one in (found, *more) for part in _texts(one))
    headers = tuple((name, value) for name, value in sorted(found.headers.items()) if name not in _NOT_COMPARED)
    worst = max(one.status_code for one in (found, *more))
    return Answer(worst, headers, settled(text))


def _texts(found: Any) -> Iterator[str]:
    yield from unpacked(found.getvalue() if found.streaming else found.content)
    found.close()


class Crawl:
    """What one reader is answered."""

    def __init__(self, data: Dataset, reader: Reader, language: str = "en") -> None:
        self.data, self.reader = data, reader
        self.client = Client(raise_request_exception=False)
        self.client.cookies["comity_language"] = language
        if reader.party:
            self.client.force_login(_account(data, reader))
        self.hidden = data.hidden_revisions(reader.reads, reader.party)
        self.asked = 0
        self.seen: set[Canary] = set()
        self._absent: dict[Ask, Answer] = {}

    def answer(self, ask: Ask) -> Answer:
        """Ask once; whatever it wrote is gone afterwards, so that nothing depends on what was asked before."""
        with scratch():
            return self._answer(ask)

    def _answer(self, ask: Ask) -> Answer:
        self.asked += 1
        cookies = copy(self.client.cookies)
        given: dict[str, list[str]] = {}
        for name, value in ask.sent:
            given.setdefault(name, []).append(value)
        if ask.file:
            return _as_answer(*imported(self.client, ask))
        found: Any = self.client.get(ask.address) if ask.method == "GET" else None
        if ask.method == "POST" or (found and found.status_code == NOT_BY_GET):
            found = self.client.post(ask.address, given)
        found = found or self.client.generic(ask.method, ask.address)
        self.client.cookies = cookies  # whoever signed out is in again
        return _as_answer(found)

    def forget(self) -> None:
        """What was answered for nothing: the product is another one now."""
        self._absent.clear()

    def problems(self, ask: Ask, answer: Answer) -> Iterator[str]:
        """What is wrong with an answer by itself: a canary that is hidden, a fault, something else than for nothing."""
        if answer.status >= 500:
            yield f"{self.reader}: {ask} → {answer.status}"
        if not answer.text and any(name == "Content-Disposition" for name, _value in answer.headers):
            yield f"{self.reader}: {ask} gives a file with nothing in it"
        for canary in set(self.data.canaries.in_text(f"{answer.text}\n{answer.headers}")):
            if self._is_told(canary, ask) or canary in self.data.canaries.in_text(f"{ask} {ask.query} {ask.file}"):
                self.seen.add(canary)
            else:
                yield f"{self.reader}: {ask} → {answer.status} shows {canary}"
        if ask.names is not None and (ask.misplaced or not ask.names.is_read_by(self.reader.reads)):
            bare, like = answer.without(*ask.ids), self._nothing(ask.absent).without(*ask.ids)
            if bare != like:
                yield f"{self.reader}: {ask} → {answer.status}, unlike what does not exist: {differing(bare, like)}"

    def _nothing(self, ask: Ask) -> Answer:
        """The answer to a request about what does not exist."""
        if ask not in self._absent:
            self._absent[ask] = self.answer(ask)
        return self._absent[ask]

    def _is_told(self, canary: Canary, ask: Ask) -> bool:
        """Whether this reader may meet the canary there; an id that was asked for is no news."""
        if canary.revision not in self.hidden:
            return True
        if canary.revision in self.data.of_party or canary.revision in self.data.texts:
            return False
        one, number = self.data.at[canary.revision]
        if canary.field == "its id" and ask.names is one:
            return True
        return ask.pattern.startswith("desk:log") and canary.field in _ON_THE_LOG and self._is_logged(one, number)

    def _is_logged(self, one: Any, number: int) -> bool:
        """The log tells of a revision to whoever may read that one, and to the auditor of the party that wrote it."""
        if self.reader.roles == {Role.AUDITOR}:
            return bool(one.owner == self.reader.party)
        return any(self.reader.reads(marking) for marking in one.markings)

    def links(self, answer: Answer) -> Iterator[str]:
        """The addresses that a page offers."""
        for found in _LINK.findall(answer.text):
            if not found.startswith("/static/"):
                yield found.replace("&amp;", "&")


def differing(one: Answer, other: Answer) -> str:
    """Where two answers part, in a line."""
    if one.status != other.status:
        return f"{one.status} against {other.status}"
    if one.headers != other.headers:
        return f"headers {set(one.headers) ^ set(other.headers)}"
    pairs = zip(one.text.splitlines(), other.text.splitlines(), strict=False)
    return next((f"{a.strip()[:160]!r} against {b.strip()[:160]!r}" for a, b in pairs if a != b), "one is longer")


def _account(data: Dataset, reader: Reader) -> Any:
    """An account that is just what the reader is."""
    party = data.ids[reader.party]
    account = create_account(
        party=party,
        username=str(reader).replace(" ", "-"),
        password="four words not together",
        display_name="Office",
        language="en",
        roles=reader.roles,
        clearances=reader.cleared,
        caveats=reader.caveats,
        actor=operator(party),
        at=AT,
    )
    for key in sorted(reader.groups):
        name = {"original": "en", "text": {"en": "Group"}}
        group, _new = Group.objects.get_or_create(key=key, party_id=party, defaults={"name": name})
        Membership.objects.create(group=group, account=account, since=AT)
    data.accounts[reader.name] = str(account.opaque)
    return account


def followed(address: str) -> Ask:
    """The request that a link makes; all that lead to the same page with the same question are alike."""
    parts = urlsplit(address)
    query = tuple(parse_qsl(parts.query, keep_blank_values=True))
    return Ask(resolve(parts.path).view_name, parts.path, query, like="followed")
