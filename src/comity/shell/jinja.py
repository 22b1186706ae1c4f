"""The one template environment: escaping always on, an unknown name is an error, every text goes through gettext.

Templates of every app share it, so a macro written once is the same component everywhere.
"""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from django.contrib.staticfiles import finders
from django.templatetags.static import static as static_address
from django.urls import reverse
from django.utils import translation

from comity.shell import charts, states, texts
from comity.shell import format as formats


@cache
def _fingerprint(path: str) -> str:
    found = finders.find(path)
    if not isinstance(found, str):
        raise jinja2.TemplateRuntimeError(f"no static file {path}")
    return hashlib.sha256(Path(found).read_bytes()).hexdigest()[:10]


def static(path: str) -> str:
    """The address of a static file; it changes with the content, so that a browser may keep what it has."""
    return f"{static_address(path)}?v={_fingerprint(path)}"


def url(name: str, *args: object, **kwargs: object) -> str:
    """The address of the view `name`."""
    return reverse(name, args=args, kwargs=kwargs) if args else reverse(name, kwargs=kwargs)


FILTERS: dict[str, Callable[..., Any]] = {
    "number": formats.number,
    "percent": formats.percent,
    "quantity": formats.quantity,
    "day": formats.day,
    "day_and_time": formats.day_and_time,
    "partial_date": formats.partial_date,
    "period": formats.period,
    "hijri": formats.hijri,
    "age": formats.age,
    "iso": formats.iso,
    "isolate": formats.isolate,
    "said": texts.said,
    "plain": texts.plain,
}


def environment(**options: Any) -> jinja2.Environment:
    """Build the environment for Django's Jinja2 backend, which proposes `options`; escaping is not one to choose."""
    options.pop("autoescape", None)
    env = jinja2.Environment(
        **{**options, "undefined": jinja2.StrictUndefined},
        autoescape=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.policies["ext.i18n.trimmed"] = True
    env.install_gettext_callables(  # type: ignore[attr-defined]  # the i18n extension adds it
        translation.gettext,
        translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    env.filters.update(FILTERS)
    env.globals.update(
        static=static,
        url=url,
        language=translation.get_language,
        separator=formats.separator,
        state=states.state,
        state_bar=charts.state_bar,
        sparkline=charts.sparkline,
        trajectory=charts.trajectory,
        seal_of=charts.seal,
    )
    return env
