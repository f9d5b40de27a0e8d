"""An operation repeated with the same idempotency key answers what stands, and does nothing again."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from motcua.kernel.worktime import WorktimeError
from motcua.modules.dossiers.case import Repeated
from motcua.modules.dossiers.data import Done
from motcua.modules.dossiers.errors import DossierRefused

P = ParamSpec("P")


def operation(function: Callable[P, Done]) -> Callable[P, Done]:
    """Marks a public operation."""

    @wraps(function)
    def answered(*args: P.args, **kwargs: P.kwargs) -> Done:
        try:
            return function(*args, **kwargs)
        except Repeated as repeated:
            return repeated.done
        except WorktimeError as error:  # a day of a year that no calendar knows
            raise DossierRefused("calendar.unknown", str(error)) from error

    return answered
