"""Restoring a backup: everything is checked before the database is touched, and it changes whole or not at all."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any

import psycopg
from psycopg import sql

from motcua.engine.database.backup import (
    AFTER,
    BEFORE,
    FILES,
    FORMAT,
    MANIFEST,
    Manifest,
    SequenceEntry,
    TableEntry,
    copy_statement,
)
from motcua.engine.database.errors import DatabaseProblem, explain
from motcua.engine.database.installation import connect, refuse_newer

_BLOCK = 1 << 20
# Lines of pg_dump that only psql, or only a newer server, understands.
_NOT_FOR_SERVERS = re.compile(r"^(\\(un)?restrict .*|SET transaction_timeout = .*)$", re.MULTILINE)
# Column options: planner hints that every server knows, among marks that only one build of a server keeps.
_COLUMN_OPTIONS = re.compile(r"^(ALTER TABLE ONLY .+ ALTER COLUMN .+ SET \()([^()]*)\);$", re.MULTILINE)
_KNOWN_OPTIONS = ("n_distinct=", "n_distinct_inherited=")
_OWN_SCHEMAS = """
SELECT nspname FROM pg_namespace
WHERE nspname NOT IN ('pg_catalog', 'information_schema') AND nspname NOT LIKE 'pg\\_%'
"""
_RELATIONS = """
SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
"""
_OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


def read_backup(source: Path) -> Manifest:
    """Open a backup and check it whole: format, names, and the SHA-256 of every member.

    Raises RESTORE-FILE when it is not a backup or is damaged, DB-MOTCUA-VERSION when a newer motcua made it.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = _manifest(archive)
            _check_members(archive, manifest)
    except FileNotFoundError:
        raise _bad(source, "không có tệp này") from None
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, EOFError, zipfile.LargeZipFile) as error:
        raise _bad(source, str(error)) from error
    except OSError as error:
        raise explain(str(error), str(source), "đọc bản sao lưu") from error
    refuse_newer({**manifest.state, "motcua": manifest.motcua}, f"trong bản sao lưu {source}")
    return manifest


def restore_backup(url: str, source: Path, files: Path, *, replace: bool = False) -> Manifest:
    """Restore into an empty database, or over the present one with `replace`; files go to the folder `files`.

    The database changes in one transaction. Raises RESTORE-NOT-EMPTY, RESTORE-IN-USE, RESTORE-FILE...
    """
    manifest = read_backup(source)
    with connect(url) as connection, zipfile.ZipFile(source) as archive:
        _check_target(connection, replace)
        _restore_files(archive, manifest, files)
        try:
            _restore_database(connection, archive, manifest)
        except psycopg.Error as error:
            raise DatabaseProblem(
                "RESTORE-FAILED",
                f"Không khôi phục được từ {source}: {str(error).strip()}. Cơ sở dữ liệu vẫn như cũ.",
                "The restore failed; the database is unchanged.",
            ) from error
    with connect(url, autocommit=True) as connection:
        connection.execute("ANALYZE")
    return manifest


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    fields = json.loads(archive.read(MANIFEST))
    if fields["format"] != FORMAT:
        raise ValueError(f"định dạng {fields['format']}, bản này đọc định dạng {FORMAT}")
    fields["tables"] = [TableEntry(**entry) for entry in fields["tables"]]
    fields["sequences"] = [SequenceEntry(**entry) for entry in fields["sequences"]]
    return Manifest(**fields)


def _check_members(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    present = set(archive.namelist()) - {MANIFEST}
    if present != set(manifest.sha256):
        odd = sorted(present ^ set(manifest.sha256))[:3]
        raise ValueError(f"thiếu hoặc thừa thành phần: {', '.join(odd)}")
    needed = {BEFORE, AFTER, *(table.member for table in manifest.tables)}
    if not needed <= present:
        raise ValueError(f"thiếu thành phần: {', '.join(sorted(needed - present)[:3])}")
    for member, expected in manifest.sha256.items():
        path = PurePosixPath(member)
        if path.is_absolute() or ".." in path.parts or "\\" in member:
            raise ValueError(f"tên thành phần không hợp lệ: {member}")
        if _digest(archive, member) != expected:
            raise ValueError(f"thành phần {member} đã bị thay đổi hoặc hỏng")


def _digest(archive: zipfile.ZipFile, member: str) -> str:
    with archive.open(member) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]


