"""One row a step of a dossier, as figures count them: who had it when, and how much working time it took.

`officer` is the uid of an account, never a name: whoever may see the officers of the unit looks the name up. `minutes` is
the working time from opening to closing by the unit's calendar in force, without what the dossier waited meanwhile (for
the applicant, a payment, a national system); it is reckoned from the entries of the clock, so that no operation has to
keep it and steps of years ago have it as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext_noop

from motcua.engine.facts.api import define_source, rebuild_later, reopen
from motcua.engine.figures.api import FactShape, FactWords, describe_fact
from motcua.modules.catalogue.api import STEP_KINDS
from motcua.reference.calendars.api import WORK_DAYS, calendar_of, day_of, work_parameters, worked
from motcua.reference.organisations.api import LATEST_LEVELS

FACT = "dossier_steps"
STEPS = FactShape(
    FACT,
    {
        "step": "text",
        "dossier": "text",
        "unit": "text",
        "level": "text",
        "procedure": "text",
        "field": "text",
        "kind": "text",
        "officer": "text",
        "state": "text",  # open, done, returned, cancelled
        "opened_on": "date",
        "opened_hour": "integer",
        "closed_on": "date",
        "minutes": "integer",  # of closed steps
        "due_on": "date",
        "on_time": "flag",  # of closed steps
        "waiting": "flag",  # open, and the dossier waits
    },
    key="step",
    unit="unit",
    record="dossier",
    until="closed_on",
)
EVENTS = ("dossiers:dossier:",)
_OPENED = "(t.opened_at AT TIME ZONE 'Asia/Ho_Chi_Minh')"
_CLOSED = "(t.closed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')"
_SINCE = "(greatest(p.since, t.opened_at) AT TIME ZONE 'Asia/Ho_Chi_Minh')"
_UNTIL = "(least(p.until, t.closed_at) AT TIME ZONE 'Asia/Ho_Chi_Minh')"
# `stood`: of each closed step, the working minutes in which its dossier waited. The last pause of an ended dossier stops
# with the entry that ended it.
SQL = f"""
WITH work AS MATERIALIZED {WORK_DAYS},
pause AS (
    SELECT * FROM (
        SELECT e.dossier_id, e.kind, e.at AS since, lead(e.at) OVER (PARTITION BY e.dossier_id ORDER BY e.id) AS until
        FROM dossiers_clockentry e JOIN dossiers_dossier d ON d.id = e.dossier_id
        WHERE d.province_id = %(province)s AND (%(uids)s::uuid[] IS NULL OR d.uid = ANY(%(uids)s))
            AND e.leg = '' AND e.kind IN ('pause', 'resume', 'end')
    ) every WHERE every.kind = 'pause'
),
stood AS (
    SELECT t.id, sum({worked("u", _UNTIL)} - {worked("s", _SINCE)}) AS minutes
    FROM pause p
    JOIN dossiers_task t ON t.dossier_id = p.dossier_id AND t.closed_at > p.since
        AND (p.until IS NULL OR t.opened_at < p.until)
    JOIN work s ON s.calendar = {calendar_of("t.unit_path")} AND s.day = {day_of(_SINCE)}
    JOIN work u ON u.calendar = s.calendar AND u.day = {day_of(_UNTIL)}
    GROUP BY t.id
)
SELECT d.uid::text || '/' || t.id, d.uid::text, t.unit_code, coalesce(v.level, ''), d.procedure_code, d.field_code,
    t.kind, coalesce(a.uid::text, ''), t.state,
    {_OPENED}::date, extract(hour FROM {_OPENED})::integer, {_CLOSED}::date,
    ({worked("c", _CLOSED)} - {worked("o", _OPENED)} - coalesce(w.minutes, 0))::integer,
    (t.due_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date,
    CASE WHEN t.closed_at IS NOT NULL THEN t.due_at IS NULL OR t.closed_at <= t.due_at END,
    t.closed_at IS NULL AND d.paused_for <> ''
FROM dossiers_task t
JOIN dossiers_dossier d ON d.id = t.dossier_id
LEFT JOIN work o ON o.calendar = {calendar_of("t.unit_path")} AND o.day = {day_of(_OPENED)}
LEFT JOIN work c ON c.calendar = o.calendar AND c.day = {day_of(_CLOSED)}
LEFT JOIN stood w ON w.id = t.id
LEFT JOIN accounts_user a ON a.id = coalesce(t.assignee_id, t.closed_by_id)
LEFT JOIN ({LATEST_LEVELS}) v ON v.code = t.unit_code
WHERE d.province_id = %(province)s AND (%(uids)s::uuid[] IS NULL OR d.uid = ANY(%(uids)s))
"""
WORDS = FactWords(
    record=gettext_noop("bước xử lý"),
    columns={
        "dossier": gettext_noop("hồ sơ"),
        "unit": gettext_noop("đơn vị thực hiện"),
        "level": gettext_noop("cấp thực hiện"),
        "procedure": gettext_noop("thủ tục"),
        "field": gettext_noop("lĩnh vực"),
        "kind": gettext_noop("loại bước"),
        "officer": gettext_noop("cán bộ"),
        "state": gettext_noop("trạng thái bước"),
        "opened_on": gettext_noop("ngày nhận việc"),
        "opened_hour": gettext_noop("giờ nhận việc"),
        "closed_on": gettext_noop("ngày xong việc"),
        "minutes": gettext_noop("số phút làm việc"),
        "due_on": gettext_noop("hạn của bước"),
        "on_time": gettext_noop("đúng hạn"),
        "waiting": gettext_noop("đang chờ"),
    },
    values={
        "level": {
            "province": gettext_noop("cấp tỉnh"),
            "district": gettext_noop("cấp huyện"),
            "commune": gettext_noop("cấp xã"),
        },
        "kind": STEP_KINDS,
        "state": {
            "open": gettext_noop("đang làm"),
            "done": gettext_noop("đã xong"),
            "returned": gettext_noop("trả lại"),
            "cancelled": gettext_noop("bỏ"),
        },
    },
    cuts=("kind", "field", "procedure", "level", "opened_hour"),
)


def define_steps() -> None:
    """Called when the app is ready."""
    define_source(STEPS, SQL, EVENTS, work_parameters)
    describe_fact(FACT, WORDS)


def reopen_steps(province_id: int, dossiers: Iterable[UUID]) -> None:
    """The steps of these dossiers changed without an event of their own."""
    reopen(province_id, FACT, dossiers)


def reckon_steps_anew(province_id: int) -> None:
    """Called when a working calendar changed: minutes are those of the calendars in force."""
    rebuild_later(province_id, FACT)
