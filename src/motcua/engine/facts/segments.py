"""Segments: written from DuckDB, entered in the manifest, and read together as the rows of a fact.

Whoever changes the manifest holds the lock of the fact's table row and is inside a transaction: files are whole and in
their places before the transaction ends, so the manifest never names what is not there. What a killed process leaves
behind is a file that nothing names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from django.db import transaction

from motcua.engine.facts import disk, duck
from motcua.engine.facts.duck import GONE
from motcua.engine.facts.errors import FactsError
from motcua.engine.facts.models import FactTable, Segment
from motcua.engine.figures.api import DUCKDB, FactShape
from motcua.kernel.clock import now
from motcua.kernel.ids import uuid7

BASE_ROWS = 131_072  # of one base; twice as many are split
_numbers = count(1)


@contextmanager
def locked(province_id: int, fact: str, *, wait: bool = False) -> Iterator[FactTable | None]:
    """The fact's table row, locked to the end of a transaction; None when another process holds it and `wait` is off."""
    FactTable.objects.get_or_create(province_id=province_id, fact=fact)
    with transaction.atomic():
        rows = FactTable.objects.select_for_update(skip_locked=not wait)
        yield rows.filter(province_id=province_id, fact=fact).first()


def live(province_id: int, fact: str) -> list[Segment]:
    """The segments in force, in the order in which they win."""
    rows = Segment.objects.filter(province_id=province_id, fact=fact, superseded_at__isnull=True)
    return list(rows.order_by("id"))


def add_base(table: FactTable, shape: FactShape, memory: Any, select: str) -> Segment:
    """Writes rows in key order as a base."""
    return _add(table, shape, memory, f"{select} {_in_order(shape)}", Segment.Kind.BASE)


def add_delta(table: FactTable, shape: FactShape, memory: Any, select: str) -> Segment:
    """Writes rows selected anew, and marks of gone ones, as a delta; `select` gives the shape's columns and GONE."""
    return _add(table, shape, memory, f"{select} {_in_order(shape)}", Segment.Kind.DELTA)


def _in_order(shape: FactShape) -> str:
    return "ORDER BY " + ", ".join(f'"{name}"' for name in dict.fromkeys((shape.of_record, shape.key)))


def _add(table: FactTable, shape: FactShape, memory: Any, select: str, kind: Segment.Kind) -> Segment:
    uid = uuid7()
    with disk.draft(".parquet") as written:
        duck.write_parquet(memory, select, written)
        gone = f'COUNT(*) FILTER (WHERE "{GONE}")' if kind is Segment.Kind.DELTA else "0"
        rows, first, last, left = memory.execute(
            f'SELECT COUNT(*), MIN("{shape.of_record}"), MAX("{shape.of_record}"), {gone} FROM read_parquet({duck.quoted(written)})'
        ).fetchone()
        settled = disk.settle(written, disk.path_of(table.province_id, table.fact, uid))
    return Segment.objects.create(
        province_id=table.province_id,
        fact=table.fact,
        uid=uid,
        kind=kind,
        first_key=first or "",
        last_key=last or "",
        rows=rows,
        gone=left,
        size=settled.size,
        digest=settled.digest,
        position=table.position,
        created_at=now(),
    )


def supersede(segments: Sequence[Segment]) -> None:
    """Takes segments out of force; readers that began before go on reading their files for a while."""
    Segment.objects.filter(pk__in=[each.pk for each in segments]).update(superseded_at=now())


def add_bases(
    table: FactTable, shape: FactShape, memory: Any, relation: str, size: int | None = None
) -> list[Segment]:
    """Writes a relation as bases of `size` rows (BASE_ROWS), by ranges of records."""
    size = size or BASE_ROWS
    record = f'"{shape.of_record}"'
    ranked = f"SELECT {record} AS key, row_number() OVER (ORDER BY {record}) AS place FROM {relation} AS f"
    starts = [
        key
        for (key,) in memory.execute(
            f"SELECT DISTINCT key FROM ({ranked}) WHERE (place - 1) % {size} = 0 ORDER BY key"
        ).fetchall()
    ]
    made = []
    for number, start in enumerate(starts):
        upto = starts[number + 1] if number + 1 < len(starts) else None
        limits = f"{record} >= {duck.quoted(start)}"
        limits += f" AND {record} < {duck.quoted(upto)}" if upto is not None else ""
        select = f"SELECT {duck.columns(shape)} FROM {relation} AS f WHERE {limits}"
        made.append(add_base(table, shape, memory, select))
    return made


