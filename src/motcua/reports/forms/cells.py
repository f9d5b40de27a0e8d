"""What people type in a cell and what a cell shows. Pure: no database."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from motcua.engine.figures.api import STATE_WORDS, State
from motcua.kernel.numbers import NumberFormatError, format_number, parse_number
from motcua.kernel.text import nfc
from motcua.reports.forms.definitions import FormRow
from motcua.reports.forms.errors import FormsError

MAX_DIGITS = 20
MAX_NOTE = 500
PLACES = {"count": 0, "flag": 0, "choice": 0, "money": 3, "percent": 4}
_WORDS = {word: state for state, word in STATE_WORDS.items()}


@dataclass(frozen=True, slots=True)
class Cell:
    """The content of a cell. `raw` is as printed, `places` its printed decimals; `value` only when known."""

    state: State
    value: Decimal | None = None
    raw: str = ""
    places: int = 0
    note: str = ""

    def same(self, other: Cell) -> bool:
        """Equal in content: the same number however printed, and the same note."""
        return (self.state, self.value, self.note) == (other.state, other.value, other.note)


BLANK = Cell(State.BLANK)


def show(cell: Cell) -> str:
    """The cell in Vietnamese: its number at its printed precision, or the words of its absence."""
    if cell.value is None:
        return STATE_WORDS.get(cell.state, STATE_WORDS[State.BLANK])
    return format_number(cell.value, cell.places)


def read_cell(row: FormRow, text: str, note: str = "") -> Cell:
    """What the text says in a row. Empty means not yet there; “không áp dụng” and “chưa đến kỳ” are understood.

    Raises FormsError: forms.cell.heading, forms.cell.number, forms.cell.choice, forms.cell.range,
    forms.cell.places, forms.cell.note.
    """
    if row.is_heading:
        raise FormsError(
            "forms.cell.heading",
            _("Dòng {code} của biểu {form} là tiêu đề, không nhận số liệu.").format(
                code=row.code, form=row.form
            ),
        )
    note = nfc(note).strip()
    if len(note) > MAX_NOTE:
        raise _refuse(row, "note", _("ghi chú dài quá {max_note} ký tự").format(max_note=MAX_NOTE))
    clean = nfc(text).strip()
    if not clean:
        return Cell(State.BLANK, note=note)
    state = _WORDS.get(clean.casefold())
    if state is not None:
        return Cell(state, raw=clean, note=note)
    return _number(row, clean, note)


def from_number(row: FormRow, number: int | float | Decimal, note: str = "") -> Cell:
    """The cell of a number as a workbook holds it; floats are taken at their shortest decimal."""
    exact = Decimal(str(number))
    places = max(0, -int(exact.normalize().as_tuple().exponent))
    return read_cell(row, format_number(round(exact, places), places), note) if exact >= 0 else _negative(row)


def _negative(row: FormRow) -> Cell:
    raise _refuse(row, "range", _("số liệu không được âm"))


def _number(row: FormRow, clean: str, note: str) -> Cell:
    try:
        printed = parse_number(clean.removesuffix("%").strip() if row.kind == "percent" else clean)
    except NumberFormatError:
        raise _refuse(
            row,
            "number",
            _("“{text}” không phải một con số. Hãy viết như 1.234 hoặc 99,5, để trống nếu chưa có").format(
                text=clean[:40]
            ),
        ) from None
    _check(row, printed.value, printed.places)
    return Cell(State.KNOWN, printed.value, clean, printed.places, note)


def _check(row: FormRow, value: Decimal, places: int) -> None:
    if row.choices and (places or int(value) not in dict(row.choices)):
        allowed = ", ".join(f"{number} ({label})" for number, label in row.choices)
        raise _refuse(row, "choice", _("chỉ nhận một trong các giá trị {allowed}").format(allowed=allowed))
    if places > PLACES[row.kind]:
        most = (
            _("số nguyên")
            if not PLACES[row.kind]
            else _("tối đa {places} chữ số thập phân").format(places=PLACES[row.kind])
        )
        raise _refuse(row, "places", _("chỉ nhận {most}").format(most=most))
    if row.kind == "percent" and value > 100:
        raise _refuse(row, "range", _("tỷ lệ phải từ 0 đến 100"))
    if len(value.as_tuple().digits) > MAX_DIGITS:
        raise _refuse(row, "range", _("số có quá {max_digits} chữ số").format(max_digits=MAX_DIGITS))


def _refuse(row: FormRow, reason: str, what: str) -> FormsError:
    return FormsError(
        f"forms.cell.{reason}",
        _("Biểu {form}, dòng {code} ({label}): {what}.").format(
            form=row.form, code=row.code, label=row.label[:60], what=what
        ),
    )
