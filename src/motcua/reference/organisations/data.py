"""What crosses the door of organisations."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class UnitInfo:
    """A unit in one span: from `valid_from` to the day before `valid_to` (None: until further notice)."""

    uid: uuid.UUID
    code: str
    path: str
    name: str
    short_name: str
    kind: str
    level: str
    parent: uuid.UUID | None
    place_code: str
    valid_from: dt.date
    valid_to: dt.date | None


@dataclass(frozen=True, slots=True)
class Holding:
    """A unit and the share of another it holds."""

    unit: UnitInfo
    share: Fraction
    day: dt.date
    basis: str = ""


@dataclass(frozen=True, slots=True)
class UnitDraft:
    """A unit to be founded. `parent` is its uid; without `short_name` the name serves."""

    name: str
    kind: str
    code: str
    parent: uuid.UUID | None = None
    short_name: str = ""
    place_code: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """Rows of a unit go from one code and path to another."""

    code: str
    path: str
    new_code: str
    new_path: str


@dataclass(frozen=True, slots=True)
class Touched:
    """How many records of one kind a change touches."""

    follower: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do, before it is done: spans that end, that begin, and what is touched elsewhere."""

    ending: tuple[UnitInfo, ...]
    beginning: tuple[UnitInfo, ...]
    touched: tuple[Touched, ...]
    warnings: tuple[str, ...] = ()
