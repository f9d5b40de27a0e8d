"""Relations between rows, judged on the cells of one set of forms. Pure: cells in, judgements out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext, gettext_noop

from motcua.kernel.intervals import Interval
from motcua.kernel.numbers import Printed, format_number
from motcua.reports.forms.cells import BLANK, Cell, show
from motcua.reports.forms.definitions import FormRow, FormSet, Relation
from motcua.reports.forms.relations import Evaluation, Status, evaluate, operands, spelled

PERCENT_TARGET = "unit=%"
COMPUTED_PLACES = 2


class Judgement(StrEnum):
    """How a relation ended on the numbers at hand."""

    HOLDS = "holds"
    ROUNDING = "rounding"
    EXPLAIN = "explain"
    BROKEN = "broken"
    NOT_CHECKABLE = "not_checkable"


WORDS = {
    Judgement.HOLDS: gettext_noop("khớp"),
    Judgement.ROUNDING: gettext_noop("khớp, khác cách làm tròn"),
    Judgement.EXPLAIN: gettext_noop("cần giải thích"),
    Judgement.BROKEN: gettext_noop("chưa khớp"),
    Judgement.NOT_CHECKABLE: gettext_noop("chưa kiểm tra được"),
}
FINDINGS = frozenset({Judgement.BROKEN, Judgement.EXPLAIN})


@dataclass(frozen=True, slots=True, eq=False)
class Check:
    """One relation judged on a book's cells. Its words are made when asked for: most checks are never shown."""

    relation: Relation
    row: FormRow
    judgement: Judgement
    book: Book
    found: Evaluation
    sentence: str

    @property
    def rows(self) -> tuple[str, ...]:
        """Keys of the rows the relation speaks of, its target first."""
        named = operands(self.relation.expression, self.row.form)
        return (self.row.key, *(name for name in named if "!" in name))

    @property
    def formula(self) -> str:
        """The relation in names of rows: "dòng 3.1.2 : dòng 3.1.1 × 100"."""
        return spelled(self.relation.expression, self.row.form, lambda name: _name(name, self.row.form))

    @property
    def numbers(self) -> str:
        """The same with the rows' values."""
        return spelled(self.relation.expression, self.row.form, self.book.words)

    @property
    def printed(self) -> str:
        return gettext(show(self.book.cell(self.row.key)))

    @property
    def computed(self) -> str:
        """The result as Vietnamese prints it, empty where there is none."""
        if self.found.interval is None:
            return ""
        middle = self.found.interval.middle
        return format_number(middle, None if middle.denominator == 1 else COMPUTED_PLACES)

    @property
    def message(self) -> str:
        return gettext(self.sentence).format(printed=self.printed, computed=self.computed)

    @property
    def is_finding(self) -> bool:
        return self.judgement in FINDINGS

    @property
    def word(self) -> str:
        return gettext(WORDS[self.judgement])

    @property
    def sign(self) -> str:
        """The sign the relation asks for."""
        return "≤" if self.relation.kind == "le" else "="

    @property
    def found_sign(self) -> str:
        """The sign that holds on the numbers: ≠ or > where the relation does not."""
        if not self.is_finding:
            return self.sign
        return ">" if self.relation.kind == "le" else "≠"

    @property
    def target(self) -> str:
        return self.row.key


class Book:
    """The cells of one set of forms and the figures from outside it, by the names relations use."""

    def __init__(self, forms: FormSet, cells: Mapping[str, Cell], externals: Mapping[str, Decimal]) -> None:
        self.forms = forms
        self.cells = cells
        self.externals = externals

    def cell(self, name: str) -> Cell:
        return self.cells.get(name, BLANK)

    def interval(self, name: str) -> Interval | None:
        """The range a figure stands for: percentages by their printed precision, all else exactly."""
        if name.startswith("{"):
            number = self.externals.get(name[1:-1])
            return None if number is None else Interval.point(number)
        cell = self.cell(name)
        if cell.value is None:
            return None
        percent = self.forms.row(name).kind == "percent"
        return printed(cell).rounding() if percent else Interval.point(cell.value)

    def words(self, name: str) -> str:
        """The figure as Vietnamese, in place of its name."""
        if name.startswith("{"):
            number = self.externals.get(name[1:-1])
            return gettext(OUTSIDE.get(name[1:-1], name)) if number is None else format_number(number)
        return gettext(show(self.cell(name)))


