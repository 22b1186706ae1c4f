"""The offices of a synthetic partnership, and those who hold them in turn: nobody who lives.

On the mission's side a holder stays for six months, on the host's for about two years. Between two holders a post may
stand empty for some weeks, or somebody acts.
"""

from datetime import date, timedelta

from comity.config.synthetic.book import HOST, MISSION, Book, words
from comity.config.synthetic.chance import Chance

_FEW = 8  # directorates of one department
_TURN = {HOST: 700, MISSION: 182}  # days that a holder stays, more or less
_POSTS = (
    ("director", "Director", "المدير", "Adviser to the director", "مستشار المدير"),
    ("plans", "Head of plans", "رئيس قسم التخطيط", "Adviser, plans", "مستشار التخطيط"),
)


def heads(book: Book) -> None:
    """The ministry and the mission, each with its head."""
    for key, owner, nature, name, title in (
        (
            "ministry",
            HOST,
            "ministry",
            words("Ministry (synthetic)", "الوزارة (كيان اصطناعي)"),
            words("Head of the ministry (synthetic)", "رئيس الوزارة (منصب اصطناعي)"),
        ),
        (
            "mission",
            MISSION,
            "mission",
            words("Mission (synthetic)", "البعثة (كيان اصطناعي)"),
            words("Head of the mission (synthetic)", "رئيس البعثة (منصب اصطناعي)"),
        ),
    ):
        book.add("people.organisation", f"org.{key}", owner, name=name, nature=nature)
        _held(book, key, owner, f"org.{key}", title, None if owner == HOST else "position.ministry")


def directorate(book: Book, number: int) -> None:
    """A directorate of the ministry with its posts, and the adviser that the mission gives to each."""
    department = (number - 1) // _FEW + 1
    above = f"org.department.{department}"
    if above not in book.written:
        _body(book, above, HOST, ("Department", "الدائرة"), "org.ministry")
        _body(book, f"org.division.{department}", MISSION, ("Division", "الشعبة"), "org.mission")
    _body(book, f"org.directorate.{number}", HOST, ("Directorate", "المديرية"), above)
    for key, host_en, host_ar, mission_en, mission_ar in _POSTS:
        theirs = _held(
            book,
            f"{key}.{number}",
            HOST,
            f"org.directorate.{number}",
            words(f"{host_en} {number} (synthetic)", f"{host_ar} {number} (منصب اصطناعي)"),
        )
        _held(
            book,
            f"adviser.{key}.{number}",
            MISSION,
            f"org.division.{department}",
            words(f"{mission_en} {number} (synthetic)", f"{mission_ar} {number} (منصب اصطناعي)"),
            theirs,
        )


def _body(book: Book, key: str, owner: str, called: tuple[str, str], parent: str) -> None:
    """An office inside another one, called by the number in its key."""
    (en, ar), number = called, key.rpartition(".")[2]
    name = words(f"{en} {number} (synthetic)", f"{ar} {number} (كيان اصطناعي)")
    book.add("people.organisation", key, owner, name=name, nature="office", parent=parent)


def _held(
    book: Book, key: str, owner: str, organisation: str, title: dict[str, object], counterpart: str | None = None
) -> str:
    """A post and its holders, one after the other; its key."""
    post = book.add(
        "people.position",
        f"position.{key}",
        owner,
        title=title,
        organisation=organisation,
        holders="one",
        counterpart=counterpart,
    )
    chance = book.chance(post)
    begins, turn = book.days.baseline_day, 0
    while begins < book.days.until:
        turn += 1
        begins = _term(book, key, owner, turn, begins, chance)
    return post


def _term(book: Book, key: str, owner: str, turn: int, begins: date, chance: Chance) -> date:
    """One holder's time, which lasts still if it goes beyond the last day; the day on which the next one comes."""
    stays = _TURN[owner] + chance.between(-20, 20)
    acting = chance.happens(10)
    ends = begins + timedelta(days=stays // 4 if acting else stays)
    gone = ends < book.days.until
    serial = f"{key}.{turn}"
    called = book.counts["people.person"] + 1
    person = book.add(
        "people.person",
        f"person.{serial}",
        owner,
        name=words(f"Synthetic Person {called}", f"شخص اصطناعي {called}"),
        rank=words("Colonel", "عقيد") if chance.happens(50) else None,
    )
    book.add(
        "people.appointment",
        f"appointment.{serial}",
        owner,
        position=f"position.{key}",
        person=person,
        status="acting" if acting else "confirmed",
        starts=begins.isoformat(),
        ends=ends.isoformat() if gone else None,
    )
    empty = chance.between(10, 60) if chance.happens(20) else 1
    return ends + timedelta(days=empty)
