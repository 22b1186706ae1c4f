"""What keeps the node from storing is told apart from what is a fault of the program."""

import errno
import sqlite3

import pytest
from django import forms
from django.db import DatabaseError, InterfaceError, OperationalError

from comity.shell.refusals import onto, status_of
from comity.shell.storage import NoRoom, StoreAway, refusal_of
from comity.shell.views import server_error


class OfPostgres(Exception):
    def __init__(self, sqlstate: str | None) -> None:
        super().__init__()
        self.sqlstate = sqlstate


def raised(error: DatabaseError | InterfaceError, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


def of_sqlite(code: int) -> Exception:
    cause = sqlite3.OperationalError()
    cause.sqlite_errorcode = code
    return raised(OperationalError(), cause)


@pytest.mark.parametrize(
    ("error", "found"),
    [
        (OSError(errno.ENOSPC, "no space"), NoRoom),
        (OSError(errno.EFBIG, "too large"), NoRoom),
        (OSError(errno.ENOENT, "no such file"), None),
        (of_sqlite(sqlite3.SQLITE_FULL), NoRoom),
        (of_sqlite(sqlite3.SQLITE_BUSY), StoreAway),
        (of_sqlite(sqlite3.SQLITE_IOERR_WRITE), StoreAway),
        (of_sqlite(sqlite3.SQLITE_ERROR), None),  # a table that is not there
        (of_sqlite(sqlite3.SQLITE_CORRUPT), None),
        (raised(OperationalError(), OfPostgres("53100")), NoRoom),
        (raised(OperationalError(), OfPostgres("57P01")), StoreAway),  # an administrator ended the connection
        (raised(OperationalError(), OfPostgres(None)), StoreAway),  # nobody answers
        (raised(InterfaceError(), OfPostgres(None)), StoreAway),
        (raised(DatabaseError(), OfPostgres("42P01")), None),
        (ValueError(), None),
        (None, None),
    ],
)
def test_a_full_disk_and_an_absent_database_are_known(error, found):
    refusal = refusal_of(error)
    assert (type(refusal) if refusal else None) is found


def test_a_form_says_it_and_keeps_what_was_typed():
    form = forms.Form({})
    with onto(form):
        raise OSError(errno.ENOSPC, "no space")
    assert "disk of this node is full" in str(form.non_field_errors())
    assert form.unstored == 507


def test_another_error_is_no_refusal():
    with pytest.raises(OSError, match="no such file"), onto(forms.Form({})):
        raise OSError(errno.ENOENT, "no such file")


@pytest.mark.parametrize(("error", "status"), [(NoRoom(), 507), (StoreAway(), 503)])
def test_each_has_its_status(error, status):
    assert status_of(error) == status


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (of_sqlite(sqlite3.SQLITE_FULL), 507, "disk of this node is full"),
        (of_sqlite(sqlite3.SQLITE_BUSY), 503, "does not answer just now"),
        (ValueError(), 500, "our fault"),
    ],
)
def test_the_page_of_last_resort_says_it_too(rf, error, status, words):
    try:
        raise error
    except type(error):
        answer = server_error(rf.get("/"))
    assert answer.status_code == status
    assert words in answer.content.decode()
