"""What a node tells of itself says what went wrong and where, and nothing that somebody wrote."""

import json
import logging
import sys

import pytest
from django.db import connection

from comity.config.logs import JsonLine, Line


def told(formatter: logging.Formatter) -> str:
    """What is told of an insertion that the database refuses."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO labels_internedlabel (id, body) VALUES (%s, %s)", ["Colonel Zenith", None])
    except Exception:  # noqa: BLE001 whatever the database calls it
        record = logging.LogRecord("comity.test", logging.ERROR, "", 0, "failed: %s", ("gently",), sys.exc_info())
        return formatter.format(record)
    return pytest.fail("the database took it")


@pytest.mark.django_db
@pytest.mark.parametrize("formatter", [Line(), JsonLine()])
def test_an_exception_is_told_without_what_it_was_about(formatter: logging.Formatter) -> None:
    text = told(formatter)
    assert "failed: gently" in text
    assert "test_logs.py" in text
    assert "django.db.utils." in text
    assert "because of" in text  # the driver's own
    assert "Zenith" not in text


def test_a_line_for_machines_is_one_object() -> None:
    record = logging.LogRecord("comity.test", logging.WARNING, "", 0, "two\nlines\x1b[31m و", (), None)
    (line,) = JsonLine().format(record).splitlines()
    said = json.loads(line)
    assert (said["level"], said["message"]) == ("WARNING", "two\nlines\x1b[31m و")
    assert "exception" not in said
