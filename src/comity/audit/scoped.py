"""Tables that nobody reads by accident: every read says for what reason the system itself looks at all rows."""

from __future__ import annotations

from typing import NoReturn, TypeVar

from django.db import models


class Unscoped(RuntimeError):
    """Somebody read the log without saying why."""


M = TypeVar("M", bound=models.Model)


class SystemRows(models.Manager[M]):
    """The only door to the rows: `.system(reason)`."""

    def get_queryset(self) -> NoReturn:
        raise Unscoped(f"{self.model.__name__}: say system(reason)")

    def system(self, reason: str) -> models.QuerySet[M]:
        """Every row, for the node itself; `reason` says why to whoever reads the code."""
        if not reason:
            raise Unscoped(f"{self.model.__name__}: a system read states its reason")
        return models.QuerySet[M](self.model, using=self._db)
