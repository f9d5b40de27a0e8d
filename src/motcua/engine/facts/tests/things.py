"""A module in small: a table of things, the source of their fact, and operations that record events."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from motcua.engine.events.api import declare_event, record
from motcua.engine.facts.sources import FactSource
from motcua.engine.figures.api import FactShape
from motcua.engine.provinces.api import Province
from motcua.kernel.ids import uuid7

CHANGED = declare_event("test:thing:changed", "Vật đã đổi")
OTHER = declare_event("test:visit:made", "Việc khác")
SHAPE = FactShape(
    "test_things",
    {
        "thing": "text",
        "unit": "text",
        "field": "text",
        "began_on": "date",
        "ended_on": "date",
        "at": "moment",
        "days": "integer",
        "fee": "decimal",
        "online": "flag",
    },
    key="thing",
    unit="unit",
    until="ended_on",
)
SQL = """
SELECT t.uid::text, t.unit, t.field, t.began_on, (t.ended_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, t.at, t.days, t.fee,
  t.online
FROM test_things_table t
WHERE t.province_id = %(province)s AND (%(uids)s::uuid[] IS NULL OR t.uid = ANY(%(uids)s))
"""
SOURCE = FactSource(SHAPE, SQL, ("test:thing:",))
# Several rows a record: as many as its days, or none; each with a parameter of the source's own.
PARTS = FactShape(
    "test_parts",
    {"part": "text", "thing": "text", "unit": "text", "number": "integer", "weight": "integer"},
    key="part",
    unit="unit",
    record="thing",
)
PARTS_SQL = """
SELECT t.uid::text || '/' || n, t.uid::text, t.unit, n, n * %(weight)s
FROM test_things_table t CROSS JOIN LATERAL generate_series(1, t.days) AS n
WHERE t.province_id = %(province)s AND (%(uids)s::uuid[] IS NULL OR t.uid = ANY(%(uids)s))
"""
TABLE = """
CREATE TABLE IF NOT EXISTS test_things_table (
  province_id bigint, uid uuid PRIMARY KEY, unit varchar(35), field text, began_on date, ended_at timestamptz,
  at timestamptz, days integer, fee numeric, online boolean)
"""
COLUMNS = ("unit", "field", "began_on", "ended_at", "at", "days", "fee", "online")
NOON = dt.datetime(2025, 8, 1, 5, tzinfo=dt.UTC)
SAMPLE: dict[str, Any] = {
    "unit": "H05.15",
    "field": 'đất "đai", \\N\n',
    "began_on": dt.date(2025, 7, 1),
    "ended_at": dt.datetime(2025, 8, 1, 20, 30, tzinfo=dt.UTC),
    "at": dt.datetime(2025, 8, 1, 5, 0, 0, 123456, tzinfo=dt.UTC),
    "days": -3,
    "fee": Decimal("12.3400000001"),
    "online": True,
}


def create_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute(TABLE)


def put(province: Province, uid: UUID | None = None, *, event: bool = True, **cells: Any) -> UUID:
    """Writes a thing, as it is in SAMPLE but for these cells, with its event."""
    uid = uid or uuid7()
    values = SAMPLE | cells
    names = ", ".join(COLUMNS)
    marks = ", ".join(["%s"] * (len(COLUMNS) + 2))
    updates = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO test_things_table (province_id, uid, {names}) VALUES ({marks}) "
            f"ON CONFLICT (uid) DO UPDATE SET {updates}",
            [province.pk, uid, *(values[name] for name in COLUMNS)],
        )
        if event:
            tell(province, uid)
    return uid


def remove(province: Province, uid: UUID, *, event: bool = True) -> None:
    """Takes a thing away, with its event."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM test_things_table WHERE uid = %s", [uid])
        if event:
            tell(province, uid)


def tell(province: Province, uid: UUID) -> None:
    record(CHANGED, province=province, subject=f"thing:{uid}")
