"""Rows leave PostgreSQL: COPY of a fact's SELECT into a DuckDB table, every value exact or refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection

from motcua.engine.facts import disk, duck
from motcua.engine.facts.errors import FactsError
from motcua.engine.facts.sources import FactSource
from motcua.engine.figures.api import DIGITS, PLACES, POSTGRES, FactShape

Progress = Callable[[str], None]
# What PostgreSQL may give for a type of the language, by the name of its type.
_GIVEN = {
    "text": {"text", "varchar", "bpchar", "uuid"},
    "integer": {"int2", "int4", "int8"},
    "decimal": {"numeric", "int2", "int4", "int8"},
    "date": {"date"},
    "moment": {"timestamptz"},
    "flag": {"bool"},
}
_DECIMAL = rf"^-?[0-9]{{1,{DIGITS - PLACES}}}(\.[0-9]{{0,{PLACES}}}0*)?$"


def relation(source: FactSource) -> str:
    """The source as a sub-select with the shape's names, for statements on PostgreSQL."""
    return f"(SELECT * FROM ({source.sql}) AS source ({duck.columns(source.shape)}))"


def check_source(source: FactSource, province_id: int) -> None:
    """Raises FACTS-SHAPE unless the SELECT gives the shape's columns, in number and type."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT * FROM ({source.sql}) AS source LIMIT 0", source.parameters(province_id, None)
        )
        given = [_type_name(column) for column in cursor.description or ()]
    wanted = list(source.shape.columns.items())
    wrong = [name for (name, kind), one in zip(wanted, given, strict=False) if one not in _GIVEN[kind]]
    if len(given) != len(wanted) or wrong:
        raise FactsError(
            "FACTS-SHAPE",
            f"Câu lệnh của dữ kiện “{source.name}” cho {len(given)} cột, khai báo {len(wanted)} cột; "
            f"sai kiểu: {', '.join(wrong) or 'không'}.",
        )


def _type_name(column: Any) -> str:
    known = connection.connection.adapters.types.get(column.type_code)
    return known.name if known else ""


def leave(source: FactSource, province_id: int, uids: Sequence[UUID] | None, memory: Any, table: str) -> int:
    """Creates `table` in DuckDB with the rows of these records as they are now (None: of all); returns how many.

    Raises FactsError FACTS-DECIMAL (a number that would have to be rounded), FACTS-KEY (two rows of one key, or one
    without key).
    """
    with disk.draft(".csv") as path:
        _copy(source, province_id, uids, path)
        _load(source.shape, path, memory, table)
    _check_keys(source.shape, memory, table)
    return int(memory.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])


def _copy(source: FactSource, province_id: int, uids: Sequence[UUID] | None, path: Path) -> None:
    """Every present value is quoted, so that a missing one is told from an empty text."""
    cast = ", ".join(f'"{name}"::{POSTGRES.type_of(kind)}' for name, kind in source.shape.columns.items())
    statement = (
        f"COPY (SELECT {cast} FROM {relation(source)} AS f) TO STDOUT "
        "(FORMAT csv, NULL '\\N', FORCE_QUOTE *, ENCODING 'UTF8')"
    )
    given = source.parameters(province_id, None if uids is None else list(uids))
    connection.ensure_connection()
    with (
        path.open("wb") as stream,
        connection.connection.cursor() as cursor,
        cursor.copy(statement, given) as copy,
    ):
        for block in copy:
            stream.write(block)


def _load(shape: FactShape, path: Path, memory: Any, table: str) -> None:
    read = ", ".join(
        f"'{name}': '{'VARCHAR' if kind in ('decimal', 'flag') else _read_type(kind)}'"
        for name, kind in shape.columns.items()
    )
    rows = (
        f"read_csv({duck.quoted(path)}, columns = {{{read}}}, header = false, auto_detect = false, delim = ',', "
        "quote = '\"', escape = '\"', nullstr = '\\N', allow_quoted_nulls = false, parallel = false, "
        "max_line_size = 16777216)"
    )
    made = ", ".join(_made(name, kind) for name, kind in shape.columns.items())
    try:
        memory.execute(f"CREATE TABLE {table} AS SELECT {made} FROM {rows}")
    except Exception as error:
        if "FACTS-DECIMAL" in str(error):
            raise FactsError(
                "FACTS-DECIMAL",
                f"Dữ kiện “{shape.name}” có số lẻ quá {PLACES} chữ số thập phân hoặc quá lớn; "
                "hãy làm tròn tại nguồn có chủ ý.",
            ) from None
        raise


def _read_type(kind: str) -> str:
    return {"text": "VARCHAR", "integer": "BIGINT", "date": "DATE", "moment": "TIMESTAMPTZ"}[kind]


def _made(name: str, kind: str) -> str:
    if kind == "flag":
        return f'"{name}" = \'t\' AS "{name}"'
    if kind == "decimal":
        refused = "error('FACTS-DECIMAL')"
        exact = f"regexp_full_match(\"{name}\", '{_DECIMAL[1:-1]}')"
        return (
            f'CASE WHEN "{name}" IS NULL THEN NULL WHEN {exact} THEN CAST("{name}" AS DECIMAL({DIGITS},{PLACES})) '
            f'ELSE {refused} END AS "{name}"'
        )
    return f'"{name}"'


def _check_keys(shape: FactShape, memory: Any, table: str) -> None:
    rows, keys = memory.execute(f'SELECT COUNT(*), COUNT(DISTINCT "{shape.key}") FROM {table}').fetchone()
    if rows != keys:
        raise FactsError(
            "FACTS-KEY",
            f"Dữ kiện “{shape.name}”: câu lệnh cho {rows} dòng nhưng chỉ {keys} khóa; mỗi khóa phải đúng một dòng.",
        )
