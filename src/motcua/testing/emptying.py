"""Emptying the test database after a test that committed: what the test wrote, not every table there is.

Django truncates every table and has every permission written anew, which takes longer than most such tests. Here a
few rows are deleted; tables that refuse that (the log, the counters) are truncated alone. What does not go so, goes
Django's way, but for the permissions: content types and permissions follow from the code and stay.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

_STAYING = ("django_content_type", "auth_permission")
# Every deleted row is looked for in every table that may refer to it.
_MOST_CHECKS = 4000
_COUNTED = 1000


def empty_tables(_test: Any = None) -> None:
    """In place of `TransactionTestCase._fixture_teardown`."""
    from django.db import transaction
    from django.db.utils import DatabaseError

    found = _filled()
    if found and _is_little(found):
        truncated = _with_referring(set(found) & _guarded())
        try:
            with transaction.atomic():
                _truncate(truncated)
                _delete(set(found) - truncated)
        except DatabaseError:
            _truncate(_with_referring(found))
    elif found:
        _truncate(_with_referring(found))
    if found:
        _write_what_migrating_writes()


def _filled() -> dict[str, int]:
    """Tables with rows, and how many; a thousand stands for more."""
    from django.db import connection

    each = (
        f"SELECT '{name}', count(*) FROM (SELECT 1 FROM \"{name}\" LIMIT {_COUNTED}) AS one"  # noqa: S608
        for name in _tables()
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({' UNION ALL '.join(each)}) AS counted (name, rows) WHERE rows > 0")  # noqa: S608
        return dict(cursor.fetchall())


def _is_little(found: dict[str, int]) -> bool:
    checks = sum(rows * (1 + len(_referring().get(name, ()))) for name, rows in found.items())
    return checks <= _MOST_CHECKS and max(found.values()) < _COUNTED


def _tables() -> list[str]:
    from django.db import connection

    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return sorted(set(names) - set(_STAYING))


@cache
def _guarded() -> frozenset[str]:
    """Tables with a trigger on deletion: it may refuse, or do more than delete."""
    return frozenset(
        name
        for (name,) in _rows(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal AND tgtype & 8 <> 0"
        )
    )


@cache
def _referring() -> dict[str, set[str]]:
    """For each table those with a foreign key to it."""
    found: dict[str, set[str]] = {}
    for referring, name in _rows(
        "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'"
    ):
        found.setdefault(name, set()).add(referring)
    return found


def _with_referring(names: Iterable[str]) -> set[str]:
    """The tables, and all that refer to them directly or not: those cannot stay when the former are truncated."""
    found, new = set(names), set(names)
    while new:
        new = {referring for name in new for referring in _referring().get(name, ())} - found
        found |= new
    return found


def _truncate(names: set[str]) -> None:
    if names:
        _run(f"TRUNCATE {', '.join(_quoted(names))}")


def _delete(names: set[str]) -> None:
    for name in _quoted(names):
        _run(f"DELETE FROM {name}")  # noqa: S608


def _write_what_migrating_writes() -> None:
    """Only this room writes rows of its own after a migration."""
    from django.apps import apps
    from django.db.models.signals import post_migrate

    config = apps.get_app_config("privacy")
    post_migrate.send(
        config, app_config=config, verbosity=0, interactive=False, using="default", plan=[], apps=apps
    )


def _quoted(names: Iterable[str]) -> list[str]:
    return [f'"{name}"' for name in sorted(names)]


def _rows(statement: str) -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def _run(statement: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)
