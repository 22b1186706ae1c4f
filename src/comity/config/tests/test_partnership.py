"""A synthetic partnership: as large as asked for, the same everywhere, and as untidy as real ones are."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from comity.config import command, demo, node
from comity.config.loading import bring
from comity.config.synthetic import partnership
from comity.config.tests.synthetic_facts import indicators, of_kind
from comity.config.tests.test_synthetic import texts
from comity.kernel.ids import PartyId
from comity.labels.queries import label_of
from comity.labels.subject import Role
from comity.parties.actions import found_party
from comity.parties.models import Party
from comity.people.domain import STATUS_WORDS
from comity.programme.domain.assessment import assess
from comity.programme.domain.vocabulary import Freshness, IndicatorState
from comity.records.datafile import BadDataFile, DataDirectory
from comity.records.importing import importer
from comity.records.models import Record
from comity.responses.domain import Finding

AT = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def made() -> DataDirectory:
    return partnership.generate(7, size=2_000)


def test_the_same_seed_and_size_make_the_same_records() -> None:
    one, other = (partnership.generate(5, size=500) for _ in range(2))
    assert [(e.key, e.digest) for e in one.entries] == [(e.key, e.digest) for e in other.entries]
    assert one.name == other.name


def test_another_seed_makes_others() -> None:
    digests = [{e.digest for e in partnership.generate(seed, size=500).entries} for seed in (5, 6)]
    assert len(digests[0] - digests[1]) > 200


@pytest.mark.parametrize(("size", "more"), [(1, 30), (500, 160), (2_000, 160), (7_500, 300)])
def test_it_is_as_large_as_asked_for(size: int, more: int) -> None:
    assert size <= len(partnership.generate(1, size=size).entries) < size + more


@pytest.mark.parametrize("size", [0, -1, partnership.MOST + 1])
def test_a_size_that_is_none_is_refused(size: int) -> None:
    with pytest.raises(BadDataFile):
        partnership.generate(1, size=size)


def test_a_larger_one_is_measured_in_more_places_and_keeps_its_shape() -> None:
    small, larger = (Counter(e.kind for e in partnership.generate(1, size=size).entries) for size in (2_000, 7_500))
    assert small.keys() <= larger.keys()
    assert larger["programme.measurement"] / larger["programme.indicator"] > 1.5 * (
        small["programme.measurement"] / small["programme.indicator"]
    )


def test_figures_are_missing_late_corrected_worse_and_disputed(made: DataDirectory) -> None:
    found = [assess(facts, partnership.UNTIL) for facts in indicators(made).values()]
    states = Counter(one.state for one in found)
    assert states.keys() >= {
        IndicatorState.ON_TRACK,
        IndicatorState.BEHIND,
        IndicatorState.REGRESSING,
        IndicatorState.NOT_MEASURED,
    }
    assert {one.freshness for one in found} >= {Freshness.FRESH, Freshness.DUE, Freshness.NEVER}
    assert {e.fields["finding"] for e in of_kind(made, "responses.verification")} == set(Finding)
    measured = of_kind(made, "programme.measurement")
    assert any("supersedes" in e.fields for e in measured)
    late = [date.fromisoformat(e.fields["collected_on"]) - date.fromisoformat(e.fields["period_end"]) for e in measured]
    assert sum(day.days > 30 for day in late) > len(late) // 50
    per_series = Counter((e.fields["indicator"], e.fields.get("place")) for e in measured)
    assert len(set(per_series.values())) > 2  # some quarters are gaps


def test_holders_follow_one_another_and_some_posts_stand_empty(made: DataDirectory) -> None:
    terms = defaultdict(list)
    for entry in of_kind(made, "people.appointment"):
        terms[entry.fields["position"]].append((entry.fields["starts"], entry.fields.get("ends", "9999-12-31")))
    owners = {e.key: e.owner for e in made.entries}
    waits = []
    for each in terms.values():
        assert each == sorted(each)
        for (_, gone), (comes, _) in pairwise(each):
            waits.append((date.fromisoformat(comes) - date.fromisoformat(gone)).days)
    assert min(waits) == 1
    assert max(waits) > 9
    turns = {side: [len(each) for post, each in terms.items() if owners[post] == side] for side in ("iraq", "nmi")}
    assert sum(turns["nmi"]) / len(turns["nmi"]) > 2 * sum(turns["iraq"]) / len(turns["iraq"])
    assert {e.fields["status"] for e in of_kind(made, "people.appointment")} <= STATUS_WORDS.keys()


def test_everything_and_everybody_says_that_it_is_synthetic(made: DataDirectory) -> None:
    assert {made.about["label"][e.label]["policy"] for e in made.entries} == {"SYNTHETIC"}
    for entry in made.entries:
        name = entry.fields.get("name") or entry.fields.get("title") or entry.fields.get("statement")
        assert name is None or "synthetic" in name["en"].lower(), entry.key
    assert all(partnership.is_synthetic(table["name"]["en"]) for table in made.parties)


def test_every_text_stands_in_both_languages(made: DataDirectory) -> None:
    found = [text for e in made.entries for text in texts(dict(e.fields))]
    assert len(found) > 500
    for text in found:
        assert text["en"].isascii()
        assert any("\u0621" <= letter <= "\u064a" for letter in text["ar"])
        assert not any("a" <= letter <= "z" for letter in text["ar"])


def test_nothing_happens_after_the_last_day(made: DataDirectory) -> None:
    names = ("collected_on", "verified_on", "letter_date", "ends")
    days = [
        e.fields[name] for e in made.entries for name in names if name in e.fields and e.kind != "programme.mandate"
    ]
    ended = [day for day in days if len(day) == 10]
    assert len(ended) > 500
    assert max(ended) <= partnership.UNTIL.isoformat()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(node, "home", lambda: tmp_path)
    return tmp_path


def test_it_goes_in_by_the_rules_for_all_and_twice_changes_nothing(db: None, home: Path) -> None:
    data = partnership.generate(3, size=150)
    first = bring(data, at=AT)
    again = bring(partnership.generate(3, size=150), at=AT)
    assert (first.entered, again.entered, again.unchanged) == (len(data.entries), 0, len(data.entries))
    party = Party.objects.get(handle="nmi")
    labels = {label_of(pk) for pk in Record.objects.system("test").values_list("label_id", flat=True)}
    reader = importer(PartyId(party.pk), labels)
    assert Role.ADVISER in reader.roles
    assert Record.objects.visible_to(reader).count() == len(data.entries)


@pytest.mark.parametrize("name", ["Republic of Iraq", "Host nation (synthetic)"])
def test_a_node_holds_one_or_the_other(db: None, home: Path, name: str) -> None:
    text = {"original": "en", "text": {"en": name}}
    found_party(handle="iraq", name=text, nature="host", home=home, at=AT)
    with pytest.raises(demo.AnotherExample):
        if partnership.is_synthetic(name):
            demo.load(at=AT)
        else:
            demo.load_synthetic(seed=1, size=1, at=AT)
    assert not (home / "notice.json").exists()
    assert Party.objects.count() == 1


@pytest.mark.parametrize(("text", "size"), [("small", 1_000), ("large", 100_000), ("12", 12)])
def test_a_size_is_a_word_or_a_number(text: str, size: int) -> None:
    assert command.parser().parse_args(["demo", "--size", text]).size == size


@pytest.mark.parametrize("text", ["0", "-1", "huge", "1e3", "99999999999", "١٢"])
def test_what_is_no_size_is_refused_before_anything_is_made(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.parser().parse_args(["demo", "--size", text])
    assert "is no size" in capsys.readouterr().err
