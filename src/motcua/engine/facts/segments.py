"""Segments: written from DuckDB, entered in the manifest, and read together as the rows of a fact.

Whoever changes the manifest holds the lock of the fact's table row and is inside a transaction: files are whole and in
their places before the transaction ends, so the manifest never names what is not there. What a killed process leaves
behind is a file that nothing names.
"""

from __future__ import annotations

from bisect import bisect_left
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
FEW = 200  # records looked for by name
FILE, PLACE = "__file", "__place"  # where a row of a base lies
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
    """Writes rows in key order as a base, those still going on behind the others: whoever counts them skips the rest."""
    apart = f'"{shape.until}" IS NULL' if shape.until else ""
    return _add(table, shape, memory, f"{select} {_in_order(shape, apart)}", Segment.Kind.BASE)


def add_delta(table: FactTable, shape: FactShape, memory: Any, select: str) -> Segment:
    """Writes rows selected anew, and marks of gone ones, as a delta; `select` gives the shape's columns and GONE."""
    return _add(table, shape, memory, f"{select} {_in_order(shape)}", Segment.Kind.DELTA)


def _in_order(shape: FactShape, first: str = "") -> str:
    names = [f'"{name}"' for name in dict.fromkeys((shape.of_record, shape.key))]
    return "ORDER BY " + ", ".join([first, *names] if first else names)


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
    """Segments as one relation of DuckDB, and the tables in memory it needs.

    `base`: the bases alone, as they lie, and `files` which they are. `latest`: the table of the last rows and marks of
    records in the deltas; `gone`: that of their rows in the bases, each with its file and place; "" without deltas.
    """

    relation: str
    base: str
    files: str
    latest: str = ""
    gone: str = ""

    def fresh(self, shape: FactShape) -> str:
        """The relation of the rows that deltas hold."""
        return f'(SELECT {duck.columns(shape)} FROM {self.latest} WHERE NOT "{GONE}")'

    def forget(self, memory: Any) -> None:
        for table in filter(None, (self.latest, self.gone)):
            memory.execute(f"DROP TABLE IF EXISTS {table}")


def read(
    shape: FactShape, segments: Sequence[Segment], memory: Any, before: Reading | None = None
) -> Reading:
    """The rows of a fact: bases without the records that deltas hold anew, and the last of each record in the deltas.

    In memory lie the rows of the deltas, and those of the bases that no longer count. `before`: an earlier reading that
    is still held; over the same bases only what deltas brought since is looked for there. Raises FACTS-FILES when a file
    is not there.
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
    base, files = (
        _union(shape, [paths[each.pk] for each in bases], []),
        " ".join(each.uid.hex for each in bases),
    )
    if not deltas:
        return Reading(base, base, files)
    number = next(_numbers)
    latest, gone = f"latest_{number}", f"gone_{number}"
    memory.execute(f"CREATE TABLE {latest} AS {latest_rows(shape, [paths[each.pk] for each in deltas])}")
    known = before if before is not None and before.gone and before.files == files else None
    memory.execute(f"CREATE TABLE {gone} AS {_replaced(shape, bases, memory, latest, known)}")
    found = memory.execute(f'SELECT DISTINCT "{FILE}" FROM {gone}').fetchall()
    thinned = {Path(name) for (name,) in found}
    parts = [_thinned(shape, path, gone) for path in sorted(thinned)]
    parts.append(f'SELECT {duck.columns(shape)} FROM {latest} WHERE NOT "{GONE}"')
    whole = [path for each in bases if (path := paths[each.pk]) not in thinned]
    return Reading(_union(shape, whole, parts), base, files, latest, gone)


def _replaced(
    shape: FactShape, bases: Sequence[Segment], memory: Any, latest: str, known: Reading | None
) -> str:
    """A SELECT of the rows of bases whose records deltas hold anew: known ones, and those of records not known yet."""
    record = f'"{shape.of_record}"'
    columns = duck.columns(shape)
    told = f" EXCEPT SELECT {record} FROM {known.latest}" if known else ""
    records = sorted(each for (each,) in memory.execute(f"SELECT {record} FROM {latest}{told}").fetchall())
    reached = [each for each in bases if _reaches(each, records)]
    parts = [f'SELECT {columns}, "{FILE}", "{PLACE}" FROM {known.gone} WHERE {record} IN (SELECT {record} FROM {latest})'] if known else []  # fmt: skip
    if reached:
        # A few are named, so that the file's own marks of least and greatest tell which parts of it to read.
        few = ", ".join(duck.quoted(each) for each in records) if len(records) <= FEW else ""
        among = few or f"SELECT {record} FROM {latest}{told}"
        parts.append(
            f'SELECT {columns}, filename AS "{FILE}", file_row_number AS "{PLACE}" FROM '
            f"read_parquet({duck.files(path_of(each) for each in reached)}, filename = true, file_row_number = true) "
            f"WHERE {record} IN ({among})"
        )
    nowhere = f'NULL::VARCHAR AS "{FILE}", NULL::BIGINT AS "{PLACE}"'
    empty = f"SELECT {columns}, {nowhere} FROM {latest} WHERE FALSE"
    return " UNION ALL ".join([*parts, empty])


def _reaches(base: Segment, records: Sequence[str]) -> bool:
    """Whether any of the records, in order, lies in the range of a base."""
    at = bisect_left(records, base.first_key)
    return at < len(records) and records[at] <= base.last_key


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


def _thinned(shape: FactShape, path: Path, gone: str) -> str:
    """A base without the rows at some places; the place of a row costs nothing to read."""
    return (
        f"SELECT {duck.columns(shape, 'b.')} FROM read_parquet({duck.quoted(path)}, file_row_number = true) AS b "
        f'ANTI JOIN (SELECT "{PLACE}" AS place FROM {gone} WHERE "{FILE}" = {duck.quoted(path)}) AS p '
        "ON b.file_row_number = p.place"
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
