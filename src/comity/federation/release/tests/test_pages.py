"""The pages of release: what is shown is what leaves, and who may not decide is told so."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from comity.accounts.models import Account
from comity.federation.models import Release, Released, StandingRule, Withdrawal
from comity.federation.models.feeds import Acknowledged, Feed
from comity.federation.models.release import State
from comity.federation.release.domain import SeenOtherwise
from comity.federation.tests.factories import channel, officer, sign_in
from comity.labels.scale import PARTNERSHIP, Classification
from comity.labels.subject import Role
from comity.records.entry import enter
from comity.records.tests import factories
from comity.records.tests.factories import LATER, change, label, organisation, subject, text

pytestmark = pytest.mark.django_db(transaction=True)
WHERE = "federation:release"


@pytest.fixture
def row(mission, iraq):
    return channel(officer(mission), iraq)


@pytest.fixture
def ministry(planner, shared):
    return organisation(planner, shared, "Ministry of Works")


def seen_in(page: str) -> str:
    found = re.search(r'name="seen"[^>]*value="([0-9a-f]{64})"', page)
    assert found, page
    return found[1]


def look(client, *records, **more):
    return client.get(reverse(WHERE), {"record": [one.record.slug for one in records], **more})


def send(client, seen, row, *records, **more):
    sent = {"channel": row.pk, "record": [one.record.slug for one in records], "seen": seen, "reason": "", **more}
    return client.post(reverse(WHERE), sent)


def test_an_officer_looks_and_decides(row, ministry, mission, client: Client):
    sign_in(client, mission, Role.RELEASE_OFFICER)
    page = look(client, ministry).content.decode()
    assert "Ministry of Works" in page
    assert "can be read by Iraq, Mission" in page
    answer = send(client, seen_in(page), row, ministry)
    assert answer.status_code == 302
    assert Released.objects.get().record_id == ministry.pk
    assert "acknowledged" not in client.get(answer["Location"]).content.decode()
    assert "has not left yet" in client.get(f"/records/{ministry.record.slug}/", follow=True).content.decode()


def test_what_changed_meanwhile_is_shown_again(row, ministry, mission, planner, client: Client):
    sign_in(client, mission, Role.RELEASE_OFFICER)
    seen = seen_in(look(client, ministry).content.decode())
    change(ministry, planner, name=text("Ministry of Roads"))
    answer = send(client, seen, row, ministry)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert str(SeenOtherwise()) in page
    assert "Ministry of Roads" in page
    assert send(client, seen_in(page), row, ministry).status_code == 302


def test_what_may_not_leave_says_why_and_has_no_button(row, planner, mission, client: Client):
    sign_in(client, mission, Role.RELEASE_OFFICER)
    alone = organisation(planner, label(mission), "Our own")
    page = look(client, alone).content.decode()
    assert "Its marking does not release it to every member of the channel" in page
    assert 'name="seen"' not in page


def test_a_selection_leaves_out_what_may_not_leave(row, ministry, planner, mission, client: Client):
    sign_in(client, mission, Role.RELEASE_OFFICER)
    alone = organisation(planner, label(mission), "Our own")
    page = look(client, ministry, alone).content.decode()
    assert "Leave out what may not leave" in page
    assert 'name="seen"' not in page
    kept = client.post(reverse(WHERE), {"channel": row.pk, "record": [ministry.record.slug]}).content.decode()
    assert seen_in(kept)


def test_records_are_chosen_from_a_list_or_all_of_a_kind(row, ministry, planner, shared, mission, client: Client):
    sign_in(client, mission, Role.RELEASE_OFFICER)
    other = organisation(planner, shared, "Ministry of Roads")
    kinds = {"channel": row.pk, "kind": ["people.organisation/1"]}
    page = client.get(reverse(WHERE), kinds).content.decode()
    assert ministry.record.slug in page
    assert other.record.slug in page
    whole = client.post(reverse(WHERE), {**kinds, "look": "1", "all": "1"}).content.decode()
    assert send(client, seen_in(whole), row, ministry, other).status_code == 302
    assert ministry.record.slug not in client.get(reverse(WHERE), kinds).content.decode()


@pytest.mark.parametrize("role", [Role.CHIEF, Role.LEGAL_ADVISER, Role.AUDITOR])
def test_nobody_else_releases(row, ministry, mission, client: Client, role):
    sign_in(client, mission, role)
    assert look(client, ministry).status_code == 403
    assert send(client, "0" * 64, row, ministry).status_code == 403
    assert not Released.objects.exists()


def test_every_field_that_leaves_is_shown_and_no_hidden_id(row, mission, iraq, shared, client: Client):
    high = subject(mission, clearance=Classification.CONFIDENTIAL)
    hidden = organisation(high, label(mission, iraq, classification=Classification.CONFIDENTIAL), "Hidden")
    told = [{"report": "77", "record": str(hidden.record.rid)}]
    ministry = organisation(high, shared, parent=hidden.record, sources=told)
    change(ministry, high, beyond={"later": "a word of a newer version"})
    sign_in(client, mission, Role.RELEASE_OFFICER)
    page = look(client, ministry).content.decode()
    assert "a word of a newer version" in page
    assert "77" in page
    assert str(hidden.record.uuid) not in page
    assert "Hidden" not in page


def test_a_record_that_an_officer_may_not_see_is_not_there(row, mission, iraq, client: Client):
    high = subject(mission, clearance=Classification.CONFIDENTIAL)
    hidden = organisation(high, label(mission, iraq, classification=Classification.CONFIDENTIAL))
    sign_in(client, mission, Role.RELEASE_OFFICER)
    assert look(client, hidden).status_code == 404


def test_a_legal_adviser_confirms_a_name(row, mission, iraq, client: Client):
    marked = label(mission, iraq, caveats=frozenset({"USE-ADVISORY-ONLY"}))
    author = subject(mission, caveats=frozenset({"USE-ADVISORY-ONLY"}))
    kind = factories.kind(factories.PERSON)
    person = enter(kind, fields={"name": text("Zaynab Synthetic")}, label=marked, actor=author, at=LATER)
    sign_in(client, mission, Role.RELEASE_OFFICER)
    page = look(client, person).content.decode()
    assert "waits for another person" in page
    assert send(client, seen_in(page), row, person).status_code == 302
    waiting = Release.objects.get()
    place = reverse("federation:release-decision", args=[waiting.pk])
    assert 'name="says"' not in client.get(place).content.decode()  # not for who decided it
    sign_in(client, mission, Role.LEGAL_ADVISER)
    assert "Zaynab Synthetic" in (page := client.get(place).content.decode())
    assert client.post(place, {"seen": seen_in(page), "says": "yes", "reason": ""}).status_code == 302
    assert Release.objects.get().state == State.RELEASED
    assert Released.objects.get().record_id == person.pk


def test_another_partys_decisions_are_not_there(row, ministry, mission, iraq, client: Client):
    sign_in(client, mission, Role.RELEASE_OFFICER)
    send(client, seen_in(look(client, ministry).content.decode()), row, ministry)
    sign_in(client, iraq, Role.RELEASE_OFFICER)
    assert client.get(reverse("federation:release-decision", args=[Release.objects.get().pk])).status_code == 404


def test_an_officer_takes_a_record_back_by_form(row, ministry, mission, client: Client):
    sign_in(client, mission, Role.RELEASE_OFFICER)
    send(client, seen_in(look(client, ministry).content.decode()), row, ministry)
    place = reverse("federation:withdraw", args=[ministry.record.slug, row.pk])
    assert client.post(place, {"mode": "hide", "reason": ""}).status_code == 422
    assert client.post(place, {"mode": "hide", "reason": "", "meant": "on"}).status_code == 302
    assert Withdrawal.objects.get().record_id == ministry.pk
    assert "record withdrawn" in client.get(reverse("desk:log")).content.decode()
    page = client.get(reverse("federation:sharing", args=[ministry.record.slug])).content.decode()
    assert "This node speaks for both parties" in page


def test_who_owns_it_sees_why_each_party_has_it_and_others_only_their_own(
    row, ministry, mission, iraq, abroad, client: Client
):
    place = reverse("federation:sharing", args=[ministry.record.slug])
    sign_in(client, mission, Role.ADVISER)
    assert "Abroad" in client.get(place).content.decode()
    sign_in(client, iraq, Role.ADVISER)
    assert "Abroad" not in client.get(place).content.decode()


def test_the_panel_counts_who_acknowledged_on_other_nodes(mission, iraq, abroad, planner, client: Client):
    at = officer(mission)
    row = channel(at, iraq, abroad)
    ministry = organisation(planner, label(mission, iraq, abroad), "Ministry of Works")
    client.force_login(Account.objects.get(pk=at.account))
    send(client, seen_in(look(client, ministry).content.decode()), row, ministry)
    feed, later = (
        Feed.objects.create(channel=row.pk, party=mission, incarnation=number * 16, own=True, seq=4) for number in "01"
    )
    Released.objects.update(emitted_seq=3, feed=feed)
    Acknowledged.objects.create(feed=later, by=abroad, seq=4, at=LATER)  # of a feed that began after a restore
    page = f"/records/{ministry.record.slug}/"
    for seq, count in ((2, 0), (3, 1)):
        Acknowledged.objects.update_or_create(feed=feed, by=abroad, defaults={"seq": seq, "at": LATER})
        assert f"acknowledged by {count} of 1" in client.get(page, follow=True).content.decode()


def test_a_standing_rule_is_signed_and_ended_by_form(row, mission, client: Client):
    sign_in(client, mission, Role.RELEASE_OFFICER)
    place = reverse("federation:standing", args=[row.pk])
    sent = {"kinds": ["people.organisation/1"], f"level_{PARTNERSHIP}": "UNCLASSIFIED", "days": "30"}
    assert client.post(place, {**sent, "days": "400"}).status_code == 422
    assert client.post(place, sent).status_code == 302
    rule = StandingRule.objects.get()
    assert rule.until - rule.begins == timedelta(days=30)
    assert client.post(reverse("federation:standing-end", args=[row.pk, rule.pk])).status_code == 302
    assert StandingRule.objects.get().ended_at is not None
