"""A tile map: every unit a square of one size, near where it lies. A square has its number; its colour has a sign."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from django.utils.safestring import SafeString

from motcua.reports.charts.data import Mark, Tile
from motcua.reports.charts.svg import drawing, element, shortened, text, told

SIDE = 46
LETTERS = 8  # of a line of a name within a tile
LEAST_ACROSS = 8  # tiles in the width of the picture, so that a few are not drawn huge
SIGNS = {"good": "✓", "warn": "!", "bad": "✕", "wait": "…", "none": "–", "": ""}
_SPARE = 1.3  # cells for one tile: room to lie near where it belongs
Spot = tuple[float, float] | None


def tiles(items: Sequence[Tile], title: str) -> SafeString:
    """The map; units nobody can place fill the last row."""
    cells = placed(tuple(_spot(each) for each in items))
    across = max(LEAST_ACROSS, max((column for column, _row in cells), default=0) + 1)
    down = max((row for _column, row in cells), default=0) + 1
    parts = [_tile(item, column * SIDE, row * SIDE) for item, (column, row) in zip(items, cells, strict=True)]
    return drawing(parts, across * SIDE, down * SIDE, title, "tiles")


def _spot(item: Tile) -> Spot:
    return None if item.longitude is None or item.latitude is None else (item.longitude, item.latitude)


def _tile(item: Tile, x: int, y: int) -> str:
    mark = item.mark
    tone = mark.tone or "none"
    middle, names = x + SIDE / 2, in_lines(mark.label)
    return told(
        mark,
        element("rect", x=x + 1, y=y + 1, width=SIDE - 2, height=SIDE - 2, rx=3, class_=f"ch-tile ch-tile-{tone}"),
        text(_said(mark, tone), middle, y + 18, f"ch-count ch-on-{tone}", anchor="middle"),
        *(
            text(name, middle, y + (30 if len(names) > 1 else 34) + 11 * at, f"ch-small ch-on-{tone}", vi=mark.vi, anchor="middle")
            for at, name in enumerate(names)
        ),
    )  # fmt: skip


def in_lines(label: str) -> list[str]:
    """A name in at most two lines of whole words, each cut where it is wider than a tile."""
    words = label.split()
    first = words[:1]
    while len(first) < len(words) and len(" ".join(words[: len(first) + 1])) <= LETTERS:
        first = words[: len(first) + 1]
    rest = words[len(first) :]
    return [shortened(" ".join(line), SIDE - 2, SIDE / (LETTERS + 0.5)) for line in (first, rest) if line]


def _said(mark: Mark, tone: str) -> str:
    """The sign and the number; without a number the sign alone."""
    return (
        SIGNS[tone]
        if mark.value is None and SIGNS[tone]
        else f"{SIGNS[tone]} {mark.short or mark.shown}".strip()
    )


@lru_cache(maxsize=64)
def placed(spots: tuple[Spot, ...]) -> tuple[tuple[int, int], ...]:
    """(column, row) of each spot, no two alike, from the middle outwards each to the nearest free cell.

    Rows count from the north. Spots are degrees east and north.
    """
    known = [(at, spot) for at, spot in enumerate(spots) if spot is not None]
    across, down = _size(tuple(spot for _at, spot in known))
    wishes = {at: wish for (at, _spot_), wish in zip(known, _wishes(known, across, down), strict=True)}
    centre = ((across - 1) / 2, (down - 1) / 2)
    free = {(column, row) for column in range(across) for row in range(down)}
    found: dict[int, tuple[int, int]] = {}
    for at in sorted(wishes, key=lambda each: (math.dist(wishes[each], centre), each)):
        nearest = min(free, key=lambda cell: (math.dist(cell, wishes[at]), cell))
        free.remove(nearest)
        found[at] = nearest
    shift_x = min((column for column, _row in found.values()), default=0)
    shift_y = min((row for _column, row in found.values()), default=0)
    found = {at: (column - shift_x, row - shift_y) for at, (column, row) in found.items()}
    below = max((row for _column, row in found.values()), default=-1) + 1
    width = max(across, 1)
    lost = [at for at, spot in enumerate(spots) if spot is None]
    found |= {at: (number % width, below + number // width) for number, at in enumerate(lost)}
    return tuple(found[at] for at in range(len(spots)))


def _size(spots: Sequence[tuple[float, float]]) -> tuple[int, int]:
    """Columns and rows with spare cells, about as wide as the land is."""
    if not spots:
        return 8, 0
    cells = max(1, math.ceil(len(spots) * _SPARE))
    wide, high = _extent(spots)
    across = max(1, min(cells, round(math.sqrt(cells * min(max(wide / high, 0.4), 2.5)))))
    return across, max(1, math.ceil(cells / across))


def _extent(spots: Sequence[tuple[float, float]]) -> tuple[float, float]:
    longitudes, latitudes = [x for x, _y in spots], [y for _x, y in spots]
    squeeze = math.cos(math.radians(sum(latitudes) / len(latitudes)))
    wide = max((max(longitudes) - min(longitudes)) * squeeze, 1e-6)
    return wide, max(max(latitudes) - min(latitudes), 1e-6)


def _wishes(
    known: Sequence[tuple[int, tuple[float, float]]], across: int, down: int
) -> list[tuple[float, float]]:
    """Where each would lie on a grid of this size."""
    if not known:
        return []
    xs, ys = [spot[0] for _at, spot in known], [spot[1] for _at, spot in known]
    west, north = min(xs), max(ys)
    wide, high = max(max(xs) - west, 1e-6), max(north - min(ys), 1e-6)
    return [((x - west) / wide * (across - 1), (north - y) / high * (down - 1)) for x, y in zip(xs, ys, strict=True)]  # fmt: skip
