"""Milestones, risks, assumptions and claimed impacts of the synthetic programme: each state once at least."""

from datetime import date

from comity.config.synthetic.book import HOST, MISSION, Book, Words, synthetic, words
from comity.config.synthetic.quarters import month


def write(book: Book) -> None:
    """What stands beside the figures."""
    _milestones(book)
    _risks(book)
    _assumptions(book)
    _claims(book)


def _milestones(book: Book) -> None:
    days = book.days

    def milestone(key: str, owner: str, about: str, title: Words, state: str, due: date, **more: object) -> None:
        book.add(
            "programme.milestone",
            f"milestone.{key}",
            owner,
            about=about,
            title=title,
            state=state,
            due=month(due),
            **more,
        )

    milestone(
        "register",
        HOST,
        "initiative.school-register",
        synthetic("B-1", "the register is in use", "السجل قيد الاستعمال"),
        "done",
        days.quarters[3].end,
        done_on=days.quarters[3].end.isoformat(),
        evidence=words("An extract was shown to both parties.", "عُرض مستخرج منه على الطرفين."),
    )
    milestone(
        "list",
        HOST,
        "objective.supply",
        synthetic("A", "the list of requests is agreed", "إقرار قائمة الطلبات"),
        "done",
        days.quarters[1].end,
        done_on=month(days.quarters[2].end),
        evidence=words("Minutes of the meeting that agreed it.", "محضر الاجتماع الذي أقرّها."),
    )
    posts = synthetic("C", "posts of the audit cell are filled", "ملء وظائف خلية التدقيق")
    milestone("audit-posts", HOST, "initiative.audit-cell", posts, "missed", days.quarters[-4].end)
    review = synthetic("0", "the mandate is reviewed", "مراجعة الولاية")
    milestone("review", HOST, "mandate", review, "planned", days.years[-1].end)
    exercise = synthetic("D", "a first exercise is written", "إعداد التمرين الأول")
    milestone("exercise", MISSION, "initiative.network-exercises", exercise, "planned", days.year(days.count + 1).start)
    second = synthetic("B", "a second school joins", "انضمام مدرسة ثانية")
    milestone("second-school", MISSION, "result.schools.outcome", second, "dropped", days.quarters[-6].end)


def _risks(book: Book) -> None:
    review = month(book.days.years[-1].end)

    def risk(
        key: str, owner: str, about: str, statement: Words, response: Words, *, rated: tuple[int, int], **more: object
    ) -> None:
        facts = {"state": "open", "review": review, "likelihood": rated[0], "effect": rated[1], **more}
        book.add(
            "programme.risk",
            f"risk.{key}",
            owner,
            about=about,
            statement=statement,
            response=response,
            **facts,
        )

    risk(
        "planners-leave",
        HOST,
        "result.supply.outcome",
        synthetic("A", "trained planners are posted elsewhere", "نقل المخططين المدرَّبين إلى أماكن أخرى"),
        rated=(4, 3),
        response=words("Two planners learn each task.", "يتعلم كل مهمة مخططان اثنان."),
        signs=words("Requests for transfer.", "طلبات النقل."),
        owner_position="position.director-supply",
    )
    risk(
        "money-late",
        HOST,
        "objective.money",
        synthetic("C", "the budget is passed late", "تأخر إقرار الموازنة"),
        rated=(3, 4),
        response=words("Payments are planned for both cases.", "تُخطط المدفوعات للحالتين."),
        signs=words("No draft by autumn.", "عدم صدور مسودة بحلول الخريف."),
        owner_position="position.director-plans",
    )
    risk(
        "equipment",
        MISSION,
        "objective.networks",
        synthetic("D", "computers are too old to be updated", "قِدم الحواسيب إلى حد يتعذر معه تحديثها"),
        rated=(5, 5),
        response=words("A list of what must be replaced is offered.", "تُعرض قائمة بما يجب استبداله."),
    )
    risk(
        "courses-full",
        HOST,
        "initiative.courses",
        synthetic("B", "courses are full before units hear of them", "امتلاء الدورات قبل أن تعلم بها الوحدات"),
        rated=(2, 2),
        response=words("Places are kept for each unit.", "تُحجز مقاعد لكل وحدة."),
        state="closed",
    )


def _assumptions(book: Book) -> None:
    review = month(book.days.years[-1].end)
    for key, owner, about, state, statement in (
        (
            "transport",
            HOST,
            "result.supply.outcome",
            "holds",
            synthetic("A", "transport for what is sent is at hand", "توافر النقل لما يُرسل"),
        ),
        (
            "posts",
            HOST,
            "result.schools.outcome",
            "doubtful",
            synthetic("B", "the school keeps its posts for instructors", "احتفاظ المدرسة بوظائف المدربين"),
        ),
        (
            "auditors",
            HOST,
            "result.money.output",
            "failed",
            synthetic("C", "auditors are appointed in time", "تعيين المدققين في الوقت المحدد"),
        ),
        (
            "lists",
            MISSION,
            "result.networks.outcome",
            "unknown",
            synthetic("D", "both parties count the same computers", "عدّ الطرفين الحواسيب نفسها"),
        ),
        (
            "families",
            MISSION,
            "result.inclusion.outcome",
            "holds",
            synthetic("E", "there is housing for women at the school", "توافر سكن للنساء في المدرسة"),
        ),
    ):
        book.add(
            "programme.assumption",
            f"assumption.{key}",
            owner,
            about=about,
            statement=statement,
            state=state,
            review=review,
            signs=words("What the quarterly meeting is told.", "ما يُبلَّغ به الاجتماع الفصلي."),
        )


def _claims(book: Book) -> None:
    said = month(book.days.back(9))
    claimed_by = words("A report that does not exist (synthetic)", "تقرير لا وجود له (اصطناعي)")
    for key, about, statement in (
        (
            "trust",
            "result.supply.impact",
            synthetic("A", "units trust their supply as never before", "ثقة غير مسبوقة لدى الوحدات بإمدادها"),
        ),
        (
            "model",
            "objective.schools",
            synthetic("B", "the school is a model for all others", "المدرسة قدوة لسائر المدارس"),
        ),
    ):
        book.add(
            "programme.claim",
            f"claim.{key}",
            MISSION,
            about=about,
            statement=statement,
            claimed_by=claimed_by,
            claimed_on=said,
        )
