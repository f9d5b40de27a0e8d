"""A generated report before it is printed: lines of prose and form rows, each under an id."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from motcua.reports.audit.generate.form_values import Values
from motcua.reports.audit.generate.province import Province

LEVELS = ("definite", "likely")


@dataclass(slots=True)
class Line:
    """One line of prose. `wrong` holds, by class of error, the same line with that error in it."""

    id: str
    text: str
    kind: str = "paragraph"
    wrong: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Row:
    """One form row as it will be printed."""

    key: str
    number: str
    label: str
    unit: str
    value: str
    note: str = ""
    heading: bool = False
    decimals: int = 0

    @property
    def form(self) -> str:
        return self.key.partition("!")[0]


@dataclass(frozen=True, slots=True)
class Planted:
    """An error put in on purpose: its class, how sure a reader must be of it, and the ids it shows in."""

    kind: str
    level: str
    ids: tuple[str, ...]
    remark: str


@dataclass(slots=True)
class Draft:
    """A whole report to be printed, with the list of what was planted in it."""

    province: Province
    values: Values
    lines: list[Line]
    rows: list[Row]
    received: Decimal
    planted: list[Planted] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)

    def row(self, key: str) -> Row:
        return next(row for row in self.rows if row.key == key)

    def line(self, id: str) -> Line:
        return next(line for line in self.lines if line.id == id)
