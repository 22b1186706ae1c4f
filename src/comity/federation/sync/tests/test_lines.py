"""Lines and the threads that use them: nobody waits for another's slowness, and nothing that is said is forgotten."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from comity.federation.sync.lines import CUT_AFTER, Line, Threads
from comity.federation.transport.client import Unreachable
from comity.kernel import clock

WITHIN = 20.0


@dataclass
class Partner:
    """Answers once its gate is open, or it is cut off."""

    gate: threading.Event = field(default_factory=threading.Event)
    began: threading.Event = field(default_factory=threading.Event)
    asked: int = 0
    pushed: int = 0
    notes: list[str] = field(default_factory=list)
    was_cut: bool = False
    breaks: Exception | None = None
    meanwhile: Callable[[], None] = lambda: None
    is_called: bool = True
    refused: dict[object, str] = field(default_factory=dict)

    def exchange(self) -> bool:
        self.asked += 1
        self.began.set()
        assert self.gate.wait(WITHIN)
        if self.was_cut:
            raise Unreachable("cut")
        if self.breaks:
            raise self.breaks
        self.meanwhile()
        return False

    def push(self) -> bool:
        self.pushed += 1
        return False

    def note(self, at: datetime, error: str) -> None:
        self.notes.append(error)

    def cut(self) -> None:
        self.was_cut = True
        self.gate.set()

    def hang_up(self) -> None:
        self.cut()


def line(partner: Partner, tick: Callable[[], float] = lambda: 100.0) -> Line:
    return Line("partner", partner, clock.now, tick, lambda: 0.5)


@pytest.fixture
def ended() -> threading.Semaphore:
    return threading.Semaphore(0)


@pytest.fixture
def threads(ended: threading.Semaphore) -> Iterator[Threads]:
    made = Threads(ended.release, most=2)
    yield made
    made.stop(WITHIN)
    assert not any(thread.is_alive() for thread in made._threads)


def test_a_slow_partner_holds_up_no_other(threads: Threads, ended: threading.Semaphore):
    slow, quick = Partner(), Partner()
    quick.gate.set()
    lines = [line(slow), line(quick)]
    for one in lines:
        threads.hold(one)
    assert ended.acquire(timeout=WITHIN)
    assert quick.pushed == 1
    assert (slow.pushed, lines[0].busy, lines[1].busy) == (0, True, False)
    assert not lines[0].is_due(1_000.0)  # one conversation with each at a time
    slow.gate.set()


def test_no_more_conversations_than_threads_and_the_rest_in_turn(threads: Threads, ended: threading.Semaphore):
    partners = [Partner() for _ in range(6)]
    for one in partners:
        threads.hold(line(one))
    assert all(one.began.wait(WITHIN) for one in partners[:2])
    assert not any(one.began.is_set() for one in partners[2:])
    assert len(threads._threads) == 2
    for number, one in enumerate(partners):
        one.gate.set()
        assert ended.acquire(timeout=WITHIN)
        if number + 2 < len(partners):
            assert partners[number + 2].began.wait(WITHIN)
    assert [one.pushed for one in partners] == [1] * 6


def test_whoever_is_stopped_ends_what_is_said(ended: threading.Semaphore):
    threads, slow = Threads(ended.release, most=2), Partner()
    one = line(slow)
    threads.hold(one)
    assert slow.began.wait(WITHIN)
    slow.hang_up()
    threads.stop(WITHIN)
    assert not any(thread.is_alive() for thread in threads._threads)
    assert slow.notes == ["Unreachable: cut"]


def test_what_breaks_in_one_conversation_is_said_and_the_thread_goes_on(
    threads: Threads, ended: threading.Semaphore, caplog: pytest.LogCaptureFixture
):
    broken, whole = Partner(breaks=ZeroDivisionError()), Partner()
    for one in (broken, whole):
        one.gate.set()
        threads.hold(line(one))
        assert ended.acquire(timeout=WITHIN)
    assert whole.pushed == 1
    assert "ZeroDivisionError" in broken.notes[0]
    assert "failed" in caplog.text


def test_what_is_said_during_a_conversation_is_given_in_the_next():
    partner = Partner()
    partner.gate.set()
    one = line(partner)
    one.fresh = True

    def speak() -> None:
        one.fresh = True

    partner.meanwhile = speak
    one.talk()
    assert one.fresh
    assert one.is_due(100.0)
    one.talk()
    assert (partner.asked, partner.pushed) == (1, 2)
    assert not one.is_due(100.0)


def test_a_conversation_that_does_not_end_is_overlong():
    one = line(Partner())
    one.begin()
    assert not one.is_overlong(100.0 + CUT_AFTER)
    assert one.is_overlong(101.0 + CUT_AFTER)
