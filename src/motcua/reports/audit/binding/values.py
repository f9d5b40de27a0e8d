"""Reads a value cell: number, blank, dash, "không", not applicable or other text."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from motcua.reports.audit.binding.model import CellState, FormCell
from motcua.reports.audit.document import Cell, Place

_NONE_WORDS = {"không", "không có", "chưa có", "không phát sinh", "chưa phát sinh"}
_NOT_APPLICABLE = {"không áp dụng", "kad", "n/a", "na", "không thuộc phạm vi"}
_DASHES = re.compile(r"^[-–—_.…/x]+$", re.IGNORECASE)
_NUMBER = re.compile(r"^(?P<sign>[-−]?)\s*(?P<body>\d[\d.,  ]*\d|\d)\s*(?P<percent>%?)\s*$")
_WITH_UNIT = re.compile(r"^(?P<number>[-−]?\s*\d[\d.,  ]*%?)\s*(?P<unit>[^\W\d_][^\d]*)$")
_GROUPED = {mark: re.compile(rf"^\d{{1,3}}(?:\{mark}\d{{3}})+$") for mark in ".,"}
_SPACED = re.compile(r"^\d{1,3}(?: \d{3})+$")


def read_cell(cell: Cell, unit: str = "") -> FormCell:
    """The content of a value cell. `unit` settles "98.605" in a percentage row (a decimal point)."""
    return read_value(cell.text, cell.place, unit)


def read_value(text: str, place: Place, unit: str = "") -> FormCell:
    """As `read_cell`, from bare text."""
    clean = " ".join(unicodedata.normalize("NFC", text).split())
    state = _wordless_state(clean)
    if state is not None:
        return FormCell(clean, state, place)
    parsed = _number(clean, unit)
    if parsed is None:
        return FormCell(clean, CellState.TEXT, place)
    value, decimals, percent = parsed
    return FormCell(clean, CellState.NUMBER, place, value, decimals, percent)


def _wordless_state(clean: str) -> CellState | None:
    folded = clean.casefold().rstrip(".")
    if not clean:
        return CellState.BLANK
    if _DASHES.match(clean):
        return CellState.DASH
    if folded in _NOT_APPLICABLE:
        return CellState.NOT_APPLICABLE
    return CellState.NONE_WORD if folded in _NONE_WORDS else None


def _number(clean: str, unit: str) -> tuple[Decimal, int, bool] | None:
    match = _NUMBER.match(clean)
    if not match:
        tailed = _WITH_UNIT.match(clean)
        match = _NUMBER.match(tailed["number"].strip()) if tailed else None
    if not match:
        return None
    percent = bool(match["percent"])
    digits = _plain_digits(match["body"], percent or "%" in unit)
    if digits is None:
        return None
    value = Decimal(digits)
    decimals = max(0, -int(value.as_tuple().exponent))
    return (-value if match["sign"] else value), decimals, percent


def _plain_digits(body: str, percent: bool) -> str | None:
    """Digits with a decimal point, thousands marks gone. None where the marks make no number."""
    body = re.sub(r"\s+", " ", body.replace(" ", " "))
    if _SPACED.match(body.split(",")[0]):
        body = body.replace(" ", "")
    body = re.sub(r"\s*([.,])\s*", r"\1", body)
    if " " in body:
        body = body.replace(" ", "")
    if "." in body and "," in body:
        return _mixed(body)
    for mark in ".,":
        if mark in body:
            return _one_mark(body, mark, percent)
    return body


def _mixed(body: str) -> str | None:
    decimal = max(".,", key=body.rfind)
    thousands = "," if decimal == "." else "."
    whole, _, fraction = body.rpartition(decimal)
    if decimal in whole or not _GROUPED[thousands].match(whole):
        return None
    return f"{whole.replace(thousands, '')}.{fraction}"


def _one_mark(body: str, mark: str, percent: bool) -> str | None:
    grouped = bool(_GROUPED[mark].match(body))
    decimal_point = body.count(mark) == 1 and (mark == "," or not grouped or percent)
    if decimal_point:
        return body.replace(mark, ".")
    return body.replace(mark, "") if grouped else None
