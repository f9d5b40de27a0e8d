"""A dossier filed and taken through six steps, seven committed transactions, beside its raw limits of the same run.

Run: ``python benchmarks/bench_dossiers.py [dossiers]`` (default 300). Compared with: single-row commits on one
connection, and the same seven transactions written by hand in SQL with the same row, event, clock, number and slip
writes (digest of the event and sealing of the slip included). Uses a throw-away embedded PostgreSQL that writes durably.
"""

from __future__ import annotations

import cProfile
import datetime as dt
import hashlib
import importlib.util
import json
import os
import pstats
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from bench_events import database, rate

WORLD = Path(__file__).parents[1] / "src/motcua/modules/dossiers/tests/world.py"


def make_world() -> Any:
    return load_world().make_world()


def load_world() -> Any:
    """The module of the tests' world, as `dossier_world`."""
    spec = importlib.util.spec_from_file_location("dossier_world", WORLD)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["dossier_world"] = module
    spec.loader.exec_module(module)
    return module


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    with database():
        measure(count)


def measure(count: int) -> None:
    from django.db import connection

    world = make_world()
    raw_commits = rate(count * 7, lambda: single_rows(count * 7))
    ours_run(world, 30)
    ByHand(world).run(30)
    hand = max(7 * rate(count, lambda: ByHand(world).run(count)) for _ in range(2))
    ours = max(7 * rate(count, lambda: ours_run(world, count)) for _ in range(2))
    print(f"{count} dossiers x 7 transactions, PostgreSQL {connection.pg_version // 10_000}, one client")
    print(f"{'single-row commits':46} {raw_commits:8,.0f}/s")
    print(
        f"{'the same seven by hand in SQL':46} {hand:8,.0f}/s   x{raw_commits / hand:.1f} slower than a commit"
    )
    print(f"{'through the operations, all rules on':46} {ours:8,.0f}/s   ratio to by hand {ours / hand:.2f}")
    for name, per_second in by_operation(world, count).items():
        print(f"    {name:42} {per_second:8,.0f}/s")
    if os.environ.get("MOTCUA_BENCH_PROFILE"):
        profile(world, count)


def single_rows(count: int) -> None:
    from django.db import connection

    raw = connection.connection
    with raw.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_row (id bigserial PRIMARY KEY, at timestamptz)")
    for _ in range(count):
        with raw.transaction():
            raw.execute("INSERT INTO bench_row (at) VALUES (now())")


def steps_of(world: Any, uid: Any) -> list[tuple[str, Any]]:
    from motcua.modules.dossiers import api
    from motcua.modules.dossiers.data import ResultDraft

    v, draft = world.viewers, ResultDraft("Giấy xác nhận")
    return [
        ("forward (reception)", lambda: api.forward_dossier(v["desk"], uid)),
        ("forward (assign)", lambda: api.forward_dossier(v["leader"], uid)),
        ("submit", lambda: api.submit_dossier(v["officer"], uid, draft)),
        ("approve", lambda: api.approve_dossier(v["leader"], uid)),
        ("sign", lambda: api.sign_dossier(v["leader"], uid)),
        ("record result", lambda: api.record_result(v["clerk"], uid)),
    ]


def ours_run(world: Any, count: int) -> None:
    from motcua.modules.dossiers import api

    for _ in range(count):
        uid = api.file_dossier(world.viewers["desk"], world.province, world.filing()).uid
        for _name, step in steps_of(world, uid):
            step()


def by_operation(world: Any, count: int) -> dict[str, float]:
    from motcua.modules.dossiers import api

    spent: dict[str, float] = {}
    for _ in range(count):
        began = time.perf_counter()
        uid = api.file_dossier(world.viewers["desk"], world.province, world.filing()).uid
        spent["file"] = spent.get("file", 0.0) + time.perf_counter() - began
        for name, step in steps_of(world, uid):
            began = time.perf_counter()
            step()
            spent[name] = spent.get(name, 0.0) + time.perf_counter() - began
    return {name: count / seconds for name, seconds in spent.items()}


def profile(world: Any, count: int) -> None:
    watched = cProfile.Profile()
    watched.runcall(ours_run, world, count)
    pstats.Stats(watched).sort_stats("tottime").print_stats(35)


