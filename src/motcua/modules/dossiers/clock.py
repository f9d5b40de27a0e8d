"""The deadline clock: a pure function of a dossier's clock entries and a working calendar, and its reasons in words.

`promised` is what was printed: it is read from the entry that printed it and never reckoned anew. `legal_due` (after a
supplement the limit restarts, or goes on, as the rule of that day says) and `index_due` (the time of the supplement is
taken out, Decision 766/QĐ-TTg) are reckoned with the calendar given.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from motcua.kernel.clock import local
from motcua.kernel.worktime import (
    FirstDayRule,
    Limit,
    WorkCalendar,
    due,
    instant_text,
    parse_limit,
    rule_on,
)

RuleOn = Callable[[dt.date], FirstDayRule]  # the first-day rule of a province on a day
SUPPLEMENT, PAYMENT, SYSTEM = "supplement", "payment", "system"
RESTART, RESUME = "restart", "resume"
STOPS_THE_LAW = (SUPPLEMENT, PAYMENT)  # what waits for a national system stops only the officer's clock


@dataclass(frozen=True, slots=True)
class Entry:
    """One clock entry. kind: start, pause, resume, extend, transfer, calendar, end, reopen. `data` by kind:
    start {limit, promised}; pause {for}; resume {for, mode, promised?}; extend {to}; end {status}."""

    kind: str
    at: dt.datetime
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Clock:
    """Where the clock stands. Dates are None before receipt, or where the procedure has no limit."""

    started: dt.datetime | None = None
    limit: Limit | None = None
    promised: dt.datetime | None = None
    legal_due: dt.datetime | None = None
    index_due: dt.datetime | None = None
    paused_for: str = ""
    paused_at: dt.datetime | None = None
    ended: dt.datetime | None = None
    supplements: int = 0
    extensions: int = 0

    @property
    def running(self) -> bool:
        return self.started is not None and self.ended is None and not self.paused_for


def read_limit(text: str) -> Limit | None:
    """The limit of a text; None where there is none."""
    return parse_limit(text) if text else None


def promise(
    calendar: WorkCalendar, at: dt.datetime, limit_text: str, rule: FirstDayRule
) -> dt.datetime | None:
    """The appointment to print for a dossier received (or complete again) at `at`."""
    limit = read_limit(limit_text)
    return due(calendar, at, limit, rule).at if limit else None


def fold(entries: Iterable[Entry], calendar: WorkCalendar, rules: RuleOn | None = None) -> Clock:
    """The clock after all entries, in order."""
    clock = Clock()
    for entry in entries:
        clock = apply(clock, entry, calendar, rules)
    return clock


def apply(clock: Clock, entry: Entry, calendar: WorkCalendar, rules: RuleOn | None = None) -> Clock:
    """The clock after one more entry."""
    step = _STEPS.get(entry.kind)
    return clock if step is None else step(clock, entry, calendar, rules)


def _start(clock: Clock, entry: Entry, calendar: WorkCalendar, rules: RuleOn | None) -> Clock:
    limit = read_limit(entry.data.get("limit", ""))
    reckoned = _due(calendar, entry.at, limit, rules)
    return replace(
        clock,
        started=entry.at,
        limit=limit,
        promised=_instant(entry.data.get("promised")),
        legal_due=reckoned,
        index_due=reckoned,
    )


def _pause(clock: Clock, entry: Entry, calendar: WorkCalendar, rules: RuleOn | None) -> Clock:
    asked = entry.data["for"] == SUPPLEMENT
    return replace(
        clock,
        paused_for=entry.data["for"],
        paused_at=entry.at,
        supplements=clock.supplements + (1 if asked else 0),
    )


def _resume(clock: Clock, entry: Entry, calendar: WorkCalendar, rules: RuleOn | None) -> Clock:
    paused = clock.paused_at or entry.at
    legal, index = clock.legal_due, clock.index_due
    if clock.paused_for in STOPS_THE_LAW:
        index = shifted(calendar, index, paused, entry.at)
        in_time = legal is not None and paused <= legal
        if entry.data.get("mode") == RESTART and in_time:
            legal = _due(calendar, entry.at, clock.limit, rules)
        elif in_time:
            legal = shifted(calendar, legal, paused, entry.at)
    promised = _instant(entry.data["promised"]) if "promised" in entry.data else clock.promised
    return replace(clock, paused_for="", paused_at=None, legal_due=legal, index_due=index, promised=promised)


def _extend(clock: Clock, entry: Entry, calendar: WorkCalendar, rules: RuleOn | None) -> Clock:
    to = _instant(entry.data["to"])
    return replace(clock, promised=to, legal_due=to, index_due=to, extensions=clock.extensions + 1)


def _end(clock: Clock, entry: Entry, calendar: WorkCalendar, rules: RuleOn | None) -> Clock:
    return replace(clock, ended=entry.at, paused_for="", paused_at=None)


def _reopen(clock: Clock, entry: Entry, calendar: WorkCalendar, rules: RuleOn | None) -> Clock:
    """The days on which the dossier was taken for ended do not count against anybody."""
    ended = clock.ended or entry.at
    return replace(
        clock,
        ended=None,
        legal_due=shifted(calendar, clock.legal_due, ended, entry.at),
        index_due=shifted(calendar, clock.index_due, ended, entry.at),
    )


_STEPS = {
    "start": _start,
    "pause": _pause,
    "resume": _resume,
    "extend": _extend,
    "end": _end,
    "reopen": _reopen,
}


def _due(
    calendar: WorkCalendar, at: dt.datetime, limit: Limit | None, rules: RuleOn | None
) -> dt.datetime | None:
    return due(calendar, at, limit, _rule(rules, local(at).date())).at if limit else None


def _rule(rules: RuleOn | None, day: dt.date) -> FirstDayRule:
    return rules(day) if rules is not None else rule_on(day)


def shifted(
    calendar: WorkCalendar, deadline: dt.datetime | None, start: dt.datetime, end: dt.datetime
) -> dt.datetime | None:
    """A deadline that had not passed moves by the working time of the pause; one that had passed stays."""
    if deadline is None or start > deadline:
        return deadline
    return calendar.add_minutes(deadline, calendar.minutes_between(start, end))


def _instant(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


# -- verdicts --------------------------------------------------------------------------------------


def kept_promise(promised: dt.datetime | None, ended: dt.datetime | None, now: dt.datetime) -> bool | None:
    """On time by the printed appointment (None: there is none): the end of processing, or now, is not after it."""
    return None if promised is None else (ended or now) <= promised


def index_on_time(clock: Clock, now: dt.datetime) -> bool | None:
    """On time by Decision 766/QĐ-TTg: never with more than one request for a supplement; waiting for one, the time
    of the request counts as the end; else the end of processing, or now."""
    if clock.started is None:
        return None
    if clock.supplements > 1:
        return False
    if clock.index_due is None:
        return None
    waiting = clock.paused_at if clock.paused_for == SUPPLEMENT else None
    return (clock.ended or waiting or now) <= clock.index_due


# -- the picture of time ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day of the picture: `state` is counted, first, rest, paused, waiting, over or after; `minutes` counted."""

    day: dt.date
    state: str
    word: str
    minutes: int = 0
    source: str = ""


