"""Objective B: a count by sex, a running total, people who may be counted twice, a scale, categories, and a stock."""

from comity.config.synthetic.book import HOST, MISSION, Book, synthetic, words
from comity.config.synthetic.measuring import SEX, by_sex, indicator


def write(book: Book) -> None:
    """Results and indicators of the objective `schools`."""
    output = book.result(
        "schools",
        HOST,
        "output",
        words("Instructors of the school give its courses.", "يقدّم مدربو المدرسة دوراتها."),
        initiative="initiative.courses",
        do_no_harm=words(
            "The law of armed conflict is part of every course.", "قانون النزاعات المسلحة جزء من كل دورة."
        ),
    )
    outcome = book.result(
        "schools",
        HOST,
        "outcome",
        words("The school runs without outside instructors.", "تعمل المدرسة من غير مدربين من خارجها."),
    )
    _places_filled(book, output)
    _instructors(book, output)
    _people(book, output)
    _plan(book, outcome)
    _examiner(book, outcome)
    _manuals(book, output)


def _places_filled(book: Book, result: str) -> None:
    """A flow broken down by sex, "unknown" included, beyond its target before the year is over."""
    series = indicator(
        book,
        "schools.finished",
        result,
        synthetic("B1", "courses finished, by participant", "الدورات المنجزة بحسب المشاركين"),
        nature="flow",
        additive=True,
        straight_line=True,
        dimensions=[SEX],
        unit=words("certificates", "شهادة"),
        method=words("Certificates are counted, not people.", "تُعدّ الشهادات لا الأشخاص."),
        note=words(
            "Broken down by sex; the parts add up to the total, “unknown” included. Beyond its target.",
            "مفصّلة بحسب الجنس، ومجموع الأجزاء يساوي الكل، ومنها «غير معروف». تجاوزت القيمة المستهدفة.",
        ),
    )
    days = book.days
    here = book.places[:2]
    series.baseline(days.year(0), value=200)
    for number, year in enumerate(days.years, 1):
        series.target(year, value=400 - 60 * (len(days.years) - number))
    corrected = (days.quarters[-5], here[-1])
    for place in here:
        for quarter in days.quarters:
            low = 76 if quarter in days.running else 55
            value = series.chance.between(low, low + 12)
            known = series.measured(quarter, place, value=value, cells=by_sex(series.chance, value))
            if (quarter, place) == corrected:
                found = value + series.chance.between(2, 6)
                known = series.measured(
                    quarter,
                    place,
                    late=45,
                    corrects=known,
                    value=found,
                    cells=by_sex(series.chance, found),
                    note=words(
                        "A course that ended on the last day had been left out.",
                        "كانت دورة انتهت في اليوم الأخير قد سقطت من العدّ.",
                    ),
                )
            if quarter in days.running:
                method = words("Lists of certificates were read together.", "قُرئت قوائم الشهادات معاً.")
                series.verified(known, "confirmed", "joint", method)


def _instructors(book: Book, result: str) -> None:
    """A running total that falls once, because of a recount; the fall is kept and flagged."""
    series = indicator(
        book,
        "schools.instructors",
        result,
        synthetic("B2", "instructors qualified so far", "المدربون المؤهلون حتى الآن"),
        nature="running_total",
        additive=True,
        unit=words("instructors", "مدرب"),
        note=words(
            "A running total: only its last figure counts. It fell once, after a recount, and says so.",
            "مجموع تراكمي: لا يُعتدّ إلا بآخر رقم فيه. انخفض مرة بعد إعادة العدّ، ويُشار إلى ذلك.",
        ),
    )
    days = book.days
    recount = len(days.quarters) - 5
    series.baseline(days.baseline_day, value=12)
    so_far = 12
    latest = ""
    for number, quarter in enumerate(days.quarters):
        note = None
        if number == recount:
            so_far -= 3
            note = words("Three had been counted twice.", "كان ثلاثة منهم قد عُدّوا مرتين.")
        else:
            so_far += series.chance.between(3, 6)
        latest = series.measured(quarter.end, value=so_far, note=note)
    series.verified(latest, "confirmed", "independent", words("Files of all were seen.", "اطُّلع على ملفات الجميع."))
    before = 12 + 3 * (len(days.quarters) - 5)
    series.target(days.years[-2].end, value=before)
    series.target(days.year(days.count + 1).end, value=12 + 7 * len(days.quarters))


