"""A restored database holds exactly what was backed up; a damaged or foreign backup touches nothing."""

from __future__ import annotations

import json
import os
import stat
import uuid
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from motcua.engine.database import installation
from motcua.engine.database.api import (
    DatabaseProblem,
    read_backup,
    read_state,
    refuse_newer,
    restore_backup,
    write_backup,
    write_state,
)
from motcua.engine.database.restore import portable

SCHEMA = """
CREATE SCHEMA "Phòng ban";
CREATE TYPE mood AS ENUM ('vui', 'buồn');
CREATE TABLE unit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL, parent bigint REFERENCES unit DEFERRABLE INITIALLY DEFERRED,
    folded text GENERATED ALWAYS AS (lower(name)) STORED,
    detail jsonb, mood mood, digest bytea, dates daterange, tags text[]
);
CREATE INDEX ON unit (folded);
CREATE TABLE "Phòng ban"."sổ ""đến"" mới" ("số thứ tự" serial PRIMARY KEY, unit bigint REFERENCES unit);
CREATE TABLE event (at date NOT NULL, what text) PARTITION BY RANGE (at);
CREATE TABLE event_2025 PARTITION OF event FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE event_rest PARTITION OF event DEFAULT;
CREATE TABLE counter (n bigint);
CREATE TABLE no_columns ();
CREATE FUNCTION count_up() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN INSERT INTO public.counter VALUES (1); RETURN NULL; END $$;
CREATE TRIGGER counted AFTER INSERT ON unit FOR EACH ROW EXECUTE FUNCTION count_up();
CREATE VIEW named AS SELECT name FROM unit;
CREATE MATERIALIZED VIEW total AS SELECT count(*) AS units FROM unit;
"""
ROWS = r"""
INSERT INTO unit (name, parent, detail, mood, digest, dates, tags)
SELECT 'Xã ' || n || E' \t\n\\ "''', 1 + n % 7, jsonb_build_object('số', n, 'dòng', E'a\nb'), 'buồn',
       decode(md5(n::text), 'hex'), daterange('2025-01-01', '2025-07-01'), ARRAY['một', NULL, '{,}']
FROM generate_series(1, 500) n;
INSERT INTO "Phòng ban"."sổ ""đến"" mới" (unit) SELECT id FROM unit WHERE id % 3 = 0;
INSERT INTO event SELECT date '2024-12-01' + n, CASE WHEN n % 5 = 0 THEN NULL ELSE 'việc ' || n END
FROM generate_series(1, 90) n;
INSERT INTO no_columns DEFAULT VALUES;
REFRESH MATERIALIZED VIEW total;
"""

MakeDatabase = Callable[[], str]


