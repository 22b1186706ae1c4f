"""What both sides of the synthetic programme say to each other: a question with its answer, two proposals."""

from comity.config.synthetic.book import HOST, MISSION, Book, words


def write(book: Book) -> None:
    """About the mission's objective for networks, which awaits the host's word."""
    about = "objective.networks"
    book.add(
        "responses.question",
        "question.networks",
        HOST,
        about=about,
        words=words("Who would look after the equipment?", "من سيتولى صيانة الأجهزة؟"),
        office="position.director-plans",
    )
    book.add(
        "responses.answer",
        "answer.networks",
        MISSION,
        about="question.networks",
        words=words("The ministry, from the second year on.", "الوزارة ابتداءً من السنة الثانية."),
        office="position.adviser-logistics",
    )
    book.add(
        "responses.proposal",
        "proposal.networks",
        HOST,
        about=about,
        reason=words("A period makes it possible to plan money.", "تحديد المدة يتيح تخطيط الأموال."),
        changes=[{"field": "ends", "value": str(book.days.years[-1].end.year + 2)}],
    )
    book.add(
        "responses.proposal",
        "proposal.networks-area",
        HOST,
        about=about,
        reason=words("Whoever pays decides.", "من يدفع يقرر."),
        changes=[{"field": "area", "value": "resource_management"}],
    )
    book.add(
        "responses.reply",
        "reply.networks-area",
        MISSION,
        about="proposal.networks-area",
        decision="declined",
        reason=words("Money is an objective of its own.", "للأموال هدف مستقل."),
    )
