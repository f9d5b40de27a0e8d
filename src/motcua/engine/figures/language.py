"""What a figure is: a number defined once, over named facts, that every face of a report shows alike.

A figure is either a count (`count`) or a ratio (`numerator` over `denominator`, times `scale`). Both are
quantities: sums of declarative selections over fact tables. Nothing here touches a database.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import Enum, StrEnum
from types import MappingProxyType

from motcua.engine.figures.errors import FigureError

Literal = str | int | bool | Decimal | date | None
CODE_PATTERN = re.compile(r"^[a-z0-9]+(?:[._!-][a-z0-9]+)*$")
NAME_PATTERN = re.compile(r"^[a-z][a-z0-9_]*$")
MAX_PLACES = 6


class Operator(StrEnum):
    """How a filter compares a column with its operand. NOT_BY: missing, or later than the operand (still open then)."""

    EQUAL = "="
    NOT_EQUAL = "<>"
    LESS = "<"
    AT_MOST = "<="
    GREATER = ">"
    AT_LEAST = ">="
    AMONG = "in"
    MISSING = "missing"
    PRESENT = "present"
    NOT_BY = "not by"


class MeasureKind(StrEnum):
    """COUNT counts rows; SUM adds a column (nothing selected is 0); DECLARED adds a column of values that
    people state, where nothing selected is blank and not 0; DISTINCT counts the different values of a text column,
    where a missing or empty text is no value. Distinct counts never add up: they are counted anew for each whole."""

    COUNT = "count"
    SUM = "sum"
    DECLARED = "declared"
    DISTINCT = "distinct"


class Climb(StrEnum):
    """How values of units become the value of the unit above them."""

    SUM = "sum"
    RATIO = "ratio"
    NONE = "none"


class PeriodRule(StrEnum):
    """FLOW: what happened in the period. CUMULATIVE: since the year began. STOCK: as on the last day."""

    FLOW = "flow"
    CUMULATIVE = "cumulative"
    STOCK = "stock"


@dataclass(frozen=True, slots=True)
class Column:
    """Another column of the same fact, as the operand of a filter (returned_on <= due_on)."""

    name: str


class Bound(Enum):
    """The first or the last day of the period asked for, as the operand of a filter."""

    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition on a column; the filters of a selection must all hold."""

    column: str
    operator: Operator
    operand: Literal | Column | Bound | tuple[Literal, ...] = None

    def __post_init__(self) -> None:
        if (self.operator is Operator.AMONG) != isinstance(self.operand, tuple):
            raise FigureError(
                "FIG-FILTER",
                f"Điều kiện trên cột “{self.column}”: phép “in” cần một danh sách giá trị, phép khác thì không.",
            )


@dataclass(frozen=True, slots=True)
class Measure:
    kind: MeasureKind = MeasureKind.COUNT
    column: str = ""

    def __post_init__(self) -> None:
        if (self.kind is MeasureKind.COUNT) != (self.column == ""):
            raise FigureError(
                "FIG-MEASURE", "Phép đếm không nhận cột; phép cộng và đếm khác nhau phải nêu cột."
            )


@dataclass(frozen=True, slots=True)
class Selection:
    """Rows of one fact that pass every filter, and what is taken of them.

    `unit`: the column of the unit a row counts for; "" the one its fact names.
    """

    fact: str
    filters: tuple[Filter, ...] = ()
    measure: Measure = field(default_factory=Measure)
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A sum of selections, each with a whole factor: `(1, A), (-1, B)` is A - B."""

    terms: tuple[tuple[int, Selection], ...]

    def __post_init__(self) -> None:
        if not self.terms:
            raise FigureError("FIG-EMPTY", "Một đại lượng phải có ít nhất một phép chọn trên dữ kiện.")

    def __add__(self, other: Quantity) -> Quantity:
        return Quantity(self.terms + other.terms)

    def __sub__(self, other: Quantity) -> Quantity:
        return Quantity(self.terms + tuple((-factor, selection) for factor, selection in other.terms))


def count_of(fact: str, *filters: Filter) -> Quantity:
    """The number of rows of `fact` that pass the filters."""
    return Quantity(((1, Selection(fact, filters)),))


def sum_of(fact: str, column: str, *filters: Filter) -> Quantity:
    """The sum of a column over the rows that pass the filters; 0 where no row does."""
    return Quantity(((1, Selection(fact, filters, Measure(MeasureKind.SUM, column))),))


def declared(fact: str, column: str, *filters: Filter) -> Quantity:
    """A value that people state: the sum of the column, blank where nothing was stated."""
    return Quantity(((1, Selection(fact, filters, Measure(MeasureKind.DECLARED, column))),))


def distinct_of(fact: str, column: str, *filters: Filter) -> Quantity:
    """How many different values a text column has over the rows that pass the filters."""
    return Quantity(((1, Selection(fact, filters, Measure(MeasureKind.DISTINCT, column))),))


def in_period(column: str) -> tuple[Filter, Filter]:
    """The filters of what happened within the period asked for, both days included."""
    return Filter(column, Operator.AT_LEAST, Bound.START), Filter(column, Operator.AT_MOST, Bound.END)


def open_at_end(began: str, ended: str) -> tuple[Filter, Filter]:
    """The filters of what had begun, and had not ended, by the last day of the period asked for."""
    return Filter(began, Operator.AT_MOST, Bound.END), Filter(ended, Operator.NOT_BY, Bound.END)


def counted_for(unit: str, quantity: Quantity) -> Quantity:
    """The same quantity, each row counted for the unit in another column (received where, handled where)."""
    return Quantity(tuple((factor, replace(each, unit=unit)) for factor, each in quantity.terms))


@dataclass(frozen=True, slots=True)
class Unit:
    """What is counted, as people read it ("Hồ sơ", "%", "Triệu đồng")."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Rounding:
    """Half up to `places` decimals; `trim` drops the zeros that end the printed number (100, not 100,00)."""

    places: int = 0
    trim: bool = True

    def __post_init__(self) -> None:
        if not 0 <= self.places <= MAX_PLACES:
            raise FigureError("FIG-ROUNDING", f"Số chữ số thập phân phải từ 0 đến {MAX_PLACES}.")


