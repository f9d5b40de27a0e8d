"""A backup: one zip with the schema, every table, every sequence and the file store, all of one moment.

    manifest.json          versions, tables with row counts, sequences, SHA-256 of every other member
    schema-before.sql      tables, types, functions
    schema-after.sql       keys, indexes, constraints, triggers
    tables/0001.copy ...   PostgreSQL COPY text, UTF-8
    files/...              the file store

The snapshot is exported to pg_dump, so schema and rows belong together while the system goes on working.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

import motcua
from motcua.engine.database.binaries import program, wheel_version
from motcua.engine.database.errors import DatabaseProblem, explain
from motcua.engine.database.installation import connect, read_state
from motcua.engine.database.urls import connection_fields

FORMAT = 1
MANIFEST = "manifest.json"
BEFORE, AFTER = "schema-before.sql", "schema-after.sql"
FILES = "files/"
_BLOCK = 1 << 20

_TABLES = """
SELECT n.nspname, c.relname, coalesce(array_agg(a.attname::text ORDER BY a.attnum)
         FILTER (WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''), '{}')
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relkind = 'r' AND c.relpersistence <> 't'
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%'
  AND NOT EXISTS (SELECT 1 FROM pg_depend d
                  WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
GROUP BY n.nspname, c.relname ORDER BY n.nspname, c.relname
"""
_SEQUENCES = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'S' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
ORDER BY n.nspname, c.relname
"""


@dataclass(frozen=True, slots=True)
class TableEntry:
    """One table of a backup; `columns` in the order of the COPY text."""

    schema: str
    name: str
    columns: list[str]
    rows: int
    member: str


@dataclass(frozen=True, slots=True)
class SequenceEntry:
    schema: str
    name: str
    last_value: int
    is_called: bool


@dataclass(slots=True)
class Manifest:
    """What a backup contains. `sha256` maps every other member to its digest."""

    motcua: str
    postgres: int
    tool: str
    taken_at: str
    state: dict[str, str]
    tables: list[TableEntry] = field(default_factory=list)
    sequences: list[SequenceEntry] = field(default_factory=list)
    materialized: list[tuple[str, str]] = field(default_factory=list)
    sha256: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)

    @property
    def files(self) -> int:
        return sum(name.startswith(FILES) for name in self.sha256)


def write_backup(url: str, target: Path, files: Path, *, replace: bool = False) -> Manifest:
    """Write a backup of the database and of the folder `files` (may be absent) to the zip `target`.

    The file appears whole or not at all, readable by its owner only. Raises DatabaseProblem: BACKUP-EXISTS,
    DB-CONNECT, DB-DISK-FULL...
    """
    if target.exists() and not replace:
        raise DatabaseProblem(
            "BACKUP-EXISTS",
            f"Tệp {target} đã có. Hãy chọn tên khác hoặc thêm --replace để ghi đè.",
            f"{target} exists.",
        )
    state = read_state(url)
    building = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with connect(url) as connection, _private_zip(building) as archive:
            manifest = _dump(connection, url, archive, files, state)
        _settle(building, target)
    except OSError as error:
        raise explain(str(error), str(target), "ghi bản sao lưu") from error
    finally:
        building.unlink(missing_ok=True)
    return manifest


def _private_zip(path: Path) -> zipfile.ZipFile:
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=5)


def _settle(building: Path, target: Path) -> None:
    with building.open("rb+") as stream:
        os.fsync(stream.fileno())
    building.replace(target)


def _dump(
    connection: psycopg.Connection[Any],
    url: str,
    archive: zipfile.ZipFile,
    files: Path,
    state: dict[str, str],
) -> Manifest:
    connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    snapshot = _one(connection, "SELECT pg_export_snapshot()")
    _refuse_large_objects(connection)
    manifest = Manifest(
        motcua=motcua.__version__,
        postgres=connection.info.server_version,
        tool=wheel_version(),
        taken_at=datetime.now(UTC).isoformat(timespec="seconds"),
        state=state,
    )
    for member, section in ((BEFORE, "pre-data"), (AFTER, "post-data")):
        _add(archive, manifest, member, [_schema(url, str(snapshot), section)])
    _dump_tables(connection, archive, manifest)
    manifest.sequences = list(_sequences(connection))
    manifest.materialized = connection.execute("SELECT schemaname, matviewname FROM pg_matviews").fetchall()
    _dump_files(archive, manifest, files)
    archive.writestr(MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1))
    return manifest