def _people(book: Book, result: str) -> None:
    """Distinct people: somebody may have been at both places, so there is no total."""
    series = indicator(
        book,
        "schools.people",
        result,
        synthetic("B3", "different people on a course", "الأشخاص المختلفون المشاركون في الدورات"),
        nature="flow",
        frequency="yearly",
        distinct_people=True,
        dimensions=[SEX],
        unit=words("people", "شخص"),
        note=words(
            "People may be counted in both places, so the two are not added.",
            "قد يُعدّ الشخص نفسه في المكانين، فلا يُجمع الرقمان.",
        ),
    )
    for year in book.days.years[:-1]:
        for place in book.places[:2]:
            value = series.chance.between(120, 180)
            series.measured(year, place, value=value, cells=by_sex(series.chance, value))


def _plan(book: Book, result: str) -> None:
    """Levels of a scale in three places: a distribution and its median, never a mean. The next measurement is due."""
    levels = [
        words("no plan", "لا توجد خطة"),
        words("a plan on paper", "خطة على الورق"),
        words("a plan that is taught", "خطة تُدرَّس"),
        words("a plan reviewed every year", "خطة تُراجَع سنوياً"),
        words("a plan made with the units", "خطة توضع مع الوحدات"),
    ]
    series = indicator(
        book,
        "schools.plan",
        result,
        synthetic("B4", "how courses are planned", "كيفية تخطيط الدورات"),
        measure="ordinal",
        frequency="half_yearly",
        levels=levels,
        straight_line=True,
        note=words(
            "Steps on a scale; places are shown as a distribution with its median. The next figure is due.",
            "درجات على سلّم، وتُعرض الأماكن موزّعةً مع الدرجة الوسطى. حلّ موعد القياس التالي.",
        ),
    )
    days = book.days
    for place in book.places:
        series.baseline(days.baseline_day, place, level=1)
        series.target(days.year(days.count + 1).end, place, level=5)
    backs = range(6 * (2 * days.count - 2), 0, -6)
    for place, last in zip(book.places, (4, 3, *[2] * len(book.places)), strict=False):
        path = [min(1 + number, last) for number in range(1, len(backs))]
        for back, level in zip(backs, [*path, last], strict=True):
            series.measured(days.back(back), place, level=level)


def _examiner(book: Book, result: str) -> None:
    """Categories: they have no order and no mean."""
    series = indicator(
        book,
        "schools.examiner",
        result,
        synthetic("B5", "who holds the examinations", "الجهة التي تجري الامتحانات"),
        measure="nominal",
        frequency="yearly",
        levels=[
            words("the instructors", "المدربون"),
            words("a board of the school", "لجنة من المدرسة"),
            words("an outside examiner", "ممتحن من الخارج"),
        ],
        note=words("Categories, listed place by place.", "فئات تُدرج مكاناً مكاناً."),
    )
    days = book.days
    for back in range(12 * (days.count - 1), -1, -12):
        for number, place in enumerate(book.places):
            level = 1 + number % 2 if back else (2, 3)[number % 2]
            series.measured(days.back(back), place, level=level)


def _manuals(book: Book, result: str) -> None:
    """From 10 to 20, and 25 are there: 150 %, and the number is not cut off."""
    series = indicator(
        book,
        "schools.manuals",
        result,
        synthetic("B6", "manuals in use", "الكتيبات المستعملة"),
        reporter=MISSION,
        unit=words("manuals", "كتيب"),
        note=words("Achieved beyond its target: 150 %.", "تحققت القيمة المستهدفة وتجاوزها القياس: 150 %."),
    )
    days = book.days
    series.baseline(days.baseline_day, value=10)
    series.target(days.years[-1].end, value=20)
    latest = ""
    for quarter, value in zip(days.quarters, series.chance.path(10, 25, len(days.quarters), 1), strict=True):
        latest = series.measured(quarter.end, value=value)
    series.verified(latest, "confirmed", "independent", words("The shelf was looked at.", "جرى الاطلاع على الرفوف."))
