"""Lists, search, a dossier and the board as officers see them, with a million and ten million dossiers.

    python benchmarks/bench_scale.py [rows ...]        (default 1000000 10000000)

Fills a throw-away embedded PostgreSQL by INSERT .. SELECT generate_series: 113 units, 1,155,106 dossiers a year, some
60,000 of them open with an open step each, a person for every fourth dossier, names put together by chance from common
and rare syllables. Then asks whole pages in process (middleware, session, permissions, template), as an officer of a
commune, as its leader, as a department's leader and as who sees the whole province. Budget: p95 under 200 ms, flat.
MOTCUA_BENCH_EXPLAIN=1 shows the plan of the slowest statement of every page over the budget. MOTCUA_BENCH_DATA names a
folder to keep the database in.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parent))
from bench_dossiers import load_world, make_world

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
A_YEAR, OPEN, PERSONS_SHARE = 1_155_106, 60_000, 4
ROUNDS, BUDGET_MS = 25, 200
TABLES = ("applicants_applicant", "dossiers_dossier", "dossiers_task", "dossiers_clockentry", "events_event")
# The first of each list is common, the last rare.
FAMILY = ["Nguyễn"] * 38 + ["Trần"] * 11 + ["Lê"] * 10 + ["Phạm"] * 7 + ["Hoàng"] * 5 + ["Vũ"] * 4 + ["Ngô", "Đỗ", "Dương", "Lý", "Giáp", "Thân", "Chu", "Khổng"]  # fmt: skip
MIDDLE = ["Thị"] * 30 + ["Văn"] * 28 + ["Đức", "Minh", "Ngọc", "Thanh", "Hữu", "Xuân", "Quang", "Kim"]
GIVEN = ["Hoa", "Hương", "Anh", "Linh", "Hùng", "Dũng", "Tuấn", "Nam", "Lan", "Mai", "Hà", "Thảo", "Trang", "Huy", "Long", "Sơn", "Bình", "Phúc", "Yến", "Nga"]  # fmt: skip
RARE = ["Khuyến", "Ưng", "Quyết", "Nhàn", "Đoan"]  # one person in 40,000 each

Step = dict[str, Any]


def main() -> None:
    """Fill, measure and print."""
    sizes = [int(text) for text in sys.argv[1:]] or [1_000_000, 10_000_000]
    with database():
        world = known_world() or make_world()
        viewers = open_accounts(world)
        found: dict[str, list[tuple[float, float]]] = {}
        [(filled,)] = run("SELECT count(*) FROM dossiers_dossier")
        for size in sizes:
            if filled < size:
                began = time.perf_counter()
                fill(world, filled + 1, size)
                print(
                    f"{size:,} dossiers filled in {time.perf_counter() - began:.0f} s; {disk()}", flush=True
                )
                filled = size
            for name, times in measure(world, viewers, size).items():
                found.setdefault(name, []).append(times)
        report(sizes, found)


@contextmanager
def database() -> Iterator[None]:
    """An embedded server tuned for filling, and a ready Django."""
    with tempfile.TemporaryDirectory(prefix="motcua-scale-") as folder:
        kept = os.environ.get("MOTCUA_BENCH_DATA")
        folder = kept or folder
        os.environ |= {"MOTCUA_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "motcua.config.settings"}
        os.environ |= {
            "MOTCUA_SECRET_KEY": "only-for-measuring",
            "MOTCUA_DEMO": "1",
            "MOTCUA_LOG_LEVEL": "ERROR",
        }
        from motcua.engine.database.api import EmbeddedServer

        server = EmbeddedServer(Path(folder) / "data", durable=False)
        os.environ["MOTCUA_DATABASE_URL"] = server.start()
        try:
            import django
            from django.core.management import call_command

            django.setup()
            call_command("migrate", interactive=False, verbosity=0)
            call_command("createcachetable", verbosity=0)
            call_command("collectstatic", interactive=False, verbosity=0)
            yield
        finally:
            from django.db import connections

            connections.close_all()
            for connection in connections.all():
                connection.close_pool()
            server.stop() if kept else server.destroy()


def run(sql: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def disk() -> str:
    [(size,)] = run("SELECT pg_size_pretty(pg_database_size(current_database()))")
    return f"{size} on disk, load {os.getloadavg()[0]:.1f}"


# -- who looks --------------------------------------------------------------------------------------


def known_world() -> Any:
    """The world of a database kept from an earlier run; None in a fresh one."""
    from motcua.engine.accounts.api import User
    from motcua.engine.permissions.api import Grant, Viewer
    from motcua.engine.provinces.api import Province
    from motcua.kernel.clock import today
    from motcua.reference.organisations.api import units_on

    users = User.objects.filter(username__startswith="t.")
    if not users:
        return None
    load_world()
    from dossier_world import World

    province = Province.objects.get(key="bac-ninh")
    units = {unit.code: unit for unit in units_on(province, today())}
    viewers = {user.username.removeprefix("t."): Viewer(user) for user in users}
    ward, department = (
        units[Grant.objects.get(user=viewers[name].user_id).unit_code] for name in ("officer", "dept_officer")
    )
    return World(province, ward, ward, department, department, viewers)


def open_accounts(world: Any) -> dict[str, Any]:
    """Clients by name: an officer, the desk and the leader of one commune, a department's leader, the whole province."""
    from django.test import Client
    from dossier_world import officer

    from motcua.engine.accounts.api import User
    from motcua.engine.permissions.api import Grant

    viewers = {name: world.viewers[name] for name in ("officer", "desk", "leader", "dept_leader")}
    viewers["province"] = world.viewers.get("province") or officer(
        world.province, "province", "department-head", world.department
    )
    Grant.objects.filter(user_id=viewers["province"].user_id).update(unit_path="/", unit_code="")
    clients = {}
    for name, viewer in viewers.items():
        User.objects.filter(pk=viewer.user_id).update(must_change_password=False)
        clients[name] = Client(SERVER_NAME="localhost")
        clients[name].force_login(User.objects.get(pk=viewer.user_id), backend=BACKEND)
    return clients


