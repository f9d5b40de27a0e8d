"""How numbers are spread: the middle and other ranks of a column, exact, for the rows a selection takes.

A spread is no sum: the middle of a province is not made from the middles of its units. It is therefore no `Figure` and
never climbs; it is measured anew for every unit, subtree and period, by the one definition. A rank is the nearest one:
the least value that at least that share of the rows do not exceed, so that it is always a value some row has.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from motcua.engine.figures.errors import FigureError
from motcua.engine.figures.evaluation import Source, chosen_rows
from motcua.engine.figures.fitting import check_selection
from motcua.engine.figures.grouping import Key, ShapeOf, cut_columns, narrowed
from motcua.engine.figures.language import CODE_PATTERN, Filter, Measure, MeasureKind, Selection, Unit
from motcua.engine.figures.registry import REGISTRY
from motcua.kernel.periods import Window

MIDDLE, NINE_TENTHS = Fraction(1, 2), Fraction(9, 10)


@dataclass(frozen=True, slots=True)
class Spread:
    """One version of one spread: ranks of `column` over the rows of `fact` that pass the filters and have a number.

    `shares`: which ranks, each above 0 and at most 1. `unit_column`: the column of the unit a row counts for; "" the one
    its fact names. Raises FIG-CODE, FIG-VERSION, FIG-LABEL, FIG-BASIS, FIG-SHARE.
    """

    code: str
    version: int
    effective_from: date
    labels: Mapping[str, str]
    unit: Unit
    legal_basis: tuple[str, ...]
    fact: str
    column: str
    filters: tuple[Filter, ...] = ()
    unit_column: str = ""
    shares: tuple[Fraction, ...] = (MIDDLE, NINE_TENTHS)

    def __post_init__(self) -> None:
        object.__setattr__(self, "labels", MappingProxyType(dict(self.labels)))
        where = f"Phân bố “{self.code}”"
        for problem, code, message in (
            (not CODE_PATTERN.match(self.code), "FIG-CODE", "mã chỉ gồm chữ thường, số và dấu . _ ! -"),
            (self.version < 1, "FIG-VERSION", "phiên bản đếm từ 1."),
            (not self.labels.get("vi", "").strip(), "FIG-LABEL", "thiếu tên tiếng Việt."),
            (not any(text.strip() for text in self.legal_basis), "FIG-BASIS", "thiếu căn cứ."),
            (
                not self.shares or not all(0 < share <= 1 for share in self.shares),
                "FIG-SHARE",
                "mỗi thứ hạng phải lớn hơn 0 và không quá 1.",
            ),
        ):
            if problem:
                raise FigureError(code, f"{where}: {message}")

    @property
    def selection(self) -> Selection:
        """The rows it is measured over, each with its number."""
        return Selection(self.fact, self.filters, Measure(MeasureKind.SUM, self.column), self.unit_column)

    def label(self, language: str = "vi") -> str:
        """The name in a language, Vietnamese where that language has none."""
        return self.labels.get(language) or self.labels["vi"]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A spread in one group: how many rows have a number, and the value at each share, in the order of `shares`."""

    spread: Spread
    rows: int
    values: tuple[Fraction, ...]

    def at(self, share: Fraction) -> Fraction:
        """The value at a share. Raises ValueError for one the spread does not have."""
        return self.values[self.spread.shares.index(share)]


Spreads = Mapping[Key, Ranked]


def rank_of(count: int, share: Fraction) -> int:
    """The nearest rank, from 1: the least whole number not below share × count."""
    return -int(-count * share // 1)


def spread_groups(
    spread: Spread,
    rows_of: Source,
    cuts: Sequence[str] = (),
    window: Window | None = None,
    *,
    filters: Sequence[Filter] = (),
    units: Collection[str] | None = None,
    shape_of: ShapeOf = REGISTRY.fact,
) -> dict[Key, Ranked]:
    """The spread by group of equal values in `cuts`, over rows in memory: the reference for every engine.

    A group is there when some row of it has a number. Otherwise as `measure_groups`.
    """
    shape = shape_of(spread.fact)
    columns = cut_columns(spread.selection, shape, cuts)
    found: dict[Key, list[Any]] = {}
    chosen = narrowed(spread.selection, shape, filters, units)
    for row in chosen_rows(chosen, rows_of(spread.fact), window):
        if row[spread.column] is not None:
            found.setdefault(tuple(row[column] for column in columns), []).append(row[spread.column])
    return {key: _ranked(spread, sorted(numbers)) for key, numbers in found.items()}


def _ranked(spread: Spread, numbers: list[Any]) -> Ranked:
    count = len(numbers)
    return Ranked(
        spread, count, tuple(Fraction(numbers[rank_of(count, share) - 1]) for share in spread.shares)
    )


class SpreadRegistry:
    """Spreads by code, each a line of versions in order of their day of effect."""

    def __init__(self) -> None:
        self._versions: dict[str, list[Spread]] = {}

    def define(self, spread: Spread) -> Spread:
        """Declare a version; the same definition twice is once. Raises FIG-TWICE, FIG-ORDER, FIG-FACT, FIG-COLUMN,
        FIG-OPERAND."""
        shape = REGISTRY.fact(spread.fact)
        for name in (spread.column, *(each.column for each in spread.filters)):
            if name not in shape.columns:
                raise FigureError(
                    "FIG-COLUMN", f"Phân bố “{spread.code}”: dữ kiện “{shape.name}” không có cột “{name}”."
                )
        check_selection(spread.selection, shape)
        versions = self._versions.setdefault(spread.code, [])
        for known in versions:
            if known.version == spread.version:
                if known != spread:
                    raise FigureError("FIG-TWICE", f"Phân bố “{spread.code}” đã được khai báo khác.")
                return known
        if versions and not (
            spread.version > versions[-1].version and spread.effective_from > versions[-1].effective_from
        ):
            raise FigureError("FIG-ORDER", f"Phân bố “{spread.code}”: phiên bản phải sau phiên bản trước.")
        versions.append(spread)
        return spread

    def spread(self, code: str, on: date) -> Spread:
        """The version in force on a day. Raises FIG-UNKNOWN, FIG-NOT-IN-FORCE."""
        if code not in self._versions:
            raise FigureError("FIG-UNKNOWN", f"Không có phân bố mang mã “{code}”. Kiểm tra lại mã.")
        in_force = [each for each in self._versions[code] if each.effective_from <= on]
        if not in_force:
            raise FigureError("FIG-NOT-IN-FORCE", f"Phân bố “{code}” chưa có hiệu lực ngày {on:%d/%m/%Y}.")
        return in_force[-1]


SPREADS = SpreadRegistry()
