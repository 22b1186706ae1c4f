"""Second locks: checks that nobody would miss by themselves, for another one holds behind them; and why both stand."""

from collections.abc import Iterator, Mapping

RECORD_AT = "records/addresses.py record_at: every row (2)"
BASICS = "records/checking.py _Basics._visible: every row (2)"
AMEND = "records/entry.py amend: every row (1)"
TRACES = "people/traces.py traces: shown or not (1)"
DUE, UNCHANGED = "people/retention.py due: shown or not (1)", "people/retention.py _unchanged: every row (1)"
RESOLVED = tuple(f"records/resolve.py resolve: every {out}" for out in ("label (1)", "row (2)"))
PANELS, LISTED = (f"shell/record_views.py panels: {out}" for out in ("every row (1)", "shown or not (2)"))
MEASURED = "programme/gathering.py indicators: every row (2)"
ROW = "shell/entry_views.py row_of: every row (1)"
SAID = "responses/queries.py said: shown or not (1)"
CANDIDATES = "federation/release/queries.py candidates: every row (2)"
FOREST = "people/queries.py _forest: every row (1)"

OFFERED, SHOWN = "shell/ref_fields.py offered: every row (2)", "shell/ref_fields.py offered: shown or not (3)"
CALLED, CALLED_PURGED = (f"records/sheets/refs.py Names._visible: {out}" for out in ("every row (2)", "purged too (1)"))
TITLED = "records/sheets/refs.py Names._by_title: every row (1)"
FOUND = "records/sheets/refs.py Names.find: every row (1)"
STANDING = "records/sheets/validation.py Validation._standing: every row (1)"
HANDLES = "records/sheets/matching.py Matching._by_handle: every row (1)"

_ADDRESS = "What its address names was asked for by `record_at`; a row is never read without saying for whom."
_LISTED = "Rows are chosen by their labels; a card that is not shown is left out as well, and so is its line."
_LATEST = "A record has the label of its latest revision; where the two ever part, the narrower one holds."
_NAMED = "What a form or a sheet names is looked for, shown and checked in turn, each time for whoever names it."
_ACTION = "Pages ask first. An action is held by itself to what its actor sees, whoever calls it."

# Why both stand → check → those behind it.
_REASONS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    _ADDRESS: {
        "people/replacing.py replace: every row (1)": (RECORD_AT, *RESOLVED),
        "people/views.py position: every row (1)": (RECORD_AT,),
        "programme/queries.py objective_line: every row (1)": (RECORD_AT,),
        "programme/views.py initiative: every row (2)": (RECORD_AT,),
        "programme/views.py measurement: every row (1)": (RECORD_AT, MEASURED),
        ROW: (RECORD_AT,),
        "responses/sections.py sections: every row (4)": (RECORD_AT, SAID),
        "responses/views.py _proposal: every row (1)": (RECORD_AT, SAID),
    },
    _LISTED: {
        "desk/log.py _purged: every row (1)": ("desk/log.py _purged: every label (2)",),
        "desk/queries.py _to_verify: shown or not (3)": ("desk/queries.py _to_verify: every row (1)",),
        "desk/queries.py latest: shown or not (2)": ("records/visible.py page: every label (1)",),
        "desk/searching.py Wanted.found: shown or not (1)": ("records/search.py find: every label (1)",),
        "people/queries.py tree: shown or not (2)": (FOREST,),
        "people/queries.py every: shown or not (1)": (FOREST,),
        "programme/views.py objective: shown or not (1)": ("programme/views.py objective: every row (2)",),
        "shell/kind_lists.py _options: shown or not (3)": (RECORD_AT,),
        SAID: ("responses/sections.py sections: every row (1)",),
        "federation/release/views.py _choose_records: shown or not (1)": (CANDIDATES,),
        PANELS: (LISTED,),
        LISTED: (PANELS,),
        DUE: (UNCHANGED,),
        UNCHANGED: (DUE,),
        "people/retention.py _needed: every row (2)": (UNCHANGED, *RESOLVED),
        "people/retention.py _needed: every row (3)": (UNCHANGED, *RESOLVED),
        "people/traces.py _referring: every row (1)": (TRACES,),
    },
    _LATEST: {
        RESOLVED[0]: (RESOLVED[1],),
        RESOLVED[1]: (RESOLVED[0],),
    },
    _NAMED: {
        OFFERED: (SHOWN,),
        SHOWN: (OFFERED,),
        "shell/ref_fields.py offered: purged too (1)": (SHOWN,),
        FOUND: (CALLED,),
        TITLED: (CALLED,),
        BASICS: (CALLED, FOUND),
        "records/checking.py _Basics._visible: purged too (1)": (CALLED_PURGED,),
        HANDLES: (STANDING,),
        STANDING: (HANDLES,),
    },
    _ACTION: {
        "people/actions.py replace_holder: every row (1)": (RECORD_AT, "people/replacing.py replace: every row (1)"),
        "federation/release/withdrawal.py withdraw: every row (1)": (RECORD_AT,),
        "records/entry.py amend: every row (1)": (RECORD_AT, ROW),
        "records/purge.py purge_all: every row (3)": (RECORD_AT,),
        "records/purge.py purge_all: not required (1)": (RECORD_AT,),
        "records/purge.py purge_all: purged too (2)": ("records/addresses.py record_at: purged too (1)",),
        "programme/measuring.py Measuring.load: every row (1)": (RECORD_AT, BASICS),
    },
}


def _locks() -> Iterator[tuple[str, tuple[str, ...]]]:
    for locks in _REASONS.values():
        yield from locks.items()


SECOND: Mapping[str, tuple[str, ...]] = dict(_locks())
"""Each second lock, and the checks that hold behind it."""
