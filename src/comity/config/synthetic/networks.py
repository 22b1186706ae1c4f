"""Objective D, a proposal: two parties who do not agree, a level that gets worse, and nothing measured at all."""

from comity.config.synthetic.book import HOST, MISSION, Book, synthetic, words
from comity.config.synthetic.measuring import from_all_but, indicator


def write(book: Book) -> None:
    """Results and indicators of the objective `networks`."""
    output = book.result(
        "networks",
        MISSION,
        "output",
        words("Crews practise what to do when a network fails.", "تتدرب الفرق الفنية على ما يجب فعله عند تعطل الشبكة."),
        initiative="initiative.network-exercises",
    )
    outcome = book.result(
        "networks",
        MISSION,
        "outcome",
        words("Networks are kept up to date.", "تبقى الشبكات محدّثة."),
    )
    _up_to_date(book, outcome)
    _weaknesses(book, outcome)
    _exercises(book, output)


def _up_to_date(book: Book, result: str) -> None:
    """The mission's count and the host's, side by side: shown, and never averaged."""
    series = indicator(
        book,
        "networks.updated",
        result,
        synthetic("D1", "share of computers up to date", "نسبة الحواسيب المحدّثة"),
        measure="percentage",
        owner=MISSION,
        straight_line=True,
        critical=True,
        note=words(
            "Both parties count, and they disagree. The reporter’s figure decides; both are shown.",
            "يعدّ الطرفان ولا يتفقان. يُعتدّ برقم الطرف المبلِّغ، ويُعرض الرقمان معاً.",
        ),
    )
    days = book.days
    series.baseline(days.baseline_day, numerator=90, denominator=200)
    series.target(days.years[-1].end, value=80)
    series.target(days.year(days.count + 1).end, value=90)
    latest = ""
    for quarter in days.quarters[-7:]:
        latest = series.measured(quarter.end, numerator=series.chance.between(116, 126), denominator=200, grade="B2")
    series.verified(latest, "not_confirmed", "independent", words("Another list was used.", "استُعملت قائمة أخرى."))
    for quarter in days.running:
        series.measured(
            quarter.end,
            by=HOST,
            numerator=series.chance.between(162, 172),
            denominator=210,
            source=words("The ministry’s own list", "قائمة الوزارة نفسها"),
        )


def _weaknesses(book: Book, result: str) -> None:
    """From 20 to 10 was the aim, and 25 are there: −50 %, a regression. Month by month, with one month missing."""
    series = indicator(
        book,
        "networks.weaknesses",
        result,
        synthetic("D2", "weaknesses open for more than a month", "الثغرات التي مضى عليها أكثر من شهر"),
        owner=MISSION,
        direction="descending",
        frequency="monthly",
        unit=words("weaknesses", "ثغرة"),
        note=words(
            "Lower is better, and it rose above the baseline: −50 %, said as it is.",
            "القيمة الأقل هي الأفضل، وقد ارتفعت فوق خط الأساس: −50 %، وتُذكر كما هي.",
        ),
    )
    days = book.days
    series.baseline(days.baseline_day, value=20)
    series.target(days.years[-1].end, value=10)
    months = from_all_but(days.months, days.months[-9])
    for month, value in zip(months, series.chance.path(20, 25, len(months), 3), strict=True):
        series.measured(month.end, value=value)


def _exercises(book: Book, result: str) -> None:
    """A baseline and a target, and no measurement: not measured, which is not 0."""
    series = indicator(
        book,
        "networks.exercises",
        result,
        synthetic("D3", "exercises held", "التمارين المنفذة"),
        owner=MISSION,
        nature="flow",
        additive=True,
        unit=words("exercises", "تمرين"),
        note=words("Nothing has been measured yet: not the same as 0.", "لم يُقَس شيء بعد، وهذا غير الصفر."),
    )
    series.baseline(book.days.year(0), value=0)
    series.target(book.days.years[-1], value=10)
