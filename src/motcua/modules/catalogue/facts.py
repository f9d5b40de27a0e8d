"""What is counted of the catalogue: procedures as each unit offers them, and their internal processes, by days in force.

One row a version (of the procedure, or of its process) and a unit that handles it: every commune of a procedure at commune
level, the departments a procedure names among its agencies, and always the province itself. A procedure is counted by
its code, once, however many of its rows are in sight. Days are the common days of version and unit; the last is excluded.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_noop

from motcua.engine.facts.api import define_source
from motcua.engine.figures.api import FactShape, FactWords, describe_fact
from motcua.reference.organisations.api import LATEST_LEVELS

SERVICES = FactShape(
    "catalogue_services",
    {
        "service": "text",
        "unit": "text",
        "level": "text",  # province, commune; "" for neither
        "procedure": "text",
        "field": "text",
        "online": "text",  # full, partial, none; "" where nobody said
        "may_be_full": "flag",
        "anywhere": "flag",
        "with_limit": "flag",
        "with_fee": "flag",
        "complete": "flag",
        "decision": "text",  # new, amended, standardised, abolished
        "decided_on": "date",
        "lead_days": "integer",
        "began_on": "date",
        "ended_on": "date",
        "dropped": "flag",
        "origin": "text",
    },
    key="service",
    unit="unit",
)
PROCESSES = FactShape(
    "catalogue_processes",
    {
        "process": "text",
        "unit": "text",
        "level": "text",
        "procedure": "text",
        "field": "text",
        "joint_same_level": "flag",
        "joint_between_levels": "flag",
        "received_at_one_stop": "flag",
        "whole_at_one_stop": "flag",
        "began_on": "date",
        "ended_on": "date",
    },
    key="process",
    unit="unit",
)
SIMPLIFICATIONS = FactShape(
    "catalogue_simplifications",
    {
        "plan": "text",
        "unit": "text",
        "procedure": "text",
        "decided_on": "date",
        "due_on": "date",
        "done_on": "date",
    },
    key="plan",
    unit="unit",
)

# Who handles a version, and from when until when. The province has every row, so that its totals do not hang on how units
# are named; where a unit has stopped a procedure its days end.
HANDLED = """
    WITH units AS (
        SELECT code, kind, min(valid_from) AS began_on,
            CASE WHEN bool_and(valid_to IS NOT NULL) THEN max(valid_to) END AS ended_on,
            array_agg(name::text) || array_agg(short_name::text) AS names
        FROM organisations_unitversion
        WHERE province_id = %(province)s
            AND kind IN ('commune_committee', 'department', 'office', 'inspectorate', 'board')
        GROUP BY code, kind
    ),
    handled AS (
        SELECT v.id AS version_id, pr.agency_code AS unit, l.level, NULL::date AS began_on, NULL::date AS ended_on
        FROM catalogue_version v
        JOIN catalogue_procedure p ON p.id = v.procedure_id
        JOIN provinces_province pr ON pr.id = v.province_id
        CROSS JOIN LATERAL (
            SELECT 'province' AS level WHERE p.at_province
            UNION ALL SELECT 'commune' WHERE p.at_commune
            UNION ALL SELECT '' WHERE NOT p.at_province AND NOT p.at_commune
        ) l
        WHERE v.province_id = %(province)s
        UNION ALL
        SELECT v.id, u.code, 'commune', u.began_on, u.ended_on
        FROM catalogue_version v
        JOIN catalogue_procedure p ON p.id = v.procedure_id AND p.at_commune
        JOIN units u ON u.kind = 'commune_committee'
        WHERE v.province_id = %(province)s
        UNION ALL
        SELECT DISTINCT v.id, u.code, 'province', u.began_on, u.ended_on
        FROM catalogue_version v
        JOIN catalogue_procedure p ON p.id = v.procedure_id AND p.at_province
        CROSS JOIN LATERAL jsonb_array_elements(coalesce(v.content -> 'agencies', '[]')) AS a(agency)
        JOIN units u ON u.kind <> 'commune_committee'
            AND (u.code = a.agency ->> 'code' OR a.agency ->> 'name' = ANY(u.names))
        WHERE v.province_id = %(province)s
    )
