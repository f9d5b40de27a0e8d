"""A figure's definition in words: what is counted, within which days, by which conditions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from motcua.engine.figures.api import (
    Bound,
    Column,
    Filter,
    MeasureKind,
    Operator,
    Quantity,
    Selection,
    words_of,
)
from motcua.kernel.periods import Window


def sentences(quantity: Quantity, window: Window) -> list[str]:
    """One sentence a term; a term that is taken away begins with "trừ"."""
    return [
        _term(factor, selection, window, first=not at)
        for at, (factor, selection) in enumerate(quantity.terms)
    ]


def _term(factor: int, selection: Selection, window: Window, *, first: bool) -> str:
    words = words_of(selection.fact)
    column = selection.measure.column
    what = _MEASURED[selection.measure.kind]().format(
        column=_noun(selection.fact, column) if column else "", record=_(words.record)
    )
    conditions = _conditions(selection.fact, selection.filters, window)
    text = what + (_(" có ") + "; ".join(conditions) if conditions else "")
    if factor < 0:
        return _("trừ {text}").format(text=text)
    return text if first else _("cộng {text}").format(text=text)


_MEASURED: Mapping[MeasureKind, Callable[[], str]] = {
    MeasureKind.COUNT: lambda: _("số {record}"),
    MeasureKind.SUM: lambda: _("tổng {column} của {record}"),
    MeasureKind.DECLARED: lambda: _("tổng {column} của {record}"),
    MeasureKind.DISTINCT: lambda: _("số {column} khác nhau của {record}"),
}


def _conditions(fact: str, filters: Sequence[Filter], window: Window) -> list[str]:
    """Two filters that make a period, or what is still open at its end, are said as one."""
    left, said = list(filters), []
    for condition in filters:
        if condition not in left:
            continue
        pair = _pair(condition, left)
        if pair is not None:
            other, pattern = pair
            left.remove(condition)
            left.remove(other)
            said.append(
                pattern.format(
                    began=_noun(fact, condition.column),
                    ended=_noun(fact, other.column),
                    first=f"{window.first:%d/%m/%Y}",
                    last=f"{window.last:%d/%m/%Y}",
                )
            )
    return said + [_condition(fact, condition, window) for condition in left]


def _pair(condition: Filter, filters: Sequence[Filter]) -> tuple[Filter, str] | None:
    for other in filters:
        if (
            condition.operand is Bound.START
            and other.operand is Bound.END
            and other.column == condition.column
        ):
            return other, _("{began} từ {first} đến {last}")
        open_then = condition.operator is Operator.AT_MOST and other.operator is Operator.NOT_BY
        if open_then and condition.operand is Bound.END and other.operand is Bound.END:
            return other, _("{began} đến hết {last} và đến hôm ấy chưa có {ended}")
    return None


def _condition(fact: str, condition: Filter, window: Window) -> str:
    noun = _noun(fact, condition.column)
    if condition.operator is Operator.EQUAL and condition.operand in (True, False):
        return noun if condition.operand is True else _("không {flag}").format(flag=noun)
    patterns = {
        Operator.EQUAL: _("{noun} là {operand}"),
        Operator.NOT_EQUAL: _("{noun} khác {operand}"),
        Operator.LESS: _("{noun} trước {operand}"),
        Operator.AT_MOST: _("{noun} không quá {operand}"),
        Operator.GREATER: _("{noun} sau {operand}"),
        Operator.AT_LEAST: _("{noun} từ {operand} trở lên"),
        Operator.AMONG: _("{noun} là một trong {operand}"),
        Operator.MISSING: _("chưa có {noun}"),
        Operator.PRESENT: _("đã có {noun}"),
        Operator.NOT_BY: _("{noun} sau {operand}, hoặc chưa có"),
    }
    operand = _operand(fact, condition.column, condition.operand, window)
    return patterns[condition.operator].format(noun=noun, operand=operand)


def _operand(fact: str, column: str, operand: Any, window: Window) -> str:
    if isinstance(operand, tuple):
        return ", ".join(_operand(fact, column, each, window) for each in operand)
    if isinstance(operand, Column):
        return _noun(fact, operand.name)
    if isinstance(operand, Bound):
        operand = window.first if operand is Bound.START else window.last
    return value_word(fact, column, operand)


def _noun(fact: str, column: str) -> str:
    return _(words_of(fact).columns.get(column, column))


def value_word(fact: str, column: str, value: Any) -> str:
    """A value of a column as people say it; units, procedures and fields are named by who knows them."""
    if value is None:
        return _("không rõ")
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    known = words_of(fact).values.get(column, {}).get(str(value))
    return _(known) if known else str(value)