class ByHand:
    """What a careful person would write by hand, with no more than the tables need: one client, psycopg, prepared."""

    def __init__(self, world: Any) -> None:
        from django.db import connection

        from motcua.modules.dossiers.models import Dossier

        self.raw = connection.connection
        self.world = world
        self.template = Dossier.objects.order_by("-pk").values().first()
        self.user = world.viewers["desk"].user_id

    def run(self, count: int) -> None:
        import psycopg

        self.cursor = psycopg.Cursor(self.raw)
        for _ in range(count):
            key = self.create()
            for number in range(1, 7):
                self.step(key, number)

    def execute(self, sql: str, values: list[Any]) -> Any:
        return self.cursor.execute(sql, values, prepare=True)

    def create(self) -> int:
        from psycopg.types.json import Jsonb

        from motcua.engine.privacy.api import seal
        from motcua.kernel.ids import uuid7

        uid, at = uuid7(), dt.datetime.now(dt.UTC)
        row = {
            **self.template,
            "uid": uid,
            "registered_at": at,
            "received_at": at,
            "status": 2,
            "revision": 1,
        }
        row |= {
            "ended_at": None,
            "returned_at": None,
            "search": "'nguyen' 'thi' 'mau' 'dao' "
            + " ".join(f"'u:h05.07210 {word}'" for word in ("nguyen", "thi", "mau", "dao")),
        }
        del row["id"]
        with self.raw.transaction():
            number = self.execute(
                "INSERT INTO registers_counter (province_id, kind, unit_code, unit_path, period, last) VALUES "
                "(%s, 'dossier', %s, '/', 'hand', 1) ON CONFLICT (province_id, kind, unit_code, period) "
                "DO UPDATE SET last = registers_counter.last + 1 RETURNING last",
                [row["province_id"], row["unit_code"]],
            ).fetchone()[0]
            self.execute(
                "INSERT INTO registers_registerednumber (province_id, kind, unit_code, unit_path, period, number, "
                "subject, given_at, withdrawn_reason) VALUES (%s, 'dossier', %s, '/', 'hand', %s, %s, %s, '')",
                [row["province_id"], row["unit_code"], number, str(uid), at],
            )
            row["code"] = f"H.{number}"
            places = ", ".join("%s::tsvector" if name == "search" else "%s" for name in row)
            key = self.execute(
                f"INSERT INTO dossiers_dossier ({', '.join(row)}) VALUES ({places}) RETURNING id",
                list(row.values()),
            ).fetchone()[0]
            for paper in (1, 2):
                self.execute(
                    "INSERT INTO dossiers_component (dossier_id, number, code, name, originals, copies, present, source, "
                    "added_at) VALUES (%s, %s, '', 'Tờ khai', 1, 0, true, '', %s)",
                    [key, paper, at],
                )
            self.task(key, 1, at)
            self.execute(
                "INSERT INTO dossiers_clockentry (dossier_id, leg, kind, at, data) VALUES (%s, '', 'start', %s, %s)",
                [key, at, Jsonb({"limit": "3 ngày làm việc"})],
            )
            facts = json.dumps(
                {"code": row["code"], "name": row["applicant_name"], "papers": ["Tờ khai"] * 2}
            )
            self.execute(
                "INSERT INTO dossiers_slip (province_id, uid, dossier_id, kind, number, issued_at, issued_by_id, "
                "unit_code, facts) VALUES (%s, %s, %s, '01', '', %s, %s, %s, %s)",
                [row["province_id"], uuid7(), key, at, self.user, row["unit_code"], seal(facts, context="x")],
            )
            self.event(uid, "received", at, {"set": {"status": 2}})
        return int(key)

    def step(self, key: int, number: int) -> None:
        at = dt.datetime.now(dt.UTC)
        with self.raw.transaction():
            uid, revision = self.execute(
                "SELECT uid, revision FROM dossiers_dossier WHERE id = %s FOR UPDATE", [key]
            ).fetchone()
            task = self.execute(
                "SELECT id FROM dossiers_task WHERE dossier_id = %s AND closed_at IS NULL", [key]
            ).fetchone()[0]
            self.execute(
                "SELECT 1 FROM permissions_grant g JOIN permissions_rolepermission p ON p.role_id = g.role_id "
                "WHERE g.user_id = %s AND p.permission = %s AND starts_with(%s, g.unit_path) LIMIT 1",
                [self.user, "dossiers.desk.receive", self.template["unit_path"]],
            ).fetchone()
            self.execute(
                "UPDATE dossiers_task SET state = 'done', closed_at = %s, closed_by_id = %s WHERE id = %s",
                [at, self.user, task],
            )
            self.task(key, number + 1, at)
            self.execute(
                "UPDATE dossiers_dossier SET status = 4, steps = %s, revision = %s WHERE id = %s",
                [f"Bước {number + 1}", revision + 1, key],
            )
            if number in (4, 5):
                self.execute(
                    "INSERT INTO dossiers_approval (province_id, dossier_id, kind, at, by_id, authority, authority_text, "
                    "unit_code, note) VALUES (%s, %s, 'sign', %s, %s, 'post', '', '', '')",
                    [self.template["province_id"], key, at, self.user],
                )
            if number == 3:
                self.execute(
                    "INSERT INTO dossiers_dossierresult (province_id, dossier_id, name, favourable, summary, "
                    "document_number, handed_how, authorised) VALUES (%s, %s, 'Kết quả', true, '', '', '', false)",
                    [self.template["province_id"], key],
                )
            self.event(uid, "forwarded", at, {"set": {"status": 4}, "tasks": [{"key": str(number)}]})

    def task(self, key: int, number: int, at: dt.datetime) -> None:
        self.execute(
            "INSERT INTO dossiers_task (province_id, dossier_id, unit_code, unit_path, key, kind, name, role, state, "
            "working_minutes, opened_at, due_at, outcome, note) VALUES (%s, %s, %s, %s, %s, 'process', %s, '', 'open', "
            "450, %s, %s, '', '')",
            [self.template["province_id"], key, self.template["unit_code"], self.template["unit_path"], str(number),
             f"Bước {number}", at, at],
        )  # fmt: skip

    def event(self, uid: Any, verb: str, at: dt.datetime, payload: dict[str, Any]) -> None:
        from psycopg.types.json import Jsonb

        from motcua.kernel.ids import uuid7

        content = [str(uuid7()), f"dossier:{uid}", at.isoformat(), payload]
        digest = hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).digest()
        self.execute(
            "INSERT INTO events_event (uid, province_id, type, subject, occurred_at, recorded_at, actor_id, unit_code, "
            "unit_path, correlation_id, payload, digest) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, '', %s, %s)",
            [content[0], self.template["province_id"], f"dossiers:dossier:{verb}", content[1], at, at, self.user,
             self.template["unit_code"], self.template["unit_path"], Jsonb(payload), digest],
        )  # fmt: skip


if __name__ == "__main__":
    main()