# -- filling ----------------------------------------------------------------------------------------


def fill(world: Any, first: int, last: int) -> None:
    """Rows `first` to `last`; row number i is the i-th dossier received. Indexes are dropped and made anew."""
    definitions = [*drop_indexes(), *drop_keys()]
    triggers("DISABLE")
    run("SET maintenance_work_mem = '1GB'")
    run("SET work_mem = '256MB'")
    lists(world)
    persons(world, first // PERSONS_SHARE + 1, last // PERSONS_SHARE + 1)
    close_the_open(last)
    for start in range(first, last + 1, 1_000_000):
        dossiers(world, start, min(last, start + 999_999), last)
    open_steps(world, last)
    known_phones()
    triggers("ENABLE")
    for definition in definitions:
        run(definition)
    for table in TABLES:
        run(f"VACUUM ANALYZE {table}")
    run("INSERT INTO applicants_nameword (province_id, word) SELECT DISTINCT province_id, word FROM applicants_applicant, "
        "unnest(string_to_array(search_text, ' ')) AS word ON CONFLICT DO NOTHING")  # fmt: skip
    run("SET work_mem TO DEFAULT")


def drop_indexes() -> list[str]:
    rows = run(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexname NOT IN "
        "(SELECT conname FROM pg_constraint) AND indexdef NOT LIKE 'CREATE UNIQUE%%'",
        [list(TABLES)],
    )
    for name, _definition in rows:
        run(f"DROP INDEX {name}")
    return [definition for _name, definition in rows]


def drop_keys() -> list[str]:
    """Rows are made consistent; what comes later is checked again."""
    rows = run(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)",
        [list(TABLES)],
    )
    for table, name, _definition in rows:
        run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    return [
        f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition.removesuffix(' NOT VALID')} NOT VALID"
        for table, name, definition in rows
    ]


def triggers(what: str) -> None:
    for table in TABLES:
        run(f"ALTER TABLE {table} {what} TRIGGER USER")