@pytest.fixture
def make_database() -> Iterator[MakeDatabase]:
    """Makes empty databases on the server under test, and drops them afterwards."""
    server, made = os.environ["MOTCUA_TEST_DATABASE_URL"], []

    def make() -> str:
        name = f"motcua_backup_{uuid.uuid4().hex[:10]}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(
                sql.SQL(
                    "CREATE DATABASE {} ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
                ).format(sql.Identifier(name))
            )
        made.append(name)
        return urlsplit(server)._replace(path=f"/{name}").geturl()

    yield make
    with psycopg.connect(server, autocommit=True) as connection:
        for name in made:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _fill(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(SCHEMA)
        connection.execute(ROWS)
    write_state(url, {"motcua": "0.0.1", "prepared": "dấu vân tay"})


def _contents(url: str) -> dict[str, object]:
    """Every row of every table as text, every sequence, every constraint, index, trigger and view."""
    found: dict[str, object] = {}
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT c.oid::regclass::text, c.relkind::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE c.relkind IN ('r', 'p', 'm', 'S') AND n.nspname IN ('public', 'Phòng ban')"
        ).fetchall()
        for table, kind in tables:
            what = "concat(last_value, is_called)" if kind == "S" else "t::text"
            query = f"SELECT {what} FROM {table} t ORDER BY 1"
            found[table] = [row[0] for row in connection.execute(query).fetchall()]
        for name, query in {
            "constraints": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conrelid <> 0 AND contype <> 'n' AND connamespace::regnamespace::text IN ('public', '\"Phòng ban\"')",
            "indexes": "SELECT schemaname, indexdef FROM pg_indexes WHERE schemaname IN ('public', 'Phòng ban')",
            "triggers": "SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal",
            "views": "SELECT viewname, replace(definition, 'unit.', '') FROM pg_views WHERE schemaname = 'public'",
        }.items():
            found[name] = sorted(connection.execute(query).fetchall())
    return found


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.fixture
def store(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    (folder / "ab").mkdir(parents=True)
    (folder / "ab" / "abcd").write_bytes(bytes(range(256)) * 50)
    (folder / "trống").write_bytes(b"")
    return folder


def test_everything_comes_back_equal(make_database: MakeDatabase, tmp_path: Path, store: Path) -> None:
    source, target, backup = make_database(), make_database(), tmp_path / "b.zip"
    _fill(source)
    manifest = write_backup(source, backup, store)
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert manifest.files == 2 and manifest.state["motcua"] == "0.0.1"
    restore_backup(target, backup, tmp_path / "back")
    assert _contents(target) == _contents(source)
    assert _files(tmp_path / "back") == _files(store)
    assert len(_contents(target)["counter"]) == 500  # triggers did not fire again
    with psycopg.connect(target) as connection:
        connection.execute("INSERT INTO unit (name) VALUES ('tiếp theo')")  # the identity goes on
        assert connection.execute("SELECT max(id), count(*) FROM unit").fetchone() == (501, 501)


def test_a_restored_database_can_be_backed_up_and_restored_again(
    make_database: MakeDatabase, tmp_path: Path, store: Path
) -> None:
    first, second, third = make_database(), make_database(), make_database()
    _fill(first)
    write_backup(first, tmp_path / "1.zip", store)
    restore_backup(second, tmp_path / "1.zip", tmp_path / "back")
    write_backup(second, tmp_path / "2.zip", store)
    restore_backup(third, tmp_path / "2.zip", tmp_path / "back")
    assert _contents(third) == _contents(first)


def test_a_backup_is_of_one_moment(make_database: MakeDatabase, tmp_path: Path, store: Path) -> None:
    """Rows committed while the backup runs are in none of its tables."""
    source, target = make_database(), make_database()
    _fill(source)
    before = _contents(source)
    original = installation.connect

    with psycopg.connect(source, autocommit=True) as writer:

        class Meddling(zipfile.ZipFile):
            def open(self, name, mode="r", **options):
                if mode == "w" and str(name).startswith("tables/"):
                    writer.execute("INSERT INTO counter VALUES (99)")
                    writer.execute("INSERT INTO event VALUES ('2025-02-02', 'xen vào')")
                return super().open(name, mode, **options)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(zipfile, "ZipFile", Meddling)
            write_backup(source, tmp_path / "b.zip", store)
    assert installation.connect is original
    restore_backup(target, tmp_path / "b.zip", tmp_path / "back")
    assert _contents(target) == before != _contents(source)


def test_a_full_database_is_not_overwritten_unasked(
    make_database: MakeDatabase, tmp_path: Path, store: Path
) -> None:
    source, target = make_database(), make_database()
    _fill(source)
    write_backup(source, tmp_path / "b.zip", store)
    with psycopg.connect(target) as connection:
        connection.execute("CREATE TABLE precious (n int)")
    with pytest.raises(DatabaseProblem, match="RESTORE-NOT-EMPTY"):
        restore_backup(target, tmp_path / "b.zip", tmp_path / "back")
    with psycopg.connect(target) as other, pytest.raises(DatabaseProblem, match="RESTORE-IN-USE"):
        other.execute("SELECT 1")
        restore_backup(target, tmp_path / "b.zip", tmp_path / "back", replace=True)
    restore_backup(target, tmp_path / "b.zip", tmp_path / "back", replace=True)
    assert _contents(target) == _contents(source)


def _rewrite(source: Path, target: Path, change: Callable[[str, bytes], bytes | None]) -> None:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)


def _in_manifest(**changes: object) -> Callable[[str, bytes], bytes]:
    return lambda name, content: (
        json.dumps({**json.loads(content), **changes}).encode() if name == "manifest.json" else content
    )


