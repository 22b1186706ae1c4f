"""The pages of joining, as an officer and an administrator use them."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from comity.accounts.actions import create_account
from comity.accounts.domain import operator
from comity.accounts.models import Account
from comity.federation.joining.domain import State
from comity.federation.joining.tests.stranger import Stranger
from comity.federation.models import Hub, Joining, Peer
from comity.federation.tests.factories import channel, officer
from comity.kernel.clock import now
from comity.kernel.ids import PartyId
from comity.kernel.text import Text
from comity.labels.subject import Role
from comity.parties import fingerprint
from comity.parties.actions import LIFE, found_party
from comity.parties.models import Party
from comity.records.tests.factories import AT, found

pytestmark = pytest.mark.django_db
THEM = Stranger(expires=now() + timedelta(days=400))
WORDS = " ".join(fingerprint.words_of(THEM.id, "en"))
SignIn = Callable[..., Client]


@pytest.fixture
def party(tmp_path: Path, settings: Settings) -> PartyId:
    settings.COMITY_HOME = tmp_path
    name = Text.single("en", "Us").json()
    return PartyId(found_party(handle="us", name=name, nature="mission", home=tmp_path, at=now()).pk)


@pytest.fixture
def signed_in(party: PartyId) -> SignIn:
    def sign_in(*roles: Role, party: PartyId = party) -> Client:
        account: Account = create_account(
            party=party,
            username="-".join(roles),
            password="four words not together",
            display_name="Somebody",
            language="en",
            roles=set(roles),
            clearances={},
            actor=operator(party),
            at=now(),
        )
        client = Client()
        client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


def sent(client: Client, data: bytes) -> str:
    """The page that opening a file leads to."""
    answer = client.post("/sharing/partners/", {"file": SimpleUploadedFile("x.json", data)})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("role", [Role.RELEASE_OFFICER, Role.ADMINISTRATOR])
def test_an_invitation_is_made_downloaded_answered_and_confirmed(signed_in: SignIn, role: Role):
    client = signed_in(role)
    page = client.post("/sharing/partners/invite/", {"purpose": "the ministry"})["Location"]
    assert "the ministry" in text(client, page)
    download = client.get(f"{page}file/")
    assert download["Content-Disposition"].startswith('attachment; filename="invitation-us-')
    invitation = THEM.answer(download.content)
    assert sent(client, invitation) == page
    assert "Anybody could have written that" in text(client, page)
    refused = client.post(page, {"words": "some other words"})
    assert refused.status_code == 422
    assert "These are not the sixteen words" in refused.content.decode()
    assert client.post(page, {"words": WORDS}).status_code == 302
    assert "https://them.example" in text(client, page)
    assert "Them" in text(client, "/sharing/partners/")


def test_who_is_invited_downloads_an_answer_and_may_leave(signed_in: SignIn):
    client = signed_in(Role.RELEASE_OFFICER)
    page = sent(client, THEM.invitation(expires=now() + timedelta(days=1)))
    client.post(page, {"words": WORDS})
    assert 'filename="answer-us-' in client.get(f"{page}file/")["Content-Disposition"]
    assert client.post(f"{page}leave/").status_code == 302
    assert 'filename="leaving-us-' in client.get(f"{page}file/")["Content-Disposition"]
    assert client.post(f"{page}leave/").status_code == 422
    assert client.post(f"{page}nothing/").status_code == 404
    assert Joining.objects.get().state == State.LEFT


def test_one_is_led_from_step_to_step_until_something_can_be_shared(signed_in: SignIn, party: PartyId):
    client, today = signed_in(Role.RELEASE_OFFICER), reverse("desk:today")
    assert "Your party has no partner yet" in text(client, today)
    page = sent(client, THEM.invitation(expires=now() + timedelta(days=1)))
    assert "Your party has no partner yet" not in text(client, today)
    client.post(page, {"words": WORDS})
    assert "hand the file back" in text(client, today)
    for shown in (text(client, page), text(client, "/sharing/partners/")):
        assert "the other node was not heard yet" in shown
    assert "Download the answer" in text(client, page)

    Peer.objects.update(last_contact_at=now())
    assert "hand the file back" not in text(client, today)
    shown = text(client, page)
    assert "was not heard yet" not in shown
    assert "Download the answer" not in shown
    assert f"/sharing/channels/new/?member={THEM.id}" in shown
    made = client.post(
        "/sharing/channels/new/",
        {
            "name_en": "Between the two",
            "name_original": "en",
            "members": [THEM.id],
            "level_PARTNERSHIP": "UNCLASSIFIED",
            "kinds": ["programme.objective/1"],
        },
    )
    assert made["Location"] in text(client, page)


def test_what_ended_stands_apart(signed_in: SignIn):
    client = signed_in(Role.RELEASE_OFFICER)
    page = client.post("/sharing/partners/invite/", {"purpose": "the ministry"})["Location"]
    assert "invitation that ended" not in text(client, "/sharing/partners/")
    client.post(f"{page}refuse/")
    assert "the ministry" in text(client, "/sharing/partners/").partition("1 invitation that ended")[2]


def test_hubs_are_told_with_our_own_channels_alone(signed_in: SignIn, party: PartyId, settings: Settings):
    client = signed_in(Role.RELEASE_OFFICER)
    assert "Hubs" not in text(client, "/sharing/partners/")
    hub = Hub.objects.create(url="tls://hub.example:4222", since=AT, carries=["of-another-party"])
    shown = text(client, "/sharing/partners/")
    assert "tls://hub.example:4222" in shown
    assert "Your channels that it carries: 0" in shown
    assert "Not heard yet" in shown
    ours = Party.objects.get(pk=party)
    row = channel(officer(ours), found("abroad", settings.COMITY_HOME, nature="member", hosted=False))
    Hub.objects.filter(pk=hub.pk).update(
        carries=[row.pk, "of-another-party"], last_contact_at=AT, last_error="Unreachable"
    )
    shown = text(client, "/sharing/partners/")
    assert "Your channels that it carries: 1" in shown
    assert "It does not answer now" in shown
    assert "Heard last" in shown


def test_two_people_see_what_is_theirs_to_do(signed_in: SignIn, settings: Settings):
    settings.JOINING_PERSONS = 2
    one, other = signed_in(Role.RELEASE_OFFICER), signed_in(Role.ADMINISTRATOR)
    page = sent(one, THEM.invitation(expires=now() + timedelta(days=1)))
    today = reverse("desk:today")
    assert page in text(one, today)
    one.post(page, {"words": WORDS})
    assert (page in text(one, today), page in text(other, today)) == (False, True)
    assert "Somebody else of your party has to confirm it too" in text(one, page)
    assert one.post(page, {"words": WORDS}).status_code == 422
    assert other.post(page, {"words": WORDS}).status_code == 302
    assert Joining.objects.get().state == State.JOINED


def test_a_file_that_is_none_is_refused_in_words(signed_in: SignIn):
    client = signed_in(Role.RELEASE_OFFICER)
    for data in (b"x", b"{}", b"x" * 1_000_001):
        answer = client.post("/sharing/partners/", {"file": SimpleUploadedFile("x.json", data)})
        assert answer.status_code == 422
        assert "no invitation, answer or leaving" in answer.content.decode()


def test_it_is_for_those_who_join_parties(signed_in: SignIn):
    page = sent(signed_in(Role.RELEASE_OFFICER), THEM.invitation(expires=now() + timedelta(days=1)))
    adviser = signed_in(Role.ADVISER)
    for address in ("/sharing/partners/", "/sharing/partners/invite/", "/sharing/keys/", page):
        assert adviser.get(address).status_code in {403, 422}


def test_the_page_of_keys_says_the_words_and_warns_in_time(
    signed_in: SignIn, tmp_path: Path, settings: Settings, party: PartyId
):
    client = signed_in(Role.ADMINISTRATOR)
    page = text(client, "/sharing/keys/")
    assert all(word in page for word in fingerprint.words_of(party, "en") + fingerprint.words_of(party, "ar"))
    assert "<svg" in page
    assert "more day" not in page
    assert "runs out" not in text(client, reverse("desk:today"))
    name = Text.single("en", "Late").json()
    at = now() - LIFE + timedelta(days=50)
    late = PartyId(found_party(handle="late", name=name, nature="host", home=tmp_path, at=at).pk)
    officer = signed_in(Role.RELEASE_OFFICER, party=late)
    assert "holds for 49 more days" in text(officer, "/sharing/keys/")
    assert "The manifest of your party runs out" in text(officer, reverse("desk:today"))
