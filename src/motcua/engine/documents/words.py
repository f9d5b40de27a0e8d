"""Dates and times as official papers write them (Decree 30/2020/NĐ-CP, Annex I: days below 10, months 1 and 2 with a zero)."""

from __future__ import annotations

import datetime as dt

from motcua.kernel.clock import local


def day_text(day: dt.date | dt.datetime | None) -> str:
    """`03/3/2026`; "" for none."""
    if day is None:
        return ""
    day = _local_day(day)
    return f"{day.day:02d}/{_month(day)}/{day.year}"


def long_day_text(day: dt.date | dt.datetime | None) -> str:
    """`ngày 03 tháng 3 năm 2026`; dots to be filled in by hand for none."""
    if day is None:
        return "ngày …… tháng …… năm ………"
    day = _local_day(day)
    return f"ngày {day.day:02d} tháng {_month(day)} năm {day.year}"


def moment_text(instant: dt.datetime | None) -> str:
    """`08 giờ 15 phút, ngày 03/3/2026` on the clock of Viet Nam; "" for none."""
    if instant is None:
        return ""
    here = local(instant)
    return f"{here.hour:02d} giờ {here.minute:02d} phút, ngày {day_text(here)}"


def _local_day(day: dt.date | dt.datetime) -> dt.date:
    return local(day).date() if isinstance(day, dt.datetime) else day


def _month(day: dt.date) -> str:
    return f"{day.month:02d}" if day.month < 3 else str(day.month)
