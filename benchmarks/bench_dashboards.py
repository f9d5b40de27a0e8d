"""Dashboards at a province-year: what one page counts, as the page counts it, beside decoding the columns it needs.

    python benchmarks/bench_dashboards.py [dossiers] [steps a dossier]

Facts are made up inside PostgreSQL (dates, units, officers as a year has them) and built as the worker builds them; no
dossier is filed. Keys are in the order in which dossiers came, as uuid7 are. Prints, for the province and for one commune,
the wall and processor time of every part of the page counted from the files alone, and of the whole: from the files, with
what is kept of an earlier page, and with that after a few dossiers changed (median, p95 of 40 rounds); ratios to a raw scan
of the columns.
"""

from __future__ import annotations

import statistics
import sys
import time
from datetime import date, timedelta
from typing import Any

from bench_facts import database, timed, told

ROWS, STEPS, ROUNDS = 1_155_106, 6, 40
DAY = date(2025, 12, 14)
PARTS = ("now", "trend", "arrivals", "officers", "steps", "ranking")
DOSSIERS = """
SELECT lpad(to_hex((1734220800000 + i * 27)::bigint), 12, '0') || md5(i::text) AS dossier, '' AS code, u.code AS unit, u.code AS received_unit, u.code AS returned_unit, u.level,
  '1.' || lpad((h1 %% 2176)::text, 6, '0') AS procedure, 'F' || h1 %% 30 AS field, 'full' AS service,
  (ARRAY['counter', 'online', 'post'])[1 + h2 %% 3] AS channel, false AS elsewhere,
  came AS registered_on, came AS received_on, (7 + h2 %% 10)::int AS received_hour,
  extract(isodow FROM came)::int AS received_weekday,
  CASE WHEN h3 %% 100 < 93 THEN came + h2 %% 12 END AS ended_on,
  CASE WHEN h3 %% 100 < 93 THEN came + h2 %% 12 END AS resolved_on, NULL::date AS returned_on,
  CASE WHEN h3 %% 100 < 93 THEN 'done' ELSE '' END AS outcome, came + 10 AS promised_on,
  CASE WHEN h3 %% 100 < 93 THEN h2 %% 12 <= 10 END AS on_time, NULL::boolean AS index_on_time,
  NULL::date AS index_late_on, 0 AS supplements, 0 AS extensions, '' AS late_reason, false AS waiting
FROM (
  SELECT i, abs(hashint8(i)) AS h1, abs(hashint8(i * 7)) AS h2, abs(hashint8(i * 13)) AS h3,
    date '2024-12-15' + (i * 365 / {rows})::int AS came, (abs(hashint8(i * 17)) %% {units})::int AS place
  FROM generate_series(1, {rows}) AS i
) d JOIN bench_unit u USING (place)
"""
STEP_ROWS = """
SELECT d.dossier || '/' || n AS step, d.dossier, d.unit, d.level, d.procedure, d.field,
  (ARRAY['reception', 'assign', 'process', 'approve', 'sign', 'issue', 'return'])[n] AS kind,
  'officer-' || d.unit || (h %% 12) AS officer, CASE WHEN d.ended_on IS NULL AND n = {steps} THEN 'open' ELSE 'done' END AS state,
  d.received_on + n - 1 AS opened_on, (8 + h %% 9)::int AS opened_hour,
  CASE WHEN d.ended_on IS NULL AND n = {steps} THEN NULL ELSE d.received_on + n END AS closed_on,
  CASE WHEN d.ended_on IS NULL AND n = {steps} THEN NULL ELSE (h %% 2400)::int END AS minutes,
  d.received_on + n + 1 AS due_on, true AS on_time, false AS waiting
FROM bench_dossiers_rows d
CROSS JOIN LATERAL (SELECT n, abs(hashtext(d.dossier || n)) AS h FROM generate_series(1, {steps}) AS n) s
"""