OUTSIDE = {
    "departments": gettext_noop("số sở, ngành"),
    "communes": gettext_noop("số đơn vị cấp xã"),
    "received_total": gettext_noop("tổng số hồ sơ tiếp nhận"),
    "service_units_2015": gettext_noop("số ĐVSNCL năm 2015"),
}


def printed(cell: Cell) -> Printed:
    """The cell's number as a printed figure. Raises ValueError where it has none."""
    if cell.value is None:
        raise ValueError("an absent cell has no printed number")
    return Printed(cell.raw, cell.value, cell.places)


def check_all(book: Book) -> tuple[Check, ...]:
    """Every relation of the forms, judged, in the order of the definitions."""
    return tuple(check for relation in book.forms.relations for check in _checks(book, relation))


def _checks(book: Book, relation: Relation) -> Iterator[Check]:
    if relation.target == PERCENT_TARGET:
        yield from (_check(book, relation, row) for row in book.forms.rows() if row.kind == "percent")
    else:
        yield _check(book, relation, book.forms.row(f"{relation.form}!{relation.target}"))


def _check(book: Book, relation: Relation, row: FormRow) -> Check:
    cell = book.cell(row.key)
    found = evaluate(relation.expression, book.interval, row.form)
    judgement, sentence = _judge(book, relation, cell, found)
    return Check(relation, row, judgement, book, found, sentence)


def _name(name: str, form: str) -> str:
    if name.startswith("{"):
        return gettext(OUTSIDE.get(name[1:-1], name[1:-1]))
    own, code = name.split("!")
    if own == form:
        return gettext("dòng {code}").format(code=code)
    return gettext("biểu {form} dòng {code}").format(form=own, code=code)


def _judge(book: Book, relation: Relation, cell: Cell, found: Evaluation) -> tuple[Judgement, str]:
    if cell.value is None:
        return Judgement.NOT_CHECKABLE, gettext_noop("Dòng này không có số liệu nên không kiểm tra được.")
    if found.status is Status.BLANK:
        missing = ", ".join(_name(name, relation.form) for name in found.blank)
        return Judgement.NOT_CHECKABLE, gettext("Chưa kiểm tra được vì chưa có {missing}.").format(
            missing=missing
        )
    if found.interval is None:
        return (
            Judgement.BROKEN,
            gettext_noop(
                "Ghi {printed} trong khi mẫu số bằng 0: tỷ lệ không xác định, nên ghi “không áp dụng”."
            ),
        )
    if relation.kind == "le":
        return _judge_bound(relation, _own(book, relation, cell), found.interval)
    return _judge_equal(relation, cell, found.interval)


def _own(book: Book, relation: Relation, cell: Cell) -> Interval:
    percent = (
        relation.target != PERCENT_TARGET and book.forms.row(f"{relation.form}!{relation.target}").unit == "%"
    )
    return printed(cell).rounding() if percent else Interval.point(cell.value or 0)


def _judge_bound(relation: Relation, own: Interval, bound: Interval) -> tuple[Judgement, str]:
    if not bound.lies_below(own):
        return Judgement.HOLDS, gettext_noop("Ghi {printed}, không vượt {computed}.")
    plausible_only = "/" in relation.expression
    return (Judgement.EXPLAIN if plausible_only else Judgement.BROKEN), gettext_noop(
        "Ghi {printed}, vượt mức {computed}."
    )


def _judge_equal(relation: Relation, cell: Cell, computed: Interval) -> tuple[Judgement, str]:
    own = printed(cell)
    exact = relation.kind in {"sum", "eq"}
    if computed.meets(own.exact() if exact else own.rounding()):
        return Judgement.HOLDS, gettext_noop("Ghi {printed}, tính lại được {computed}.")
    if not exact and computed.meets(own.truncation()):
        return Judgement.ROUNDING, gettext_noop(
            "Ghi {printed}, tính lại được {computed}: bị cắt bớt thay vì làm tròn."
        )
    judgement = Judgement.EXPLAIN if relation.kind == "eq" else Judgement.BROKEN
    return judgement, gettext_noop("Ghi {printed} nhưng tính lại được {computed}.")
