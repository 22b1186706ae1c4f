"""One sending, one record: the id follows from the token and from all that was sent, and from nothing else."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from comity.shell import once

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TOKEN = once.token(AT, bytes(16))


def sent(**values: Any) -> Any:
    return once.id_for(RequestFactory().post("/enter/programme.risk/", {once.FIELD: TOKEN, "state": "open", **values}))


def test_the_same_sending_has_the_same_id_whatever_the_browser_adds():
    assert sent(csrfmiddlewaretoken="a") == sent(csrfmiddlewaretoken="b") is not None


def test_the_id_carries_the_moment_of_the_form():
    assert sent().version == 7
    assert sent().int >> 80 == int(AT.timestamp() * 1000)


@pytest.mark.parametrize(
    "other",
    [
        {"state": "closed"},
        {"note": ""},
        {"state": ["open", "open"]},
        {"stat": "eopen"},
        {once.FIELD: once.token(AT, bytes([1] * 16))},
        {"scan": SimpleUploadedFile("letter.pdf", b"%PDF-1")},
    ],
    ids=["value", "field", "twice", "shifted", "token", "file"],
)
def test_another_sending_has_another_id(other):
    assert sent(**other) not in {None, sent()}


def test_files_are_told_apart_by_content_and_can_still_be_read():
    upload = SimpleUploadedFile("letter.pdf", b"%PDF-1")
    assert sent(scan=upload) == sent(scan=SimpleUploadedFile("letter.pdf", b"%PDF-1"))
    assert sent(scan=SimpleUploadedFile("letter.pdf", b"%PDF-1")) != sent(
        scan=SimpleUploadedFile("letter.pdf", b"%PDF-2")
    )
    request = RequestFactory().post("/", {once.FIELD: TOKEN, "scan": SimpleUploadedFile("letter.pdf", b"%PDF-1")})
    once.id_for(request)
    (kept,) = request.FILES.getlist("scan")
    assert kept.read() == b"%PDF-1"


@pytest.mark.parametrize(
    "token",
    ["", "nonsense", TOKEN[:-1] + ("A" if TOKEN[-1] != "A" else "B"), "9" * 40],
    ids=["none", "nonsense", "another signature", "digits"],
)
def test_a_token_that_this_node_did_not_make_names_nothing(token):
    assert sent(**{once.FIELD: token}) is None
