"""The frame of the synthetic programme: its offices, and the mandate on which everything in it stands.

Offices have no holders: there is no person in it, invented or not.
"""

from datetime import timedelta

from comity.config.synthetic.book import HOST, MISSION, Book, words
from comity.config.synthetic.quarters import month

AREAS = ("logistics", "education", "resource_management", "cybersecurity", "women_peace_security")


def write(book: Book) -> None:
    """Organisations, positions and the mandate."""
    _offices(book)
    _mandate(book)


def _offices(book: Book) -> None:
    for key, owner, nature, name in (
        ("ministry", HOST, "ministry", words("Ministry (synthetic)", "وزارة (كيان اصطناعي)")),
        ("school", HOST, "school", words("School (synthetic)", "مدرسة (كيان اصطناعي)")),
        ("division", MISSION, "mission", words("Advisory division (synthetic)", "شعبة استشارية (كيان اصطناعي)")),
        ("predecessor", MISSION, "other", words("Earlier programme (synthetic)", "برنامج سابق (كيان اصطناعي)")),
    ):
        parent = "org.ministry" if key == "school" else None
        country = "IQ" if owner == HOST else ""
        book.add("people.organisation", f"org.{key}", owner, name=name, nature=nature, country=country, parent=parent)
    for key, owner, organisation, title, counterpart in (
        (
            "director-supply",
            HOST,
            "ministry",
            words("Director, supply (synthetic)", "مدير الإمداد (منصب اصطناعي)"),
            None,
        ),
        ("director-plans", HOST, "ministry", words("Director, plans (synthetic)", "مدير التخطيط (منصب اصطناعي)"), None),
        ("head-school", HOST, "school", words("Head of the school (synthetic)", "آمر المدرسة (منصب اصطناعي)"), None),
        (
            "adviser-logistics",
            MISSION,
            "division",
            words("Adviser, logistics (synthetic)", "مستشار الشؤون اللوجستية (منصب اصطناعي)"),
            "director-supply",
        ),
        (
            "adviser-training",
            MISSION,
            "division",
            words("Adviser, training (synthetic)", "مستشار شؤون التدريب (منصب اصطناعي)"),
            "head-school",
        ),
    ):
        book.add(
            "people.position",
            f"position.{key}",
            owner,
            title=title,
            organisation=f"org.{organisation}",
            holders="one",
            counterpart=f"position.{counterpart}" if counterpart else None,
        )
    book.add(
        "people.delegation",
        "delegation.supply",
        HOST,
        position="position.director-supply",
        delegate="position.director-plans",
        starts=(book.days.years[-1].end - timedelta(days=20)).isoformat(),
        ends=(book.days.years[-1].end - timedelta(days=6)).isoformat(),
        scope=words("Orders and letters.", "الأوامر والكتب الرسمية."),
    )


def _mandate(book: Book) -> None:
    years = book.days.years
    clauses = (
        (
            "advice",
            words(
                "The mission advises the ministry on supply, money and networks.",
                "تقدم البعثة المشورة إلى الوزارة في شؤون الإمداد والمال والشبكات.",
            ),
        ),
        (
            "schooling",
            words(
                "The mission helps the school to teach, and hands over what it teaches itself.",
                "تعين البعثة المدرسة على التعليم، ثم تسلّمها ما تتولى هي تدريسه.",
            ),
        ),
        (
            "inclusion",
            words(
                "Both sides see to it that women take part, at every rank.",
                "يعمل الطرفان على مشاركة المرأة في جميع المستويات.",
            ),
        ),
    )
    book.add(
        "programme.mandate",
        "mandate",
        HOST,
        title=words("Synthetic programme", "برنامج اصطناعي"),
        purpose=words(
            "To show every kind of figure that this system knows, on data that a program made.",
            "عرض كل نوع من الأرقام التي يعرفها هذا النظام، ببيانات ولّدها برنامج حاسوبي.",
        ),
        clauses=[{"key": key, "text": text} for key, text in clauses],
        areas=list(AREAS),
        institutions=["org.ministry", "org.school"],
        begins=years[0].start.isoformat(),
        review=month(years[-1].end),
        ends=book.days.year(len(years) + 2).end.isoformat()[:4],
        note=words(
            f"Made from seed number {book.seed}. No figure, office, place or event in it is real; "
            "places are codes of no country.",
            f"وُلّدت هذه البيانات من رقم البذرة {book.seed}. ليس فيها رقم ولا جهة ولا مكان ولا حدث حقيقي، "
            "ورموز الأماكن لا تخص أي بلد.",
        ),
    )
