"""One row an agency that had a part in a dossier: the units of its steps, of joint parts, and those consulted.

Handing over the result is no part: a citizen who comes late makes nobody late. Each part stands against its own limit: it
is early when it ended before the day of it, on time when by the moment of it (always, without a limit). `officer` is the
uid of the account that processed it there, else of who did the last step.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop

from motcua.engine.facts.api import define_source
from motcua.engine.figures.api import FactShape, FactWords, describe_fact
from motcua.reference.organisations.api import LATEST_LEVELS

FACT = "dossier_agencies"
SHAPE = FactShape(
    FACT,
    {
        "part": "text",
        "dossier": "text",
        "unit": "text",
        "level": "text",
        "procedure": "text",
        "field": "text",
        "role": "text",  # steps, joint, consulted
        "officer": "text",
        "ended_on": "date",
        "due_on": "date",
        "on_time": "flag",
        "early": "flag",
    },
    key="part",
    unit="unit",
    record="dossier",
)
EVENTS = ("dossiers:dossier:",)
SQL = """
WITH parts AS (
    SELECT t.dossier_id, 'steps/' || t.unit_code AS part, t.unit_code, 'steps' AS role, max(t.closed_at) AS ended_at,
        max(t.due_at) AS due_at,
        (array_agg(coalesce(t.closed_by_id, t.assignee_id) ORDER BY t.kind = 'process' DESC, t.id DESC))[1] AS user_id
    FROM dossiers_task t JOIN dossiers_dossier d ON d.id = t.dossier_id
    WHERE d.province_id = %(province)s AND (%(uids)s::uuid[] IS NULL OR d.uid = ANY(%(uids)s))
        AND t.kind NOT IN ('joint', 'return') AND t.state <> 'cancelled'
    GROUP BY t.dossier_id, t.unit_code HAVING count(*) = count(t.closed_at)
    UNION ALL
    SELECT g.dossier_id, 'joint/' || g.id, g.unit_code, 'joint', g.ended_at, g.due_at, (
        SELECT coalesce(t.closed_by_id, t.assignee_id) FROM dossiers_task t
        WHERE t.dossier_id = g.dossier_id AND t.kind = 'joint' AND t.unit_code = g.unit_code ORDER BY t.id DESC LIMIT 1
    )
    FROM dossiers_leg g JOIN dossiers_dossier d ON d.id = g.dossier_id
    WHERE d.province_id = %(province)s AND (%(uids)s::uuid[] IS NULL OR d.uid = ANY(%(uids)s))
        AND g.ended_at IS NOT NULL
    UNION ALL
    SELECT c.dossier_id, 'consulted/' || c.id, c.unit_code, 'consulted', c.answered_at, c.due_at, c.answered_by_id
    FROM dossiers_consultation c JOIN dossiers_dossier d ON d.id = c.dossier_id
    WHERE d.province_id = %(province)s AND (%(uids)s::uuid[] IS NULL OR d.uid = ANY(%(uids)s))
        AND c.answered_at IS NOT NULL
)
SELECT d.uid::text || '/' || p.part, d.uid::text, p.unit_code, coalesce(v.level, ''), d.procedure_code, d.field_code,
    p.role, coalesce(a.uid::text, ''), day.ended_on, day.due_on,
    p.due_at IS NULL OR p.ended_at <= p.due_at, coalesce(day.ended_on < day.due_on, false)
FROM parts p
JOIN dossiers_dossier d ON d.id = p.dossier_id
CROSS JOIN LATERAL (
    SELECT (p.ended_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS ended_on,
        (p.due_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS due_on
) day
LEFT JOIN accounts_user a ON a.id = p.user_id
LEFT JOIN (/*levels*/) v ON v.code = p.unit_code
WHERE d.province_id = %(province)s AND (%(uids)s::uuid[] IS NULL OR d.uid = ANY(%(uids)s))
""".replace("/*levels*/", LATEST_LEVELS)
WORDS = FactWords(
    record=gettext_noop("phần việc của một cơ quan"),
    columns={
        "dossier": gettext_noop("hồ sơ"),
        "unit": gettext_noop("đơn vị thực hiện"),
        "level": gettext_noop("cấp thực hiện"),
        "procedure": gettext_noop("thủ tục"),
        "field": gettext_noop("lĩnh vực"),
        "role": gettext_noop("vai trò trong hồ sơ"),
        "officer": gettext_noop("cán bộ"),
        "ended_on": gettext_noop("ngày xong phần việc"),
        "due_on": gettext_noop("hạn của phần việc"),
        "on_time": gettext_noop("đúng hạn"),
        "early": gettext_noop("trước hạn"),
    },
    values={
        "level": {
            "province": gettext_noop("cấp tỉnh"),
            "district": gettext_noop("cấp huyện"),
            "commune": gettext_noop("cấp xã"),
        },
        "role": {
            "steps": gettext_noop("thực hiện các bước"),
            "joint": gettext_noop("phối hợp giải quyết"),
            "consulted": gettext_noop("được lấy ý kiến"),
        },
    },
    cuts=("role", "field", "procedure", "level"),
)


def define_agencies() -> None:
    """Called when the app is ready."""
    define_source(SHAPE, SQL, EVENTS)
    describe_fact(FACT, WORDS)
