"""What is wanted and done in the synthetic programme, and what the host says to what the mission proposes."""

from comity.config.synthetic.book import HOST, MISSION, Book, Words, synthetic, words
from comity.config.synthetic.quarters import month


def write(book: Book) -> None:
    """Objectives, initiatives and concurrences."""
    _objectives(book)
    _initiatives(book)
    _concurrences(book)


def _objectives(book: Book) -> None:
    years = book.days.years
    start, end = month(years[0].start), month(book.days.year(len(years) + 1).end)

    def objective(key: str, owner: str, area: str, institution: str, statement: Words, **more: object) -> None:
        facts = {"starts": start, "ends": end, "stage": "submitted", **more}
        book.add(
            "programme.objective",
            f"objective.{key}",
            owner,
            mandate="mandate",
            area=area,
            institution=f"org.{institution}",
            statement=statement,
            **facts,
        )

    objective(
        "supply-before",
        HOST,
        "logistics",
        "ministry",
        synthetic("A0", "one list of what is in store", "قائمة واحدة بما في المخازن"),
        stage="superseded",
        starts=book.days.year(-1).start.isoformat()[:4],
        ends=book.days.year(0).end.isoformat()[:4],
    )
    objective(
        "supply",
        HOST,
        "logistics",
        "ministry",
        synthetic("A", "what units ask for reaches them in time", "وصول ما تطلبه الوحدات إليها في الوقت المناسب"),
        outcome=words(
            "A unit knows when its request will be met, and it is met by then.",
            "تعرف الوحدة موعد تلبية طلبها، ويُلبّى في ذلك الموعد.",
        ),
        continues="objective.supply-before",
    )
    objective(
        "schools",
        HOST,
        "education",
        "school",
        synthetic("B", "the school teaches what units need", "تعليم المدرسة ما تحتاج إليه الوحدات"),
        outcome=words(
            "The school plans, teaches and examines on its own.", "تضع المدرسة خططها وتدرّس وتجري الامتحانات بنفسها."
        ),
    )
    objective(
        "school-records",
        HOST,
        "education",
        "school",
        synthetic("B-1", "the school keeps its own records", "احتفاظ المدرسة بسجلاتها بنفسها"),
        parent="objective.schools",
    )
    objective(
        "money",
        HOST,
        "resource_management",
        "ministry",
        synthetic("C", "money is spent as planned and accounted for", "إنفاق المال وفق الخطة والمحاسبة عليه"),
        outcome=words("Budgets hold, and audits find what goes wrong.", "تُنفَّذ الموازنات، ويكشف التدقيق مواضع الخلل."),
    )
    objective(
        "networks",
        MISSION,
        "cybersecurity",
        "ministry",
        synthetic("D", "networks are kept up to date", "إبقاء الشبكات محدّثة"),
        outcome=words("Known weaknesses are closed within a month.", "تُعالَج الثغرات المعروفة خلال شهر."),
        note=words(
            "Proposed by the mission. The host has given no official position, so it stays proposed.",
            "هدف اقترحته البعثة، ولم يصدر عن الجانب المضيف موقف رسمي، فيبقى مقترحاً.",
        ),
    )
    objective(
        "inclusion",
        MISSION,
        "women_peace_security",
        "school",
        synthetic(
            "E", "women and men have the same chances at the school", "تكافؤ الفرص بين النساء والرجال في المدرسة"
        ),
        outcome=words("Whoever qualifies is admitted, and is heard.", "يُقبل كل من تتوافر فيه الشروط، ويُسمع صوته."),
        note=words(
            "Proposed by the mission; endorsed, because the host concurs by letter.",
            "هدف اقترحته البعثة، وأُقرّ لأن الجانب المضيف وافق عليه بكتاب رسمي.",
        ),
    )


def _initiatives(book: Book) -> None:
    years = book.days.years
    start, taken = month(years[0].start), years[0].end.isoformat()

    def initiative(key: str, owner: str, clause: str, title: Words, objectives: list[str], **more: object) -> None:
        book.add(
            "programme.initiative",
            f"initiative.{key}",
            owner,
            mandate="mandate",
            clause=clause,
            title=title,
            objectives=[f"objective.{name}" for name in objectives],
            **more,
        )

    initiative(
        "supply-advice",
        MISSION,
        "advice",
        synthetic("A", "advice on planning supply", "المشورة في تخطيط الإمداد"),
        ["supply"],
        status="active",
        planned_start=start,
        actual_start=start,
        description=words("Advisers sit with the planners once a week.", "يجتمع المستشارون بالمخططين مرة كل أسبوع."),
    )
    initiative(
        "courses",
        MISSION,
        "schooling",
        synthetic("B", "courses for instructors", "دورات للمدربين"),
        ["schools", "inclusion"],
        status="active",
        planned_start=start,
        actual_start=taken[:7],
        taken_over_from="org.predecessor",
        taken_over_on=taken,
    )
    initiative(
        "school-register",
        HOST,
        "schooling",
        synthetic("B-1", "a register of those who finished", "سجل للمتخرجين"),
        ["school-records"],
        status="completed",
        actual_start=start,
        actual_end=month(years[0].end),
    )
    initiative(
        "audit-cell",
        HOST,
        "advice",
        synthetic("C", "an audit cell in the ministry", "خلية تدقيق في الوزارة"),
        ["money"],
        status="paused",
        actual_start=start,
        status_reason=words("Its posts are not filled yet.", "لم تُملأ وظائفها بعد."),
    )
    initiative(
        "network-exercises",
        MISSION,
        "advice",
        synthetic("D", "exercises in keeping networks up", "تمارين على إبقاء الشبكات عاملة"),
        ["networks"],
        status="planned",
        planned_start=month(book.days.year(len(years) + 1).start),
    )
    initiative(
        "supply-software",
        HOST,
        "advice",
        synthetic("A-2", "new software for stores", "برنامج جديد للمخازن"),
        ["supply"],
        status="cancelled",
        planned_start=start,
        status_reason=words("What the school already uses does the same.", "ما تستخدمه المدرسة يؤدي الغرض نفسه."),
    )
    initiative(
        "networks-watch",
        MISSION,
        "advice",
        synthetic("D-2", "a watch over networks by night", "مراقبة الشبكات ليلاً"),
        ["networks"],
        status="in_principle",
        status_reason=words("Decided by the mission alone.", "قرار البعثة وحدها."),
    )


def _concurrences(book: Book) -> None:
    first = book.days.quarters[1].end
    book.add(
        "responses.concurrence",
        "concurrence.inclusion",
        HOST,
        about="objective.inclusion",
        position="concurs",
        view="official",
        authority=words(
            "Director, plans, on behalf of the ministry, under clause “inclusion” of the mandate (synthetic)",
            "مدير التخطيط نيابة عن الوزارة، بموجب بند المشاركة في الولاية (اصطناعي)",
        ),
        signatory="position.director-plans",
        letter_number=f"SYN-{first.year}-0017",
        letter_date=first.isoformat(),
    )
    book.add(
        "responses.concurrence",
        "concurrence.networks",
        HOST,
        about="objective.networks",
        position="in_discussion",
        view="working",
        reason=words(
            "Who would pay for the equipment is still being asked.",
            "لا يزال البحث جارياً في الجهة التي ستتحمل كلفة الأجهزة.",
        ),
    )
