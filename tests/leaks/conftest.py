"""The node full of canaries, built once for all tests of a file and gone after them."""

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from pytest_django import DjangoDbBlocker

from comity.federation.release import views as releases
from comity.kernel import clock
from comity.responses import queries as responses
from comity.shell import import_work, kind_lists
from tests.leaks import dataset, markings
from tests.leaks.importing import at_once
from tests.leaks.scratch import scratch


class Stopped(datetime):
    """A clock that stands at the day of these tests, so that a page asked for twice is the same page."""

    @classmethod
    def now(cls, tz: Any = None) -> Any:
        return markings.AT.astimezone(tz)


@pytest.fixture(scope="module")
def data(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dataset.Dataset]:
    home = tmp_path_factory.mktemp("leaks")
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), scratch():
        for name, least in (("time_cost", 1), ("memory_cost", 8), ("parallelism", 1)):  # slow on purpose elsewhere
            patch.setattr(Argon2PasswordHasher, name, least)
        patch.setattr(settings, "SECOND_FACTOR_ROLES", ())  # which nobody here has set up
        patch.setattr(clock, "datetime", Stopped)
        patch.setattr(settings, "COMITY_HOME", home)
        patch.setattr(import_work, "start", at_once)
        # More than anybody low may read of a kind, and less than there is; so that what is hidden would take places.
        patch.setattr(kind_lists, "MOST_OPTIONS", 12)
        patch.setattr(responses, "MOST", 5)
        patch.setattr(releases, "LISTED", 4)
        patch.setattr(logging.getLogger("django.request"), "disabled", True)  # of every refusal asked for on purpose
        yield dataset.build(home)
