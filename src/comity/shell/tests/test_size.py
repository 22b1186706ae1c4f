"""What is too large is answered before anybody reads it, in the person's language."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from comity.shell.middleware import MOST_BYTES, SizeMiddleware

pytestmark = [pytest.mark.django_db]


def answered(length: str) -> int:
    """The status of an answer to a request that says it is so long."""
    request = RequestFactory().post("/")
    request.META["CONTENT_LENGTH"] = length
    return SizeMiddleware(_in)(request).status_code


def _in(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("in")


@pytest.mark.parametrize("length", ["", "0", "12000000", "-1", "many", "²"])
def test_what_is_not_too_large_is_let_through(length: str):
    assert answered(length) == 200


@pytest.mark.parametrize("length", ["12000001", "9" * 30, "9" * 5000])
def test_what_is_too_large_is_not(length: str):
    assert answered(length) == 413


@pytest.mark.parametrize(
    ("language", "said"), [("en", "At most 12 MB can be sent at once."), ("ar", "١٢")], ids=["en", "ar"]
)
def test_the_node_says_so_in_the_persons_language_and_reads_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch, language: str, said: str
):
    def read(_request: HttpRequest) -> None:
        raise AssertionError("it was read")

    monkeypatch.setattr(HttpRequest, "_load_post_and_files", read)
    client.cookies["comity_language"] = language
    answer = client.generic("POST", "/account/sign-in/", b"", CONTENT_LENGTH=str(MOST_BYTES + 1))
    assert answer.status_code == 413
    assert f'<html lang="{language}"' in answer.text
    assert said in answer.text
