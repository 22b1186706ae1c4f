"""The form components tie labels, hints and errors to their controls."""

from html.parser import HTMLParser

import pytest
from django import forms
from django.http import QueryDict
from django.template import engines

from comity.shell.fields import MultilingualField, PartialDateField, QuantityField

pytestmark = [pytest.mark.urls("comity.shell.tests.addresses")]


class Entry(forms.Form):
    value = QuantityField(label="Value", help_text="The number alone.")
    due = PartialDateField(label="Due")
    title = MultilingualField(label="Title", rows=1, help_text="A line.")
    statement = MultilingualField(label="Statement")
    finding = forms.ChoiceField(label="Finding", choices=[("a", "yes"), ("b", "no")], widget=forms.RadioSelect)
    critical = forms.BooleanField(label="Critical", required=False, help_text="Weighs more.")
    note = forms.CharField(label="Remark", required=False, widget=forms.Textarea)


class Page(HTMLParser):
    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def attributes(self, name: str) -> list[str]:
        return [value for _tag, attrs in self.tags if (value := attrs.get(name))]


def whole(form: forms.Form) -> str:
    source = '{% import "shell/forms.html" as forms %}{{ forms.whole(form, "", "Save", "/") }}'
    return str(engines["jinja2"].from_string(source).render({"form": form}))


@pytest.fixture
def wrong() -> str:
    data = QueryDict("value=1,5&due=2018-13&title_en=%3Cb%3E&title_ar=&title_original=en&statement_original=en")
    return whole(Entry(data))


def test_every_control_has_a_label(wrong):
    page = Page(wrong)
    labelled = set(page.attributes("for"))
    for tag, attrs in page.tags:
        if tag in {"input", "select", "textarea"} and attrs.get("type") not in {"hidden", "radio"}:
            assert attrs["id"] in labelled


def test_every_hint_and_error_that_is_pointed_to_is_there(wrong):
    page = Page(wrong)
    pointed = {one for value in page.attributes("aria-describedby") for one in value.split()}
    assert {"id_value_helptext", "id_value_error", "id_due_error", "id_finding_error", "id_statement_error"} <= pointed
    assert pointed <= set(page.attributes("id"))


def test_ids_are_unique(wrong):
    ids = Page(wrong).attributes("id")
    assert len(ids) == len(set(ids))


def test_the_summary_leads_to_each_field_that_is_wrong(wrong):
    page = Page(wrong)
    links = [href[1:] for href in page.attributes("href") if href.startswith("#")]
    assert len(links) == 4
    assert set(links) <= set(page.attributes("id"))
    assert 'role="alert"' in wrong


def test_a_form_without_faults_has_no_summary():
    assert "refused" not in whole(Entry())


def test_what_was_typed_is_kept_and_escaped(wrong):
    assert 'value="1,5"' in wrong
    assert 'value="&lt;b&gt;"' in wrong
    assert "<b>" not in wrong


def test_a_persons_name_is_not_kept_in_the_browser():
    class Person(forms.Form):
        name = MultilingualField(label="Name", rows=1, private=True)
        post = MultilingualField(label="Post", rows=1)

    page = Page(whole(Person()))
    private = {attrs["name"] for _tag, attrs in page.tags if "data-private" in attrs}
    assert private == {"name_en", "name_ar"}


def test_each_language_has_its_direction():
    page = Page(whole(Entry()))
    boxes = {attrs["name"]: (attrs.get("lang"), attrs.get("dir")) for _tag, attrs in page.tags if attrs.get("lang")}
    assert boxes["title_ar"] == ("ar", "rtl")
    assert boxes["statement_en"] == ("en", "ltr")