def main() -> None:
    """Fill, build, measure and print."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    steps = int(sys.argv[2]) if len(sys.argv) > 2 else STEPS
    with database():
        province = filled(rows, steps)
        print(f"{rows:,} dossiers, {rows * steps:,} steps\n")
        raw = decode(province)
        measure(province, raw)


def filled(rows: int, steps: int) -> Any:
    """The units of the province, and facts of both kinds from tables in place of the operational ones."""
    from django.db import connection

    from motcua.engine.facts import sources
    from motcua.engine.facts.api import FactSource, rebuild, source_of
    from motcua.engine.provinces.api import Province
    from motcua.reference.organisations.api import load_reference, units_on

    load_reference("bac-ninh")
    province = Province.objects.get(key="bac-ninh")
    units = [unit for unit in units_on(province, DAY) if unit.kind in ("department", "commune_committee")]
    with connection.cursor() as cursor:
        cursor.execute("CREATE UNLOGGED TABLE bench_unit (place int, code text, level text)")
        cursor.executemany(
            "INSERT INTO bench_unit VALUES (%s, %s, %s)",
            [(place, unit.code, unit.level) for place, unit in enumerate(units)],
        )
        made = DOSSIERS.format(rows=rows, units=len(units)).replace("%%", "%")
        cursor.execute(f"CREATE UNLOGGED TABLE bench_dossiers_rows AS {made}")
        made = STEP_ROWS.format(steps=steps).replace("%%", "%")
        cursor.execute(f"CREATE UNLOGGED TABLE bench_steps_rows AS {made}")
    always = "WHERE %(province)s > 0 AND (%(uids)s::uuid[] IS NULL OR FALSE)"
    print("Building")
    for fact, table in (("dossiers", "bench_dossiers_rows"), ("dossier_steps", "bench_steps_rows")):
        shape = source_of(fact).shape
        columns = ", ".join(f'"{name}"' for name in shape.columns)
        source = FactSource(shape, f"SELECT {columns} FROM {table} {always}", ("bench:",))
        sources._sources[fact] = source
        told(f"{fact} from PostgreSQL", timed(lambda source=source: rebuild(province, source), 1))
    print()
    return province


def decode(province: Any) -> tuple[float, float]:
    """A raw scan of the columns that the page's figures read, of both facts."""
    from motcua.engine.facts.shelf import SHELF

    needed = {
        "dossiers": ("unit", "received_on", "received_hour", "received_weekday", "ended_on", "resolved_on", "promised_on", "on_time", "waiting"),
        "dossier_steps": ("unit", "kind", "officer", "state", "opened_on", "closed_on", "minutes", "due_on", "waiting"),
    }  # fmt: skip
    with SHELF.open(province.pk, list(needed)) as (engine, _snapshot):
        texts = [
            f"SELECT {', '.join(f'MIN({name})' for name in names)} FROM {engine.relations[fact]} AS f"
            for fact, names in needed.items()
        ]
        times = timed(lambda: [engine.rows(text, {}) for text in texts])
    print("Raw")
    told("decode the columns, once", times)
    print()
    return times


def measure(province: Any, raw: tuple[float, float]) -> None:
    """Every part of the page, and the page, for the province and for one commune."""
    from motcua.engine.facts.api import units_scope, whole_province
    from motcua.engine.facts.kept import KEPT
    from motcua.reference.organisations.api import units_on
    from motcua.reports.dashboards.asking import Question
    from motcua.reports.dashboards.counting import Board
    from motcua.reports.explorer.api import places

    commune = units_on(province, DAY, kind="commune_committee")[0].code
    known = places(province, "now", DAY)
    cases = (
        ("province", "", whole_province(province)),
        ("one commune", commune, units_scope(province, known.codes_of(commune))),
    )
    for name, unit, scope in cases:
        print(f"The page of {name}")

        def board(unit: str = unit, scope: Any = scope) -> Board:
            return Board(province, scope, Question(DAY, unit, "ngay"), known)

        def anew(part: str, board: Any = board) -> None:
            KEPT.clear()
            getattr(board(), part)

        for part in PARTS:
            told(part, timed(lambda part=part: anew(part), 5), raw)
        for way, before in (("files alone", KEPT.clear), ("what is kept", lambda: None), ("three changed", lambda: changed(province))):  # fmt: skip
            page(f"all parts, {way}", board, before, raw)
        print()


def page(name: str, board: Any, before: Any, raw: tuple[float, float]) -> None:
    """The whole page over five days in turn, after `before`, which is not timed."""
    from motcua.engine.facts.api import one_state
    from motcua.reports.dashboards.asking import Question
    from motcua.reports.dashboards.counting import FACTS

    walls, works = [], []
    for number in range(ROUNDS):
        one = board()
        one.question = Question(DAY - timedelta(days=number % 5), one.question.unit, "ngay")
        before()
        wall, busy = time.perf_counter(), time.process_time()
        with one_state(one.province, FACTS):
            for part in PARTS:
                getattr(one, part)
        walls.append((time.perf_counter() - wall) * 1000)
        works.append((time.process_time() - busy) * 1000)
    walls.sort()
    told(
        name,
        (statistics.median(walls), statistics.median(works)),
        raw,
        f"p95 {walls[int(ROUNDS * 0.95) - 1]:.1f} ms",
    )


def changed(province: Any) -> None:
    """Three dossiers and their steps written as deltas, as they are: what a page meets in working hours."""
    from motcua.engine.facts import duck, refreshing, segments
    from motcua.engine.facts.shelf import SHELF

    for fact in ("dossiers", "dossier_steps"):
        with segments.locked(province.pk, fact, wait=True) as table:
            shape = refreshing.source_of(fact).shape
            with SHELF.open(province.pk, [fact]) as (engine, _snapshot):
                record = f'"{shape.of_record}"'
                some = f"SELECT {record} FROM {engine.relations[fact]} AS f USING SAMPLE 3 ROWS"
                rows = f'SELECT *, FALSE AS "{duck.GONE}" FROM {engine.relations[fact]} AS f WHERE {record} IN ({some})'
                segments.add_delta(table, shape, engine.connection, rows)
            table.version += 1
            table.save()
        refreshing.compact(province.pk, fact)


if __name__ == "__main__":
    main()
