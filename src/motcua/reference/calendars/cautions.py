"""What deserves a second look before a change of the calendar is confirmed. Nothing here refuses it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from motcua.kernel.clock import today
from motcua.kernel.worktime import DayKind, WeeklyHours, WorkCalendar, short_date
from motcua.reference.calendars.data import DayChange
from motcua.reference.calendars.words import KINDS

_WEEK_HOURS = 40  # Quyết định 188/1999/QĐ-TTg


def cautions(old: WorkCalendar, new: WorkCalendar, days: Sequence[DayChange]) -> tuple[str, ...]:
    """Sentences; empty when there is nothing to say."""
    return (*_past(days), *_weeks(old, new), *_pairs(old, new), *_unsure(new, days))


def _past(days: Sequence[DayChange]) -> Iterator[str]:
    past = [day.date for day in days if day.moves and day.date < today()]
    if past:
        yield _(
            "{count} ngày đã qua (từ {first}) sẽ tính khác trước; giấy hẹn đã cấp vẫn giữ nguyên."
        ).format(count=len(past), first=short_date(past[0]))


def _weeks(old: WorkCalendar, new: WorkCalendar) -> Iterator[str]:
    for hours in new.hours:
        if hours not in old.hours and _minutes(hours) > _WEEK_HOURS * 60:
            yield _(
                "Giờ làm việc từ {day} cộng lại quá 40 giờ một tuần (Quyết định 188/1999/QĐ-TTg)."
            ).format(day=short_date(hours.valid_from))


def _minutes(hours: WeeklyHours) -> int:
    return sum(session.minutes for sessions in hours.week for session in sessions)


def _pairs(old: WorkCalendar, new: WorkCalendar) -> Iterator[str]:
    """A swapped day off without its make-up day is a day off given away, and the other way round."""
    other = {DayKind.SWAP_OFF: DayKind.MAKE_UP, DayKind.MAKE_UP: DayKind.SWAP_OFF}
    kinds: dict[dt.date, DayKind] = {day.date: day.kind for day in new.special_days}
    for day in new.special_days:
        if day in old.special_days or day.kind not in other:
            continue
        if day.pair is None or kinds.get(day.pair) is not other[day.kind]:
            yield _("Ngày {day} ({kind}) chưa có ngày đối ứng trong lịch.").format(
                day=short_date(day.date), kind=KINDS[day.kind]
            )


def _unsure(new: WorkCalendar, days: Sequence[DayChange]) -> Iterator[str]:
    years = {day.date.year for day in days if new.first_day <= day.date <= new.last_day}
    for year in new.years:
        if year.year in years and not year.confirmed:
            yield _("Lịch nghỉ năm {year} chưa được xác nhận đủ.").format(year=year.year)
