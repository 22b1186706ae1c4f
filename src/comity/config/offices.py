"""The offices of the example: who may sign in, and how they are told. No Django."""

import json
from collections.abc import Iterator
from pathlib import Path

from comity.labels.subject import Role

SIGN_INS = "sign-ins.json"  # in the node's directory: user name to password
ABOUT_SIGN_INS = ("", "No second step is asked for here; a real node asks some roles for one.", "")

# Offices, not people: what each may do, and the language it opens in.
OFFICES: tuple[tuple[str, str, str, str, frozenset[Role]], ...] = (
    ("nmi", "nmi-adviser", "Adviser, logistics", "en", frozenset({Role.ADVISER})),
    ("nmi", "nmi-chief", "Chief of the mission’s programme", "en", frozenset({Role.CHIEF, Role.PROGRAMME_MANAGER})),
    ("nmi", "nmi-security", "Security officer", "en", frozenset({Role.SECURITY_OFFICER})),
    ("nmi", "nmi-release", "Release officer", "en", frozenset({Role.RELEASE_OFFICER})),
    ("nmi", "nmi-auditor", "Auditor", "en", frozenset({Role.AUDITOR})),
    ("nmi", "nmi-administrator", "Administrator of accounts", "en", frozenset({Role.ADMINISTRATOR})),
    ("iraq", "iraq-clerk", "كاتب السجل", "ar", frozenset({Role.REGISTRY_CLERK})),
    ("iraq", "iraq-counterpart", "مدير التدريب", "ar", frozenset({Role.COUNTERPART})),
    ("iraq", "iraq-chief", "مدير البرنامج", "ar", frozenset({Role.CHIEF, Role.PROGRAMME_MANAGER})),
    ("iraq", "iraq-security", "ضابط الأمن", "ar", frozenset({Role.SECURITY_OFFICER})),
    ("iraq", "iraq-release", "مسؤول الإفصاح", "ar", frozenset({Role.RELEASE_OFFICER})),
    ("iraq", "iraq-administrator", "مسؤول الحسابات", "ar", frozenset({Role.ADMINISTRATOR})),
)


def sign_ins(address: str, kept: Path) -> Iterator[str]:
    """What a newcomer needs of one node, line by line: its address, and an account for each office that it has."""
    passwords = json.loads(kept.read_text())
    yield from ("", f"Open {address} and sign in as one of:", "")
    for handle, username, display_name, _, _ in OFFICES:
        if username in passwords:
            yield f"  {handle:<5} {username:<18} {passwords[username]:<22} {display_name}"
    yield from ("", f"(These are this node's own; they are kept in {kept}.)")
