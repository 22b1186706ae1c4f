"""Objective C: a measured nothing, a share on its straight line, a level kept, a level not kept, and no baseline."""

from comity.config.synthetic.book import HOST, Book, synthetic, words
from comity.config.synthetic.measuring import from_all_but, indicator


def write(book: Book) -> None:
    """Results and indicators of the objective `money`."""
    output = book.result(
        "money",
        HOST,
        "output",
        words("Audits are held and read.", "تُجرى عمليات التدقيق وتُقرأ تقاريرها."),
        initiative="initiative.audit-cell",
    )
    outcome = book.result(
        "money",
        HOST,
        "outcome",
        words("What is planned is what is spent.", "ما يُخطط له هو ما يُنفق."),
    )
    _audits(book, output)
    _budget(book, outcome)
    _complaints(book, outcome)
    _overdue(book, outcome)
    _lines(book, outcome)


def _audits(book: Book, result: str) -> None:
    """From 0 to 10, and measured as 0: that is a figure, and not a gap."""
    series = indicator(
        book,
        "money.audits",
        result,
        synthetic("C1", "audits finished", "عمليات التدقيق المنجزة"),
        nature="flow",
        additive=True,
        straight_line=True,
        critical=True,
        unit=words("audits", "عملية تدقيق"),
        note=words("Measured, and it was 0: not the same as not measured.", "قيست وكانت 0، وهذا غير أنها لم تُقَس."),
    )
    days = book.days
    series.baseline(days.year(days.count - 1), value=0)
    series.target(days.years[-1], value=10)
    for quarter in days.running:
        series.measured(quarter, value=0)


def _budget(book: Book, result: str) -> None:
    """A share of each quarter, held against the straight line between stated targets. One figure came late."""
    series = indicator(
        book,
        "money.budget",
        result,
        synthetic("C2", "share of payments made as planned", "نسبة المدفوعات المنفذة وفق الخطة"),
        measure="percentage",
        nature="flow",
        straight_line=True,
        note=words(
            "Progress is expected on a straight line between the stated targets. One figure came months late.",
            "يُتوقع أن يسير التقدم في خط مستقيم بين القيم المستهدفة المعلنة. وصل أحد الأرقام متأخراً أشهراً.",
        ),
    )
    days = book.days
    series.baseline(days.baseline_day, value=50)
    for number, year in enumerate((*days.years, days.year(days.count + 1)), 1):
        series.target(year.end, value=50 + 40 * number // (days.count + 1))
    path = series.chance.path(50, 84, len(days.quarters), 3)
    late = days.quarters[-7]
    latest = ""
    for quarter, share in zip(days.quarters, path, strict=True):
        planned = series.chance.between(90, 130)
        made = -(-share * planned // 100)
        latest = series.measured(quarter, numerator=made, denominator=planned, late=140 if quarter == late else 0)
    series.verified(latest, "confirmed", "joint", words("Ledgers were compared.", "قورنت الدفاتر."))


def _complaints(book: Book, result: str) -> None:
    """Target and baseline are the same, and it is kept. One quarter was not measured."""
    series = indicator(
        book,
        "money.complaints",
        result,
        synthetic("C3", "complaints by suppliers still open", "شكاوى المجهزين التي لم تُغلق"),
        direction="descending",
        unit=words("complaints", "شكوى"),
        note=words(
            "The aim is to keep the level; it is kept, and that is no percentage.",
            "الغاية الإبقاء على المستوى، وهو باقٍ، ولا نسبة لذلك.",
        ),
    )
    days = book.days
    series.baseline(days.baseline_day, value=5)
    series.target(days.years[-1].end, value=5)
    for quarter in from_all_but(days.quarters[:-1], days.quarters[3]):
        series.measured(quarter.end, value=series.chance.between(4, 6))
    series.measured(days.last_day, value=5)


def _overdue(book: Book, result: str) -> None:
    """The same, and it is not kept."""
    series = indicator(
        book,
        "money.overdue",
        result,
        synthetic("C4", "accounts handed in too late", "الحسابات المسلَّمة بعد موعدها"),
        direction="descending",
        unit=words("accounts", "حساب"),
        note=words("The aim is to keep the level; it is not kept.", "الغاية الإبقاء على المستوى، ولم يُحافَظ عليه."),
    )
    days = book.days
    series.baseline(days.baseline_day, value=5)
    series.target(days.years[-1].end, value=5)
    for quarter in days.quarters[:-1]:
        series.measured(quarter.end, value=series.chance.between(4, 6))
    series.measured(days.last_day, value=7)


def _lines(book: Book, result: str) -> None:
    """No baseline: 10 of 40, which is attainment and not progress. Not measured for a year, so it is stale."""
    series = indicator(
        book,
        "money.lines",
        result,
        synthetic("C5", "budget lines with a named holder", "بنود الموازنة التي لها مسؤول معيّن"),
        unit=words("lines", "بند"),
        note=words(
            "There is no baseline, so the share of the target is attainment, not progress. The figure is old.",
            "لا يوجد خط أساس، فحصة القيمة المستهدفة نسبة بلوغ لا نسبة تقدم. والرقم قديم.",
        ),
    )
    days = book.days
    series.target(days.years[-1].end, value=40)
    for back, value in ((18, 8), (15, 9), (12, 10)):
        series.measured(days.back(back), value=value)
