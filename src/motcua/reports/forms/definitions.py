"""The seven statistical forms as packaged data: rows, units and relations. Pure Python, no database.

Source: forms 1-7 of the reform report under official letter 4625/BNV-CCHC (02/7/2025).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

DEFAULT_VERSION = "2025"


@dataclass(frozen=True, slots=True)
class FormRow:
    """One row. `code` is the canonical number ("3.1.2"); a heading has no unit and takes no value.

    `kind`: heading, count, percent, flag (0/1), choice (an enumeration named in `choices`), money (triệu đồng).
    `filled_by`: province, department, commune or "department+commune": the lowest levels that hold the value.
    `owner`: key of the department that owns the row in the province's report (editable proposal).
    `climb`: sum, ratio (recomputed from its parts) or none; `period_rule`: flow, cumulative or stock.
    `basis`: the law behind the row, beside the letter that sets the form.
    """

    form: str
    code: str
    label: str
    unit: str
    kind: str
    choices: tuple[tuple[int, str], ...] = ()
    filled_by: str = "province"
    owner: str = ""
    label_en: str = ""
    climb: str = "none"
    period_rule: str = "flow"
    basis: str = ""

    @property
    def is_heading(self) -> bool:
        return self.kind == "heading"

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels that fill the row, lowest last; empty for a heading."""
        return tuple(self.filled_by.split("+")) if self.filled_by else ()

    @property
    def depth(self) -> int:
        """How far the row stands in: 0 for "3", 2 for "3.1.2"."""
        return self.code.count(".")

    @property
    def key(self) -> str:
        """Unique over all forms: "3!1.4"."""
        return f"{self.form}!{self.code}"

    @property
    def parent_code(self) -> str:
        return self.code.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation between rows, as relations.csv writes it; `note` explains it in Vietnamese.

    `kind`: ratio (target = expression, a percentage), sum (target = expression), le (target <= expression),
    eq (target = expression). `[x]` row x of the same form, `[6!2.1]` row 2.1 of form 6, `{name}` a figure
    from outside the forms. A blank operand makes the relation not checkable.
    """

    form: str
    target: str
    expression: str
    kind: str
    note: str


@dataclass(frozen=True, slots=True)
class Form:
    code: str
    title: str
    rows: tuple[FormRow, ...]
    _by_code: Mapping[str, FormRow] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_code", {row.code: row for row in self.rows})

    def row(self, code: str) -> FormRow:
        """The row of a number such as "3.1.2". Raises KeyError."""
        return self._by_code[code]


@dataclass(frozen=True, slots=True)
class FormSet:
    version: str
    forms: Mapping[str, Form]
    relations: tuple[Relation, ...]

    def rows(self) -> tuple[FormRow, ...]:
        """Every row of every form, headings included, in printed order."""
        return tuple(row for form in self.forms.values() for row in form.rows)

    def row(self, key: str) -> FormRow:
        """The row of a key such as "3!1.4". Raises KeyError."""
        form, code = key.split("!")
        return self.forms[form].row(code)


@cache
def form_set(version: str = DEFAULT_VERSION) -> FormSet:
    """The packaged definitions of a version of the forms. Raises FileNotFoundError for an unknown version."""
    return FormSet(version, _forms(version), _relations(version))


def _read(version: str, name: str) -> list[dict[str, str]]:
    path = resources.files("motcua.reports.forms") / "data" / version / name
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _forms(version: str) -> dict[str, Form]:
    titles: dict[str, str] = {}
    rows: dict[str, list[FormRow]] = {}
    for record in _read(version, "rows.csv"):
        form = record["form"]
        if not record["code"]:
            titles[form] = record["label"]
            rows[form] = []
            continue
        rows[form].append(_row(record))
    return {form: Form(form, title, tuple(rows[form])) for form, title in titles.items()}


def _row(record: Mapping[str, str]) -> FormRow:
    choices = tuple(
        (int(number), label)
        for number, _, label in (part.partition("=") for part in record["choices"].split("|") if part)
    )
    names = (
        "form",
        "code",
        "label",
        "unit",
        "kind",
        "filled_by",
        "owner",
        "label_en",
        "climb",
        "period_rule",
    )
    return FormRow(**{name: record[name] for name in names}, basis=record["basis"], choices=choices)


def _relations(version: str) -> tuple[Relation, ...]:
    return tuple(
        Relation(
            record["form"],
            record["target"],
            record["expression"],
            record["kind"],
            record["explanation"],
        )
        for record in _read(version, "relations.csv")
    )
