"""Who may still write in a set of forms, and who wants to know that it was written in: other rooms say so."""

from __future__ import annotations

from collections.abc import Callable

from motcua.reports.forms.errors import FormsError
from motcua.reports.forms.models import FormSheet

# Returns the sentence of the lock (which one, since when, who can open it), or None where nothing locks.
Check = Callable[[FormSheet], str | None]

_checks: list[Check] = []
_told: list[Callable[[FormSheet], None]] = []


def register_lock(check: Check) -> None:
    """Called from a room's AppConfig.ready."""
    if check not in _checks:
        _checks.append(check)


def lock_of(sheet: FormSheet) -> str | None:
    """The first sentence that locks the forms, if one does."""
    return next((said for check in _checks if (said := check(sheet))), None)


def refuse_locked(sheet: FormSheet) -> None:
    """Raises FormsError forms.sheet.locked."""
    said = lock_of(sheet)
    if said:
        raise FormsError("forms.sheet.locked", said)


def register_written(tell: Callable[[FormSheet], None]) -> None:
    """Called from a room's AppConfig.ready: told of every set of forms that was written in, within that transaction."""
    if tell not in _told:
        _told.append(tell)


def tell_written(sheet: FormSheet) -> None:
    for tell in _told:
        tell(sheet)
