"""Codes of closed lists, as records hold them: a newer version may have written one that this version does not know."""

from enum import StrEnum
from typing import TypeVar

_Code = TypeVar("_Code", bound=StrEnum)


def known(of: type[_Code], code: str) -> _Code | None:
    """The member of `of` that `code` names; None for one that this version does not know. Never raises."""
    return next((member for member in of if member.value == code), None)
