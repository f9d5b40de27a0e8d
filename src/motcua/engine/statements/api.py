"""The door of statements: run one hot SQL statement on Django's connection.

A work list or a page belongs to the ORM. What is here is for the few statements that run a thousand times a second:
the text is prepared once a connection and only parameters travel. Whoever watches Django's statements (tests that
count queries) sees these too.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache
from itertools import count
from typing import Any, Generic, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model
from django.db.utils import DatabaseErrorWrapper
from psycopg.types.json import Jsonb

__all__ = ["Jsonb", "Prepared", "fetch", "fetch_each", "learn_sizes", "run"]

Row = TypeVar("Row", bound=Model)


def run(sql: str, parameters: Sequence[Any] = (), *, using: str = DEFAULT_DB_ALIAS) -> int:
    """Runs a statement; returns how many rows it touched."""
    return _execute(sql, parameters, using)[1]


def fetch(
    sql: str, parameters: Sequence[Any] = (), *, using: str = DEFAULT_DB_ALIAS
) -> list[tuple[Any, ...]]:
    """Runs a statement; returns its rows."""
    return _execute(sql, parameters, using)[0]


def fetch_each(
    statements: Sequence[tuple[str, Sequence[Any]]], *, using: str = DEFAULT_DB_ALIAS
) -> list[list[tuple[Any, ...]]]:
    """Runs several statements in one journey to the server and back; returns the rows of each.

    One after another, each seeing what was committed when it began (it waits for locks as it would alone); the first
    that fails is raised.
    """
    connection = connections[using]
    if _is_watched(connection):
        return [fetch(sql, parameters, using=using) for sql, parameters in statements]
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with DatabaseErrorWrapper(connection):
        raw = connection.connection
        with raw.pipeline():
            cursors = [_send(raw, sql, parameters) for sql, parameters in statements]
        return [_rows(cursor) for cursor in cursors]


def learn_sizes(*models: type[Model], using: str = DEFAULT_DB_ALIAS) -> None:
    """Has the planner count tables that were just filled at once: until then it takes them for empty, and joins them
    row by row. Within the transaction that filled them, too."""
    tables = ", ".join(connections[using].ops.quote_name(model._meta.db_table) for model in models)
    run(f"ANALYZE {tables}", using=using)


class Prepared(Generic[Row]):
    """Rows of a model by a prepared statement: the ORM's objects without its making of SQL, which costs more than the
    statement. `Prepared(Dossier, "province_id = %s AND uid = %s")`; relations are read when asked for."""

    def __init__(self, model: type[Row], condition: str = "true") -> None:
        self.model = model
        self._condition = condition

    @cached_property
    def sql(self) -> str:
        table = self.model._meta.db_table
        return " ".join(["SELECT", self.columns(table), "FROM", table, "WHERE", self._condition])

    def columns(self, table: str) -> str:
        """The columns as a larger statement names them, which then cuts its rows by `width`."""
        return ", ".join(f'{table}."{field.column}"' for field in self.model._meta.concrete_fields)

    @property
    def width(self) -> int:
        return len(self._fields)

    @cached_property
    def _fields(self) -> list[tuple[str, Any]]:
        return [
            (field.attname, getattr(field, "from_db_value", None))
            for field in self.model._meta.concrete_fields
        ]

    def rows(self, *parameters: Any, using: str = DEFAULT_DB_ALIAS) -> list[Row]:
        """The rows that fulfil the condition."""
        return self.made(fetch(self.sql, parameters, using=using), using=using)

    def made(self, rows: Sequence[tuple[Any, ...]], *, using: str = DEFAULT_DB_ALIAS) -> list[Row]:
        """Objects of rows that `fetch_each` brought."""
        names = [name for name, _read in self._fields]
        return [self.model.from_db(using, names, self._read(row, using)) for row in rows]

    def _read(self, row: tuple[Any, ...], using: str) -> list[Any]:
        return [
            value if read is None else read(value, None, connections[using])
            for (_name, read), value in zip(self._fields, row, strict=True)
        ]


def _execute(sql: str, parameters: Sequence[Any], using: str) -> tuple[list[tuple[Any, ...]], int]:
    connection = connections[using]
    if _is_watched(connection):
        with connection.cursor() as cursor:
            cursor.execute(sql, list(parameters))
            return (list(cursor.fetchall()) if cursor.description else []), cursor.rowcount
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with DatabaseErrorWrapper(connection):
        cursor = _send(connection.connection, sql, parameters)
        return _rows(cursor), cursor.rowcount


def _is_watched(connection: Any) -> bool:
    return bool(connection.execute_wrappers or connection.queries_logged)


def _send(raw: Any, sql: str, parameters: Sequence[Any]) -> Any:
    return psycopg.RawCursor(raw).execute(_numbered(sql), parameters, prepare=True)


def _rows(cursor: Any) -> list[tuple[Any, ...]]:
    # `cursor.description` would build an object for every column only to say that there are some.
    result = cursor.pgresult
    return cursor.fetchall() if result is not None and result.nfields else []


@lru_cache(maxsize=4096)
def _numbered(sql: str) -> bytes:
    """The text as the server takes it, `%s` become `$1`, `$2`, ...: psycopg would read a long one anew every time."""
    numbers = count(1)
    parts = sql.split("%s")
    text = parts[0] + "".join(f"${next(numbers)}{part}" for part in parts[1:])
    return text.replace("%%", "%").encode()
