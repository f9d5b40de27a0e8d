"""Giving the next number: one statement, in the transaction of the thing that gets it."""

from __future__ import annotations

import datetime as dt

from django.db import connection

from motcua.engine.registers.data import Number, Series
from motcua.engine.statements.api import fetch
from motcua.kernel.clock import now

# The counter's row stays locked until the caller commits, so numbers of one series are given in the order of
# commits, and a transaction rolled back or killed gives its number back.
_TAKE = """
register_counter AS (
    INSERT INTO registers_counter (province_id, kind, unit_code, unit_path, period, last)
    VALUES (%s, %s, %s, %s, %s, 1)
    ON CONFLICT (province_id, kind, unit_code, period) DO UPDATE SET last = registers_counter.last + 1
    RETURNING province_id, kind, unit_code, unit_path, period, last
),
register_number AS (
    INSERT INTO registers_registerednumber
        (province_id, kind, unit_code, unit_path, period, number, subject, given_at, withdrawn_reason)
    SELECT province_id, kind, unit_code, unit_path, period, last, %s, %s, '' FROM register_counter
    RETURNING number
)"""
_SELECT = "WITH" + _TAKE + " SELECT number FROM register_number"


def take_number(series: Series, *, subject: str) -> Number:
    """The next number of the series, given to `subject` ("dossier:0190...", at most 100 letters).

    Take it as late as possible: whoever wants the next number of the series waits for this transaction to end.
    Raises RuntimeError outside a transaction.
    """
    _require_transaction()
    return Number(series, fetch(_SELECT, _values(series, subject))[0][0])


def take_number_cte(series: Series, *, subject: str) -> tuple[str, list[int | str | dt.datetime]]:
    """The same as part of a larger statement: text to put after WITH, and its parameters in order.

    Defines the tables `register_counter` and `register_number(number)`: one row, the number given.
    """
    _require_transaction()
    return _TAKE, _values(series, subject)


def _values(series: Series, subject: str) -> list[int | str | dt.datetime]:
    return [
        series.province_id,
        series.kind,
        series.unit_code,
        series.unit_path,
        series.period,
        subject,
        now(),
    ]


def _require_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("a number is taken inside the transaction of the thing that gets it")
