"""A source of made-up values for pure tests: every row and figure has a number of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from motcua.engine.figures.api import State
from motcua.reports.documents.composing import Composer, Given
from motcua.reports.documents.content import Annex, Bound, Content, Row
from motcua.reports.documents.language import Ref
from motcua.reports.documents.template import load_template
from motcua.reports.forms.definitions import form_set

ROWS = {row.key: row for row in form_set("2025").rows()}
NAMES = {
    "period": "năm 2025",
    "first": "15/12/2024",
    "last": "14/12/2025",
    "agency": "Ủy ban nhân dân tỉnh Mẫu",
}


@dataclass
class MadeSource:
    """`values`: by (key, against); what is not there is blank unless `filled`."""

    values: Mapping[tuple[str, str], Fraction] = field(default_factory=dict)
    filled: bool = True

    def given(self, key: str, against: str = "") -> Given:
        if key in NAMES:
            return Given(State.KNOWN, name=NAMES[key])
        row = ROWS.get(key)
        unit = row.unit if row else "%" if key.endswith(("rate", "on-time")) else "Hồ sơ"
        places = 2 if unit == "%" else 0
        number = self.values.get((key, against))
        if number is None and self.filled and not against:
            number = Fraction(9860 + len(key), 100) if unit == "%" else Fraction(1_000 + len(key))
        label = row.label if row else key
        if number is None:
            return Given(State.BLANK, unit=unit, label=label, places=places)
        return Given(
            State.KNOWN, number, places, unit, label, source="form" if row else "figure", link="/so-lieu/x/"
        )

    def entries(self, register: str) -> Sequence[Sequence[str | Bound]]:
        return [
            [
                "Quyết định số 12/QĐ-UBND ngày 03/7/2025: ",
                Bound("x/y=z", "07", value="7", source="figure"),
                " TTHC.",
            ]
        ]


def composed(source: MadeSource | None = None) -> Content:
    """The packaged template over made-up values, the forms annexed."""
    composer = Composer(source or MadeSource())
    annexes = [
        Annex(
            form.code,
            form.title,
            tuple(
                Row(
                    row.code,
                    row.label,
                    row.unit,
                    None if row.is_heading else composer.cell(Ref(row.key)),
                    "",
                    "kê khai",
                    row.depth,
                )
                for row in form.rows
            ),
        )
        for form in form_set("2025").forms.values()
    ]
    head = {"agency": NAMES["agency"], "place": "Mẫu", "symbol": "BC-UBND"}
    signer = {"authority": "TM. Ủy ban nhân dân", "role": "Chủ tịch", "name": "Nguyễn Văn Mẫu"}
    return composer.compose(load_template("periodic"), head, annexes, signer)
