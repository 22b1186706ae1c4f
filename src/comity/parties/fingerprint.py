"""A party's fingerprint: what two people read to each other to know that both mean the same party. No Django.

It is made from the party's id, which is the hash of its first manifest; every later manifest is signed by the keys of
the one before. So whoever has compared it once has the right keys from then on. Sixteen words are 128 bits: to make a
party whose words are the same, one would have to found more of them than can be founded.
"""

from __future__ import annotations

import hashlib
import io
from functools import cache
from pathlib import Path

import segno

from comity.kernel.ids import PartyId

COUNT = 16
LANGUAGES = ("en", "ar")


def words_of(party: PartyId, language: str) -> tuple[str, ...]:
    """The fingerprint in a language of the interface, in English for any other."""
    digest = hashlib.sha256(b"comity fingerprint " + party.encode()).digest()
    words = list_of(language if language in LANGUAGES else "en")
    return tuple(words[byte] for byte in digest[:COUNT])


@cache
def list_of(language: str) -> tuple[str, ...]:
    """Two hundred and fifty-six words, one for each byte: plain things that are told apart by ear.

    The lists were chosen for this project, and never change, since people keep what they wrote down.
    """
    return tuple(Path(__file__).with_name(f"words.{language}.txt").read_text(encoding="utf-8").split())


def qr_of(party: PartyId) -> str:
    """The party's id as a QR code for a camera: an SVG element that takes the size it is given."""
    drawn = io.BytesIO()
    code = segno.make(f"comity:{party}", error="m", micro=False)
    code.save(drawn, kind="svg", xmldecl=False, omitsize=True, svgclass="qr", lineclass=None, light="#fff", nl=False)
    return drawn.getvalue().decode()