"""
# A level a unit offers otherwise than the version holds from the day it says so until it says otherwise: a row's days are
# cut there.
_SPANS = """
CROSS JOIN LATERAL (
    SELECT cut.began_on, cut.ended_on, own.online_level
    FROM (
        SELECT day AS began_on, coalesce(lead(day) OVER (ORDER BY day), d.ended_on) AS ended_on
        FROM (
            SELECT d.began_on AS day
            UNION SELECT s.valid_from FROM changed s WHERE s.procedure_id = v.procedure_id
                AND (h.unit = s.unit_code OR h.unit LIKE s.unit_code || '.%%')
            UNION SELECT s.valid_to FROM changed s WHERE s.procedure_id = v.procedure_id
                AND (h.unit = s.unit_code OR h.unit LIKE s.unit_code || '.%%')
        ) days
        WHERE day >= d.began_on AND (d.ended_on IS NULL OR day < d.ended_on)
    ) cut
    LEFT JOIN LATERAL (
        SELECT s.online_level FROM changed s
        WHERE s.procedure_id = v.procedure_id AND (h.unit = s.unit_code OR h.unit LIKE s.unit_code || '.%%')
            AND s.valid_from <= cut.began_on AND (s.valid_to IS NULL OR s.valid_to > cut.began_on)
        ORDER BY length(s.unit_code) DESC LIMIT 1
    ) own ON true
) c
"""
# What a version says is read once, not once a unit: contents are long.
SERVICES_SQL = """
/*handled*/,
said AS MATERIALIZED (
    SELECT v.id, v.procedure_id, p.code, v.number, f.code AS field, v.online_level, p.origin,
        v.online_level = 'full' OR (v.online_level = 'none' AND v.partial_reason = '') AS may_be_full,
        v.location_independent, c.with_limit,
        jsonb_path_exists(v.content, '$.channels[*].limits[*].fees[*] ? (@.amount > 0)') AS with_fee,
        c.with_limit AND v.name <> '' AND jsonb_path_exists(v.content, '$.sequences[0]')
            AND jsonb_path_exists(v.content, '$.channels[0]') AND jsonb_path_exists(v.content, '$.cases[0]')
            AND jsonb_path_exists(v.content, '$.agencies[0]')
            AND (jsonb_path_exists(v.content, '$.subjects[0]') OR coalesce(v.content ->> 'subject_note', '') <> '')
            AS complete,
        v.decision_kind, v.decision_date, v.lead_days::bigint AS lead_days, v.valid_from, v.valid_to,
        v.valid_to IS NOT NULL AND NOT EXISTS (
            SELECT FROM catalogue_version later WHERE later.procedure_id = v.procedure_id AND later.number > v.number
        ) AS last
    FROM catalogue_version v
    JOIN catalogue_procedure p ON p.id = v.procedure_id
    JOIN catalogue_field f ON f.id = v.field_id
    CROSS JOIN LATERAL (
        SELECT jsonb_path_exists(v.content, '$.channels[*].limits[*] ? (@.limit != "" || @.note != "")') AS with_limit
    ) c
    WHERE v.province_id = %(province)s
),
changed AS MATERIALIZED (
    SELECT procedure_id, unit_code, valid_from, valid_to, changes ->> 'online_level' AS online_level
    FROM catalogue_override WHERE province_id = %(province)s AND NOT stopped AND changes ? 'online_level'
)
SELECT v.code || '/' || v.number || '/' || h.unit || '/' || h.level
        || CASE WHEN c.began_on IS DISTINCT FROM d.began_on THEN '/' || c.began_on ELSE '' END,
    h.unit, h.level, v.code, v.field, coalesce(c.online_level, v.online_level),
    v.may_be_full OR c.online_level = 'full', v.location_independent, v.with_limit, v.with_fee, v.complete,
    v.decision_kind, v.decision_date, v.lead_days, c.began_on, c.ended_on, v.last AND c.ended_on = v.valid_to, v.origin
FROM handled h
JOIN said v ON v.id = h.version_id
CROSS JOIN LATERAL (
    SELECT min(s.valid_from) AS stopped_on FROM catalogue_override s
    WHERE s.procedure_id = v.procedure_id AND s.stopped AND s.valid_to IS NULL
        AND (h.unit = s.unit_code OR h.unit LIKE s.unit_code || '.%%')
) o
CROSS JOIN LATERAL (
    SELECT greatest(v.valid_from, h.began_on) AS began_on, least(v.valid_to, h.ended_on, o.stopped_on) AS ended_on
) d
/*spans*/
WHERE d.ended_on IS NULL OR d.began_on < d.ended_on
""".replace("/*handled*/", HANDLED).replace("/*spans*/", _SPANS)
# The ordinary process of a procedure, as the newest version of the procedure is handled.
PROCESSES_SQL = """
/*handled*/,
newest AS (
    SELECT DISTINCT ON (procedure_id) id, procedure_id, field_id FROM catalogue_version
    WHERE province_id = %(province)s ORDER BY procedure_id, number DESC
),
agencies AS (/*levels*/)
SELECT p.code || '/' || w.number || '/' || h.unit || '/' || h.level, h.unit, h.level, p.code, f.code,
    EXISTS (
        SELECT FROM catalogue_step t JOIN agencies a ON a.code = t.unit_code
        WHERE t.version_id = w.id AND t.kind = 'joint' AND a.level = h.level
    ),
    EXISTS (
        SELECT FROM catalogue_step t JOIN agencies a ON a.code = t.unit_code
        WHERE t.version_id = w.id AND t.kind = 'joint' AND a.level <> h.level
    ),
    EXISTS (
        SELECT FROM catalogue_step t WHERE t.version_id = w.id AND t.kind = 'reception' AND t.place = 'receiving'
    ),
    NOT EXISTS (SELECT FROM catalogue_step t WHERE t.version_id = w.id AND t.place IN ('handling', 'unit')),
    d.began_on, d.ended_on
