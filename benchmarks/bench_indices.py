"""Decision 766 at a province-year: scores, places and explained losses of every unit, beside decoding the columns needed.

    python benchmarks/bench_indices.py [dossiers | data directory]        (default 1155106 made-up dossiers)

Facts are made up inside PostgreSQL and built as the worker builds them; with a data directory the facts that stand there
are read. Prints wall and processor time (median of ROUNDS) of the whole ranking, of the losses of all units by cause, of
what one unit's pages ask, of the fewest records for a target; and their ratio to a raw scan in the same run.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from fractions import Fraction
from typing import Any

from bench_facts import database, timed, told

ROWS, ROUNDS = 1_155_106, 5
FIRST, LAST = date(2024, 12, 15), date(2025, 12, 14)
# Fact → rows as expressions by column; a column not named is blank. `h`, `g`: two scattered numbers of a row.
DAY, ENDED = (
    "date '2024-12-15' + (i * 365 / {rows})::int",
    "date '2024-12-15' + (i * 365 / {rows})::int + (h % 12)::int",
)
COMMON = {"dossier": "md5(i::text)", "unit": "u.code", "field": "'F' || h % 30", "procedure": "'1.' || lpad((h % 2176)::text, 6, '0')"}  # fmt: skip
MADE: dict[str, tuple[str, dict[str, str]]] = {
    "dossiers": ("{rows}", COMMON | {
        "level": "u.level", "service": "CASE WHEN g % 5 = 0 THEN 'none' ELSE 'full' END",
        "channel": "(ARRAY['counter', 'online', 'online', 'post'])[1 + g % 4]", "elsewhere": "false", "received_on": DAY,
        "received_unit": "u.code", "ended_on": f"CASE WHEN g % 100 < 93 THEN {ENDED} END",
        "resolved_on": f"CASE WHEN g % 100 < 93 THEN {ENDED} END", "promised_on": DAY + " + 10",
        "on_time": "CASE WHEN g % 100 < 93 THEN h % 12 <= 10 END", "supplements": "(g % 3)::int", "extensions": "0",
        "late_reason": "CASE WHEN h % 12 > 10 THEN (ARRAY['', 'load', 'system', 'consult', 'absent'])[1 + g % 5] ELSE '' END",
        "waiting": "false", "outcome": "''", "officer": "''", "visits": "1",
    }),
    "records_dossiers": ("{rows}", COMMON | {
        "channel": "(1 + g % 3)::int", "received_on": DAY, "result_on": f"CASE WHEN g % 100 < 93 THEN {ENDED} END",
        "digitised": "h % 20 > 0", "with_files": "true", "reused": "h % 2 = 0", "result_document": "true",
        "result_file": "true", "electronic": "h % 15 > 0", "components_total": "3", "components_digitised": "3",
    }),
    "payments_dossiers": ("{rows} / 4", COMMON | {
        "receiving_unit": "u.code", "owed_on": DAY.replace("i * 365", "i * 4 * 365"),
        "settled_on": DAY.replace("i * 365", "i * 4 * 365") + " + 1",
        "online_on": "CASE WHEN g % 3 > 0 THEN " + DAY.replace("i * 365", "i * 4 * 365") + " + 1 END",
    }),
    "feedback_tickets": ("{rows} / 800", {
        "ticket": "md5(i::text)", "unit": "u.code", "kind": "(ARRAY['regulation', 'service', 'conduct'])[1 + g % 3]",
        "received_on": DAY.replace("i * 365", "i * 800 * 365"), "due_on": DAY.replace("i * 365", "i * 800 * 365") + " + 20",
        "resolved_on": DAY.replace("i * 365", "i * 800 * 365") + " + (h % 22)::int", "repeated": "g % 50 = 0",
        "disliked": "g % 60 = 0", "outcome": "'answered'",
    }),
    "feedback_grievances": ("{rows} / 600", COMMON | {
        "since_on": DAY.replace("i * 365", "i * 600 * 365"), "petitions": "1", "dislikes": "0",
    }),
    "catalogue_services": ("217600", {
        "service": "i::text", "unit": "u.code", "level": "u.level", "procedure": COMMON["procedure"], "field": "'F1'",
        "online": "(ARRAY['full', 'full', 'partial', 'none'])[1 + g % 4]", "may_be_full": "true", "complete": "true",
        "began_on": "date '2024-01-01'",
    }),
    "payments_unit_procedures": ("20000", {
        "span": "i::text", "unit": "u.code", "procedure": COMMON["procedure"], "field": "'F1'",
        "kind": "(ARRAY['duty', 'online'])[1 + g % 2]", "began_on": "date '2024-01-01'",
    }),
}  # fmt: skip
NEEDED = {
    "dossiers": ("unit", "procedure", "service", "channel", "received_on", "ended_on", "resolved_on", "promised_on", "on_time", "late_reason"),
    "records_dossiers": ("unit", "channel", "received_on", "result_on", "digitised", "reused", "result_document", "electronic"),
    "payments_dossiers": ("unit", "procedure", "owed_on", "settled_on", "online_on"),
    "catalogue_services": ("unit", "procedure", "online", "began_on", "ended_on"),
}  # fmt: skip


def main() -> None:
    """Fill or find, measure and print."""
    asked = sys.argv[1] if len(sys.argv) > 1 else str(ROWS)
    with database() if asked.isdigit() else standing(asked):
        province = filled(int(asked)) if asked.isdigit() else found()
        measure(province, decode(province))


@contextmanager
def standing(folder: str) -> Iterator[None]:
    """The facts and the database of a data directory as they stand."""
    os.environ["MOTCUA_DATA_DIR"] = folder
    from motcua.cli.django_ready import ready_database

    with ready_database():
        yield


def found() -> Any:
    """The province of the data directory."""
    from motcua.engine.provinces.api import Province

    return Province.objects.get()


def filled(rows: int) -> Any:
    """The units of a province, and facts from made-up tables in place of the operational ones."""
    from django.db import connection

    from motcua.engine.facts import sources
    from motcua.engine.facts.api import FactSource, rebuild, source_of
    from motcua.engine.provinces.api import Province
    from motcua.reference.organisations.api import load_reference, units_on

    load_reference("bac-ninh")
    province = Province.objects.get(key="bac-ninh")
    units = [unit for unit in units_on(province, LAST) if unit.kind in ("department", "commune_committee")]
    with connection.cursor() as cursor:
        cursor.execute("CREATE UNLOGGED TABLE bench_unit (place int, code text, level text)")
        cursor.executemany(
            "INSERT INTO bench_unit VALUES (%s, %s, %s)",
            [(place, unit.code, unit.level) for place, unit in enumerate(units)],
        )
        for fact, (count, said) in MADE.items():
            names = source_of(fact).shape.columns
            kinds = {
                "text": "text",
                "date": "date",
                "integer": "bigint",
                "flag": "boolean",
                "decimal": "numeric",
            }
            listed = ", ".join(
                f"({said.get(name, 'NULL')})::{kinds[kind]} AS {name}" for name, kind in names.items()
            )
            cursor.execute(
                f"CREATE UNLOGGED TABLE bench_{fact} AS SELECT {listed} FROM ("
                f" SELECT i, abs(hashint8(i)::bigint) AS h, abs(hashint8(i * 7)::bigint) AS g"
                f" FROM generate_series(1::bigint, {count}) AS i) r"
                f" JOIN bench_unit u ON u.place = abs(hashint8(r.i * 17)::bigint) % {len(units)}".replace(
                    "{rows}", str(rows)
                )
            )
    always = "WHERE %(province)s > 0 AND (%(uids)s::uuid[] IS NULL OR FALSE)"
    for fact in MADE:
        shape = source_of(fact).shape
        columns = ", ".join(f'"{name}"' for name in shape.columns)
        source = FactSource(shape, f"SELECT {columns} FROM bench_{fact} {always}", ("bench:",))
        sources._sources[fact] = source
        told(f"{fact} from PostgreSQL", timed(lambda source=source: rebuild(province, source), 1))
    print()
    return province


def decode(province: Any) -> tuple[float, float]:
    """A raw scan of the columns that the index reads."""
    from motcua.engine.facts.shelf import SHELF

    with SHELF.open(province.pk, list(NEEDED)) as (engine, _snapshot):
        texts = [
            f"SELECT COUNT(*), {', '.join(f'MIN({name})' for name in names)} FROM {engine.relations[fact]} AS f"
            for fact, names in NEEDED.items()
        ]
        rows = {fact: engine.rows(text, {})[0][0] for fact, text in zip(NEEDED, texts, strict=True)}
        times = timed(lambda: [engine.rows(text, {}) for text in texts])
    print("; ".join(f"{fact} {count:,}" for fact, count in rows.items()))
    told("raw: decode the columns, once", times)
    print()
    return times


class Everyone:
    """A viewer of everything: the benchmark measures counting, not permissions."""

    def may(self, *_: Any, **__: Any) -> bool:
        return True

    def require(self, *_: Any, **__: Any) -> None:
        return None

    def within(self, rows: Any, *_: Any, **__: Any) -> Any:
        return rows


def measure(province: Any, raw: tuple[float, float]) -> None:
    """The ranking, the losses of all units, and what the pages of one unit ask; each from nothing."""
    from motcua.kernel.periods import Window
    from motcua.reports.indices.api import IndexDesk, Level, set_in_force

    window = Window(FIRST, LAST)

    def desk(code: str = "qd766") -> IndexDesk:
        return IndexDesk(Everyone(), province, set_in_force(province, code, LAST), window)  # type: ignore[arg-type]

    first = desk()
    units = list(first.subjects)
    commune = next(code for code, each in first.subjects.items() if each.level is Level.COMMUNE)
    losses = first.explained()
    for code, each in losses.items():
        total = first.unit(code).score.lost
        assert sum(part.points for loss in each for part in loss.parts) == total, code
    told(f"scores and places of {len(units)} units", timed(lambda: desk().unit(commune), ROUNDS), raw)
    told(
        f"losses of {len(units)} units by cause, with scores", timed(lambda: desk().explained(), ROUNDS), raw
    )
    told("losses of one commune", timed(lambda: desk().losses(commune), ROUNDS), raw)
    for name, unit in (("one commune", commune), ("the province", province.agency_code)):
        told(
            f"how many could be mended, {name}", timed(lambda unit=unit: desk().candidates(unit), ROUNDS), raw
        )
        score = first.unit(unit).score
        target = (score.score or Fraction()) + 2

        def plan(unit: str = unit, target: Fraction = target) -> None:
            one = desk()
            found = one.fewest(unit, target)
            if found is not None:
                one.picks(unit, found, 50)

        told(f"the fewest for 2 points more, {name}", timed(plan, ROUNDS), raw)
    told("the monthly rating of all units", timed(lambda: desk("rating-agency").unit(commune), ROUNDS), raw)


if __name__ == "__main__":
    main()