def _refuse_large_objects(connection: psycopg.Connection[Any]) -> None:
    if _one(connection, "SELECT count(*) FROM pg_largeobject_metadata"):
        raise DatabaseProblem(
            "BACKUP-LARGE-OBJECTS",
            "Cơ sở dữ liệu có đối tượng lớn (large object) mà motcua không tạo ra và không sao lưu được. "
            "Hãy dùng pg_dump của PostgreSQL.",
            "The database holds large objects, which this backup does not carry.",
        )


def _schema(url: str, snapshot: str, section: str) -> bytes:
    fields = connection_fields(url)
    password = fields.pop("password", None)
    command = [str(program("pg_dump")), "--schema-only", f"--section={section}", f"--snapshot={snapshot}"]
    command += ["--no-owner", "--no-privileges", "--no-tablespaces", "--no-comments", "--no-security-labels"]
    command += ["--no-publications", "--no-subscriptions", "--encoding=UTF8"]
    command += ["--dbname", psycopg.conninfo.make_conninfo(**fields)]
    environment = {**os.environ, "LC_ALL": "C", **({"PGPASSWORD": password} if password else {})}
    outcome = subprocess.run(command, env=environment, capture_output=True, check=False)
    if outcome.returncode:
        raise explain(outcome.stderr.decode(errors="replace"), "cơ sở dữ liệu", "sao lưu")
    return outcome.stdout


def _dump_tables(connection: psycopg.Connection[Any], archive: zipfile.ZipFile, manifest: Manifest) -> None:
    for number, (schema, name, columns) in enumerate(connection.execute(_TABLES).fetchall(), start=1):
        member = f"tables/{number:04}.copy"
        statement = copy_statement(schema, name, columns, "TO STDOUT")
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            rows = _add(archive, manifest, member, (bytes(block) for block in copy))
        manifest.tables.append(TableEntry(schema, name, columns, rows, member))


def copy_statement(schema: str, name: str, columns: list[str], direction: str) -> sql.Composed:
    """COPY of these columns in text form; `direction` is `TO STDOUT` or `FROM STDIN`."""
    listed = sql.SQL(", ").join(sql.Identifier(column) for column in columns)
    chosen = sql.SQL("({})").format(listed) if columns else sql.SQL("")  # a table may have no column at all
    way = sql.SQL("TO STDOUT" if direction == "TO STDOUT" else "FROM STDIN")
    return sql.SQL("COPY {} {} {}").format(sql.Identifier(schema, name), chosen, way)


def _sequences(connection: psycopg.Connection[Any]) -> Iterator[SequenceEntry]:
    for schema, name in connection.execute(_SEQUENCES).fetchall():
        row = connection.execute(
            sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(schema, name))
        ).fetchone()
        if row is not None:
            yield SequenceEntry(schema, name, row[0], row[1])


def _dump_files(archive: zipfile.ZipFile, manifest: Manifest, files: Path) -> None:
    for path in sorted(files.rglob("*")) if files.is_dir() else []:
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as stream:
                _add(archive, manifest, FILES + path.relative_to(files).as_posix(), _blocks(stream))


def _blocks(stream: Any) -> Iterator[bytes]:
    while block := stream.read(_BLOCK):
        yield block


def _add(archive: zipfile.ZipFile, manifest: Manifest, member: str, blocks: Iterable[bytes]) -> int:
    """Write one member; the number of its line ends, which in COPY text is the number of rows."""
    digest, lines = hashlib.sha256(), 0
    with archive.open(member, "w", force_zip64=True) as stream:
        for block in blocks:
            digest.update(block)
            lines += block.count(b"\n")
            stream.write(block)
    manifest.sha256[member] = digest.hexdigest()
    return lines


def _one(connection: psycopg.Connection[Any], query: str) -> Any:
    row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None
