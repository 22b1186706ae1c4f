"""The short name of a party goes into files and addresses."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from comity.kernel.text import Text
from comity.parties.actions import BadHandle, found_party
from comity.parties.models import Party

AT = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.django_db
@pytest.mark.parametrize("handle", ["", "../../x", "Iraq", "عراق", "a" * 32, "1st", "a b", "a\n"])
def test_a_handle_that_is_no_word_is_refused_and_leaves_no_keys(handle: str, tmp_path: Path) -> None:
    with pytest.raises(BadHandle):
        found_party(handle=handle, name=Text.single("en", "X").json(), nature="host", home=tmp_path, at=AT)
    assert not list(tmp_path.iterdir())
    assert not Party.objects.exists()
