"""What the frame knows on every page: who is reading, in which language and light, and the rooms they may enter."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.crypto import salted_hmac

from comity.accounts.sessions import AGAIN
from comity.labels.subject import READING_ROLES, Subject
from comity.shell import rooms
from comity.shell.lists import LONGEST
from comity.shell.texts import direction

THEMES = ("auto", "light", "dark")
LANGUAGE_NAMES = {"en": "English", "ar": "العربية"}


@dataclass(frozen=True, slots=True)
class Place:
    """A room as the side list shows it."""

    key: str
    title: str
    address: str
    letter: str
    here: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything `shell/page.html` relies on, under the one name `frame`."""

    language: str
    direction: str
    theme: str
    notice: str
    path: str
    signed_in: bool
    hijri: bool
    account: str
    drafts: str
    post: str
    party: str
    party_id: str
    rooms: tuple[Place, ...]
    languages: tuple[tuple[str, str], ...]
    search: str
    words: str
    sign_in: str
    sign_out: str
    security: str
    ends: int
    live: str
    again: bool


def theme_cookie() -> str:
    """The name of the cookie that keeps the choice of light or dark, apart from other nodes on this machine."""
    return f"{getattr(settings, 'COOKIE_PREFIX', 'comity')}_theme"


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _places(path: str, subject: Subject | None) -> tuple[Place, ...]:
    found = [(room, address) for room in rooms.rooms() if (address := _address(room.url_name))]
    shown = [(room, address) for room, address in found if _opens(room, subject)]
    # The room we are in is the one whose address is the longest beginning of this page's.
    inside = [address for _, address in shown if path == address or (address != "/" and path.startswith(address))]
    here = max(inside, key=len, default="")
    return tuple(Place(room.key, str(room), address, room.letter, address == here) for room, address in shown)


def _opens(room: rooms.Room, subject: Subject | None) -> bool:
    """Whether the side list shows this room to this reader."""
    if subject is None:
        return room.for_all
    if room.of_records and not room.for_all and not subject.has_role(*READING_ROLES):
        return False
    return room.when is None or room.when(subject)


def notice(language: str) -> str:
    """What the node says of itself on every page, in `language` or else in English; "" for nothing."""
    words = getattr(settings, "COMITY_NOTICE", None) or {}
    return str(words.get(language) or words.get("en") or "")


def _drafts(account: str) -> str:
    """Under what name a browser keeps what this account typed: the same at every sign-in, and says nothing itself."""
    return salted_hmac("comity.shell.drafts", account).hexdigest()[:16] if account else ""


def frame_of(request: HttpRequest | None) -> Frame:
    """The frame of the page answering `request`; for an error without one, that of a stranger."""
    language = (translation.get_language() or "en").split("-")[0]
    subject = getattr(request, "subject", None)
    place = getattr(request, "place", None)
    account = getattr(request, "user", None)
    path = request.path if request else "/"
    theme = request.COOKIES.get(theme_cookie()) or str(getattr(account, "theme", "")) if request else ""
    return Frame(
        language=language,
        direction=direction(language),
        theme=theme if theme in THEMES else "auto",
        notice=notice(language),
        path=request.get_full_path() if request and request.method == "GET" else path,
        signed_in=subject is not None,
        hijri=bool(getattr(account, "hijri", False)),
        account=str(getattr(place, "account", "")),
        drafts=_drafts(str(getattr(subject, "account", ""))),
        post=str(getattr(place, "post", "")),
        party=str(getattr(place, "party", "")),
        party_id=str(getattr(subject, "party", "")),
        rooms=_places(path, subject),
        languages=tuple((code, LANGUAGE_NAMES.get(code, code)) for code, _ in settings.LANGUAGES),
        search=_address("desk:search") if subject is not None else "",
        words=request.GET.get("q", "")[:LONGEST] if request else "",
        sign_in=_address("account_login"),
        sign_out=_address("account_logout"),
        security=_address("mfa_index"),
        ends=int(getattr(request, "session_ends", 0)),
        live=str(getattr(request, "live", "")),
        again=request is not None and AGAIN in request.headers,
    )


def page(request: HttpRequest) -> dict[str, Frame]:
    """Django's context processor."""
    return {"frame": frame_of(request)}
