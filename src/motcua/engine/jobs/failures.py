"""What may be said of an exception without repeating anybody's data."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from pathlib import Path

from django.db import DatabaseError

_PACKAGE = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, slots=True)
class Cause:
    """`kind`: exception type or stable code; `reason`: a sentence for people, else empty; `place`: file:line."""

    kind: str
    reason: str
    place: str


def cause_of(error: BaseException) -> Cause:
    """Refusals of the house carry a code and a sentence fit to show; of all else only type, state and place.

    The text of a foreign exception may quote a row ("Key (username)=(...)"), so it is never kept.
    """
    code = getattr(error, "code", None)
    if type(error).__module__.startswith("motcua.") and isinstance(code, str):
        return Cause(code, str(error)[:1000], _place(error))
    if isinstance(error, DatabaseError):
        state = getattr(error.__cause__, "sqlstate", None) or "?"
        return Cause(type(error).__name__, f"SQLSTATE {state}", _place(error))
    if isinstance(error, OSError) and error.strerror:
        return Cause(type(error).__name__, error.strerror, _place(error))
    return Cause(type(error).__name__, "", _place(error))


def _place(error: BaseException) -> str:
    """The innermost line of our own code, else of anybody's."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_PACKAGE)]
    if not frames:
        return ""
    frame = (ours or frames)[-1]
    path = Path(frame.filename)
    shown = path.relative_to(_PACKAGE.parent) if path.is_relative_to(_PACKAGE) else Path(path.name)
    return f"{shown.as_posix()}:{frame.lineno}"
