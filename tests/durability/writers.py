"""People who write all the time, and remember exactly which of it they were told is saved.

Whoever gets no answer sends the very same again, as a person presses the button again, until there is an answer.
"""

import hashlib
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from tests.durability.visitor import GONE, Answer, Visitor, patiently

ENTER = "/enter/people.organisation/"
CONCUR = "/enter/responses.concurrence/?about="
LONGEST = 120.0  # seconds to wait for anything


@dataclass
class Ledger:
    """What the writers were told. A mark is a word that stands in one sending and no other."""

    acknowledged: dict[str, float] = field(default_factory=dict)  # mark → when the answer was here, by the clock
    letters: dict[str, str] = field(default_factory=dict)  # mark → SHA-256 of the letter sent with it
    unanswered: set[str] = field(default_factory=set)  # sent at least once without an answer, ever
    refused: list[Answer] = field(default_factory=list)  # answers that were neither: a fault of the node
    changed: threading.Condition = field(default_factory=threading.Condition)

    def note(self, mark: str) -> None:
        """It is saved: so the answer said."""
        with self.changed:
            self.acknowledged[mark] = time.time()
            self.changed.notify_all()

    def lost(self, mark: str) -> None:
        """Nobody answered."""
        with self.changed:
            self.unanswered.add(mark)
            self.changed.notify_all()


@dataclass
class Sending:
    """One form as it was sent, to be sent again as it is."""

    mark: str
    address: str
    fields: Mapping[str, list[str]]
    letter: bytes | None = None


class Writer(threading.Thread):
    """Enters organisations, one after the other, while the gate is open."""

    def __init__(self, name: str, visitor: Visitor, ledger: Ledger, gate: threading.Event) -> None:
        super().__init__(name=name, daemon=True)
        self.visitor, self.ledger, self.gate = visitor, ledger, gate
        self.busy = threading.Lock()
        self.ended = False
        self.pending: Sending | None = None
        self.number = 0
        self.form: dict[str, list[str]] = {}

    def run(self) -> None:
        while not self.ended:
            self.gate.wait()
            with self.busy:
                if self.gate.is_set() and not self.ended:
                    self.attempt()

    def attempt(self) -> None:
        """Send what is pending, or something new; no answer leaves it pending."""
        try:
            if self.pending is None:
                self.pending = self.next()
            letters = {"scan": self.pending.letter} if self.pending.letter else None
            answer = self.visitor.post(self.pending.address, self.pending.fields, letters)
        except GONE:
            if self.pending is not None:
                self.ledger.lost(self.pending.mark)
            patiently()
            return
        if answer.status == 302 and "sign-in" not in answer.place:
            self.ledger.note(self.pending.mark)
            self.accepted(answer)
            self.pending = None
        elif answer.status == 503:  # the database went away, and it says: send it again
            self.ledger.lost(self.pending.mark)
            patiently()
        else:
            self.refused(answer)

    def next(self) -> Sending:
        """The next sending. One form serves for many: its token and what was typed make the record's id."""
        self.form = self.form or self.visitor.open(ENTER)
        mark = self.mark()
        return Sending(mark, ENTER, {**self.form, "name_en": [f"Office {mark}"], "nature": ["office"]})

    def mark(self) -> str:
        self.number += 1
        return f"{self.name}-{self.number}"

    def accepted(self, answer: Answer) -> None:
        """What follows from having been told so."""

    def refused(self, answer: Answer) -> None:
        """An answer that is none of what the node promises; kept for the test to fail on."""
        self.ledger.refused.append(answer)
        patiently()


class Amender(Writer):
    """Changes one organisation of its own again and again; a change is known by its mark in the note."""

    slug = ""

    def next(self) -> Sending:
        mark = self.mark()
        if not self.slug:
            form = self.visitor.open(ENTER)
            return Sending(mark, ENTER, {**form, "name_en": [f"Office {mark}"], "nature": ["office"]})
        address = f"/records/{self.slug}/edit/"
        return Sending(mark, address, {**self.visitor.open(address), "note_en": [mark]})

    def accepted(self, answer: Answer) -> None:
        self.slug = answer.place.rstrip("/").rpartition("/")[2]


class LetterWriter(Writer):
    """Says what the host says to the mission's office, each time with another letter."""

    about = ""

    def next(self) -> Sending:
        address = CONCUR + self.about
        self.form = self.form or self.visitor.open(address)
        mark = self.mark()
        letter = b"%PDF-1.4 " + mark.encode() * 1500  # some pages of the disk
        self.ledger.letters[mark] = hashlib.sha256(letter).hexdigest()
        said = {"position": ["in_discussion"], "view": ["working"], "letter_number": [mark]}
        return Sending(mark, address, {**self.form, **said}, letter)


class Crowd:
    """All writers of a test, with one gate."""

    def __init__(self, visitor: Visitor, about: str, which: str = "") -> None:
        self.ledger, self.gate = Ledger(), threading.Event()
        window = partial(Visitor.also, visitor)
        self.writers: list[Writer] = [
            Writer(which + "first", window(), self.ledger, self.gate),
            Writer(which + "second", window(), self.ledger, self.gate),
            Amender(which + "amender", window(), self.ledger, self.gate),
            LetterWriter(which + "letters", window(), self.ledger, self.gate),
        ]
        for writer in self.writers:
            if isinstance(writer, LetterWriter):
                writer.about = about
            writer.start()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Inside, everybody writes; after it, nobody is in the midst of a sending."""
        self.gate.set()
        try:
            yield
        finally:
            self.gate.clear()
            for writer in self.writers:
                with writer.busy:
                    pass

    def wait_for(self, number: int) -> None:
        """Return when so many more writes were acknowledged."""
        until, wanted = time.monotonic() + LONGEST, len(self.ledger.acknowledged) + number
        while len(self.ledger.acknowledged) < wanted:
            assert time.monotonic() < until, "the node no longer answers"
            assert not self.ledger.refused, self.ledger.refused[0]
            with self.ledger.changed:
                self.ledger.changed.wait(0.2)

    def finish(self) -> None:
        """Send once more whatever was not answered, to a node that stands."""
        for writer in self.writers:
            for _ in range(5):
                if writer.pending is not None:
                    writer.attempt()

    def end(self) -> None:
        """Let the threads end."""
        for writer in self.writers:
            writer.ended = True
        self.gate.set()
        for writer in self.writers:
            writer.join(LONGEST)
            writer.visitor.leave()


def marks_of(names: list[str]) -> Counter[str]:
    """How often each mark stands among the names of organisations."""
    return Counter(name.removeprefix("Office ") for name in names)