DAMAGES: dict[str, tuple[Callable[[str, bytes], bytes | None], str]] = {
    "a changed row": (
        lambda n, c: c.replace(b"bu\xe1\xbb\x93n", b"vui") if n.startswith("tables/") else c,
        "RESTORE-FILE",
    ),
    "a missing table": (lambda n, c: None if n == "tables/0003.copy" else c, "RESTORE-FILE"),
    "no manifest": (lambda n, c: None if n == "manifest.json" else c, "RESTORE-FILE"),
    "another format": (_in_manifest(format=7), "RESTORE-FILE"),
    "a newer motcua": (_in_manifest(motcua="99.1"), "DB-MOTCUA-VERSION"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_backup_touches_nothing(
    make_database: MakeDatabase, tmp_path: Path, store: Path, damage: str
) -> None:
    source, target = make_database(), make_database()
    _fill(source)
    write_backup(source, tmp_path / "good.zip", store)
    change, code = DAMAGES[damage]
    _rewrite(tmp_path / "good.zip", tmp_path / "bad.zip", change)
    with pytest.raises(DatabaseProblem) as caught:
        restore_backup(target, tmp_path / "bad.zip", tmp_path / "back", replace=True)
    assert caught.value.code == code
    assert _contents(target) == _contents(make_database())
    assert not (tmp_path / "back").exists()


def test_a_name_that_climbs_out_of_the_folder_is_refused(
    make_database: MakeDatabase, tmp_path: Path, store: Path
) -> None:
    source = make_database()
    write_backup(source, tmp_path / "good.zip", store)
    with zipfile.ZipFile(tmp_path / "good.zip") as old, zipfile.ZipFile(tmp_path / "bad.zip", "w") as new:
        manifest = json.loads(old.read("manifest.json"))
        manifest["sha256"]["files/../../evil"] = manifest["sha256"]["files/trống"]
        for name in old.namelist():
            new.writestr(name, json.dumps(manifest) if name == "manifest.json" else old.read(name))
        new.writestr("files/../../evil", b"")
    with pytest.raises(DatabaseProblem, match="không hợp lệ"):
        read_backup(tmp_path / "bad.zip")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut short", b"not a zip at all"])
def test_something_else_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(DatabaseProblem, match="RESTORE-FILE"):
        read_backup(tmp_path / "x.zip")


def test_a_backup_that_fails_half_way_leaves_no_file(
    make_database: MakeDatabase, tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("motcua.engine.database.backup._dump_files", full)
    with pytest.raises(DatabaseProblem, match="DB-DISK-FULL"):
        write_backup(make_database(), tmp_path / "out" / "b.zip", store)
    assert list((tmp_path / "out").iterdir()) == []


def test_an_existing_file_is_not_overwritten_unasked(
    make_database: MakeDatabase, tmp_path: Path, store: Path
) -> None:
    backup = tmp_path / "b.zip"
    backup.write_text("quý")
    url = make_database()
    with pytest.raises(DatabaseProblem, match="BACKUP-EXISTS"):
        write_backup(url, backup, store)
    assert backup.read_text() == "quý"
    write_backup(url, backup, store, replace=True)
    assert read_backup(backup).rows == 0


def test_large_objects_are_refused_rather_than_lost(
    make_database: MakeDatabase, tmp_path: Path, store: Path
) -> None:
    url = make_database()
    with psycopg.connect(url) as connection:
        connection.execute("SELECT lo_from_bytea(0, 'x')")
    with pytest.raises(DatabaseProblem, match="BACKUP-LARGE-OBJECTS"):
        write_backup(url, tmp_path / "b.zip", store)


def test_state_travels_and_a_newer_one_is_refused(make_database: MakeDatabase) -> None:
    url = make_database()
    assert read_state(url) == {}
    write_state(url, {"motcua": "0.0.1", "demo": "1"})
    write_state(url, {"motcua": "12.0"})
    assert read_state(url) == {"motcua": "12.0", "demo": "1"}
    with pytest.raises(DatabaseProblem, match="DB-MOTCUA-VERSION"):
        refuse_newer(read_state(url), "thử")


def test_an_unreachable_server_is_explained_without_its_password() -> None:
    with pytest.raises(DatabaseProblem) as caught:
        read_state("postgresql://u:bí-mật@127.0.0.1:1/m")
    assert caught.value.code == "DB-CONNECT"
    assert "bí-mật" not in str(caught.value)


def test_only_column_options_that_every_server_knows_are_kept() -> None:
    table = "ALTER TABLE ONLY public.t ALTER COLUMN n SET "
    assert portable(f"{table}(vendor_mark=7);\n") == "\n"
    assert portable(f"{table}(n_distinct=-0.5, vendor_mark=7);\n") == f"{table}(n_distinct=-0.5);\n"
    assert portable("ALTER TABLE ONLY public.t ALTER COLUMN n SET DEFAULT (1);") == (
        "ALTER TABLE ONLY public.t ALTER COLUMN n SET DEFAULT (1);"
    )


@pytest.mark.full
@pytest.mark.skipif("MOTCUA_OTHER_DATABASE_URL" not in os.environ, reason="no second server named")
def test_a_backup_moves_between_server_versions(
    make_database: MakeDatabase, tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the server under test to another one (PostgreSQL 15) and back."""
    here, back = make_database(), make_database()
    other = os.environ["MOTCUA_OTHER_DATABASE_URL"]
    name = f"motcua_backup_{uuid.uuid4().hex[:10]}"
    there = urlsplit(other)._replace(path=f"/{name}").geturl()
    _fill(here)
    write_backup(here, tmp_path / "1.zip", store)
    with psycopg.connect(other, autocommit=True) as connection:
        connection.execute(
            f"CREATE DATABASE {name} ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
        )
        try:
            restore_backup(there, tmp_path / "1.zip", tmp_path / "back")
            write_backup(there, tmp_path / "2.zip", store)
            restore_backup(back, tmp_path / "2.zip", tmp_path / "back")
            assert _contents(there) == _contents(here) == _contents(back)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
