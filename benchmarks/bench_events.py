"""Events recorded and sealed a second, each with its ratio to the raw statement of the same run.

Run: ``python benchmarks/bench_events.py [events]`` (default 4 000). Uses a throw-away embedded PostgreSQL that
writes durably, or the empty database at MOTCUA_TEST_DATABASE_URL.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

COLUMNS = (
    "uid, province_id, type, subject, occurred_at, recorded_at, actor_id, on_behalf_of_id, unit_code, "
    "unit_path, correlation_id, idempotency_key, payload, digest"
)
RAW = (
    f"INSERT INTO events_event ({COLUMNS}) VALUES "
    "(gen_random_uuid(), %s, %s, %s, now(), now(), NULL, NULL, %s, %s, %s, NULL, %s::jsonb, %s)"
)
UNIT, PATH = "H05.15", "/H05/H05.15/"
PAYLOAD = {"name": "Sở Nội vụ", "decision": "01/QĐ-UBND", "n": 1}


@contextmanager
def database() -> Iterator[None]:
    """A prepared database and a ready Django."""
    given = os.environ.get("MOTCUA_TEST_DATABASE_URL")
    with tempfile.TemporaryDirectory(prefix="motcua-bench-") as folder:
        os.environ |= {"MOTCUA_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "motcua.config.settings"}
        os.environ |= {"MOTCUA_SECRET_KEY": "only-for-measuring", "MOTCUA_DEMO": "1"}
        from motcua.engine.database.api import EmbeddedServer

        server = None if given else EmbeddedServer(Path(folder) / "data")
        os.environ["MOTCUA_DATABASE_URL"] = given or server.start()  # type: ignore[union-attr]
        try:
            import django
            from django.core.management import call_command

            django.setup()
            call_command("migrate", interactive=False, verbosity=0)
            yield
        finally:
            from django.db import connections

            connections.close_all()
            for connection in connections.all():
                connection.close_pool()
            if server is not None:
                server.destroy()


def rate(count: int, work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return count / (time.perf_counter() - began)


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 4_000
    with database():
        measure(count)


def measure(count: int) -> None:
    from django.db import connection, transaction

    from motcua.engine.events.api import declare_event, record, seal_all, verify
    from motcua.engine.provinces.api import Province

    kind = declare_event("bench:thing:done", "Đã làm {name}")
    province, _ = Province.objects.get_or_create(key="bench", agency_code="H05", place_code="24")
    connection.ensure_connection()
    seal_all()

    def one() -> None:
        record(kind, province=province, subject="thing:1", payload=PAYLOAD, unit_code=UNIT, unit_path=PATH)

    def recorded(batch: int) -> Callable[[], None]:
        def work() -> None:
            for _ in range(count // batch):
                with transaction.atomic():
                    for _ in range(batch):
                        one()

        return work

    def inserted(batch: int) -> Callable[[], None]:
        import json

        row = [province.pk, kind, "thing:1", UNIT, PATH, "", json.dumps(PAYLOAD), bytes(32)]

        def work() -> None:
            raw = connection.connection
            for _ in range(count // batch):
                with raw.transaction(), raw.cursor() as cursor:
                    for _ in range(batch):
                        cursor.execute(RAW, row)

        return work

    print(f"{count:,} events, PostgreSQL {connection.pg_version // 10_000}")
    for batch in (1, 100):
        raw = max(rate(count, inserted(batch)) for _ in range(2))
        ours = max(rate(count, recorded(batch)) for _ in range(2))
        name = f"record, {batch} a transaction"
        print(
            f"{name:36} {ours:10,.0f}/s   raw INSERT of the same row {raw:10,.0f}/s   ratio {ours / raw:.2f}"
        )
    # Raw rows carry no true digest, so they are sealed before what is verified is recorded anew.
    waiting = count * 8
    sealed = rate(waiting, lambda: seal_all())
    links = count
    raw = rate(links, lambda: insert_links(links))
    print(
        f"{'seal':36} {sealed:10,.0f}/s   raw INSERT of links, 500 at once {raw:10,.0f}/s   ratio {sealed / raw:.2f}"
    )
    print(f"{'verify':36} {rate(waiting, verify):10,.0f}/s")


def insert_links(count: int) -> None:
    """The least a sealer must do: write as many links, here to a table with the same key and no more."""
    from django.db import connection, transaction

    rows = [(position, bytes(32)) for position in range(count)]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE links (position bigint PRIMARY KEY, digest bytea) ON COMMIT DROP")
        for start in range(0, count, 500):
            part = rows[start : start + 500]
            places = ", ".join(["(%s, %s)"] * len(part))
            cursor.execute(f"INSERT INTO links VALUES {places}", [value for row in part for value in row])


if __name__ == "__main__":
    main()
