"""Objective E, endorsed by letter: a share by rank that nothing is held against yet, and two judgements that differ."""

from typing import Any

from comity.config.synthetic.book import HOST, MISSION, Book, synthetic, words
from comity.config.synthetic.chance import Chance
from comity.config.synthetic.measuring import indicator

RANK = {
    "key": "rank",
    "name": words("Rank", "الرتبة"),
    "options": [
        {"key": "officer", "name": words("officers", "ضباط")},
        {"key": "other", "name": words("other ranks", "مراتب أخرى")},
        {"key": "unknown", "name": words("unknown", "غير معروف")},
    ],
}


def write(book: Book) -> None:
    """Results and indicators of the objective `inclusion`."""
    outcome = book.result(
        "inclusion",
        MISSION,
        "outcome",
        words("Women are admitted on the same terms.", "تُقبل النساء بالشروط نفسها."),
        do_no_harm=words(
            "Nobody is named, and groups of fewer than five are not broken down.",
            "لا يُذكر أي اسم، ولا تُفصّل أعداد المجموعات التي تقل عن خمسة.",
        ),
    )
    impact = book.result(
        "inclusion",
        MISSION,
        "impact",
        words("Whoever serves is heard.", "يُسمع صوت كل من يخدم."),
    )
    _share(book, outcome)
    _heard(book, impact)


def _share(book: Book, result: str) -> None:
    """A share in parts, without a target; the next figure is due."""
    series = indicator(
        book,
        "inclusion.admitted",
        result,
        synthetic("E1", "share of women among those admitted", "نسبة النساء بين المقبولين"),
        measure="percentage",
        nature="flow",
        owner=MISSION,
        reporter=HOST,
        frequency="yearly",
        dimensions=[RANK],
        note=words(
            "Measured, and nobody has set a target yet. The next figure is due.",
            "قيست ولم تُحدَّد قيمة مستهدفة بعد. وقد حلّ موعد القياس التالي.",
        ),
    )
    days = book.days
    series.baseline(days.year(0), numerator=6, denominator=80)
    found = ""
    for quarter in days.quarters[2:-4:4]:
        cells = _by_rank(series.chance)
        women, all_of_them = (sum(int(cell[part]) for cell in cells) for part in ("numerator", "denominator"))
        found = series.measured(quarter, numerator=women, denominator=all_of_them, cells=cells)
    series.verified(
        found, "confirmed", "joint", words("Lists of admission were read together.", "قُرئت قوائم القبول معاً.")
    )


def _by_rank(chance: Chance) -> list[dict[str, Any]]:
    """Women of all admitted, by rank; the parts make the whole."""
    cells = []
    for option, low in (("officer", 30), ("other", 60), ("unknown", 2)):
        admitted = chance.between(low, low + 10)
        women = admitted * chance.between(8, 16) // 100
        cells.append({"options": {"rank": option}, "numerator": str(women), "denominator": str(admitted)})
    return cells


def _heard(book: Book, result: str) -> None:
    """The two parties judge the same thing, and not alike."""
    series = indicator(
        book,
        "inclusion.heard",
        result,
        synthetic("E2", "whether complaints are answered", "هل تُجاب الشكاوى"),
        measure="qualitative",
        owner=MISSION,
        frequency="half_yearly",
        note=words(
            "Two judgements side by side, until both parties concur.", "تقديران جنباً إلى جنب إلى أن يتفق الطرفان."
        ),
    )
    days = book.days
    series.baseline(days.baseline_day, narrative=words("Complaints go to the superior.", "تُرفع الشكاوى إلى الآمر."))
    worse = words("An office for complaints exists, and has no staff.", "أُنشئ مكتب للشكاوى وليس فيه ملاك.")
    better = words("An office for complaints exists.", "أُنشئ مكتب للشكاوى.")
    same = words("Nothing has changed.", "لم يتغير شيء.")
    for back, judgement, narrative in ((12, "same", same), (6, "better", better), (0, "worse", worse)):
        series.measured(days.back(back), judgement=judgement, narrative=narrative)
    for back, judgement, narrative in ((6, "better", better), (0, "same", same)):
        series.measured(days.back(back), by=HOST, judgement=judgement, narrative=narrative)
