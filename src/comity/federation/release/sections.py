"""What the page of a record says of sharing. Every process of a node loads this: it knows no form and no page."""

from collections.abc import Iterator

from django.template.loader import render_to_string
from markupsafe import Markup

from comity.federation.release.holding import standing_of
from comity.labels.subject import Role, Subject
from comity.records.kinds import Kind
from comity.records.models import Record
from comity.shell.beside import Beside, Section


def _steps(_record: Record, _kind: Kind, _subject: Subject) -> tuple[()]:
    """None: what an officer can do stands in the section."""
    return ()


def _sections(record: Record, _kind: Kind, subject: Subject) -> Iterator[Section]:
    """Where a record has been released, and who acknowledged it; of a copy, by which channel it came."""
    own = record.party_id == subject.party
    standing = standing_of(record, subject)
    context = {
        "record": record,
        "own": own,
        "given": [one for one in standing if one.revision or one.came or one.withdrawn],
        "releases": own and subject.has_role(Role.RELEASE_OFFICER),
    }
    yield Section(Markup(render_to_string("federation/panel.html", context)))  # noqa: S704  (a template escaped it)


BESIDE = Beside(_steps, _sections)
