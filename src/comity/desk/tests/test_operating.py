"""Whether it serves, and figures: for an operator's tools, without a subject and without content."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from comity.audit.log import head
from comity.audit.models import Witnessed
from comity.desk.operating import views
from comity.federation.models import Feed, FeedStatus, Peer
from comity.kernel import clock
from comity.kernel.ids import PartyId
from comity.parties.models import Party
from comity.parties.queries import manifest_in_force
from comity.records.models import Held
from comity.responses.tests.world import AT, World

pytestmark = pytest.mark.django_db
TOKEN = {"HTTP_AUTHORIZATION": "Bearer a-token"}


def figures(client: Client) -> dict[str, float]:
    answer = client.get("/metrics", **TOKEN)  # type: ignore[arg-type]
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.content.decode())
    return {one.name + str(sorted(one.labels.values())): one.value for each in families for one in each.samples}


def test_a_node_that_serves_says_so(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_a_node_without_its_database_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OperationalError("password of comity is wrong")

    monkeypatch.setattr(views, "head", away)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert b"password" not in answer.content


@pytest.mark.parametrize("shown", [{}, {"HTTP_AUTHORIZATION": "Bearer another"}, {"HTTP_AUTHORIZATION": "Bearer "}])
def test_without_the_token_there_are_no_figures(client: Client, settings: Settings, shown: dict[str, str]) -> None:
    settings.COMITY_METRICS_TOKEN = "a-token"
    assert client.get("/metrics", **shown).status_code == 404  # type: ignore[arg-type]


def test_a_node_that_has_no_token_gives_figures_to_nobody(client: Client) -> None:
    for shown in ({}, {"HTTP_AUTHORIZATION": "Bearer "}, TOKEN):
        assert client.get("/metrics", **shown).status_code == 404  # type: ignore[arg-type]


def test_figures_say_how_the_node_is(client: Client, settings: Settings, world: World) -> None:
    settings.COMITY_METRICS_TOKEN = "a-token"
    now = clock.now()
    first = Witnessed.objects.system("test").create(
        party="x", size=5, root=b"1" * 32, at=now, note=b"", signature=b"", received_at=now, finding="first"
    )
    Witnessed.objects.system("test").create(
        party="x", size=5, root=b"2" * 32, at=now, note=b"", signature=b"", received_at=now, finding="forked",
        contradicts=first,
    )  # fmt: skip
    said = figures(client)
    assert said["comity_log_entries[]"] == head().size > 0
    assert said["comity_contradicting_checkpoints[]"] == 1
    left = manifest_in_force(PartyId(world.nmi.pk), at=AT).expires - now
    assert said[f"comity_manifest_expires_seconds['{world.nmi.handle}']"] == pytest.approx(left.total_seconds(), abs=60)
    assert said["comity_disk_free_bytes[]"] <= said["comity_disk_size_bytes[]"]


def test_figures_say_how_the_exchange_goes_without_a_name(client: Client, settings: Settings, world: World) -> None:
    settings.COMITY_METRICS_TOKEN = "a-token"
    partner = Party.objects.create(pk="p" * 52, handle="far-ministry", name={}, nature="host")
    at = clock.now() - timedelta(minutes=7)
    Peer.objects.create(party=partner, confirmed_at=at, last_contact_at=at, silent_since=at, lacking=4)
    Feed.objects.create(channel="c" * 52, party=partner, incarnation="0" * 16, state=FeedStatus.QUARANTINED)
    Held.objects.create(party=partner, at=at, message="", salt=b"", body=b"", digest="d" * 64)
    said = figures(client)
    own = {name: value for name, value in said.items() if partner.pk in name}
    assert own.pop(f"comity_federation_last_contact_seconds['{partner.pk}']") == pytest.approx(420, abs=60)
    assert {name.partition("[")[0].removeprefix("comity_federation_"): value for name, value in own.items()} == {
        "peer_lag_seconds": 0,
        "backlog_records": 0,
        "held_records": 1,
        "quarantined_feeds": 1,
        "peer_silent": 1,
        "missing_steps": 4,
    }
    left = manifest_in_force(PartyId(world.nmi.pk), at=AT).expires - clock.now()
    name = f"comity_federation_manifest_expires_seconds['{world.nmi.pk}']"
    assert said[name] == pytest.approx(left.total_seconds(), abs=60)
    assert "far-ministry" not in client.get("/metrics", **TOKEN).content.decode()  # type: ignore[arg-type]
