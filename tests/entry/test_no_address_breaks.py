"""Whatever an address says, it is answered: with a page, a refusal or nothing there, and never with a fault."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from comity.labels.queries import intern
from comity.records.kinds import all_kinds, kind_coded
from comity.records.models import Record
from comity.responses.tests.world import World
from tests.entry.forms import opened, sent

SIDES = ("nmi", "iraq")
RESPONSES = ("respond", "propose", "proposal", "accept", "decline", "withdraw", "answered")
NOTHING = "aaaaaaaa-00000000-0000-0000-0000-000000000000"


@pytest.fixture
def slugs(world: World) -> dict[str, str]:
    """A record of every kind, by code: those that answer another party's by Iraq, the others by the mission."""
    objective = world.enter("programme.objective")
    found = {"programme.objective": objective.record.slug}
    indicator = world.enter("programme.indicator", result=world.enter("programme.result", objective=objective))
    for kind in all_kinds():
        refs: dict[str, Any] = {"indicator": indicator} if "indicator" in kind.refs else {}
        by = "iraq" if kind.code.startswith("responses.") or kind.code == "programme.mandate" else "nmi"
        if "value" in kind.fields:
            refs["value"] = 5
        if kind.code == "responses.verification":
            refs["about"] = world.enter("programme.measurement", indicator=indicator, value=6, place="IQG07")
        if kind.code == "responses.concurrence":
            found[kind.code] = world.concur(objective).record.slug
        elif kind.code == "responses.reply":
            proposal = world.enter("responses.proposal", "iraq", about=objective)
            found[kind.code] = world.enter(kind.code, "nmi", about=proposal).record.slug
        elif kind.code not in found:
            found[kind.code] = world.enter(kind.code, by, **refs).record.slug
    return found


def statuses(client: Client, address: str) -> Iterator[int]:
    """What an address answers: opened, and sent with next to nothing. A fault is raised by the client."""
    yield client.get(address).status_code
    yield client.post(address, {"revision": "9" * 30, "note_en": "x", "once": "x"}).status_code


def test_entering_under_or_for_a_record_of_any_kind(client: Client, world: World, slugs: dict[str, str]):
    world.sign_in(client, "nmi")
    assert slugs.keys() == {kind.code for kind in all_kinds()}
    for kind in all_kinds():
        address = reverse("shell:enter", args=[kind.code])
        for query in ("about", "corrects"):
            for code, slug in {**slugs, "nothing": NOTHING, "damage": "%00", "": ""}.items():
                answers = set(statuses(client, f"{address}?{query}={slug}"))
                asked = (kind.code, query, code)
                assert answers <= {200, 404, 422} | ({302} if kind.opened_at else set()), asked
                if query == "corrects" and code and not (kind.append_only and code == kind.code):
                    assert answers == {404}, asked
                if query == "about" and code and kind.parent and not _fits(kind.code, code):
                    assert answers == {404}, asked


def _fits(kind: str, above: str) -> bool:
    codes = kind_coded(kind).refs[kind_coded(kind).parent]
    return above in codes or (codes == () and above not in {"nothing", "damage"})


@pytest.mark.parametrize("side", SIDES)
def test_every_page_of_a_record_of_any_kind(client: Client, world: World, slugs: dict[str, str], side: str):
    world.sign_in(client, side)
    for code, slug in {**slugs, "nothing": NOTHING}.items():
        pages = [reverse(f"shell:{name}", args=[slug]) for name in ("record", "amend", "purge")]
        pages += [reverse(f"responses:{name}", args=[slug]) for name in RESPONSES]
        pages += [reverse("shell:proof", args=[slug, number]) for number in (0, 1, 2, 2**31, 2**63, 10**40)]
        pages += [reverse("shell:scan", args=[slug, field]) for field in ("scan", "note", "label", "nothing")]
        for address in pages:
            answers = set(statuses(client, address))
            assert answers <= {200, 302, 403, 404, 405, 422}, address
            assert code != "nothing" or answers <= {404, 405}, address


def test_what_may_be_corrected_still_is(client: Client, world: World, slugs: dict[str, str]):
    world.sign_in(client, "nmi")
    address = f"/enter/programme.measurement/?corrects={slugs['programme.measurement']}"
    assert opened(client, address).values["value"] == ["5"]
    assert sent(client, address, value="7").status_code == 302


def _mark(world: World, row: Any, *, record: bool = True) -> None:
    """Mark a row for Iraq alone behind the back of every rule, as an older version could have; perhaps not its head."""
    label = intern(world.label("iraq"))
    type(row).objects.system("test").filter(pk=row.pk).update(label_id=label)
    if record:
        Record.objects.system("test").filter(pk=row.pk).update(label_id=label)


def test_correcting_a_figure_of_what_is_not_shown(client: Client, world: World):
    indicator = world.enter("programme.indicator")
    measurement = world.enter("programme.measurement", indicator=indicator, value=5)
    _mark(world, indicator)
    world.sign_in(client, "nmi")
    address = f"/enter/programme.measurement/?corrects={measurement.record.slug}"
    assert set(statuses(client, address)) == {404}


def test_a_row_that_is_not_shown_although_its_record_is(client: Client, world: World):
    risk, measurement = world.enter("programme.risk"), world.enter("programme.measurement", value=5)
    for row in (risk, measurement):
        _mark(world, row, record=False)
    world.sign_in(client, "nmi")
    assert set(statuses(client, reverse("shell:amend", args=[risk.record.slug]))) == {404}
    assert set(statuses(client, f"/enter/programme.measurement/?corrects={measurement.record.slug}")) == {404}


def test_what_somebody_is_shown_stays_in_no_cache(client: Client, world: World, slugs: dict[str, str]):
    world.sign_in(client, "nmi")
    slug = slugs["programme.objective"]
    pages = ["/", f"/objectives/{slug}/", f"/records/{slug}/edit/", f"/records/{slug}/proof/1.json", "/nowhere/"]
    for address in pages:
        assert client.get(address)["Cache-Control"] == "private, no-store", address
    signing_out = client.post(reverse("account_logout"))
    assert signing_out["Cache-Control"] == "private, no-store"
    static = client.get("/static/shell/comity.css", headers={"accept-encoding": "gzip"})
    static.close()
    assert static.status_code == 200
    assert "no-store" not in static["Cache-Control"]
    assert "max-age" in static["Cache-Control"]
    assert static["Content-Encoding"] == "gzip"
