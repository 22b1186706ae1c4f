"""Small pictures made of numbers: SVG with classes for colours, no style attribute, and the numbers said in words too.

Time runs the way the language is read: from right to left in Arabic. `language` is the reader's own when not given.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from math import cos, pi, sin

from django.utils.translation import gettext as _
from markupsafe import Markup

from comity.shell import states
from comity.shell.chart_scale import Known, Point, Scale, coordinate
from comity.shell.format import number, quantity, reader
from comity.shell.texts import direction
from comity.shell.trajectory import trajectory

__all__ = ["Known", "Point", "seal", "sparkline", "state_bar", "trajectory"]


def state_bar(counts: Mapping[str, int] | Iterable[tuple[str, int]], language: str | None = None) -> Markup:
    """A bar of how many are in each state, in the order given; states from `comity.shell.states`.

    Hollow is not measured, so that the eye takes it for absence. The numbers stand in its title.
    """
    language = language or reader()
    pairs = [(states.state(key), count) for key, count in dict(counts).items() if count]
    total = sum(count for _state, count in pairs)
    words = _(", ").join(f"{number(count, language)} {state}" for state, count in pairs)
    parts = []
    start = 0.0
    for state, count in pairs:
        width = 200 * count / total
        inset = 1 if len(pairs) > 1 else 0
        x = start if direction(language) == "ltr" else 200 - start - width
        parts.append(
            Markup('<rect class="ink-{}" x="{}" y="0.5" width="{}" height="9" rx="1.5"/>').format(
                state.tone, coordinate(x + inset / 2), coordinate(width - inset)
            )
        )
        start += width
    return Markup('<svg viewBox="0 0 200 10" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>').format(
        words or _("no indicator"), Markup("").join(parts)
    )


def sparkline(
    points: Sequence[Point],
    baseline: Known | None = None,
    target: Known | None = None,
    language: str | None = None,
    unit: str = "",
) -> Markup:
    """A line of measurements with its baseline as a ring and its target as a dashed line; 120 × 30.

    A point whose value is None was due and not measured: the line breaks there.
    """
    language = language or reader()
    measured = [(on, value) for on, value in points if value is not None]
    known = [*([baseline] if baseline else []), *measured, *([target] if target else [])]
    if not known:
        return Markup("")
    scale = Scale.over(known, width=120, height=30, inset=5, mirrored=direction(language) == "rtl")
    parts = []
    if target:
        y = scale.y(target[1])
        parts.append(Markup('<path class="goal" d="M2 {y}H118"/>').format(y=y))
    line = [*([baseline] if baseline else []), *points]
    parts.append(Markup('<path class="line" d="{}"/>').format(scale.path(line)))
    if baseline:
        x, y = scale.x(baseline[0]), scale.y(baseline[1])
        parts.append(Markup('<circle class="base" cx="{}" cy="{}" r="3"/>').format(x, y))
    if measured:
        x, y = scale.x(measured[-1][0]), scale.y(measured[-1][1])
        parts.append(Markup('<circle class="dot" cx="{}" cy="{}" r="3.5"/>').format(x, y))
    return Markup('<svg class="spark" viewBox="0 0 120 30" role="img" aria-label="{}">{}</svg>').format(
        spark_words(measured, baseline, target, language, unit), Markup("").join(parts)
    )


def spark_words(
    measured: Sequence[Known], baseline: Known | None, target: Known | None, language: str, unit: str
) -> str:
    """The sparkline in words: "baseline 50%, now 46%, target 80%"."""
    now = measured[-1] if measured else None
    parts = [
        words % {"value": quantity(known[1], unit, language)}
        for words, known in (
            (_("baseline %(value)s"), baseline),
            (_("now %(value)s"), now),
            (_("target %(value)s"), target),
        )
        if known
    ]
    if not measured:
        parts.append(_("not measured"))
    return _(", ").join(parts)


def seal(party_id: str) -> Markup:
    """The seal of a party: a figure drawn from its id alone, so that no party can choose another's."""
    digest = hashlib.sha256(party_id.encode()).digest()
    points, ring, heart = 5 + digest[0] % 5, digest[1] % 3, digest[2] % 3
    turn = pi * (digest[3] % 8) / (4 * points)
    corners = [
        (10 + radius * sin(turn + pi * place / points), 10 - radius * cos(turn + pi * place / points))
        for place in range(2 * points)
        for radius in [6.2 if place % 2 == 0 else 3.1 + ring * 0.5]
    ]
    star = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in corners) + "z"
    rings = (
        Markup('<circle cx="10" cy="10" r="8.8"/>'),
        Markup('<rect x="1.6" y="1.6" width="16.8" height="16.8" rx="3"/>'),
        Markup('<path d="M10 1 17.8 5.5v9L10 19 2.2 14.5v-9z"/>'),
    )
    hearts = (
        Markup('<circle class="solid" cx="10" cy="10" r="1.4"/>'),
        Markup('<path class="solid" d="M10 8l2 2-2 2-2-2z"/>'),
        Markup(""),
    )
    return Markup('<svg viewBox="0 0 20 20" aria-hidden="true">{}<path d="{}"/>{}</svg>').format(
        rings[ring], star, hearts[heart]
    )
