"""Why a party has a record, or has not: from a case in which it has it, with one fact changed."""

from dataclasses import replace

from comity.federation.release.explain import ChannelFacts, Explained, Facts, Has, Why, explain
from comity.kernel.ids import PartyId

OURS, THEIRS = PartyId("b" * 51 + "a"), PartyId("c" * 51 + "a")
ADVICE = ChannelFacts("Advice", is_member=True, carries_kind=True, revision=2, emitted=True, acknowledged=True)
FACTS = Facts(OURS, THEIRS, names_party=True, exchange_never=False, is_here=False, same_node=False, channels=(ADVICE,))


def told(**changes) -> Explained:
    channel = {name: value for name, value in changes.items() if hasattr(ADVICE, name)}
    rest = {name: value for name, value in changes.items() if not hasattr(ADVICE, name)}
    return explain(replace(FACTS, **({"channels": (replace(ADVICE, **channel),)} | rest)))


def why(explained: Explained) -> list[Why]:
    return [reason for reason, _name, _number in explained.reasons]


def test_what_was_acknowledged_is_there():
    assert explain(FACTS) == Explained(Has.YES, ((Why.ACKNOWLEDGED, "Advice", 2),))


def test_its_owner_has_it():
    assert explain(replace(FACTS, party=OURS)).has is Has.YES


def test_parties_of_one_node_read_what_their_marking_lets_them():
    assert why(told(same_node=True, revision=0)) == [Why.SAME_NODE]
    assert told(same_node=True, names_party=False, revision=0).has is Has.NO


def test_what_left_was_sent_and_no_more_is_claimed():
    assert (told(acknowledged=False).has, why(told(acknowledged=False))) == (Has.TOLD, [Why.EMITTED])


def test_what_waits_in_the_outbox_is_with_nobody_yet():
    waiting = told(acknowledged=False, emitted=False)
    assert (waiting.has, why(waiting)) == (Has.NO, [Why.IN_OUTBOX])


def test_what_the_signer_refused_says_so():
    kept = told(acknowledged=False, emitted=False, not_signed=True)
    assert (kept.has, why(kept)) == (Has.NO, [Why.NOT_SIGNED])


def test_a_withdrawal_outweighs_the_acknowledgement():
    assert told(withdrawn="hide") == Explained(Has.WITHDRAWN, ((Why.WITHDRAWN_HIDE, "Advice", 0),))
    assert why(told(withdrawn="purge")) == [Why.WITHDRAWN_PURGE]


def test_another_channel_may_still_give_it():
    both = (replace(ADVICE, withdrawn="hide"), replace(ADVICE, name="Wider"))
    explained = told(channels=both)
    assert (explained.has, why(explained)) == (Has.YES, [Why.ACKNOWLEDGED, Why.WITHDRAWN_HIDE])


def test_what_came_here_is_here():
    came = told(revision=0, emitted=False, acknowledged=False, came=True, is_here=True)
    assert (came.has, why(came)) == (Has.YES, [Why.CAME])


def test_what_came_here_says_nothing_of_others():
    assert told(revision=0, came=True, is_here=False).has is Has.NO


def test_why_not():
    assert why(told(revision=0)) == [Why.NOT_RELEASED]
    assert why(told(revision=0, carries_kind=False)) == [Why.KIND_NOT_CARRIED]
    assert why(told(is_member=False)) == [Why.NO_CHANNEL, Why.NOT_IN_CHANNEL]
    assert why(told(revision=0, names_party=False, exchange_never=True)) == [
        Why.NEVER_EXCHANGED,
        Why.NOT_NAMED,
        Why.NOT_RELEASED,
    ]
