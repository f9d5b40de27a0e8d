"""The seven statistical forms as packaged data: rows, units and relations. Pure Python, no database.

Source: forms 1-7 of the reform report under official letter 4625/BNV-CCHC (02/7/2025).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

DEFAULT_VERSION = "2025"


@dataclass(frozen=True, slots=True)
class FormRow:
    """One row. `code` is the canonical number ("3.1.2"); a heading has no unit and takes no value.

    `kind`: heading, count, percent, flag (0/1), choice (an enumeration named in `choices`), money (triệu đồng).
    `filled_by`: province, department or commune: the lowest level that owns the value.
    `owner`: key of the department that owns the row in the province's report (editable proposal).
    """

    form: str
    code: str
    label: str
    unit: str
    kind: str
    choices: tuple[tuple[int, str], ...] = ()
    filled_by: str = "province"
    owner: str = ""

    @property
    def key(self) -> str:
        """Unique over all forms: "3!1.4"."""
        return f"{self.form}!{self.code}"

    @property
    def parent_code(self) -> str:
        return self.code.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation between rows, as form-relations.csv writes it.

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

    def row(self, code: str) -> FormRow:
        return {row.code: row for row in self.rows}[code]


@dataclass(frozen=True, slots=True)
class FormSet:
    version: str
    forms: Mapping[str, Form]
    relations: tuple[Relation, ...]

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
        choices = tuple(
            (int(number), label)
            for number, _, label in (part.partition("=") for part in record["choices"].split("|") if part)
        )
        rows[form].append(
            FormRow(
                form,
                record["code"],
                record["label"],
                record["unit"],
                record["kind"],
                choices,
                record["filled_by"],
                record["owner"],
            )
        )
    return {form: Form(form, title, tuple(rows[form])) for form, title in titles.items()}


def _relations(version: str) -> tuple[Relation, ...]:
    return tuple(
        Relation(
            record["form_family"],
            record["target_code"],
            record["expression"],
            record["kind"],
            record["notes"],
        )
        for record in _read(version, "relations.csv")
    )