def picture(
    entries: Sequence[Entry],
    calendar: WorkCalendar,
    now: dt.datetime,
    rules: RuleOn | None = None,
    *,
    most: int = 120,
) -> list[DayCell]:
    """Each day from receipt to the last of the due dates and now (or the end): what counted, what did not, and why."""
    clock = fold(entries, calendar, rules)
    if clock.started is None:
        return []
    first = local(clock.started).date()
    ends = [one for one in (clock.promised, clock.legal_due, clock.ended or now) if one is not None]
    last = min(local(max(ends)).date(), first + dt.timedelta(days=most - 1))
    stops = _stops(entries, clock.ended or now)
    start = (
        due(calendar, clock.started, clock.limit, _rule(rules, first)).counted_from if clock.limit else None
    )
    days = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    return [_cell(day, calendar, clock, stops, start, now) for day in days]


@dataclass(frozen=True, slots=True)
class _Stop:
    reason: str
    start: dt.datetime
    end: dt.datetime


def _stops(entries: Sequence[Entry], until: dt.datetime) -> list[_Stop]:
    stops, since, reason = [], None, ""
    for entry in entries:
        if entry.kind == "pause":
            since, reason = entry.at, entry.data["for"]
        elif since is not None and entry.kind in ("resume", "end"):
            stops.append(_Stop(reason, since, entry.at))
            since = None
    if since is not None:
        stops.append(_Stop(reason, since, until))
    return stops


def pause_word(reason: str) -> str:
    """What the clock waits for, in words."""
    words = {
        SUPPLEMENT: _("chờ người nộp bổ sung"),
        PAYMENT: _("chờ nghĩa vụ tài chính"),
        SYSTEM: _("chờ hệ thống quốc gia"),
    }
    return words.get(reason, reason)