@dataclass(frozen=True, slots=True)
class Figure:
    """One version of one figure. Raises FigureError when the parts do not fit together.

    `labels` by language code ("vi" is required). `effective_from` is the first day on which this version
    is the definition. `numerator` and `denominator` leave the engine exact; `scale` (100 for a
    percentage) and `rounding` apply once, when the value is shown.
    """

    code: str
    version: int
    effective_from: date
    labels: Mapping[str, str]
    unit: Unit
    legal_basis: tuple[str, ...]
    count: Quantity | None = None
    numerator: Quantity | None = None
    denominator: Quantity | None = None
    scale: int = 1
    climb: Climb = Climb.SUM
    period_rule: PeriodRule = PeriodRule.FLOW
    rounding: Rounding = field(default_factory=Rounding)
    _selections: tuple[Selection, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "labels", MappingProxyType(dict(self.labels)))
        quantities = (self.count, self.numerator, self.denominator)
        read = tuple(selection for each in quantities if each for _factor, selection in each.terms)
        object.__setattr__(self, "_selections", read)
        for problem, code, message in self._problems():
            if problem:
                raise FigureError(code, message)

    def _problems(self) -> tuple[tuple[bool, str, str], ...]:
        ratio = self.numerator is not None and self.denominator is not None
        half = (self.numerator is None) != (self.denominator is None)
        where = f"Chỉ tiêu “{self.code}”"
        return (
            (
                not CODE_PATTERN.match(self.code),
                "FIG-CODE",
                f"{where}: mã chỉ gồm chữ thường, số và dấu . _ ! -",
            ),
            (self.version < 1, "FIG-VERSION", f"{where}: phiên bản đếm từ 1."),
            (not self.labels.get("vi", "").strip(), "FIG-LABEL", f"{where}: thiếu tên tiếng Việt."),
            (half, "FIG-SHAPE", f"{where}: tỷ lệ phải có đủ tử số và mẫu số."),
            (
                (self.count is not None) == ratio,
                "FIG-SHAPE",
                f"{where}: phải là số đếm hoặc tỷ lệ, không cả hai.",
            ),
            (self.scale < 1, "FIG-SCALE", f"{where}: hệ số nhân phải từ 1 trở lên."),
            (
                self.climb is Climb.RATIO and not ratio,
                "FIG-CLIMB",
                f"{where}: chỉ tỷ lệ mới được tính lại từ tử số và mẫu số khi tổng hợp.",
            ),
            (
                self.climb is Climb.SUM and ratio,
                "FIG-CLIMB",
                f"{where}: tỷ lệ không được cộng; hãy chọn tính lại hoặc không tổng hợp.",
            ),
            (
                self.counts_distinct and self.climb is not Climb.NONE,
                "FIG-DISTINCT",
                f"{where}: số giá trị khác nhau không cộng được; hãy chọn không tổng hợp.",
            ),
            (
                not any(text.strip() for text in self.legal_basis),
                "FIG-BASIS",
                f"{where}: thiếu căn cứ pháp lý.",
            ),
        )

    @property
    def is_ratio(self) -> bool:
        return self.denominator is not None

    @property
    def counts_distinct(self) -> bool:
        """Whether some part counts different values, so that the figure of a whole is not that of its parts added."""
        return any(each.measure.kind is MeasureKind.DISTINCT for each in self.selections())

    def label(self, language: str = "vi") -> str:
        """The name in a language, Vietnamese where that language has none."""
        return self.labels.get(language) or self.labels["vi"]

    def selections(self) -> tuple[Selection, ...]:
        """Every selection the figure reads."""
        return self._selections
