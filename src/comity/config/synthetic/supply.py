"""Objective A: a flow over places, a stock of two places, a level where lower is better, a share, and a judgement."""

from comity.config.synthetic.book import MISSION, Book, synthetic, words
from comity.config.synthetic.measuring import from_all_but, indicator

HANDED_OVER_A_QUARTER = 38  # requests a place can meet in a quarter, more or less


def write(book: Book) -> None:
    """Results and indicators of the objective `supply`."""
    output = book.result(
        "supply",
        "iraq",
        "output",
        words("Planners work from one list of requests.", "يعمل المخططون من قائمة طلبات واحدة."),
        initiative="initiative.supply-advice",
        do_no_harm=words("Stores for hospitals are never put behind others.", "لا تُؤخَّر مخازن المستشفيات عن غيرها."),
    )
    outcome = book.result(
        "supply",
        "iraq",
        "outcome",
        words("Requests are met faster, and more of them.", "تُلبّى الطلبات بوتيرة أسرع وبعدد أكبر."),
    )
    impact = book.result(
        "supply",
        "iraq",
        "impact",
        words("Units can rely on their supply.", "تستطيع الوحدات الاعتماد على إمدادها."),
    )
    _requests_met(book, outcome)
    _stores(book, output)
    _days(book, outcome)
    _unanswered(book, outcome)
    _reliance(book, impact)