def _cell(
    day: dt.date,
    calendar: WorkCalendar,
    clock: Clock,
    stops: list[_Stop],
    counted_from: dt.datetime | None,
    now: dt.datetime,
) -> DayCell:
    known = calendar.day(day)
    if not known.sessions:
        # A day that has a name of its own is told whole, in the calendar's words.
        word = known.reason if known.name else _(known.reason)
        return DayCell(day, "rest", word, 0, known.source)
    opening, closing = calendar.opening(day), calendar.closing(day)
    if counted_from is not None and closing <= counted_from:
        return DayCell(day, "first", _("ngày tiếp nhận, không tính"))
    stopped = [stop for stop in stops if stop.start < closing and stop.end > opening]
    begin = max(opening, local(counted_from)) if counted_from else opening
    minutes = calendar.minutes_between(begin, closing) - _stopped(calendar, stopped, begin, closing)
    if stopped and minutes <= 0:
        state = "waiting" if stopped[-1].reason == SYSTEM else "paused"
        return DayCell(day, state, pause_word(stopped[-1].reason))
    if clock.ended is not None and opening > clock.ended:
        return DayCell(day, "after", _("đã kết thúc xử lý"))
    if clock.promised is not None and opening > clock.promised:
        return DayCell(day, "over", _("quá ngày hẹn trả"), minutes)
    word = _("tính {hours}").format(hours=hours_text(minutes))
    if stopped:
        word = f"{word}; {pause_word(stopped[-1].reason)}"
    return DayCell(day, "counted", word, minutes)


def _stopped(calendar: WorkCalendar, stops: list[_Stop], begin: dt.datetime, end: dt.datetime) -> int:
    """Minutes within a day in which the applicant's clock stood still."""
    return sum(
        max(0, calendar.minutes_between(max(stop.start, begin), min(stop.end, end)))
        for stop in stops
        if stop.reason in STOPS_THE_LAW and stop.start < end and stop.end > begin
    )


def hours_text(minutes: int) -> str:
    """``90`` as ``1 giờ 30 phút``, in the reader's language."""
    hours, rest = divmod(minutes, 60)
    words = [_("{n} giờ").format(n=hours)] if hours else []
    if rest or not hours:
        words.append(_("{n} phút").format(n=rest))
    return " ".join(words)


def story(entries: Sequence[Entry], calendar: WorkCalendar, rules: RuleOn | None = None) -> list[str]:
    """What moved the dates, in sentences, the first being how the appointment was reckoned.

    Vietnamese for every reader: the kernel's reckoning and the names of days in it are.
    """
    told: list[str] = []
    clock = Clock()
    with override("vi"):
        for entry in entries:
            before, clock = clock, apply(clock, entry, calendar, rules)
            sentence = _sentence(entry, before, clock, calendar, rules)
            if sentence:
                told.append(sentence)
    return told


def _sentence(
    entry: Entry,
    before: Clock,
    after: Clock,
    calendar: WorkCalendar,
    rules: RuleOn | None,
) -> str:
    if entry.kind == "start":
        return _start_sentence(entry, after, calendar, rules)
    moment = instant_text(local(entry.at))
    if entry.kind == "pause":
        return _("Từ {moment}: đồng hồ dừng, {reason}.").format(
            moment=moment, reason=pause_word(entry.data["for"])
        )
    if entry.kind == "resume":
        return _resume_sentence(moment, before, after, entry)
    if entry.kind == "extend":
        return _("{moment}: cơ quan giải quyết xin lỗi và gia hạn đến {new}.").format(
            moment=moment, new=_shown(after.promised)
        )
    if entry.kind == "calendar":
        return _("{moment}: lịch làm việc thay đổi; hạn theo luật tính lại là {legal}, ngày hẹn đã in giữ nguyên.").format(moment=moment, legal=_shown(after.legal_due))  # fmt: skip
    if entry.kind == "transfer":
        return _("{moment}: hồ sơ chuyển cơ quan giải quyết; hạn không đổi.").format(moment=moment)
    if entry.kind == "reopen":
        return _("{moment}: hồ sơ mở lại; thời gian đã coi là kết thúc không tính.").format(moment=moment)
    if entry.kind == "end":
        return _("{moment}: kết thúc xử lý.").format(moment=moment)
    return ""


def _start_sentence(entry: Entry, after: Clock, calendar: WorkCalendar, rules: RuleOn | None) -> str:
    if after.limit is None:
        return _("Tiếp nhận lúc {moment}; thủ tục không quy định thời hạn.").format(
            moment=instant_text(local(entry.at))
        )
    return due(calendar, entry.at, after.limit, _rule(rules, local(entry.at).date())).explanation


def _resume_sentence(moment: str, before: Clock, after: Clock, entry: Entry) -> str:
    if before.paused_for == SYSTEM:
        return _("{moment}: hệ thống quốc gia đã trả lời; hạn không đổi.").format(moment=moment)
    if entry.data.get("mode") == RESTART and after.legal_due != before.legal_due:
        return _("{moment}: hồ sơ đã đủ, thời hạn tính lại từ đầu; hạn mới {legal}.").format(
            moment=moment, legal=_shown(after.legal_due)
        )
    return _("{moment}: đồng hồ chạy tiếp; hạn lùi theo thời gian dừng, đến {legal}.").format(
        moment=moment, legal=_shown(after.legal_due)
    )


def _shown(instant: dt.datetime | None) -> str:
    return instant_text(local(instant)) if instant else "–"
