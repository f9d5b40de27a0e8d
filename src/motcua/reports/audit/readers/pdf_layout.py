"""From characters and strokes of a page to its lines and tables. Pure geometry; units are points."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

MAX_PAGES = 500
SNAP = 3.0
GAP_OF_WORDS = 0.25
RAISED = 0.78
MIN_EDGE = 4.0


class Char(NamedTuple):
    """A visible character: its box from the top left of the page, whether a space stood before it, whether bold."""

    letter: str
    x0: float
    y0: float
    x1: float
    y1: float
    spaced: bool
    bold: bool

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def middle(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2


class Edge(NamedTuple):
    """A level or upright stroke: `at` on the other axis, from `low` to `high` along its own."""

    upright: bool
    at: float
    low: float
    high: float
    straight: bool = True

    @classmethod
    def between(cls, one: tuple[float, float], other: tuple[float, float]) -> Edge:
        across, down = abs(one[0] - other[0]), abs(one[1] - other[1])
        if across <= 1.0 and down > across:
            return cls(True, one[0], min(one[1], other[1]), max(one[1], other[1]))
        if down <= 1.0:
            return cls(False, one[1], min(one[0], other[0]), max(one[0], other[0]))
        return cls(False, 0, 0, 0, straight=False)


@dataclass
class Page:
    """What is drawn on one page."""

    width: float
    height: float
    chars: list[Char]
    edges: list[Edge]
    images: bool = False


@dataclass
class _Grid:
    """A ruled table: positions of its strokes, and the strokes themselves."""

    xs: list[float]
    ys: list[float]
    edges: list[Edge]

    @property
    def box(self) -> tuple[float, float, float, float]:
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]

    def holds(self, char: Char) -> bool:
        x, y = char.middle
        return self.xs[0] <= x <= self.xs[-1] and self.ys[0] <= y <= self.ys[-1]


def page_layout(page: Page) -> dict[str, Any]:
    """Lines outside tables and tables of a page, as plain values that JSON can carry."""
    grids = find_grids(page.edges)
    inside: dict[int, list[Char]] = defaultdict(list)
    outside = []
    for char in page.chars:
        index = next((number for number, grid in enumerate(grids) if grid.holds(char)), None)
        if index is None:
            outside.append(char)
        else:
            inside[index].append(char)
    tables = [
        {"top": grid.ys[0], "rows": _grid_rows(grid, inside[index])}
        for index, grid in enumerate(grids)
        if inside[index]
    ]
    return {
        "width": page.width,
        "height": page.height,
        "images": page.images,
        "lines": [_line(chars) for chars in lines_of(outside)],
        "tables": tables,
    }


def _line(chars: Sequence[Char]) -> dict[str, Any]:
    size = _common_height(chars)
    mark, rest = _leading_mark(chars, size)
    return {
        "text": text_of(rest, size),
        "mark": mark,
        "x0": chars[0].x0,
        "x1": max(char.x1 for char in chars),
        "top": min(char.y0 for char in rest),
        "bottom": max(char.y1 for char in rest),
        "size": size,
        "bold": all(char.bold for char in rest),
    }


def _common_height(chars: Sequence[Char]) -> float:
    heights = sorted(char.height for char in chars)
    return heights[len(heights) // 2]


def _leading_mark(chars: Sequence[Char], size: float) -> tuple[str, Sequence[Char]]:
    """A small raised number that opens a line is the mark of a footnote."""
    count = 0
    while (
        count < min(len(chars) - 1, 3)
        and chars[count].letter.isdigit()
        and chars[count].height < RAISED * size
    ):
        count += 1
    return "".join(char.letter for char in chars[:count]), chars[count:]


def lines_of(chars: Iterable[Char]) -> list[list[Char]]:
    """Characters grouped into lines from the top, each line from the left.

    A raised or lowered character belongs to the nearest line whose band holds its middle.
    """
    lines: list[list[Char]] = []
    bands: list[tuple[float, float]] = []
    home = -1
    for char in sorted(chars, key=lambda one: (-one.height // 1, one.y0)):
        middle = (char.y0 + char.y1) / 2
        if home < 0 or not _well_inside(bands[home], middle):
            home = _nearest_band(bands, middle)
        if home < 0:
            home = len(lines)
            lines.append([])
            bands.append((char.y0, char.y1))
        lines[home].append(char)
    order = sorted(range(len(lines)), key=lambda index: bands[index])
    return [sorted(lines[index], key=lambda one: one.x0) for index in order]


def _well_inside(band: tuple[float, float], middle: float) -> bool:
    """Inside the middle half of a band, where no other line can claim it."""
    quarter = (band[1] - band[0]) / 4
    return band[0] + quarter <= middle <= band[1] - quarter


def _nearest_band(bands: list[tuple[float, float]], middle: float) -> int:
    holding = [index for index, (top, bottom) in enumerate(bands) if top <= middle <= bottom]
    return min(holding, key=lambda index: abs(sum(bands[index]) / 2 - middle), default=-1)


def text_of(chars: Sequence[Char], size: float) -> str:
    """Text of one line. Raised numbers, the references to footnotes, are left out; m² keeps its power."""
    text = ""
    before: Char | None = None
    for char in chars:
        raised = char.letter.isdigit() and char.height < RAISED * size
        if raised and not (char.letter in "23" and text.endswith("m")):
            before = char
            continue
        if before is not None and (char.spaced or char.x0 - before.x1 > GAP_OF_WORDS * size):
            text += " "
        text += {"2": "²", "3": "³"}[char.letter] if raised else char.letter
        before = char
    return text


def find_grids(edges: Sequence[Edge]) -> list[_Grid]:
    """Ruled tables: groups of strokes that touch, with at least two columns or two rows of cells."""
    merged = _merge(edges)
    grids = []
    for group in _touching(merged):
        xs = _positions(edge.at for edge in group if edge.upright)
        ys = _positions(edge.at for edge in group if not edge.upright)
        if len(xs) >= 2 and len(ys) >= 2 and len(xs) + len(ys) >= 5:
            grids.append(_Grid(xs, ys, group))
    return sorted(grids, key=lambda grid: (grid.ys[0], grid.xs[0]))


def _merge(edges: Sequence[Edge]) -> list[Edge]:
    """Strokes on one line that touch become one; short leftovers go."""
    merged: list[Edge] = []
    for edge in sorted(edges, key=lambda one: (one.upright, round(one.at / SNAP), one.low)):
        last = merged[-1] if merged else None
        if (
            last is not None
            and last.upright == edge.upright
            and abs(last.at - edge.at) <= SNAP
            and edge.low <= last.high + SNAP
        ):
            merged[-1] = last._replace(high=max(last.high, edge.high))
        else:
            merged.append(edge)
    return [edge for edge in merged if edge.high - edge.low >= MIN_EDGE]


def _touching(edges: list[Edge]) -> Iterator[list[Edge]]:
    """Groups of strokes connected by crossings."""
    level = sorted((edge for edge in edges if not edge.upright), key=lambda edge: edge.at)
    heights = [edge.at for edge in level]
    parent = {id(edge): edge for edge in edges}

    def root(edge: Edge) -> Edge:
        while parent[id(edge)] is not edge:
            parent[id(edge)] = parent[id(parent[id(edge)])]
            edge = parent[id(edge)]
        return edge

    for upright in (edge for edge in edges if edge.upright):
        first = bisect_right(heights, upright.low - SNAP)
        last = bisect_right(heights, upright.high + SNAP)
        for other in level[first:last]:
            if other.low - SNAP <= upright.at <= other.high + SNAP:
                parent[id(root(other))] = root(upright)
    groups: dict[int, list[Edge]] = defaultdict(list)
    for edge in edges:
        groups[id(root(edge))].append(edge)
    yield from groups.values()


def _positions(values: Iterable[float]) -> list[float]:
    """Distinct positions, those nearer than the snap taken as one."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > SNAP:
            found.append(value)
    return found