@dataclass(frozen=True, slots=True)
class Reading:
    """Segments as one relation of DuckDB, and the tables in memory it needs."""

    relation: str
    tables: tuple[str, ...]

    def forget(self, memory: Any) -> None:
        for table in self.tables:
            memory.execute(f"DROP TABLE IF EXISTS {table}")


def read(shape: FactShape, segments: Sequence[Segment], memory: Any) -> Reading:
    """The rows of a fact: bases without the records that deltas hold anew, and the last of each record in the deltas.

    Rows of the deltas lie in memory; of the bases only the places of rows that no longer count. Raises FACTS-FILES when
    a file is not there.
    """
    paths = {each.pk: path_of(each) for each in segments}
    missing = [path for path in paths.values() if not path.exists()]
    if missing:
        raise FactsError(
            "FACTS-FILES",
            f"Thiếu {len(missing)} tệp dữ liệu của dữ kiện “{shape.name}”. Hãy chạy: motcua facts rebuild.",
        )
    bases = [each for each in segments if each.kind == Segment.Kind.BASE]
    deltas = [each for each in segments if each.kind == Segment.Kind.DELTA]
    if not deltas:
        return Reading(_union(shape, [paths[each.pk] for each in bases], []), ())
    number = next(_numbers)
    latest, places = f"latest_{number}", f"places_{number}"
    memory.execute(f"CREATE TABLE {latest} AS {latest_rows(shape, [paths[each.pk] for each in deltas])}")
    lowest, highest = min(each.first_key for each in deltas), max(each.last_key for each in deltas)
    reached = [each for each in bases if each.first_key <= highest and each.last_key >= lowest]
    if reached:
        memory.execute(
            f"CREATE TABLE {places} AS SELECT filename, file_row_number AS place FROM "
            f"read_parquet({duck.files(paths[each.pk] for each in reached)}, filename = true, file_row_number = true) "
            f'WHERE "{shape.of_record}" IN (SELECT "{shape.of_record}" FROM {latest})'
        )
        found = memory.execute(f"SELECT DISTINCT filename FROM {places}").fetchall()
    else:
        memory.execute(f"CREATE TABLE {places} (filename VARCHAR, place BIGINT)")
        found = []
    thinned = {Path(name) for (name,) in found}
    parts = [_thinned(shape, path, places) for path in sorted(thinned)]
    parts.append(f'SELECT {duck.columns(shape)} FROM {latest} WHERE NOT "{GONE}"')
    whole = [path for each in bases if (path := paths[each.pk]) not in thinned]
    return Reading(_union(shape, whole, parts), (latest, places))


def path_of(segment: Segment) -> Path:
    """Where a segment lies."""
    return disk.path_of(segment.province_id, segment.fact, segment.uid)


def latest_rows(shape: FactShape, paths: Sequence[Path]) -> str:
    """A SELECT of the last rows or the mark of each record in deltas given in the order in which they win."""
    parts = [
        f"SELECT {number} AS turn, * FROM read_parquet({duck.quoted(path)})"
        for number, path in enumerate(paths)
    ]
    return (
        f'SELECT {duck.columns(shape)}, "{GONE}" FROM ({" UNION ALL ".join(parts)}) '
        f'QUALIFY turn = max(turn) OVER (PARTITION BY "{shape.of_record}")'
    )


def _thinned(shape: FactShape, path: Path, places: str) -> str:
    """A base without the rows at some places; the place of a row costs nothing to read."""
    return (
        f"SELECT {duck.columns(shape, 'b.')} FROM read_parquet({duck.quoted(path)}, file_row_number = true) AS b "
        f"ANTI JOIN (SELECT place FROM {places} WHERE filename = {duck.quoted(path)}) AS p ON b.file_row_number = p.place"
    )


def _union(shape: FactShape, whole: Sequence[Path], parts: Sequence[str]) -> str:
    selects = list(parts)
    if whole:
        selects.insert(0, f"SELECT {duck.columns(shape)} FROM read_parquet({duck.files(whole)})")
    if not selects:
        nulls = ", ".join(
            f'CAST(NULL AS {DUCKDB.type_of(kind)}) AS "{name}"' for name, kind in shape.columns.items()
        )
        selects.append(f"SELECT {nulls} WHERE FALSE")
    return f"({' UNION ALL '.join(selects)})"
