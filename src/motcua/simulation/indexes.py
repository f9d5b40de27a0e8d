"""Indexes and foreign keys set aside while a great many rows are written, and brought back: what brings them back stands
in the run's row.

Dropping and noting are one transaction, and each is brought back in one of its own: whatever happens between, the same
command finds in the run what is missing. Keys come back unproven, all at once, then each is proven in one pass over its
table instead of row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import IntegrityError, connection, transaction

from motcua.engine.statements.api import fetch
from motcua.simulation.crew import share
from motcua.simulation.errors import SimulationRefused
from motcua.simulation.models import Run

# Indexes that are no primary keys, bear no foreign key, and their constraint when they have one.
_FOUND = """
SELECT kind.relname, held.relname, pg_get_indexdef(ind.indexrelid), coalesce(con.conname, '')
FROM pg_index ind
JOIN pg_class kind ON kind.oid = ind.indexrelid JOIN pg_class held ON held.oid = ind.indrelid
LEFT JOIN pg_constraint con ON con.conindid = ind.indexrelid AND con.contype = 'u'
WHERE held.relname = ANY(%s) AND held.relnamespace = current_schema()::regnamespace AND NOT ind.indisprimary
  AND NOT ind.indisexclusion AND ind.indisvalid
  AND NOT EXISTS (SELECT 1 FROM pg_constraint f WHERE f.contype = 'f' AND f.conindid = ind.indexrelid)
ORDER BY pg_relation_size(held.oid) DESC, kind.relname
"""
_FOREIGN = """
SELECT con.conname, held.relname, pg_get_constraintdef(con.oid)
FROM pg_constraint con JOIN pg_class held ON held.oid = con.conrelid
WHERE con.contype = 'f' AND con.convalidated AND held.relname = ANY(%s)
  AND held.relnamespace = current_schema()::regnamespace
ORDER BY pg_relation_size(held.oid) DESC, con.conname
"""
_THERE = "SELECT conname FROM pg_constraint WHERE conname = ANY(%s) AND connamespace = current_schema()::regnamespace"
_MEMORY = "512MB"  # for sorting, each of the two workers
Aside = tuple[str, str, str, str]  # index, table, statement, name of its unique constraint
Key = tuple[str, str, str]  # foreign key, table, what it says


def may_set_aside(tables: Sequence[str]) -> bool:
    """Whether this role owns the tables."""
    foreign = (
        "SELECT 1 FROM pg_class WHERE relname = ANY(%s) AND relnamespace = current_schema()::regnamespace "
        "AND NOT pg_has_role(relowner, 'USAGE') LIMIT 1"
    )
    return not fetch(foreign, [list(tables)])


def set_aside(run: Run, tables: Sequence[str]) -> None:
    """Drops the secondary indexes and foreign keys of these tables and notes them in the run."""
    with transaction.atomic():
        kept = Run.objects.select_for_update().get(pk=run.pk)
        keys, indexes = fetch(_FOREIGN, [list(tables)]), fetch(_FOUND, [list(tables)])
        kept.keys = [*kept.keys, *(list(one) for one in keys)]
        kept.indexes = [*kept.indexes, *(list(one) for one in indexes)]
        kept.save(update_fields=["indexes", "keys"])
        with connection.cursor() as cursor:
            for name, table, _says in keys:
                cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
            for name, table, _statement, constraint in indexes:
                cursor.execute(
                    f'ALTER TABLE "{table}" DROP CONSTRAINT "{constraint}"'
                    if constraint
                    else f'DROP INDEX "{name}"'
                )
    run.indexes, run.keys = kept.indexes, kept.keys


def bring_back(run: Run, heard: Callable[[int, int], None], workers: int) -> None:
    """Builds what was set aside and is not there; nothing when nothing is. heard(done, total).

    Raises django.db.IntegrityError when rows that came meanwhile break a unique one, SimulationRefused SIM-KEYS when a
    foreign key points to nothing: what is missing stays noted.
    """
    kept = Run.objects.get(pk=run.pk)
    asides: list[Aside] = [(one[0], one[1], one[2], one[3]) for one in kept.indexes]
    keys: list[Key] = [(one[0], one[1], one[2]) for one in kept.keys]
    if not asides and not keys:
        return
    done = 0

    def built(_name: str) -> None:
        nonlocal done
        done += 1
        heard(done, len(asides) + len(keys))

    share(asides, _build, built, lambda: False, workers)
    _bind(keys)
    lost: list[str] = []

    def proven(name: str) -> None:
        built(name)
        lost.extend([name] if name else [])

    share(keys, _prove, proven, lambda: False, workers)
    if lost:
        raise SimulationRefused(
            "SIM-KEYS",
            f"Khóa ngoại trỏ vào chỗ trống: {', '.join(lost)}. Đây là lỗi của phần mềm, hãy báo lại.",
        )
    with transaction.atomic():
        Run.objects.filter(pk=run.pk).update(indexes=[], keys=[])
    run.indexes, run.keys = [], []


def _bind(keys: Sequence[Key]) -> None:
    """The keys that are missing, unproven: from now on new rows are held to them."""
    with transaction.atomic(), connection.cursor() as cursor:
        there = {name for (name,) in fetch(_THERE, [[name for name, _table, _says in keys]])}
        for name, table, says in keys:
            if name not in there:
                cursor.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {says} NOT VALID')


def _prove(key: Key) -> str:
    """Nothing, or the name of a key that does not hold."""
    name, table, _says = key
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL work_mem = '{_MEMORY}'")
            cursor.execute(f'ALTER TABLE "{table}" VALIDATE CONSTRAINT "{name}"')
    except IntegrityError:
        return name
    return ""


def _build(aside: Aside) -> str:
    """The index, then its constraint: in transactions apart, or two workers at one table would wait for each other."""
    name, table, statement, constraint = aside
    with transaction.atomic(), connection.cursor() as cursor:
        if not fetch("SELECT 1 WHERE to_regclass(%s) IS NOT NULL", [f'"{name}"']):
            cursor.execute(f"SET LOCAL maintenance_work_mem = '{_MEMORY}'")
            cursor.execute("SET LOCAL max_parallel_maintenance_workers = 0")  # the crew is the parallel one
            cursor.execute(statement)
    if constraint and not fetch("SELECT 1 FROM pg_constraint WHERE conname = %s", [constraint]):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{constraint}" UNIQUE USING INDEX "{name}"')
    return name
