"""Changing a calendar: what it would do, doing it, and going back to an earlier version."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import chain

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engine.accounts.api import User
from motcua.engine.events.api import record
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import now, today
from motcua.kernel.text import squeeze
from motcua.kernel.worktime import Confidence, DayKind, Session, SpecialDay, WorkCalendar, short_date
from motcua.reference.calendars import events
from motcua.reference.calendars.cautions import cautions
from motcua.reference.calendars.data import PROVINCE, CalendarChange, CalendarPreview, DayChange
from motcua.reference.calendars.definition import Definition, definition_of, parse_definition
from motcua.reference.calendars.errors import CalendarRefused, contradictions_refused
from motcua.reference.calendars.followers import calendar_followers, touched_by
from motcua.reference.calendars.inforce import calendars_of, changing, forget
from motcua.reference.calendars.models import CalendarVersion
from motcua.reference.calendars.permissions import MANAGE
from motcua.reference.calendars.sets import Calendars, differing_days
from motcua.reference.organisations.api import units_on

Planner = Callable[[Calendars], Definition]


@dataclass(frozen=True, slots=True)
class Act:
    """How a version comes about: event, words, decision. `restores` is the number gone back to, if any."""

    event: str
    summary: str
    decision_number: str = ""
    decision_date: dt.date | None = None
    restores: int | None = None


def preview_calendar_change(viewer: Viewer, province: Province, change: CalendarChange) -> CalendarPreview:
    """What the change would do, without doing it.

    Raises NotPermitted; CalendarRefused calendars.unit.unknown, calendars.change.*.
    """
    _require(viewer, province, change.unit_path)
    return _preview(province, change.unit_path, lambda calendars: _changed(calendars, change))


def change_calendar(
    viewer: Viewer,
    province: Province,
    change: CalendarChange,
    *,
    decision_number: str = "",
    decision_date: dt.date | None = None,
    seen: int | None = None,
    idempotency_key: str | None = None,
) -> CalendarVersion:
    """Writes a new version, and lets what follows calendars follow, in one transaction.

    A decision is asked for unless every day of the change is a closure with a source of its own (a storm, an
    outage). `seen`: number of the newest version when the change was prepared; a newer one refuses it.
    Raises NotPermitted; CalendarRefused calendars.unit.unknown, calendars.change.*.
    """
    _require(viewer, province, change.unit_path)
    summary = squeeze(change.summary)
    if not summary:
        raise CalendarRefused("change.summary", _("Hãy ghi nội dung thay đổi lịch bằng một câu ngắn."))
    if not squeeze(decision_number) and not _is_emergency(change):
        raise CalendarRefused(
            "change.decision",
            _("Hãy ghi số văn bản quyết định thay đổi lịch; chỉ đóng cửa đột xuất mới không cần."),
        )
    act = Act(events.CHANGED, summary, squeeze(decision_number), decision_date)
    return _write(
        viewer,
        province,
        change.unit_path,
        lambda calendars: _changed(calendars, change),
        act,
        seen,
        idempotency_key,
    )


def close_for_emergency(
    viewer: Viewer,
    province: Province,
    *,
    unit_path: str = PROVINCE,
    days: tuple[dt.date, ...],
    reason: str,
    source: str,
    sessions: tuple[Session, ...] = (),
    idempotency_key: str | None = None,
) -> CalendarVersion:
    """Closes offices on days that nobody could foresee. `sessions` are what is still worked (half days).

    `source` says who announced it (an urgent telegram, a notice of the system's operator).
    Raises as change_calendar.
    """
    change = CalendarChange(
        unit_path=unit_path,
        add_days=tuple(
            SpecialDay(
                day,
                DayKind.CLOSURE,
                squeeze(reason),
                squeeze(source),
                Confidence.ANNOUNCED,
                None,
                sessions or None,
            )
            for day in days
        ),
        summary=squeeze(reason),
    )
    return change_calendar(viewer, province, change, idempotency_key=idempotency_key)


def preview_calendar_restore(
    viewer: Viewer, province: Province, unit_path: str, number: int
) -> CalendarPreview:
    """What going back to an earlier version would do. Raises as restore_calendar."""
    _require(viewer, province, unit_path)
    return _preview(province, unit_path, _restored(province, unit_path, number))


def restore_calendar(
    viewer: Viewer,
    province: Province,
    unit_path: str,
    number: int,
    *,
    decision_number: str = "",
    seen: int | None = None,
    idempotency_key: str | None = None,
) -> CalendarVersion:
    """Undo: a new version that says what version `number` said (0: nothing of its own).

    Raises NotPermitted; CalendarRefused calendars.version.unknown, calendars.change.*.
    """
    _require(viewer, province, unit_path)
    planner = _restored(province, unit_path, number)
    summary = _("Khôi phục phiên bản {number}").format(number=number)
    act = Act(events.RESTORED, summary, squeeze(decision_number), restores=number)
    return _write(viewer, province, unit_path, planner, act, seen, idempotency_key)


def _require(viewer: Viewer, province: Province, unit_path: str) -> None:
    viewer.require(MANAGE, province=province, unit_path=unit_path)
    # The committee at the root has no calendar apart from the province's.
    root = f"/{province.agency_code}/"
    if unit_path == PROVINCE or any(unit.path == unit_path != root for unit in units_on(province, today())):
        return
    if CalendarVersion.objects.filter(province=province, unit_path=unit_path).exists():
        return
    raise CalendarRefused(
        "unit.unknown", _("Không có đơn vị nào của tỉnh mang đường dẫn này; hãy chọn lại đơn vị.")
    )


def _preview(province: Province, path: str, planner: Planner) -> CalendarPreview:
    calendars = calendars_of(province.pk)
    old, new = _both(calendars, path, planner)
    before, after = old.for_unit(path), new.for_unit(path)
    days = tuple(DayChange(*pair) for pair in differing_days(before, after))
    below = ((other, _moving_days(old, new, other)) for other in _own_below(new, path))
    return CalendarPreview(
        old=before,
        new=after,
        number=calendars.own(path)[0],
        days=days,
        moves_deadlines=old.print_of(path) != new.print_of(path),
        units=tuple((other, moving) for other, moving in below if moving),
        touched=touched_by(province, old, new),
        warnings=cautions(before, after, days),
    )


def _both(calendars: Calendars, path: str, planner: Planner) -> tuple[Calendars, Calendars]:
    """The calendars before and after, all of them made: one that cannot be made refuses the change."""
    number, text = calendars.own(path)
    with contradictions_refused():
        definition = planner(calendars)
        if definition.as_text() == (text or Definition().as_text()):
            raise CalendarRefused("change.empty", _("Thay đổi này không làm lịch khác đi; hãy kiểm tra lại."))
        new = calendars.with_version(path, number + 1, definition.as_text())
        for each in (path, *_own_below(new, path)):
            new.for_unit(each)
    return calendars.about(path), new


def _own_below(calendars: Calendars, path: str) -> list[str]:
    return [other for other in calendars.paths() if other != path and other.startswith(path)]


def _moving_days(old: Calendars, new: Calendars, path: str) -> int:
    pairs = differing_days(old.for_unit(path), new.for_unit(path))
    return sum(DayChange(*pair).moves for pair in pairs)


def _write(
    viewer: Viewer,
    province: Province,
    path: str,
    planner: Planner,
    act: Act,
    seen: int | None,
    key: str | None,
) -> CalendarVersion:
    with changing(province.pk), transaction.atomic():
        # No key of the province changes: rows that point to it are still written meanwhile.
        Province.objects.select_for_update(no_key=True).get(pk=province.pk)
        done = CalendarVersion.objects.filter(province=province, idempotency_key=key).first() if key else None
        if done is not None:
            return done
        calendars = calendars_of(province.pk)
        _refuse_stale(calendars.own(path)[0], seen)
        old, new = _both(calendars, path, planner)
        version = _insert(viewer, province, path, new, act, key)
        _tell(version, new, act)
        for follower in calendar_followers():
            follower.apply(province, old, new, version.uid)
        transaction.on_commit(lambda: forget(province.pk))
    return version


def _refuse_stale(newest: int, seen: int | None) -> None:
    if seen is not None and seen != newest:
        raise CalendarRefused(
            "change.stale",
            _("Lịch đã được người khác sửa trong lúc bạn xem trước; hãy xem lại rồi xác nhận."),
        )


def _insert(
    viewer: Viewer, province: Province, path: str, new: Calendars, act: Act, key: str | None
) -> CalendarVersion:
    number, text = new.own(path)
    return CalendarVersion.objects.create(
        province=province,
        unit_path=path,
        number=number,
        definition=text,
        fingerprint=new.print_of(path),
        summary=act.summary[:500],
        decision_number=act.decision_number[:100],
        decision_date=act.decision_date,
        created_at=now(),
        created_by=viewer.user if isinstance(viewer.user, User) else None,
        idempotency_key=key,
    )


def _tell(version: CalendarVersion, new: Calendars, act: Act) -> None:
    payload = {
        "number": version.number,
        "path": version.unit_path,
        "summary": version.summary,
        "decision": version.decision_number,
        "decision_date": version.decision_date,
        "fingerprint": version.fingerprint,
        "definition": parse_definition(version.definition).as_data(),
    }
    if act.restores is not None:
        payload["restores"] = act.restores
    record(
        act.event,
        province=version.province,
        subject=f"calendar:{version.uid}",
        payload=payload,
        actor=version.created_by,
        unit_code=version.unit_path.rstrip("/").rpartition("/")[2],
        unit_path=version.unit_path,
    )


def _restored(province: Province, path: str, number: int) -> Planner:
    def plan(_calendars: Calendars) -> Definition:
        if number == 0:
            return Definition()
        found = CalendarVersion.objects.filter(province=province, unit_path=path, number=number).first()
        if found is None:
            raise CalendarRefused(
                "version.unknown", _("Không có phiên bản {number} của lịch này.").format(number=number)
            )
        return parse_definition(found.definition)

    return plan


def _is_emergency(change: CalendarChange) -> bool:
    others = chain(change.remove_days, change.reset_days, change.hours, change.drop_hours, change.years)
    closures = bool(change.add_days) and all(day.kind is DayKind.CLOSURE for day in change.add_days)
    return closures and change.day_minutes is None and not any(True for _one in others)


def _changed(calendars: Calendars, change: CalendarChange) -> Definition:
    """The own definition with the change in it. Raises CalendarRefused."""
    parent = calendars.parent_of(change.unit_path)
    own = parse_definition(calendars.own(change.unit_path)[1])
    _check(change)
    hours = {hours.valid_from: hours for hours in own.hours if hours.valid_from not in change.drop_hours}
    _refuse_unknown(change.drop_hours, {hours.valid_from for hours in own.hours}, "hours")
    hours |= {each.valid_from: each for each in change.hours}
    years = {year.year: year for year in (*own.years, *change.years)}
    made = replace(
        own,
        hours=tuple(hours[day] for day in sorted(hours)),
        years=tuple(years[year] for year in sorted(years)),
        day_minutes=own.day_minutes if change.day_minutes is None else change.day_minutes,
    )
    # As kept: sorted, so that equal definitions are equal texts.
    return definition_of(_with_days(made, parent, change).as_data())


def _with_days(own: Definition, parent: WorkCalendar, change: CalendarChange) -> Definition:
    above = {day.date for day in parent.special_days}
    days = {day.date: day for day in own.days}
    removed = set(own.removed)
    _refuse_unknown(change.remove_days, (above | set(days)) - (removed - set(days)), "days")
    _refuse_unknown(change.reset_days, removed | set(days), "days")
    for day in change.remove_days:
        days.pop(day, None)
        if day in above:
            removed.add(day)
    for day in change.reset_days:
        days.pop(day, None)
        removed.discard(day)
    for special in change.add_days:
        days[special.date] = special
        removed.discard(special.date)
    return replace(own, days=tuple(days[day] for day in sorted(days)), removed=tuple(sorted(removed)))


def _check(change: CalendarChange) -> None:
    named = [day.date for day in change.add_days] + [*change.remove_days, *change.reset_days]
    twice = sorted({day for day in named if named.count(day) > 1})
    if twice:
        raise CalendarRefused(
            "change.twice",
            _("Ngày {day} được nêu hai lần trong cùng một thay đổi.").format(day=short_date(twice[0])),
        )
    for day in change.add_days:
        if not day.name.strip() or not day.source.strip():
            raise CalendarRefused(
                "change.source",
                _("Ngày {day} cần có tên và nguồn (văn bản, thông báo).").format(day=short_date(day.date)),
            )
    if any(not hours.source.strip() for hours in change.hours):
        raise CalendarRefused("change.source", _("Giờ làm việc mới cần có nguồn (văn bản quy định)."))
    if change.years and change.unit_path != PROVINCE:
        raise CalendarRefused(
            "change.years-of-unit",
            _("Năm của lịch chỉ khai ở lịch của tỉnh; đơn vị dùng theo lịch của tỉnh."),
        )


def _refuse_unknown(asked: tuple[dt.date, ...], known: set[dt.date], what: str) -> None:
    missing = sorted(set(asked) - known)
    if not missing:
        return
    sentence = {
        "days": _("Ngày {day} không phải ngày đặc biệt nên không có gì để bỏ."),
        "hours": _("Lịch này không có giờ làm việc riêng bắt đầu từ ngày {day}."),
    }[what]
    raise CalendarRefused(f"change.unknown-{what}", sentence.format(day=short_date(missing[0])))
