"""The door of statements: run one hot SQL statement on Django's connection.

A work list or a page belongs to the ORM. What is here is for the few statements that run a thousand times a second:
the text is prepared once a connection and only parameters travel. Whoever watches Django's statements (tests that
count queries) sees these too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.utils import DatabaseErrorWrapper
from psycopg.types.json import Jsonb

__all__ = ["Jsonb", "fetch", "run"]


def run(sql: str, parameters: Sequence[Any] = (), *, using: str = DEFAULT_DB_ALIAS) -> int:
    """Runs a statement; returns how many rows it touched."""
    return _execute(sql, parameters, using)[1]


def fetch(
    sql: str, parameters: Sequence[Any] = (), *, using: str = DEFAULT_DB_ALIAS
) -> list[tuple[Any, ...]]:
    """Runs a statement; returns its rows."""
    return _execute(sql, parameters, using)[0]


def _execute(sql: str, parameters: Sequence[Any], using: str) -> tuple[list[tuple[Any, ...]], int]:
    connection = connections[using]
    if connection.execute_wrappers or connection.queries_logged:
        with connection.cursor() as cursor:
            cursor.execute(sql, list(parameters))
            return (list(cursor.fetchall()) if cursor.description else []), cursor.rowcount
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with DatabaseErrorWrapper(connection), psycopg.Cursor(connection.connection) as raw:
        raw.execute(sql, parameters, prepare=True)
        return (raw.fetchall() if raw.description else []), raw.rowcount
