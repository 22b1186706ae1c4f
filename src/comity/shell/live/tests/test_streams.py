"""Streams: told once of what is new, bounded, ended with the session, and not in each other's way."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from comity.shell.live import streams
from comity.shell.live.streams import Full, Stream, Streams


class Connection:
    """The browser's end, as a list of what was written."""

    def __init__(self) -> None:
        self.said: list[bytes] = []
        self.unread = 0
        self.transport = self

    def get_write_buffer_size(self) -> int:
        return self.unread

    def is_closing(self) -> bool:
        return False

    def write(self, words: bytes) -> None:
        self.said.append(words)


class Node:
    """How far the log goes, and who is signed in."""

    def __init__(self) -> None:
        self.size = 5
        self.looks = 0
        self.signed_in: dict[str, str] = {}
        self.down = False

    async def log_size(self) -> int:
        self.looks += 1
        if self.down:
            raise RuntimeError("the database is away")
        return self.size

    async def still(self, keys: frozenset[str]) -> Mapping[str, str]:
        return {key: self.signed_in.get(key, "") for key in keys}


async def until(holds: Callable[[], bool]) -> None:
    """Let the others go on until it holds, for half a minute at most."""
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110  (what is waited for is in the middle of what is tested)
            await asyncio.sleep(0.001)


def stream(account: str = "a", *, after: int = 0, session: str = "") -> tuple[Stream, Connection]:
    connection: Any = Connection()
    return Stream(account, session or f"session of {account}", after, connection), connection


def test_each_is_told_of_what_is_new_to_it_and_only_once(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(streams, "EVERY", 0.001)
    node = Node()

    async def run() -> None:
        all_of_them = Streams(log_size=node.log_size, still=node.still)
        (behind, told_behind), (ahead, told_ahead) = stream(after=3), stream(after=5)
        all_of_them.add(behind)
        all_of_them.add(ahead)
        watching = asyncio.create_task(all_of_them.watch())
        await until(lambda: told_behind.said != [])
        assert (told_behind.said, told_ahead.said) == ([b"id: 5\ndata: 5\n\n"], [])
        node.size = 9
        await until(lambda: told_ahead.said != [])
        assert told_behind.said[1:] == told_ahead.said == [b"id: 9\ndata: 9\n\n"]
        late, told_late = stream(after=2)
        all_of_them.add(late)  # learns from what is known already
        assert told_late.said == [b"id: 9\ndata: 9\n\n"]
        watching.cancel()

    asyncio.run(run())


def test_one_look_serves_all_and_none_is_made_for_nobody(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(streams, "EVERY", 0.01)
    node = Node()

    async def run() -> None:
        all_of_them = Streams(log_size=node.log_size, still=node.still)
        watching = asyncio.create_task(all_of_them.watch())
        await asyncio.sleep(0.05)  # in which it would look several times
        assert node.looks == 0
        those = [stream(str(number))[0] for number in range(200)]
        for one in those:
            all_of_them.add(one)
        await until(lambda: node.looks >= 3)
        assert node.looks < len(those)
        for one in those:
            all_of_them.drop(one)
        looks = node.looks
        await asyncio.sleep(0.05)
        assert node.looks == looks
        watching.cancel()

    asyncio.run(run())


def test_a_database_that_fails_is_asked_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(streams, "EVERY", 0.001)
    monkeypatch.setattr(streams, "AFTER_TROUBLE", 0.001)
    node = Node()
    node.down = True

    async def run() -> None:
        all_of_them = Streams(log_size=node.log_size, still=node.still)
        one, told = stream()
        all_of_them.add(one)
        watching = asyncio.create_task(all_of_them.watch())
        await until(lambda: node.looks >= 2)
        node.down = False
        await until(lambda: told.said != [])
        assert told.said == [b"id: 5\ndata: 5\n\n"]
        watching.cancel()

    asyncio.run(run())


def test_there_are_only_so_many_of_one_account_and_altogether():
    node = Node()
    all_of_them = Streams(log_size=node.log_size, still=node.still, most=3, most_of_one=2)
    first, second = stream("a")[0], stream("a")[0]
    all_of_them.add(first)
    all_of_them.add(second)
    with pytest.raises(Full):
        all_of_them.add(stream("a")[0])
    all_of_them.add(stream("b")[0])
    with pytest.raises(Full):
        all_of_them.add(stream("c")[0])
    all_of_them.drop(first)
    all_of_them.drop(first)  # twice is once
    all_of_them.add(stream("a")[0])
    assert len(all_of_them) == 3


def test_a_stream_ends_with_the_session(monkeypatch: pytest.MonkeyPatch):
    node = Node()
    node.signed_in = {"session of a": "a", "session of b": "b", "taken over": "b"}

    async def run() -> None:
        all_of_them = Streams(log_size=node.log_size, still=node.still)
        (stays, _), (leaves, told), (other, _) = stream("a"), stream("b"), stream("a", session="taken over")
        for one in (stays, leaves, other):
            all_of_them.add(one)
        del node.signed_in["session of b"]
        await all_of_them.check_once()
        assert [one.ended.is_set() for one in (stays, leaves, other)] == [False, True, True]
        assert told.said == [b"event: over\ndata:\n\n"]

    asyncio.run(run())


def test_who_does_not_read_is_given_up():
    one, told = stream()
    told.unread = streams.MOST_UNREAD + 1
    one.tell(7)
    assert (one.ended.is_set(), told.said) == (True, [])
