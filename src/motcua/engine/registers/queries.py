from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from django.db.models import Count, QuerySet

from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.models import Province
from motcua.engine.registers.data import Series
from motcua.engine.registers.models import Counter, RegisteredNumber
from motcua.engine.registers.permissions import VIEW

_GAPS = """
SELECT wanted FROM generate_series(1, coalesce((
        SELECT last FROM registers_counter
        WHERE province_id = %s AND kind = %s AND unit_code = %s AND period = %s), 0)) AS wanted
WHERE NOT EXISTS (
    SELECT 1 FROM registers_registerednumber
    WHERE province_id = %s AND kind = %s AND unit_code = %s AND period = %s AND number = wanted)
ORDER BY wanted
"""


def numbers_of(series: Series) -> QuerySet[RegisteredNumber]:
    """The numbers given in a series, in order, the withdrawn ones among them."""
    return RegisteredNumber.objects.filter(**_key(series)).order_by("number")


def last_number(series: Series) -> int:
    """The last number given; 0 before the first."""
    return Counter.objects.filter(**_key(series)).values_list("last", flat=True).first() or 0


def gaps(series: Series) -> list[int]:
    """Numbers up to the last that no row tells of. Always empty; anything else is a fault to be reported."""
    key = tuple(_key(series).values())
    with connection.cursor() as cursor:
        cursor.execute(_GAPS, (*key, *key))
        return [row[0] for row in cursor.fetchall()]


def gap_count(series: Series) -> int:
    """How many numbers up to the last no row tells of; a count over the index, for pages."""
    counted = numbers_of(series).filter(number__gte=1).order_by().aggregate(found=Count("pk"))["found"]
    return last_number(series) - int(counted)


def series_of(row: Counter | RegisteredNumber) -> Series:
    return Series(row.province_id, row.kind, row.unit_code, row.period, row.unit_path)


def visible_registers(viewer: Viewer, province: Province | None) -> QuerySet[Counter]:
    """The registers of the province that the viewer may look into, the newest first."""
    return viewer.within(Counter.objects.filter(province=province), VIEW).order_by("-id")


def withdrawn_counts(registers: Iterable[Counter]) -> dict[int, int]:
    """By key of the register, how many of its numbers are withdrawn; one question a register."""
    return {row.pk: withdrawn_of(row) for row in registers}


def withdrawn_of(row: Counter) -> int:
    rows = numbers_of(series_of(row)).filter(withdrawn_at__isnull=False)
    return int(rows.order_by().aggregate(found=Count("pk"))["found"])


def _key(series: Series) -> dict[str, int | str]:
    return {
        "province_id": series.province_id,
        "kind": series.kind,
        "unit_code": series.unit_code,
        "period": series.period,
    }