def lists(world: Any) -> None:
    """Units and syllables as tables, so that a row is made by arithmetic on its number."""
    from motcua.kernel.clock import today
    from motcua.kernel.text import search_key
    from motcua.modules.dossiers.lexemes import units_of_path
    from motcua.reference.organisations.api import units_on

    first = [world.ward, world.department]
    units = [
        *first,
        *(unit for unit in units_on(world.province, today()) if unit.code not in {u.code for u in first}),
    ]
    run("DROP TABLE IF EXISTS bench_unit, bench_syllable")
    run("CREATE TABLE bench_unit (n int PRIMARY KEY, code text, path text, within text)")
    for number, unit in enumerate(units[:113]):
        below = units_of_path(unit.path)
        run(
            "INSERT INTO bench_unit VALUES (%s, %s, %s, %s)",
            [number, unit.code, unit.path, below[-1] if below else ""],
        )
    run("CREATE TABLE bench_syllable (place text, n int, shown text, folded text, PRIMARY KEY (place, n))")
    for place, words in (("family", FAMILY), ("middle", MIDDLE), ("given", GIVEN), ("rare", RARE)):
        for number, word in enumerate(words):
            run("INSERT INTO bench_syllable VALUES (%s, %s, %s, %s)", [place, number, word, search_key(word)])


# Scrambles a number: neighbours get unlike names, the same number always the same.
_HASH = "(abs(hashint8({0} * 31 + {1})::bigint))"


def persons(world: Any, first: int, last: int) -> None:
    family, middle, given = (_HASH.format("i", salt) for salt in (1, 2, 3))
    run(
        f"""
        INSERT INTO applicants_applicant (province_id, uid, kind, display_name, search_text, sort_key, identity_kind,
            identity_number, identity_blind, phone, phone_blind, email, address, birth_date, person_blind, place_code,
            representative, merge_reason, revision, created_at, updated_at)
        SELECT %s, md5('p' || i)::uuid, 'citizen', name, folded, folded, 'citizen_id', '', sha256(('i' || i)::bytea), '',
            sha256(('t' || i)::bytea), '', '', '', sha256(('b' || i)::bytea), '', '', '', 1, now(), now()
        FROM (SELECT i, f.shown || ' ' || m.shown || ' Mẫu ' || g.shown AS name,
                f.folded || ' ' || m.folded || ' mau ' || g.folded AS folded
            FROM generate_series(%s::bigint, %s::bigint) AS i
            JOIN bench_syllable f ON f.place = 'family' AND f.n = {family} %% {len(FAMILY)}
            JOIN bench_syllable m ON m.place = 'middle' AND m.n = {middle} %% {len(MIDDLE)}
            JOIN bench_syllable g ON g.place = CASE WHEN {given} %% 8000 = 0 THEN 'rare' ELSE 'given' END
                AND g.n = CASE WHEN {given} %% 8000 = 0 THEN ({given} / 8000) %% {len(RARE)} ELSE {given} %% {len(GIVEN)} END
        ) AS made
        ON CONFLICT DO NOTHING
        """,
        [world.province.pk, first, last],
    )
    run("DROP TABLE IF EXISTS bench_person")
    run(
        "CREATE TABLE bench_person AS SELECT row_number() OVER (ORDER BY id) - 1 AS n, id, display_name, search_text "
        "FROM applicants_applicant"
    )
    run("CREATE UNIQUE INDEX ON bench_person (n) INCLUDE (id, display_name, search_text)")
    run("ANALYZE bench_person")


def close_the_open(last: int) -> None:
    """What was open in the smaller table ended meanwhile."""
    run(
        "UPDATE dossiers_dossier SET ended_at = promised, returned_at = promised, status = 10, steps = '' WHERE ended_at IS NULL"
    )
    run("UPDATE dossiers_task SET closed_at = opened_at, state = 'done' WHERE closed_at IS NULL")


