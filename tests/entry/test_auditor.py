"""An auditor reads the log and changes nothing: every address of the node, sent to in every way, refuses them."""

from collections.abc import Iterator
from contextlib import closing
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from comity.accounts.models import Account, Group, Invitation
from comity.labels.subject import Role
from comity.responses.tests.world import World, written

PARTS = {"IntConverter": "1", "UUIDConverter": str(UUID(int=1)), "SlugConverter": "close", "StringConverter": "x"}
RECORD = "aaaaaaaa-00000000-0000-0000-0000-000000000000"
# What is about their own account alone, and the switches of the page frame; an invitation is for who is not signed in.
OWN = ("account/", "shell/language", "shell/theme", "join/")


def routes(resolver: URLResolver | None = None, above: str = "") -> Iterator[tuple[str, str]]:
    """Every pattern that may change something: its route, and an address that it takes."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = above + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, route)
        elif not getattr(entry.callback, "only_reads", False):
            yield route, address(route, entry)


def address(route: str, entry: URLPattern) -> str:
    """The route with something in each of its places."""
    for name, converter in entry.pattern.converters.items():
        kind = type(converter).__name__
        value = RECORD if type(converter).__module__.startswith("comity") else PARTS[kind]
        for written_as in (f"<record:{name}>", f"<int:{name}>", f"<uuid:{name}>", f"<slug:{name}>", f"<str:{name}>"):
            route = route.replace(written_as, value)
    return f"/{route}"


def test_every_place_of_every_route_is_filled():
    found = dict(routes())
    assert len(found) > 50
    assert not [route for route, at in found.items() if "<" in at]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_an_auditor_changes_nothing(client: Client, world: World, method: str):
    world.enter("programme.risk")
    world.sign_in(client, "nmi", Role.AUDITOR)
    before = written()
    for route, at in routes():
        if not route.startswith(OWN):
            answer = getattr(client, method)(at, {} if method == "post" else b"")
            assert answer.status_code == 403, (method, route)
    assert written() == before
    assert not Group.objects.exists()
    assert not Invitation.objects.exists()
    assert Account.objects.count() == 1


def test_the_same_addresses_are_open_to_others_so_that_it_is_the_role_that_refuses(client: Client, world: World):
    world.sign_in(client, "nmi")
    answers = {client.post(at, {}).status_code for route, at in routes() if route.startswith(("enter/", "records/"))}
    assert answers - {403}


def test_an_auditor_takes_the_log_along(client: Client, world: World):
    world.enter("programme.risk")
    world.sign_in(client, "nmi", Role.AUDITOR)
    before = written()
    with closing(client.post("/log/export.csv")) as taken:
        assert taken.status_code == 200
    assert written() == (*before[:-1], before[-1] + 1)  # that it was taken is on it


def test_an_auditor_reads_the_log_and_keeps_their_own_account(client: Client, world: World):
    world.sign_in(client, "nmi", Role.AUDITOR)
    assert client.get("/log/").status_code == 200
    assert client.post("/account/preferences/", {"language": "ar"}).status_code == 302
    assert client.post("/shell/language", {"language": "ar"}).status_code == 302
    assert client.post("/account/sessions/others/").status_code == 302
    assert client.post("/account/sign-out/").status_code == 302
