"""Three nodes, a network that loses, doubles, swaps, delays and damages, disks that crash and go back, and a member who
lies: in the end everybody has exactly what was released and not taken back, and nothing was read that was not theirs.

Replayable: a failure prints the steps that lead to it.
"""

from __future__ import annotations

import copy
import hashlib
import json
from dataclasses import replace

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from comity.federation.protocol import vector
from comity.federation.protocol.errors import ProtocolError
from comity.federation.protocol.feed import FeedKey
from comity.federation.protocol.frame import Frame
from comity.federation.protocol.parcel import pack, unpack
from comity.federation.protocol.statement import Mode, Revision, Withdrawal
from comity.federation.protocol.tests.peer import AT, Party, Voice, a_channel, drawn
from comity.kernel.ids import RecordId, uuid7
from tests.faults.nodes import Node, Tables

HONEST = ("mission", "host", "member")
LIAR = "liar"
CANARY = b"only members read this: "
names = st.sampled_from(HONEST)


class Exchange(RuleBasedStateMachine):
    """What may happen, in any order."""

    @initialize()
    def begin(self) -> None:
        """Everybody is in one channel, the liar too: it holds its keys rightly, and is entitled to nothing else."""
        self.parties = {name: Party(name) for name in (*HONEST, LIAR)}
        manifest = a_channel(*(self.parties[name] for name in (*HONEST, LIAR)))
        self.nodes = {name: Node(self.parties[name], manifest) for name in HONEST}
        self.lie = Voice(self.parties[LIAR], manifest)
        self.lies = [self.lie.announce()]
        self.wire: list[tuple[str, bytes]] = []  # to whom, and what: may be lost, doubled, swapped, damaged
        self.backups: dict[str, tuple[Tables, int]] = {}
        self.count = 0
        self.released: dict[RecordId, tuple[str, Revision]] = {}
        self.withdrawn: set[RecordId] = set()
        self.uncertain: set[RecordId] = set()  # what was said between a backup and its restore
        self.said_since: dict[str, set[RecordId]] = {name: set() for name in HONEST}

    def record(self, name: str) -> RecordId:
        self.count += 1
        return RecordId(self.parties[name].id, uuid7(AT, self.count.to_bytes(10, "big")))

    def revision(self, record: RecordId, name: str) -> Revision:
        self.count += 1
        return Revision(record, self.count, drawn(name, self.count), CANARY + str(self.count).encode())

    # --- what people do

    @rule(name=names, several=st.integers(1, 4))
    def release(self, name: str, several: int) -> None:
        items = [self.revision(self.record(name), name) for _ in range(several)]
        self.nodes[name].say(*items)
        for item in items:
            self._said(name, item)

    @rule(name=names, which=st.integers(0, 99))
    def release_anew(self, name: str, which: int) -> None:
        own = [record for record, (owner, _) in self.released.items() if owner == name]
        if own:
            item = self.revision(own[which % len(own)], name)
            self.nodes[name].say(item)
            self._said(name, item)

    def _said(self, name: str, item: Revision) -> None:
        self.released[item.record] = (name, item)
        self.said_since[name].add(item.record)

    @rule(name=names, which=st.integers(0, 99), mode=st.sampled_from(Mode))
    def withdraw(self, name: str, which: int, mode: Mode) -> None:
        own = [record for record, (owner, _) in self.released.items() if owner == name]
        if own:
            record = own[which % len(own)]
            self.nodes[name].say(Withdrawal(record, mode))
            self.withdrawn.add(record)
            self.said_since[name].add(record)

    @rule(name=names)
    def new_epoch(self, name: str) -> None:
        self.nodes[name].announce()

    # --- what the network does

    @rule(of=names, to=names, most=st.integers(1, 6))
    def send(self, of: str, to: str, most: int) -> None:
        """One compares vectors and sends what the other lacks, of any feed."""
        lacking = vector.difference(self.nodes[to].vector, self.nodes[of].vector).pull
        for feed, after in lacking.items():
            self.wire.append((to, pack(self.nodes[of].serve(feed, after)[:most])))

    @precondition(lambda self: self.wire)
    @rule(which=st.integers(0, 99), durable=st.booleans())
    def deliver(self, which: int, durable: bool) -> None:
        """Any message, in any order; the receiver may crash before it is durable."""
        to, body = self.wire.pop(which % len(self.wire))
        self.arrive(to, body)
        if durable:
            self.nodes[to].commit()

    def arrive(self, to: str, body: bytes) -> None:
        try:
            self.nodes[to].take(list(unpack(body)))
        except ProtocolError as error:
            self.nodes[to].refused.append(error)

    @precondition(lambda self: self.wire)
    @rule(which=st.integers(0, 99), times=st.sampled_from([0, 2]))
    def lose_or_double(self, which: int, times: int) -> None:
        message = self.wire.pop(which % len(self.wire))
        self.wire += [message] * times

    @precondition(lambda self: self.wire)
    @rule(which=st.integers(0, 99), at=st.integers(0, 2**20), bit=st.integers(0, 7))
    def damage(self, which: int, at: int, bit: int) -> None:
        to, body = self.wire[which % len(self.wire)]
        damaged = bytearray(body)
        damaged[at % len(damaged)] ^= 1 << bit
        self.wire.append((to, bytes(damaged)))

    # --- what machines do

    @rule(name=names)
    def crash(self, name: str) -> None:
        self.nodes[name].crash()

    @rule(name=names)
    def back_up(self, name: str) -> None:
        self.backups[name] = (self.nodes[name].disk.copied(), self.count)
        self.said_since[name] = set()

    @rule(name=names)
    def restore(self, name: str) -> None:
        """What was said since may be known to others, or to nobody any more."""
        if name in self.backups:
            self.nodes[name].restore(self.backups[name][0])
            self.uncertain |= self.said_since[name]
            self.said_since[name] = set()

    # --- what the liar does: it says what it likes in its own feed, and alters what it heard of others

    @rule(to=names, name=names)
    def forge_an_owner(self, to: str, name: str) -> None:
        self.lies.append(self.lie.say(self.revision(self.record(name), name)))
        self.wire.append((to, pack(self.lies)))

    @rule(to=names, record=st.integers(0, 99))
    def withdraw_for_another(self, to: str, record: int) -> None:
        if self.released:
            known = list(self.released)
            self.lies.append(self.lie.say(Withdrawal(known[record % len(known)], Mode.PURGE)))
            self.wire.append((to, pack(self.lies)))

    @rule(to=names)
    def say_two_things(self, to: str) -> None:
        other = copy.copy(self.lie)
        one, two = (voice.say(self.revision(self.record(LIAR), LIAR)) for voice in (self.lie, other))
        self.wire.append((to, pack([*self.lies, two])))
        self.lies.append(one)

    @rule(to=names, most=st.integers(1, 4))
    def tell_the_end_only(self, to: str, most: int) -> None:
        self.wire.append((to, pack(self.lies[-most:])))

    @rule(to=names, of=names, which=st.integers(0, 99))
    def splice(self, to: str, of: str, which: int) -> None:
        """A header of one frame with the content of another, and a frame of another feed under the liar's name."""
        frames = [one for several in self.nodes[of].disk.frames.values() for one in several]
        one, other = frames[which % len(frames)], frames[(which * 7 + 3) % len(frames)]
        signed = replace(one.envelope, signatures=self.lies[0].envelope.signatures)
        self.wire.append((to, pack([Frame(one.envelope, other.content), Frame(signed, one.content)])))

    # --- what must hold

    def teardown(self) -> None:
        """Peace: the network carries everything, everybody commits, and the oracle is asked."""
        if not hasattr(self, "nodes"):
            return
        for to, body in self.wire:
            assert CANARY not in body
            self.arrive(to, body)
        for _ in range(len(HONEST) + 1):
            for node in self.nodes.values():
                node.commit()
            for of in HONEST:
                for to in HONEST:
                    lacking = vector.difference(self.nodes[to].vector, self.nodes[of].vector)
                    for feed, after in lacking.pull.items():
                        self.nodes[to].take(self.nodes[of].serve(feed, after))
                    for feed in lacking.forked:
                        self.nodes[to].take(self.nodes[of].serve(feed, self.nodes[to].vector[feed]))
        self.oracle()
        self.oracle_of_feeds()

    def oracle(self) -> None:
        known = {name: self._honest(node.tables) for name, node in self.nodes.items()}
        assert known["host"] == known["mission"] == known["member"], "somebody has something else"
        certain = {
            record: item for record, (_, item) in self.released.items() if record not in self.withdrawn | self.uncertain
        }
        have = known["host"]
        assert {record: have.get(record) for record in certain} == certain, "something released is missing"
        assert have.keys() <= self.released.keys(), "something is there that nobody released"
        assert not have.keys() & (self.withdrawn - self.uncertain), "something withdrawn is shown"
        for node in self.nodes.values():
            assert all(feed.party == self.parties[LIAR].id for feed in node.quarantined), "an honest feed is shut out"

    def oracle_of_feeds(self) -> None:
        """What is kept is whole chains; and of whoever said two things, all who heard either know."""
        kept: dict[FeedKey, dict[int, dict[str, set[str]]]] = {}
        for name, node in self.nodes.items():
            for feed, frames in node.tables.frames.items():
                before = ""
                for seq, one in enumerate(frames, 1):
                    header = json.loads(one.envelope.payload)
                    assert (header["seq"], header["prev"]) == (seq, before), "a chain is broken"
                    assert header["digest"] == hashlib.sha256(one.content or b"").hexdigest(), "a content is another"
                    before = hashlib.sha256(one.envelope.payload).hexdigest()
                    kept.setdefault(feed, {}).setdefault(seq, {}).setdefault(before, set()).add(name)
        for feed, steps in kept.items():
            for who in (who for hashes in steps.values() if len(hashes) > 1 for who in hashes.values()):
                assert all(feed in self.nodes[name].quarantined for name in who), "two histories, and nobody knows"

    def _honest(self, tables: Tables) -> dict[RecordId, Revision]:
        liar = self.parties[LIAR].id
        return {record: copy for record, copy in tables.shown.items() if record.party != liar}


def run(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Exchange,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )


def test_ten_thousand_steps_end_in_what_was_released() -> None:
    run(200, 50)


@pytest.mark.soak
@pytest.mark.parametrize("part", range(10))  # in parts, for what has been tried is remembered
def test_a_million_steps_end_in_what_was_released(part: int) -> None:
    run(1_000, 100)