def dossiers(world: Any, first: int, last: int, newest: int) -> None:
    """Dossiers in the order they came, the newest received now; the last OPEN of all are still open."""
    from motcua.kernel.clock import today
    from motcua.modules.catalogue.api import procedure_on

    info = procedure_on(world.province, "1.000001", today())
    [(persons_known,)] = run("SELECT count(*) FROM bench_person")
    [(process,)] = run("SELECT min(id) FROM catalogue_processversion")
    run(
        f"""
        WITH made AS (
            SELECT i, u.code, u.path, u.within, p.id AS person, p.display_name, p.search_text,
                now() - ({newest}::bigint - i) * interval '1 year' / {A_YEAR} AS at, i > {newest - OPEN} AS open,
                row_number() OVER (PARTITION BY u.n ORDER BY i) AS number, 1 + {_HASH.format("i", 7)} %% 30 AS days
            FROM generate_series(%s::bigint, %s::bigint) AS i
            JOIN bench_unit u ON u.n = {_HASH.format("i", 5)} %% 113
            JOIN bench_person p ON p.n = {_HASH.format("i", 6)} %% {persons_known}
        ), d AS (
            INSERT INTO dossiers_dossier (province_id, unit_code, unit_path, uid, code, check_value, procedure_code,
                procedure_name, version_id, field_code, case_name, process_id, lane, project_code, subject, applicant_id,
                applicant_name, channel, origin, sets, received_code, received_path, return_code, return_path,
                return_channel, status, steps, registered_at, received_at, limit_text, promised, legal_due, index_due,
                paused_for, supplements, extensions, ended_at, returned_at, late_reason, search, revision)
            SELECT {world.province.pk}, code, path, md5('d' || i)::uuid,
                code || '-' || to_char(at, 'YYMMDD') || '-' || lpad(i::text, 8, '0'), 'AAAAAAAA', '1.000001', %s, %s, 'HT', '',
                %s, '', '', 'Về việc mẫu', person, display_name, 1 + i %% 2, 'counter', 1, code, path, code, path, 1,
                CASE WHEN open THEN 4 ELSE 10 END, CASE WHEN open THEN 'Thụ lý' ELSE '' END, at, at, '3 ngày làm việc',
                at + days * interval '1 day', at + days * interval '1 day', at + days * interval '1 day', '', 0, 0,
                CASE WHEN NOT open THEN at + (days - 1) * interval '1 day' END,
                CASE WHEN NOT open THEN at + days * interval '1 day' END, '',
                array_to_tsvector(string_to_array(search_text, ' ') || CASE WHEN within = '' THEN '{{}}' ELSE
                    string_to_array('u:' || within || ' ' || replace(search_text, ' ', '|u:' || within || ' '), '|') END), 7
            FROM made RETURNING id, unit_code, unit_path, uid, received_at, promised, ended_at
        ), t AS (
            INSERT INTO dossiers_task (province_id, dossier_id, unit_code, unit_path, key, kind, name, role, state,
                working_minutes, opened_at, due_at, warn_at, closed_at, outcome, note)
            SELECT {world.province.pk}, id, unit_code, unit_path, '1', 'reception', 'Tiếp nhận', 'reception-officer', 'done',
                112, received_at, received_at, received_at, received_at, '', '' FROM d
        ), c AS (
            INSERT INTO dossiers_clockentry (dossier_id, leg, kind, at, data)
            SELECT id, '', 'start', received_at, '{{"limit": "3 ngày làm việc"}}' FROM d
        )
        INSERT INTO events_event (uid, province_id, type, subject, occurred_at, recorded_at, unit_code, unit_path,
            correlation_id, payload, digest)
        SELECT md5('e' || uid)::uuid, {world.province.pk}, 'dossiers:dossier:received', 'dossier:' || uid, received_at,
            received_at, unit_code, unit_path, '', '{{"words": {{"code": "x", "procedure": "1.000001"}}}}', ''::bytea FROM d
        """,
        [first, last, info.name, info.version_id, process],
    )


