"""A province-year of dossier-like facts: built, counted, opened, kept fresh, frozen; beside raw limits of the same run.

    python benchmarks/bench_facts.py [rows]        (default 1155106)

Fills a table of a throw-away embedded PostgreSQL, declares it as a fact, and measures: building it whole; FIGURES (as many
as forms 3 and 7 ask of dossiers) for the province, for 113 units and for units by procedures; the first page of an
opened figure; an increment of 250 events (five seconds at fifty a second) from commit to counted; all again with that
increment lying beside the bases; freezing and checking. Peers in the same run: decoding the needed columns and nothing
else (raw), the same figures on PostgreSQL in one statement, one statement a figure as the ORM would ask, and pandas where
it is installed. Medians of ROUNDS; beside wall time the processor time of this process, since machines are shared.
"""

from __future__ import annotations

import importlib.util
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

ROWS, UNITS, ROUNDS, CHANGES = 1_155_106, 113, 7, 250

TABLE = """
CREATE TABLE bench_dossier AS
SELECT 1::bigint * %(province)s AS province_id,
  (lpad(to_hex((1734220800000 + i * 27)::bigint), 12, '0') || '7' || substr(md5(i::text), 14, 3) || '8'
    || substr(md5(i::text), 18, 15))::uuid AS uid,
  'H05.' || (10 + hashint8(i) %% 56 + 56) AS unit, 'H05.' || (10 + hashint8(i + 7) %% 56 + 56) AS received_unit,
  '1.' || lpad((abs(hashint8(i * 3)) %% 2176)::text, 6, '0') AS procedure,
  'F' || abs(hashint8(i * 5)) %% 30 AS field, 'officer-' || abs(hashint8(i * 41)) %% 1500 AS officer,
  abs(hashint8(i * 7)) %% 4 AS channel, abs(hashint8(i * 11)) %% 3 AS level,
  date '2024-12-15' + (i * 365 / %(rows)s)::int AS received_on,
  CASE WHEN abs(hashint8(i * 13)) %% 100 < 93
    THEN date '2024-12-15' + (i * 365 / %(rows)s)::int + abs(hashint8(i * 17)) %% 12 END AS ended_on,
  date '2024-12-15' + (i * 365 / %(rows)s)::int + 10 AS due_on,
  (ARRAY['processed', 'processed', 'processed', 'stopped', 'withdrawn'])[1 + abs(hashint8(i * 19)) %% 5] AS ending,
  hashint8(i * 23) %% 2 = 0 AS online, hashint8(i * 29) %% 3 = 0 AS reused, hashint8(i * 43) %% 5 = 0 AS digital,
  abs(hashint8(i * 31)) %% 200000 AS fee, abs(hashint8(i * 37)) %% 5000 AS minutes
FROM generate_series(1, %(rows)s) AS i
"""
SQL = """
SELECT t.uid::text, t.unit, t.received_unit, t.procedure, t.field, t.officer, t.channel, t.level, t.received_on,
  t.ended_on, t.due_on, t.ending, t.online, t.reused, t.digital, t.fee, t.minutes
FROM bench_dossier t
WHERE t.province_id = %(province)s AND (%(uids)s::uuid[] IS NULL OR t.uid = ANY(%(uids)s))
"""
COLUMNS = {
    "dossier": "text",
    "unit": "text",
    "received_unit": "text",
    "procedure": "text",
    "field": "text",
    "officer": "text",
    "channel": "integer",
    "level": "integer",
    "received_on": "date",
    "ended_on": "date",
    "due_on": "date",
    "ending": "text",
    "online": "flag",
    "reused": "flag",
    "digital": "flag",
    "fee": "integer",
    "minutes": "integer",
}
NEEDED = ("unit", "channel", "level", "received_on", "ended_on", "due_on", "ending", "online", "reused", "digital", "fee", "minutes")  # fmt: skip
EVENT = "bench:dossier:changed"


