"""The family of a unit as a picture: what it came from on the left, what it became on the right."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from motcua.reference.organisations.api import Holding, UnitInfo

BOX_WIDTH, BOX_HEIGHT, GAP, COLUMN = 270, 46, 12, 360
LINE = 34


@dataclass(frozen=True, slots=True)
class Box:
    """A unit in the picture: its corner, and its name in at most two lines."""

    uid: uuid.UUID
    x: int
    y: int
    lines: tuple[str, ...]
    years: str
    self: bool = False

    @property
    def middle(self) -> int:
        return self.y + BOX_HEIGHT // 2

    @property
    def right(self) -> int:
        return self.x + BOX_WIDTH


@dataclass(frozen=True, slots=True)
class Branch:
    """A line between two boxes; `share` is written when it is not the whole."""

    path: str
    share: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Family:
    """Boxes and branches in a picture of this size; empty when there is nobody else."""

    boxes: tuple[Box, ...]
    branches: tuple[Branch, ...]
    width: int
    height: int


def family(unit: UnitInfo, came: Sequence[Holding], went: Sequence[Holding]) -> Family | None:
    """The picture of a unit with its direct predecessors and successors; None when it has neither."""
    if not came and not went:
        return None
    rows = max(len(came), len(went), 1)
    height = rows * (BOX_HEIGHT + GAP) + GAP
    own_column = 1 if came else 0
    own = _box(unit, own_column, 0, 1, height, own=True)
    before = [_box(each.unit, 0, n, len(came), height) for n, each in enumerate(came)]
    after = [_box(each.unit, own_column + 1, n, len(went), height) for n, each in enumerate(went)]
    branches = [_branch(box, own, each) for box, each in zip(before, came, strict=True)]
    branches += [_branch(own, box, each) for box, each in zip(after, went, strict=True)]
    columns = own_column + 1 + bool(went)
    width = (columns - 1) * COLUMN + BOX_WIDTH + 4
    return Family((*before, own, *after), tuple(branches), width, height)


def _box(unit: UnitInfo, column: int, place: int, among: int, height: int, *, own: bool = False) -> Box:
    used = among * (BOX_HEIGHT + GAP) - GAP
    y = (height - used) // 2 + place * (BOX_HEIGHT + GAP)
    ends = f"{unit.valid_to:%d/%m/%Y}" if unit.valid_to else "nay"
    years = f"{unit.valid_from:%d/%m/%Y} – {ends}"
    return Box(unit.uid, column * COLUMN + 2, y, _wrapped(unit.short_name), years, own)


def _branch(left: Box, right: Box, holding: Holding) -> Branch:
    bend = (left.right + right.x) // 2
    path = f"M{left.right},{left.middle} C{bend},{left.middle} {bend},{right.middle} {right.x},{right.middle}"
    share = "" if holding.share == 1 else str(holding.share)
    return Branch(path, share, bend, (left.middle + right.middle) // 2)


def _wrapped(name: str) -> tuple[str, ...]:
    if len(name) <= LINE:
        return (name,)
    return (name[: LINE - 1].rstrip() + "…",)