def open_steps(world: Any, last: int) -> None:
    """One open step for every open dossier: most at processing, with an officer in the commune we look at."""
    officers = [world.viewers["officer"].user_id, world.viewers["second"].user_id]
    run(
        """
        INSERT INTO dossiers_task (province_id, dossier_id, unit_code, unit_path, key, kind, name, role, state,
            assignee_id, working_minutes, opened_at, due_at, warn_at, outcome, note)
        SELECT province_id, id, unit_code, unit_path, '3', kind, 'Thụ lý', 'processing-officer', 'open',
            CASE WHEN unit_code = %s AND kind = 'process' THEN (ARRAY[%s, %s])[1 + id %% 2] END, 450, received_at,
            promised - interval '1 day', promised - interval '2 days', '', ''
        FROM (SELECT *, (ARRAY['process', 'process', 'process', 'process', 'process', 'process', 'assign', 'approve', 'sign',
                'issue'])[1 + abs(hashint8(id * 31 + 9)::bigint) %% 10] AS kind
            FROM dossiers_dossier WHERE ended_at IS NULL) AS open
        """,
        [world.ward.code, *officers],
    )


def known_phones() -> None:
    """A hundred persons whose telephones we know: the rest have blinds of numbers nobody has."""
    from motcua.reference.applicants.blinds import phone_blind

    [(top,)] = run("SELECT max(id) FROM applicants_applicant")
    chosen = random.Random(3).sample(range(2, top), 100)
    for number, key in enumerate(chosen):
        blind = phone_blind(f"09{number:08d}")
        run("UPDATE applicants_applicant SET phone_blind = %s WHERE id = %s", [blind, key])


# -- asking -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """A page: who asks, and its address by the number of the round."""

    who: str
    what: str
    path: Callable[[int], str]


def pages(world: Any) -> list[Asked]:
    def query(path: str, **values: str) -> str:
        return f"{path}?{urlencode(values)}"

    def sample(where: str, *values: Any) -> list[tuple[Any, ...]]:
        return run(
            f"SELECT uid, code, applicant_name, id FROM dossiers_dossier WHERE {where} ORDER BY md5(id::text) LIMIT {ROUNDS + 2}",
            list(values),
        )

    here = "unit_path LIKE %s AND id > (SELECT max(id) - 400000 FROM dossiers_dossier)"
    ward, dept = (sample(here, f"{unit.path}%") for unit in (world.ward, world.department))
    open_ward = sample("unit_path LIKE %s AND ended_at IS NULL", f"{world.ward.path}%")
    everywhere = sample("id > (SELECT max(id) - 400000 FROM dossiers_dossier)")
    rare = ["Nguyễn Thị Khuyến", "Trần Ưng", "Lê Văn Quyết", "Giáp Nhàn", "Phạm Thị Đoan"]
    places = {"officer": ward, "leader": ward, "dept_leader": dept, "province": everywhere}
    found = [
        Asked("officer", "work list, mine", lambda _n: "/ho-so/?ai=mine"),
        Asked("officer", "work list, the unit's", lambda _n: "/ho-so/?ai=unit"),
        Asked(
            "officer",
            "work list, late, with a word",
            lambda _n: query("/ho-so/", ai="unit", han="late", q="hoa"),
        ),
        Asked("leader", "work list, the unit's", lambda _n: "/ho-so/?ai=unit"),
        Asked("province", "work list, everything", lambda _n: "/ho-so/?ai=unit"),
        Asked("leader", "approvals", lambda _n: "/ho-so/duyet/"),
        Asked("province", "approvals", lambda _n: "/ho-so/duyet/"),
        Asked("desk", "reception", lambda _n: "/ho-so/tiep-nhan/"),
        Asked("desk", "received today", lambda _n: "/ho-so/tiep-nhan/hom-nay/"),
    ]
    for who in ("officer", "leader", "dept_leader", "province"):
        rows = places[who]
        found += [
            Asked(who, "overdue", lambda _n: "/ho-so/qua-han/"),
            Asked(
                who,
                "search, common name",
                lambda n: query("/ho-so/tim/", q=f"nguyen thi {GIVEN_FOLDED[n % 20]}"),
            ),
            Asked(who, "search, one common word", lambda _n: query("/ho-so/tim/", q="nguyen")),
            Asked(who, "search, rare name", lambda n: query("/ho-so/tim/", q=rare[n % len(rare)])),
            Asked(who, "search, whole name", lambda n, rows=rows: query("/ho-so/tim/", q=rows[n][2])),
            Asked(who, "search, code", lambda n, rows=rows: query("/ho-so/tim/", q=rows[n][1])),
            Asked(who, "search, begun code", lambda n, rows=rows: query("/ho-so/tim/", q=rows[n][1][:-5])),
            Asked(who, "search, telephone", lambda n: query("/ho-so/tim/", q=f"09{n:08d}")),
            Asked(who, "dossier", lambda n, rows=rows: f"/ho-so/{rows[n][0]}/"),
        ]
        if who != "officer":
            found.append(Asked(who, "board", lambda _n: "/ho-so/bang-dieu-hanh/"))
    found.append(Asked("leader", "open dossier", lambda n: f"/ho-so/{open_ward[n % len(open_ward)][0]}/"))
    return found


