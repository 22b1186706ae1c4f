"""Refusals that a person can read.

A rule that is broken raises a `DomainError` of its own class. The class carries one English message, marked for
translation, and the instance carries the facts that fill it; the page translates the message and then fills it, so that
a refusal reaches its reader in the reader's language. Errors of a program or of a wire (bytes that are not canonical, a
malformed id) are plain `ValueError`s instead.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from comity.kernel.text import N_


class DomainError(Exception):
    """A rule was broken; `message % facts` says which, and `field` names the form field it belongs to, if one."""

    message: ClassVar[str] = N_("This is not possible.")

    def __init__(self, *, field: str | None = None, **facts: object) -> None:
        super().__init__()
        self.field = field
        self.facts: dict[str, object] = facts

    def __str__(self) -> str:
        return self.message % self.facts


class NotYours(DomainError):
    """Only the owner may change a record."""

    message = N_("This belongs to another party, and only its owner can change it.")


class RoleMissing(DomainError):
    """The actor holds none of the roles that the act needs."""

    message = N_("Your role does not allow this.")


class NotFound(DomainError):
    """There is no such thing, or it is not shown to this subject: the two are never told apart."""

    message = N_("There is no such record, or it is not shared with you.")


class StaleRevision(DomainError):
    """Somebody changed the record meanwhile; nothing was written."""

    message = N_("Somebody changed this meanwhile. Nothing was saved; compare both versions and save again.")


class Refused(DomainError):
    """Several refusals at once, in the order of the form."""

    message = N_("This cannot be saved as it is.")

    def __init__(self, errors: Iterable[DomainError], *, field: str | None = None, **facts: object) -> None:
        super().__init__(field=field, **facts)
        self.errors: tuple[DomainError, ...] = tuple(errors)
        self.args = (self.errors,)

    def __str__(self) -> str:
        return " ".join(str(error) for error in self.errors) or super().__str__()


def require(condition: object, error: DomainError | type[DomainError]) -> None:
    """Raise `error` unless `condition` holds."""
    if not condition:
        raise error