def main() -> None:
    """Fill, measure and print."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with database():
        bench = Bench(rows)
        print(f"{rows:,} rows, {len(bench.figures)} figures, {os.cpu_count()} processors\n")
        bench.build()
        raw = bench.raw()
        bench.count("bases alone", raw)
        bench.open()
        bench.change()
        bench.count("bases and an increment", raw)
        bench.peers(raw)
        bench.freeze()


@contextmanager
def database() -> Iterator[None]:
    """An embedded server and a ready Django."""
    with tempfile.TemporaryDirectory(prefix="motcua-facts-") as folder:
        os.environ |= {"MOTCUA_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "motcua.config.settings"}
        os.environ |= {"MOTCUA_SECRET_KEY": "only-for-measuring", "MOTCUA_LOG_LEVEL": "ERROR"}
        from motcua.engine.database.api import EmbeddedServer

        server = EmbeddedServer(Path(folder) / "data", durable=False)
        os.environ["MOTCUA_DATABASE_URL"] = server.start()
        try:
            import django
            from django.core.management import call_command
            from django.db import connections

            django.setup()
            call_command("migrate", verbosity=0)
            yield
            connections.close_all()
            for connection in connections.all(initialized_only=True):
                connection.close_pool()  # type: ignore[attr-defined]
        finally:
            server.destroy()


def timed(work: Callable[[], Any], rounds: int = ROUNDS) -> tuple[float, float]:
    """Medians of wall and processor time of this process, milliseconds."""
    walls, works = [], []
    for _round in range(rounds):
        wall, busy = time.perf_counter(), time.process_time()
        work()
        walls.append((time.perf_counter() - wall) * 1000)
        works.append((time.process_time() - busy) * 1000)
    return statistics.median(walls), statistics.median(works)


def told(
    name: str, times: tuple[float, float], raw: tuple[float, float] | None = None, more: str = ""
) -> None:
    wall, busy = times
    ratio = f"{wall / raw[0]:6.1f} x raw ({busy / raw[1]:.1f} by processor)" if raw else ""
    print(f"  {name:<46} {wall:9.1f} ms  cpu {busy:9.1f} ms {ratio} {more}", flush=True)


class Bench:
    def __init__(self, rows: int) -> None:
        from django.db import connection

        from motcua.engine.events.api import declare_event
        from motcua.engine.facts.api import define_source, whole_province
        from motcua.engine.figures.api import FactShape
        from motcua.engine.provinces.api import Province
        from motcua.kernel.periods import Window

        declare_event(EVENT, "Hồ sơ thử đã đổi")
        self.rows = rows
        self.province = Province.objects.create(key="bench", agency_code="H05", place_code="24")
        self.scope = whole_province(self.province)
        self.window = Window(date(2024, 12, 15), date(2025, 12, 14))
        self.source = define_source(FactShape("bench_dossiers", COLUMNS, "dossier", "unit"), SQL, (EVENT,))
        with connection.cursor() as cursor:
            cursor.execute(TABLE, {"province": self.province.pk, "rows": rows})
            cursor.execute("ALTER TABLE bench_dossier ADD PRIMARY KEY (uid)")
            cursor.execute("CREATE INDEX ON bench_dossier (province_id, unit)")
            cursor.execute("ANALYZE bench_dossier")
        self.figures = figures()

    def build(self) -> None:
        from motcua.engine.facts.api import rebuild, states

        print("Building")
        told("rebuild from PostgreSQL", timed(lambda: rebuild(self.province, self.source), 1))
        state = states()[0]
        print(f"  {state.bases} files, {state.size / 1e6:.1f} MB\n")

    def raw(self) -> tuple[float, float]:
        """Decoding the columns the figures need, and nothing else."""
        from motcua.engine.facts.shelf import SHELF

        with SHELF.open(self.province.pk, ["bench_dossiers"]) as (engine, _snapshot):
            taken = ", ".join(f"MIN({name})" for name in NEEDED)
            text = f"SELECT {taken} FROM {engine.relations['bench_dossiers']} AS f"
            times = timed(lambda: engine.rows(text, {}))
        print("Raw")
        told(f"decode {len(NEEDED)} columns", times)
        print()
        return times

    def count(self, name: str, raw: tuple[float, float]) -> None:
        from motcua.engine.facts.api import measure_figures
        from motcua.engine.figures.api import UNIT

        print(f"Figures, {name}")
        asked = (("province", ()), ("113 units", (UNIT,)), ("units by procedures", (UNIT, "procedure")))
        for label, cuts in asked:
            found: list[Any] = []

            def work(cuts: Any = cuts, found: list[Any] = found) -> None:
                found[:] = [measure_figures(self.province, self.figures, self.window, cuts, scope=self.scope)]

            times = timed(work, ROUNDS if len(cuts) < 2 else 1)
            told(label, times, raw, f"{len(found[0].groups[0]):,} groups")
        one = timed(
            lambda: measure_figures(
                self.province, self.figures, self.window, (), ["H05.66"], scope=self.scope
            )
        )
        told("one unit", one, raw)
        print()

    def open(self) -> None:
        from motcua.engine.facts.api import open_records

        print("Opening a figure, first page of 50, count asserted")
        late = next(each for each in self.figures if each.code == "bench.late")
        told(
            "province",
            timed(lambda: open_records(self.province, late, "count", self.window, scope=self.scope)),
        )
        told(
            "one unit",
            timed(
                lambda: open_records(
                    self.province, late, "count", self.window, units=["H05.66"], scope=self.scope
                )
            ),
        )
        print()

    def change(self) -> None:
        """CHANGES events committed, sealed, and counted."""
        from django.db import connection, transaction

        from motcua.engine.events.api import record, seal_all
        from motcua.engine.facts.api import measure_figures, refresh_province

        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE bench_dossier SET ended_on = received_on + 3, fee = fee + 1 WHERE uid IN "
                "(SELECT uid FROM bench_dossier ORDER BY hashint8(fee * 7 + minutes) LIMIT %s) RETURNING uid",
                [CHANGES],
            )
            uids = [row[0] for row in cursor.fetchall()]
        with transaction.atomic():
            for uid in uids:
                record(EVENT, province=self.province, subject=f"dossier:{uid}")
        print(f"An increment of {CHANGES} events")
        told("seal", timed(seal_all, 1))
        told("refresh", timed(lambda: refresh_province(self.province), 1))
        told(
            "first count after it (reads the manifest anew)",
            timed(lambda: measure_figures(self.province, self.figures, self.window, scope=self.scope), 1),
        )
        print()

    def peers(self, raw: tuple[float, float]) -> None:
        from motcua.engine.facts.api import measure_figures, measure_live
        from motcua.engine.figures.api import UNIT

        print("Peers, 113 units (PostgreSQL works in processes of its own: wall time tells)")
        facts = measure_figures(self.province, self.figures, self.window, (UNIT,), scope=self.scope)
        live: list[Any] = []
        times = timed(
            lambda: live.append(
                measure_live(self.province, self.figures, self.window, (UNIT,), scope=self.scope)
            ),
            1,
        )
        told("PostgreSQL, all figures in one statement", times, raw)
        assert live[0].groups == facts.groups, "the engines differ"
        told(
            "PostgreSQL, a statement a figure",
            timed(
                lambda: [
                    measure_live(self.province, [each], self.window, (UNIT,), scope=self.scope)
                    for each in self.figures
                ],
                1,
            ),
            raw,
        )
        told(
            "PostgreSQL, one unit",
            timed(
                lambda: measure_live(
                    self.province, self.figures, self.window, (), ["H05.66"], scope=self.scope
                ),
                3,
            ),
            raw,
        )
        if importlib.util.find_spec("pandas"):
            self.pandas(raw)
        else:
            print("  pandas is not installed: left out")
        print()

    def pandas(self, raw: tuple[float, float]) -> None:
        """Five of the figures by unit, frame already in memory."""
        import pandas
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(SQL, {"province": self.province.pk, "uids": None})
            frame = pandas.DataFrame(cursor.fetchall(), columns=list(COLUMNS))
        first, last = self.window.first, self.window.last

        def work() -> None:
            ended = frame[(frame.ended_on >= first) & (frame.ended_on <= last)]
            frame[(frame.received_on >= first) & (frame.received_on <= last)].groupby("unit").size()
            ended.groupby("unit").size()
            ended[ended.ended_on <= ended.due_on].groupby("unit").size()
            ended[ended.ended_on > ended.due_on].groupby("unit").size()
            ended.groupby("unit").fee.sum()

        told("pandas, five figures of them, in memory", timed(work, 1), raw)

    def freeze(self) -> None:
        from motcua.engine.facts.api import freeze, verify, verify_evidence

        print("Evidence")
        made: list[Any] = []
        told("freeze", timed(lambda: made.append(freeze(self.province, ["bench_dossiers"], self.window)), 1))
        told("verify evidence", timed(lambda: verify_evidence(made[0]), 1))
        told("verify facts against PostgreSQL", timed(lambda: verify(self.province, self.source), 1))
        assert verify_evidence(made[0]) == []


def figures() -> list[Any]:
    """As many figures over dossiers as forms 3 and 7 and the narrative ask."""
    from motcua.engine.figures.api import (
        Climb,
        Column,
        Figure,
        Filter,
        Operator,
        Unit,
        count_of,
        in_period,
        open_at_end,
        sum_of,
    )

    fact = "bench_dossiers"
    on_time = Filter("ended_on", Operator.AT_MOST, Column("due_on"))
    late = Filter("ended_on", Operator.GREATER, Column("due_on"))
    online = Filter("online", Operator.EQUAL, True)
    done = Filter("ending", Operator.AMONG, ("processed", "stopped"))

    def figure(code: str, count: Any = None, over: Any = None) -> Figure:
        parts = {"numerator": count, "denominator": over, "climb": Climb.RATIO} if over else {"count": count}
        return Figure(
            code=f"bench.{code}",
            version=1,
            effective_from=date(2024, 1, 1),
            labels={"vi": code},
            unit=Unit("dossier", "hồ sơ"),
            legal_basis=("Đo tốc độ",),
            **parts,
        )

    received = in_period("received_on")
    ended = in_period("ended_on")
    pending = open_at_end("received_on", "ended_on")
    made = [
        figure("received", count_of(fact, *received)),
        figure("resolved", count_of(fact, *ended, done)),
        figure("on-time", count_of(fact, *ended, done, on_time)),
        figure("late", count_of(fact, *ended, done, late)),
        figure("open", count_of(fact, *pending)),
        figure("fees", sum_of(fact, "fee", *received)),
        figure("minutes", sum_of(fact, "minutes", *ended)),
        figure("on-time-rate", count_of(fact, *ended, done, on_time), count_of(fact, *ended, done)),
        figure("digital-rate", count_of(fact, *ended, Filter("digital", Operator.EQUAL, True)), count_of(fact, *ended)),
        figure("reuse-rate", count_of(fact, *received, Filter("reused", Operator.EQUAL, True)), count_of(fact, *received)),
    ]  # fmt: skip
    for level in range(3):
        of = Filter("level", Operator.EQUAL, level)
        made.append(figure(f"received-level-{level}", count_of(fact, *received, of)))
        made.append(figure(f"online-level-{level}", count_of(fact, *received, of, online)))
        made.append(figure(f"late-level-{level}", count_of(fact, *ended, of, late)))
        made.append(
            figure(
                f"online-rate-{level}", count_of(fact, *received, of, online), count_of(fact, *received, of)
            )
        )
    for channel in range(4):
        of = Filter("channel", Operator.EQUAL, channel)
        made.append(figure(f"received-channel-{channel}", count_of(fact, *received, of)))
        made.append(figure(f"resolved-channel-{channel}", count_of(fact, *ended, of, done)))
        made.append(figure(f"open-channel-{channel}", count_of(fact, *pending, of)))
    for ending in ("processed", "stopped", "withdrawn"):
        made.append(
            figure(f"ended-{ending}", count_of(fact, *ended, Filter("ending", Operator.EQUAL, ending)))
        )
    return made


if __name__ == "__main__":
    main()