def _requests_met(book: Book, result: str) -> None:
    """A flow, added up over time and places, with a gap in the year before the running one."""
    series = indicator(
        book,
        "supply.met",
        result,
        synthetic("A1", "requests met", "الطلبات الملبّاة"),
        nature="flow",
        additive=True,
        straight_line=True,
        critical=True,
        unit=words("requests", "طلب"),
        method=words("Signed receipts are counted.", "تُعدّ إيصالات التسليم الموقّعة."),
        note=words(
            "A flow of several places, added up. One place reported nothing for one quarter: it stays a gap.",
            "مقدار يتحقق خلال مدة في عدة أماكن ويُجمع. لم يرد من أحد الأماكن رقم لربع سنة واحد، فيبقى الربع ناقصاً.",
        ),
    )
    days, places = book.days, book.places
    a_year = 4 * HANDED_OVER_A_QUARTER * len(places)
    series.baseline(days.year(0), value=a_year * 60 // 100)
    for number, year in enumerate(days.years, 1):
        series.target(year, value=a_year * (100 - 10 * (len(days.years) - number)) // 100)
    unreported = days.quarters[-6]
    latest = ""
    for place in places:
        kept = from_all_but(days.quarters, unreported) if place == places[-1] else days.quarters
        for quarter in kept:
            low = HANDED_OVER_A_QUARTER - (1 if quarter in days.running else 6)
            latest = series.measured(quarter, place, value=series.chance.between(low, low + 4), grade="B2")
        if place == places[0]:
            series.verified(
                latest, "confirmed", "joint", words("Receipts were counted together.", "عُدّت الإيصالات معاً.")
            )
        elif place == places[1]:
            series.verified(latest, "confirmed", "independent", words("Twenty units were asked.", "سُئلت عشرون وحدة."))


def _stores(book: Book, result: str) -> None:
    """A stock of two places: 40 and 60 at the last date, 50 and 50 before; together 100."""
    series = indicator(
        book,
        "supply.stores",
        result,
        synthetic("A2", "stores on the list", "المخازن المدرجة في القائمة"),
        frequency="half_yearly",
        additive=True,
        unit=words("stores", "مخزن"),
        note=words(
            "A stock of two places: added over places, never over time.",
            "رصيد في مكانين: يُجمع على الأماكن ولا يُجمع على الزمن.",
        ),
    )
    days = book.days
    here, there = book.places[:2]
    for place in (here, there):
        series.baseline(days.baseline_day, place, value=30)
    for year, each in zip((*days.years[-2:], days.year(days.count + 1)), (40, 55, 70), strict=True):
        for place in (here, there):
            series.target(year.end, place, value=each)
    earlier = range(6 * (2 * days.count - 2), 6, -6)
    for back in earlier:
        for place in (here, there):
            series.measured(days.back(back), place, value=series.chance.between(32, 48))
    for back, first, second in ((6, 50, 50), (0, 40, 60)):
        series.measured(days.back(back), here, value=first)
        series.measured(days.back(back), there, value=second)


def _days(book: Book, result: str) -> None:
    """Lower is better: from 20 to 15 on the way to 10. One typing error, corrected; the last figure is disputed."""
    series = indicator(
        book,
        "supply.days",
        result,
        synthetic("A3", "days from request to receipt, median", "الأيام من الطلب إلى التسلّم (الوسيط)"),
        direction="descending",
        straight_line=True,
        unit=words("days", "يوم"),
        note=words(
            "Lower is better. A typing error was corrected by a second record; the first stays visible.",
            "القيمة الأقل هي الأفضل. صُحّح خطأ في الإدخال بقيد ثانٍ، ويبقى القيد الأول ظاهراً.",
        ),
    )
    days = book.days
    series.baseline(days.baseline_day, value=20)
    series.target(days.year(days.count + 1).end, value=10)
    path = series.chance.path(20, 15, len(days.quarters), 1)
    wrong = days.quarters[-4]
    latest = ""
    for quarter, value in zip(days.quarters, path, strict=True):
        if quarter == wrong:
            typed = series.measured(quarter.end, value=10 * value)
            latest = series.measured(
                quarter.end,
                value=value,
                late=30,
                corrects=typed,
                note=words("A nought too many was typed.", "أُدخل صفر زائد."),
            )
        else:
            latest = series.measured(quarter.end, value=value)
    series.verified(
        latest,
        "not_confirmed",
        "independent",
        words("The register was read again.", "أُعيدت قراءة السجل."),
        note=words("The register shows requests that were left out of the count.", "يُظهر السجل طلبات لم تدخل في العدّ."),
    )


def _unanswered(book: Book, result: str) -> None:
    """A share from small to large: 1 of 2, then 30 of 100; together 31 of 102, never the mean of the two."""
    series = indicator(
        book,
        "supply.unanswered",
        result,
        synthetic("A4", "share of requests without an answer", "نسبة الطلبات التي بقيت بلا جواب"),
        owner=MISSION,
        measure="percentage",
        nature="flow",
        direction="descending",
        frequency="yearly",
        method=words("A survey of units.", "استطلاع للوحدات."),
        note=words(
            "A percentage keeps what it is made of: 1 of 2 and 30 of 100 are 31 of 102.",
            "تحتفظ النسبة بما تتكوّن منه: 1 من 2 و30 من 100 هما معاً 31 من 102.",
        ),
    )
    days = book.days
    series.baseline(days.year(0), numerator=1, denominator=2)
    series.target(days.years[-1], value=20)
    survey = series.measured(
        days.running[-2],
        numerator=30,
        denominator=100,
        sample_size=100,
        margin=9,
        grade="C3",
        source=words("Survey of a hundred requests", "استطلاع شمل مئة طلب"),
    )
    series.verified(survey, "in_part", "independent", words("Ten answers were checked.", "دُقّقت عشرة أجوبة."))


def _reliance(book: Book, result: str) -> None:
    """A judgement in words, year by year; never computed."""
    series = indicator(
        book,
        "supply.reliance",
        result,
        synthetic("A5", "how far units rely on their supply", "مدى اعتماد الوحدات على إمدادها"),
        measure="qualitative",
        frequency="yearly",
        note=words("A judgement with its evidence, never a percentage.", "تقدير نوعي مع دليله، ولا يُحوَّل إلى نسبة."),
    )
    days = book.days
    series.baseline(
        days.baseline_day, narrative=words("Most units keep private stocks.", "تحتفظ معظم الوحدات بمخزون خاص بها.")
    )
    series.target(
        days.year(days.count + 1).end,
        narrative=words("No unit needs a private stock.", "لا تحتاج أي وحدة إلى مخزون خاص بها."),
    )
    told = (
        ("same", words("Private stocks are as they were.", "بقي المخزون الخاص على حاله.")),
        ("better", words("Two units in five gave up theirs.", "تخلّت وحدتان من كل خمس عن مخزونها.")),
    )
    for number, back in enumerate(range(12 * (days.count - 1), -1, -12)):
        judgement, narrative = told[min(number, 1)]
        series.measured(days.back(back), judgement=judgement, narrative=narrative)