FROM catalogue_processversion w
JOIN catalogue_process q ON q.id = w.process_id AND q.variant = ''
JOIN catalogue_procedure p ON p.id = q.procedure_id
JOIN newest n ON n.procedure_id = p.id
JOIN catalogue_field f ON f.id = n.field_id
JOIN handled h ON h.version_id = n.id
CROSS JOIN LATERAL (
    SELECT greatest(w.valid_from, h.began_on) AS began_on, least(w.valid_to, h.ended_on) AS ended_on
) d
WHERE w.province_id = %(province)s AND w.approved_at IS NOT NULL
    AND (d.ended_on IS NULL OR d.began_on < d.ended_on)
""".replace("/*levels*/", LATEST_LEVELS).replace("/*handled*/", HANDLED)
SIMPLIFICATIONS_SQL = """
SELECT s.uid::text, pr.agency_code, p.code, s.decision_date, s.due, s.done_at
FROM catalogue_simplification s
JOIN catalogue_procedure p ON p.id = s.procedure_id
JOIN provinces_province pr ON pr.id = s.province_id
WHERE s.province_id = %(province)s
"""
_UNITS = ("organisations:unit:", "organisations:reference:")
_PROCEDURES = (
    "catalogue:procedure:",
    "catalogue:version:",
    "catalogue:override:",
    "catalogue:import:applied",
    "catalogue:starter:",
)
# (shape, statement, events that have it read anew)
SOURCES = (
    (SERVICES, SERVICES_SQL, _PROCEDURES + _UNITS),
    (PROCESSES, PROCESSES_SQL, (*_PROCEDURES, *_UNITS, "catalogue:process:")),
    (SIMPLIFICATIONS, SIMPLIFICATIONS_SQL, ("catalogue:simplification:",)),
)

_LEVELS = {
    "province": gettext_noop("cấp tỉnh"),
    "commune": gettext_noop("cấp xã"),
    "": gettext_noop("chưa rõ cấp"),
}
_ALIKE = {
    "unit": gettext_noop("đơn vị giải quyết"),
    "level": gettext_noop("cấp giải quyết"),
    "procedure": gettext_noop("thủ tục"),
    "field": gettext_noop("lĩnh vực"),
    "began_on": gettext_noop("ngày có hiệu lực"),
    "ended_on": gettext_noop("ngày hết hiệu lực"),
}
WORDS: Mapping[str, FactWords] = {
    "catalogue_services": FactWords(
        record=gettext_noop("thủ tục tại một đơn vị"),
        columns={
            **_ALIKE,
            "online": gettext_noop("mức độ trực tuyến"),
            "may_be_full": gettext_noop("đủ điều kiện trực tuyến toàn trình"),
            "anywhere": gettext_noop("không phụ thuộc địa giới hành chính"),
            "with_limit": gettext_noop("có thời hạn giải quyết"),
            "with_fee": gettext_noop("có phí, lệ phí"),
            "complete": gettext_noop("đủ bộ phận bắt buộc"),
            "decision": gettext_noop("loại công bố"),
            "decided_on": gettext_noop("ngày ký quyết định công bố"),
            "lead_days": gettext_noop("số ngày làm việc từ ngày ký đến ngày có hiệu lực"),
            "dropped": gettext_noop("bị bãi bỏ"),
            "origin": gettext_noop("nguồn"),
        },
        values={
            "level": _LEVELS,
            "online": {
                "full": gettext_noop("toàn trình"),
                "partial": gettext_noop("một phần"),
                "none": gettext_noop("chưa trực tuyến"),
                "": gettext_noop("chưa rõ"),
            },
            "decision": {
                "new": gettext_noop("công bố mới"),
                "amended": gettext_noop("sửa đổi, bổ sung"),
                "standardised": gettext_noop("chuẩn hóa"),
                "abolished": gettext_noop("bãi bỏ"),
                "": gettext_noop("không ghi"),
            },
        },
        cuts=("field", "level", "online", "decision"),
    ),
    "catalogue_processes": FactWords(
        record=gettext_noop("quy trình nội bộ tại một đơn vị"),
        columns={
            **_ALIKE,
            "joint_same_level": gettext_noop("liên thông cùng cấp"),
            "joint_between_levels": gettext_noop("liên thông giữa các cấp"),
            "received_at_one_stop": gettext_noop("tiếp nhận tại một cửa"),
            "whole_at_one_stop": gettext_noop("giải quyết trọn tại một cửa"),
        },
        values={"level": _LEVELS},
        cuts=("field", "level"),
    ),
    "catalogue_simplifications": FactWords(
        record=gettext_noop("phương án đơn giản hóa"),
        columns={
            "procedure": gettext_noop("thủ tục"),
            "decided_on": gettext_noop("ngày phê duyệt"),
            "due_on": gettext_noop("hạn thực hiện"),
            "done_on": gettext_noop("ngày hoàn thành"),
        },
    ),
}


def define_facts() -> None:
    """Called when the app is ready."""
    for shape, sql, events in SOURCES:
        define_source(shape, sql, events, whole=True)
    for fact, words in WORDS.items():
        describe_fact(fact, words)