GIVEN_FOLDED = ["hoa", "huong", "anh", "linh", "hung", "dung", "tuan", "nam", "lan", "mai", "ha", "thao", "trang", "huy", "long", "son", "binh", "phuc", "yen", "nga"]  # fmt: skip


def measure(world: Any, clients: dict[str, Any], size: int) -> dict[str, tuple[float, float]]:
    found = {}
    for page in pages(world):
        times = []
        for number in range(ROUNDS + 1):
            began = time.perf_counter()
            answer = clients[page.who].get(page.path(number))
            took = (time.perf_counter() - began) * 1000
            assert answer.status_code in (200, 302), (page.path(number), answer.status_code)
            if number:
                times.append(took)
        times.sort()
        name = f"{page.who:12} {page.what}"
        found[name] = statistics.median(times), times[int(len(times) * 0.95)]
        print(f"    {name:46} p50 {found[name][0]:7.0f}  p95 {found[name][1]:7.0f}", flush=True)
        if found[name][1] > BUDGET_MS and os.environ.get("MOTCUA_BENCH_EXPLAIN"):
            explain(clients[page.who], page.path(1))
    found |= api_list(world)
    return found


def api_list(world: Any) -> dict[str, tuple[float, float]]:
    """The API's list, by its query: newest first, of the viewer's units."""
    from motcua.modules.dossiers.models import Dossier
    from motcua.modules.dossiers.queries import in_units

    found = {}
    for who in ("officer", "dept_leader"):
        times = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            rows = in_units(world.viewers[who], Dossier.objects.filter(province=world.province)).order_by(
                "-pk"
            )
            assert len(list(rows[:51])) == 51
            times.append((time.perf_counter() - began) * 1000)
        times.sort()
        found[f"{who:12} API list, query alone"] = statistics.median(times), times[int(ROUNDS * 0.95)]
    return found


def explain(client: Any, path: str) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        client.get(path)
    slowest = max(seen.captured_queries, key=lambda query: float(query["time"]))
    print(f"        {len(seen)} statements; slowest {slowest['time']} s: {slowest['sql'][:1500]}")
    if slowest["sql"].lstrip().upper().startswith(("SELECT", "WITH")):
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) " + slowest["sql"].replace("%", "%%"), [])
            print("\n".join(f"        {line}" for (line,) in cursor.fetchall()))


def report(sizes: list[int], found: dict[str, list[tuple[float, float]]]) -> None:
    print(f"\n{'p50 / p95 ms':48}" + "".join(f"{size:>22,}" for size in sizes) + f"   budget {BUDGET_MS}")
    for name, columns in found.items():
        cells = "".join(f"{f'{middle:.0f} / {high:.0f}':>22}" for middle, high in columns)
        over = "   over" if any(high > BUDGET_MS for _middle, high in columns) else ""
        print(f"{name:48}{cells}{over}")


if __name__ == "__main__":
    main()
