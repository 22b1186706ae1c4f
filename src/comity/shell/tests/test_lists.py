"""A list is what its address says, and a damaged address is a list too."""

from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from comity.shell.lists import Filter, Listing

FILTERS = (
    Filter("status", "Status", (("active", "active"), ("paused", "paused"))),
    Filter("area", "Area", (("cyber", "Cyber"),)),
)


def test_the_address_keeps_what_was_chosen():
    asked = Listing.of(QueryDict("status=active&q=دفاع&after=x9"), FILTERS)
    assert asked.chosen == {"status": "active"}
    assert asked.words == "دفاع"
    again = Listing.of(QueryDict(asked.address(after="x9")[1:]), FILTERS)
    assert again == asked


def test_another_filter_begins_at_the_first_page():
    asked = Listing.of(QueryDict("status=active&after=x9"), FILTERS)
    assert QueryDict(asked.address(area="cyber")[1:]).dict() == {"status": "active", "area": "cyber"}
    assert asked.address(status="") == "?"


@given(st.dictionaries(st.sampled_from(["status", "area", "q", "after", "other"]), st.text(max_size=300)))
def test_no_address_is_an_error_and_none_invents_a_choice(given_parts):
    asked = Listing.of(given_parts, FILTERS)
    assert all(value in dict(one.choices) for one in FILTERS for value in [asked.chosen.get(one.name)] if value)
    assert len(asked.words) <= 200
    assert "other" not in asked.address()


def test_the_next_page_keeps_what_was_chosen():
    asked = Listing.of(QueryDict("status=active&q=x&after=9"), FILTERS)
    assert QueryDict((asked.following(7) or "")[1:]).dict() == {"q": "x", "status": "active", "after": "7"}
    assert asked.following(None) is None


def test_what_narrows_a_list_is_said_in_words():
    assert Listing.of(QueryDict("area=cyber&q=x&status=no"), FILTERS).said == [("Words", "x"), ("Area", "Cyber")]
