"""The canonical hash of facts: of the rows in key order, whatever files they lie in.

A row is written column by column, in the order of the shape, each cell as `-` where missing, else as its length in
bytes, a colon and its text (whole numbers in digits, decimals with ten places, days as 2025-07-01, moments as
microseconds since 1970, flags as true or false). The hash is the SHA-256 over a heading (`name type` a line) and the
hexadecimal SHA-256 of each row, one after another. Anybody can reckon it anew: tests do so without DuckDB.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from decimal import Decimal
from typing import Any

from motcua.engine.figures.api import DUCKDB, PLACES, FactShape, micros_of

_AT_ONCE = 20_000


def content_hash(memory: Any, relation: str, shape: FactShape) -> tuple[str, int]:
    """The canonical hash (64 hexadecimal digits) of a relation in DuckDB, and its number of rows."""
    reckoned, rows = hashlib.sha256(heading(shape)), 0
    found = memory.execute(f'SELECT sha256({row_text(shape)}) FROM {relation} AS f ORDER BY "{shape.key}"')
    while block := found.fetchmany(_AT_ONCE):
        rows += len(block)
        reckoned.update("".join(one for (one,) in block).encode())
    return reckoned.hexdigest(), rows


def heading(shape: FactShape) -> bytes:
    """What the hash begins with: names and types of the columns."""
    return "".join(f"{name} {kind}\n" for name, kind in shape.columns.items()).encode()


def row_text(shape: FactShape) -> str:
    """The canonical text of a row, as an expression of DuckDB."""
    return "concat(" + ", ".join(_cell(name, kind) for name, kind in shape.columns.items()) + ")"


def _cell(name: str, kind: str) -> str:
    text = f"CAST({DUCKDB.cut(name, kind)} AS VARCHAR)"
    return f"CASE WHEN \"{name}\" IS NULL THEN '-' ELSE concat(strlen({text}), ':', {text}) END"


def canonical_row(shape: FactShape, row: dict[str, Any]) -> str:
    """The canonical text of a row in Python: what `row_text` must equal."""
    return "".join(_python_cell(kind, row[name]) for name, kind in shape.columns.items())


def _python_cell(kind: str, value: Any) -> str:
    if value is None:
        return "-"
    text = _python_text(kind, value)
    return f"{len(text.encode())}:{text}"


def _python_text(kind: str, value: Any) -> str:
    if kind == "moment" and isinstance(value, datetime):
        return str(micros_of(value))
    if kind == "decimal":
        return f"{Decimal(value):.{PLACES}f}"
    if kind == "flag":
        return "true" if value else "false"
    return str(value)