def _grid_rows(grid: _Grid, chars: list[Char]) -> list[list[str]]:
    """Texts on the grid; a merged cell has its text in its first place and blanks in the others."""
    across, down = len(grid.xs) - 1, len(grid.ys) - 1
    home = _regions(grid, across, down)
    held: dict[tuple[int, int], list[Char]] = defaultdict(list)
    for char in chars:
        x, y = char.middle
        column = min(max(bisect_right(grid.xs, x) - 1, 0), across - 1)
        row = min(max(bisect_right(grid.ys, y) - 1, 0), down - 1)
        held[home[row, column]].append(char)
    texts = {spot: _cell_text(inside) for spot, inside in held.items()}
    return [[texts.get((row, column), "") for column in range(across)] for row in range(down)]


def _cell_text(chars: list[Char]) -> str:
    size = _common_height(chars)
    return " ".join(text_of(line, size) for line in lines_of(chars))


def _regions(grid: _Grid, across: int, down: int) -> dict[tuple[int, int], tuple[int, int]]:
    """For every place of the grid the first place of the merged cell it belongs to."""
    upright, level = _by_position(grid, upright=True), _by_position(grid, upright=False)
    home = {(row, column): (row, column) for row in range(down) for column in range(across)}
    for row in range(down):
        for column in range(across):
            if column and not _covered(upright[column], grid.ys[row], grid.ys[row + 1]):
                home[row, column] = home[row, column - 1]
            elif row and not _covered(level[row], grid.xs[column], grid.xs[column + 1]):
                home[row, column] = home[row - 1, column]
    return home


def _by_position(grid: _Grid, *, upright: bool) -> dict[int, list[Edge]]:
    positions = grid.xs if upright else grid.ys
    found: dict[int, list[Edge]] = defaultdict(list)
    for edge in grid.edges:
        if edge.upright == upright:
            found[max(bisect_right(positions, edge.at + 0.01) - 1, 0)].append(edge)
    return found


def _covered(edges: list[Edge], low: float, high: float) -> bool:
    """Whether strokes lie along most of the way from low to high."""
    length = sum(max(0.0, min(edge.high, high) - max(edge.low, low)) for edge in edges)
    return length >= 0.6 * (high - low)
