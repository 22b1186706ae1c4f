"""What a synthetic partnership undertakes: an objective of each directorate with all that hangs on it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from comity.config.synthetic.book import HOST, MISSION, OTHER, Book, synthetic, words
from comity.config.synthetic.chance import Chance
from comity.config.synthetic.measuring import Series, indicator
from comity.config.synthetic.quarters import month
from comity.programme.domain.facts import Period

AREAS = ("logistics", "training", "resource_management", "cybersecurity", "border_security", "institution_building")
_WANTED = (
    ("what units ask for reaches them in time", "وصول ما تطلبه الوحدات إليها في الوقت المناسب"),
    ("courses teach what units need", "تعليم الدورات ما تحتاج إليه الوحدات"),
    ("money is spent as planned", "إنفاق المال وفق الخطة"),
    ("networks are kept up to date", "إبقاء الشبكات محدّثة"),
    ("crossings are watched day and night", "مراقبة المعابر ليلاً ونهاراً"),
    ("posts are filled by those who know the work", "شغل الوظائف بمن يعرف عملها"),
)


def write(book: Book, number: int) -> None:
    """The objective of one directorate, its initiative, result, indicators, risks and the rest."""
    chance = book.chance(f"undertaking.{number}")
    owner = MISSION if number % 4 == 0 else HOST
    _objective(book, number, owner, chance)
    result = book.result(
        str(number),
        owner,
        "outcome",
        synthetic(str(number), "the work is done better than before", "إنجاز العمل على نحو أفضل من ذي قبل"),
        do_no_harm=words("Nobody is left without supply for it.", "لا يُحرم أحد من الإمداد بسببه."),
    )
    for place, write_one in enumerate(_INDICATORS, 1):
        write_one(book, number, place, result, owner)
    _beside(book, number, owner, result, chance)


def _objective(book: Book, number: int, owner: str, chance: Chance) -> None:
    years = book.days.years
    wanted = _WANTED[(number - 1) % len(_WANTED)]
    objective = book.add(
        "programme.objective",
        f"objective.{number}",
        owner,
        mandate="mandate",
        area=AREAS[(number - 1) % len(AREAS)],
        institution=f"org.directorate.{number}",
        statement=synthetic(str(number), *wanted),
        starts=month(years[0].start),
        ends=month(book.days.year(len(years) + 1).end),
        stage="submitted",
    )
    if owner == MISSION and chance.happens(70):
        _answered(book, number, objective, concurs=chance.happens(60))
    status = ("active", "active", "active", "paused", "planned")[chance.between(0, 4)]
    reason = words("Its posts are not filled yet.", "لم تُملأ وظائفه بعد.") if status == "paused" else None
    book.add(
        "programme.initiative",
        f"initiative.{number}",
        MISSION,
        mandate="mandate",
        clause="advice",
        title=synthetic(str(number), "advice, once a week", "مشورة أسبوعية"),
        objectives=[objective],
        status=status,
        status_reason=reason,
        planned_start=month(years[0].start),
        actual_start=None if status == "planned" else month(years[0].start),
    )


def _answered(book: Book, number: int, objective: str, *, concurs: bool) -> None:
    """What the host says of an objective that the mission proposes: an official letter, or that it is talked about."""
    day = book.days.quarters[1].end
    official = {
        "view": "official",
        "authority": words("Head of the ministry (synthetic)", "رئيس الوزارة (منصب اصطناعي)"),
        "signatory": "position.ministry",
        "letter_number": f"SYN-{day.year}-{number:04}",
        "letter_date": day.isoformat(),
    }
    said = official if concurs else {"view": "working"}
    position = "concurs" if concurs else "in_discussion"
    book.add("responses.concurrence", f"concurrence.{number}", HOST, about=objective, position=position, **said)


def _met(book: Book, number: int, place: int, result: str, owner: str) -> None:
    """A flow, added up over time and places."""
    series = _series(
        book, number, place, result, owner, ("requests met", "الطلبات الملبّاة"), nature="flow", additive=True
    )
    each = series.chance.between(20, 60)
    a_year = 4 * each * len(book.places)
    series.baseline(book.days.year(0), value=a_year * 60 // 100)
    for year, percent in zip(book.days.years, (62, 72, 82), strict=True):
        series.target(year, value=a_year * percent // 100)
    quarters, percent = book.days.quarters, _gone(series.chance)
    for where in book.places:
        values = _course(series.chance, each * 60 // 100, each, percent, len(quarters))
        _tell(series, where, [(quarter, {"value": value}) for quarter, value in zip(quarters, values, strict=False)])


def _ready(book: Book, number: int, place: int, result: str, owner: str) -> None:
    """A stock in each place; higher is better."""
    series = _series(book, number, place, result, owner, ("posts filled", "الوظائف المشغولة"), additive=True)
    percent = _gone(series.chance)
    for where in book.places:
        start = series.chance.between(10, 40)
        _at_dates(series, where, start, start + series.chance.between(10, 30), percent)


def _waiting(book: Book, number: int, place: int, result: str, owner: str) -> None:
    """Days that somebody waits, told for the whole: medians of places make no median. Lower is better."""
    said = ("days of waiting, median", "أيام الانتظار (الوسيط)")
    series = _series(book, number, place, result, owner, said, direction="descending")
    start = series.chance.between(18, 30)
    _at_dates(series, "", start, start - series.chance.between(6, 14), _gone(series.chance))


def _share(book: Book, number: int, place: int, result: str, owner: str) -> None:
    """A share that keeps what it is made of."""
    said = ("share of answers in time", "نسبة الإجابات في موعدها")
    series = _series(book, number, place, result, owner, said, measure="percentage", nature="flow")
    counted, start = series.chance.between(80, 200), series.chance.between(20, 40)
    aim, percent = start + series.chance.between(20, 40), _gone(series.chance)
    series.baseline(book.days.year(0), numerator=counted * start // 100, denominator=counted)
    series.target(book.days.years[-1], value=start + (aim - start) * 7 // 10)
    quarters = book.days.quarters
    for where in book.places:
        shares = _course(series.chance, start, aim, percent, len(quarters))
        figures = [{"numerator": counted * share // 100, "denominator": counted} for share in shares]
        _tell(series, where, list(zip(quarters, figures, strict=False)))


_INDICATORS: tuple[Callable[[Book, int, int, str, str], None], ...] = (_met, _ready, _waiting, _share)


def _series(
    book: Book, number: int, place: int, result: str, owner: str, title: tuple[str, str], **more: Any
) -> Series:
    """An indicator; of some the other party measures it, and most are expected to move in a straight line."""
    chance = book.chance(f"indicator of {number}.{place}")
    reporter = OTHER[owner] if chance.happens(30) else owner
    told = synthetic(f"{number}.{place}", *title)
    straight = chance.happens(75)
    return indicator(
        book, f"{number}.{place}", result, told, owner=owner, reporter=reporter, straight_line=straight, **more
    )


def _at_dates(series: Series, where: str, start: int, aim: int, percent: int) -> None:
    """A level at the end of each quarter, on its way from a baseline to a target."""
    days = series.book.days
    series.baseline(days.baseline_day, where, value=start)
    series.target(days.year(days.count + 1).end, where, value=aim)
    values = _course(series.chance, start, aim, percent, len(days.quarters))
    dates = [Period.on(quarter.end) for quarter in days.quarters]
    _tell(series, where, [(day, {"value": value}) for day, value in zip(dates, values, strict=False)])


def _gone(chance: Chance) -> int:
    """How much of the way to the aim a figure has gone: most of them well, some slowly, some backwards; 0: unknown."""
    drawn = chance.between(1, 100)
    return 80 if drawn <= 55 else 30 if drawn <= 78 else -30 if drawn <= 92 else 110 if drawn <= 96 else 0


def _course(chance: Chance, start: int, aim: int, percent: int, steps: int) -> list[int]:
    """How a figure went, never below nought; nothing where nobody measured it."""
    if not percent:
        return []
    end = start + (aim - start) * percent // 100
    return [max(0, value) for value in chance.path(start, end, steps, max(1, abs(aim - start) // 12))]


def _tell(series: Series, where: str, figures: list[tuple[Period, dict[str, Any]]]) -> None:
    """Record what was measured: some of it late, some never, some corrected, and some checked by the other party."""
    chance = series.chance
    last, gaps = len(figures) - 1, max(1, 6 // len(series.book.places))
    for number, (period, figure) in enumerate(figures):
        if chance.happens(gaps):
            continue
        late = chance.between(30, 150) if chance.happens(8) else 0
        key = series.measured(period, where, late=late, **figure)
        if chance.happens(1):
            note = words("The count was taken again.", "أُعيد العدّ.")
            key = series.measured(period, where, late=late + 20, corrects=key, note=note, **figure)
        if number > last - 3 and chance.happens(20):
            _checked(series, key, chance)


def _checked(series: Series, measurement: str, chance: Chance) -> None:
    """What the other party found: mostly the same, sometimes not."""
    drawn = chance.between(1, 100)
    method = words("The registers were read again.", "أُعيدت قراءة السجلات.")
    if drawn <= 75:
        series.verified(measurement, "confirmed", "joint" if drawn <= 40 else "independent", method)
    else:
        finding = "in_part" if drawn <= 88 else "not_confirmed"
        note = words("Some of what was counted is not in the register.", "بعض ما عُدّ غير مقيد في السجل.")
        series.verified(measurement, finding, "independent", method, note=note)


def _beside(book: Book, number: int, owner: str, result: str, chance: Chance) -> None:
    """Risks, assumptions, milestones and a claim; some reviews are overdue."""
    position = f"position.director.{number}" if owner == HOST else f"position.adviser.director.{number}"

    def review() -> str:
        return month(book.days.until + timedelta(days=chance.between(-120, 240)))

    for at, (en, ar) in enumerate(_RISKS, 1):
        book.add(
            "programme.risk",
            f"risk.{number}.{at}",
            owner,
            about=result,
            statement=synthetic(f"{number}.{at}", en, ar),
            likelihood=chance.between(1, 5),
            effect=chance.between(1, 5),
            response=words("Two people learn each task.", "يتعلم كل مهمة شخصان.") if chance.happens(70) else None,
            owner_position=position if chance.happens(80) else None,
            review=review(),
            state="closed" if chance.happens(15) else "open",
        )
    book.add(
        "programme.assumption",
        f"assumption.{number}",
        owner,
        about=result,
        statement=synthetic(str(number), "the posts are kept", "الإبقاء على الوظائف"),
        owner_position=position,
        review=review(),
        state=("holds", "holds", "doubtful", "unknown", "failed")[chance.between(0, 4)],
    )
    _milestones(book, number, owner, chance)
    if chance.happens(20):
        book.add(
            "programme.claim",
            f"claim.{number}",
            MISSION,
            about=result,
            statement=synthetic(str(number), "things have never been better", "الأمور أفضل من أي وقت مضى"),
            claimed_by=words("A report that does not exist (synthetic)", "تقرير لا وجود له (اصطناعي)"),
            claimed_on=month(book.days.back(9)),
        )


_RISKS = (
    ("trained people are posted elsewhere", "نقل المدرَّبين إلى أماكن أخرى"),
    ("the budget is passed late", "تأخر إقرار الموازنة"),
)


def _milestones(book: Book, number: int, owner: str, chance: Chance) -> None:
    for at, quarter in enumerate((book.days.quarters[3], book.days.quarters[-2]), 1):
        state = ("done", "done", "missed")[chance.between(0, 2)]
        done = state == "done"
        book.add(
            "programme.milestone",
            f"milestone.{number}.{at}",
            owner,
            about=f"objective.{number}",
            title=synthetic(f"{number}.{at}", "a list is agreed", "إقرار قائمة"),
            due=month(quarter.end),
            state=state,
            done_on=month(quarter.end) if done else None,
            evidence=words("Minutes of the meeting.", "محضر الاجتماع.") if done else None,
        )