def _check_target(connection: psycopg.Connection[Any], replace: bool) -> None:
    others = _count(connection, _OTHERS)
    if others:
        raise DatabaseProblem(
            "RESTORE-IN-USE",
            f"Cơ sở dữ liệu đang có {others} kết nối khác. Hãy dừng motcua (Ctrl-C) rồi khôi phục.",
            f"{others} other connections use the database; stop motcua first.",
        )
    if _count(connection, _RELATIONS) and not replace:
        raise DatabaseProblem(
            "RESTORE-NOT-EMPTY",
            "Cơ sở dữ liệu đã có dữ liệu. Hãy khôi phục vào thư mục hoặc cơ sở dữ liệu mới, "
            "hoặc thêm --replace để thay toàn bộ (nên `motcua backup` trước).",
            "The database is not empty; use --replace to overwrite it.",
        )


def _restore_database(
    connection: psycopg.Connection[Any], archive: zipfile.ZipFile, manifest: Manifest
) -> None:
    with connection.transaction():
        for (schema,) in connection.execute(_OWN_SCHEMAS).fetchall():
            connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(schema)))
        connection.execute("CREATE SCHEMA public")
        _run(connection, archive, BEFORE)
        for table in manifest.tables:
            _load(connection, archive, table)
        for sequence in manifest.sequences:
            connection.execute(
                "SELECT setval(%s::regclass, %s, %s)",
                (
                    sql.Identifier(sequence.schema, sequence.name).as_string(connection),
                    sequence.last_value,
                    sequence.is_called,
                ),
            )
        _run(connection, archive, AFTER)
        for schema, name in manifest.materialized:
            connection.execute(sql.SQL("REFRESH MATERIALIZED VIEW {}").format(sql.Identifier(schema, name)))


def _run(connection: psycopg.Connection[Any], archive: zipfile.ZipFile, member: str) -> None:
    connection.execute(portable(archive.read(member).decode("utf-8")).encode("utf-8"))


def portable(schema: str) -> str:
    """A schema dump without what psql alone, a newer server or one vendor's build understands."""
    text = _NOT_FOR_SERVERS.sub("", schema).replace("CREATE SCHEMA public;", "")
    return _COLUMN_OPTIONS.sub(_with_known_options, text)


def _with_known_options(match: re.Match[str]) -> str:
    kept = [option for option in match[2].split(", ") if option.startswith(_KNOWN_OPTIONS)]
    return f"{match[1]}{', '.join(kept)});" if kept else ""


def _load(connection: psycopg.Connection[Any], archive: zipfile.ZipFile, table: TableEntry) -> None:
    statement = copy_statement(table.schema, table.name, table.columns, "FROM STDIN")
    with archive.open(table.member) as stream, connection.cursor() as cursor:
        with cursor.copy(statement) as copy:
            while block := stream.read(_BLOCK):
                copy.write(block)
        if cursor.rowcount != table.rows:
            raise psycopg.DataError(f"{table.schema}.{table.name}: {cursor.rowcount} / {table.rows}")


def _restore_files(archive: zipfile.ZipFile, manifest: Manifest, files: Path) -> None:
    for member in manifest.sha256:
        if not member.startswith(FILES):
            continue
        target = files / member.removeprefix(FILES)
        target.parent.mkdir(parents=True, exist_ok=True)
        building = target.with_name(f".{target.name}.restoring")
        with archive.open(member) as stream, building.open("wb") as output:
            while block := stream.read(_BLOCK):
                output.write(block)
        building.replace(target)


def _count(connection: psycopg.Connection[Any], query: str) -> int:
    row = connection.execute(query.encode()).fetchone()
    return int(row[0]) if row else 0


def _bad(source: Path, why: str) -> DatabaseProblem:
    return DatabaseProblem(
        "RESTORE-FILE",
        f"{source} không phải bản sao lưu nguyên vẹn của motcua ({why}). Hãy dùng bản sao lưu khác.",
        f"{source} is not an intact backup of motcua.",
    )
