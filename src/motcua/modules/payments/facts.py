"""Facts of payments: what each row is of, and the statement that makes it. Amounts are whole đồng.

Days are those of Viet Nam. Every column of a row changes only with an event of `EVENTS` whose subject is its record.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_noop

from motcua.engine.figures.api import FactShape, FactWords
from motcua.modules.catalogue.api import HANDLED

# One row a charge. `closed_on`: the day from which nothing more of it was to be paid.
CHARGES = FactShape(
    "payments_charges",
    {
        "charge": "text",
        "dossier": "text",
        "unit": "text",
        "procedure": "text",
        "field": "text",
        "kind": "text",
        "listed": "integer",
        "amount": "integer",
        "due_on": "date",
        "charged_on": "date",
        "paid_on": "date",
        "cancelled_on": "date",
        "closed_on": "date",
        "method": "text",
        "online": "flag",
        "exempt": "flag",
        "reduced": "flag",
        "refunded": "integer",
    },
    key="charge",
    unit="unit",
)
CHARGES_SQL = """
SELECT c.uid::text AS charge,
    d.dossier_uid::text AS dossier,
    c.unit_code AS unit,
    d.procedure_code AS procedure,
    d.field_code AS field,
    c.kind AS kind,
    c.listed AS listed,
    c.amount AS amount,
    c.due_on AS due_on,
    (c.charged_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS charged_on,
    (c.paid_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS paid_on,
    CASE WHEN c.state = 'cancelled' THEN (c.closed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date END AS cancelled_on,
    (COALESCE(c.paid_at, c.closed_at) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS closed_on,
    c.method AS method,
    c.method IN ('national', 'provincial') AS online,
    c.relief = 'exempt' AS exempt,
    c.relief = 'reduced' AS reduced,
    c.refunded AS refunded
FROM payments_charge c JOIN payments_duty d ON d.id = c.duty_id
WHERE c.province_id = %(province)s AND (%(uids)s::uuid[] IS NULL OR c.uid = ANY(%(uids)s))
"""
CHARGES_EVENTS = ("payments:charge:",)

# One row a dossier for which something was ever raised. `owed_on` is missing where nothing above zero stands: Decision
# 766/QĐ-TTg leaves out dossiers whose fees are all nothing. `previous_online_*`: the day of the dossier of the same
# procedure paid online just before this one, in the province and in its unit. A procedure is then counted once in any
# period by the dossiers of the period whose previous one lies before it.
DUTIES = FactShape(
    "payments_dossiers",
    {
        "dossier": "text",
        "unit": "text",
        "receiving_unit": "text",
        "procedure": "text",
        "field": "text",
        "owed_on": "date",
        "settled_on": "date",
        "online_on": "date",
        "previous_online_on": "date",
        "previous_online_in_unit_on": "date",
        "owed": "integer",
        "paid": "integer",
        "paid_online": "integer",
        "relieved": "integer",
        "refunded": "integer",
    },
    key="dossier",
    unit="unit",
)
# Index duty_online: the previous one of a procedure is one step back.
DUTIES_SQL = """
SELECT d.dossier_uid::text AS dossier,
    d.unit_code AS unit,
    d.received_code AS receiving_unit,
    d.procedure_code AS procedure,
    d.field_code AS field,
    (d.owed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS owed_on,
    (d.settled_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS settled_on,
    (d.online_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS online_on,
    ((SELECT p.online_at FROM payments_duty p WHERE p.province_id = d.province_id
            AND p.procedure_code = d.procedure_code AND p.online_at IS NOT NULL
            AND (p.online_at, p.id) < (d.online_at, d.id) ORDER BY p.online_at DESC, p.id DESC LIMIT 1) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS previous_online_on,
    ((SELECT p.online_at FROM payments_duty p WHERE p.province_id = d.province_id
            AND p.procedure_code = d.procedure_code AND p.unit_code = d.unit_code AND p.online_at IS NOT NULL
            AND (p.online_at, p.id) < (d.online_at, d.id) ORDER BY p.online_at DESC, p.id DESC LIMIT 1) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS previous_online_in_unit_on,
    d.owed AS owed,
    d.paid AS paid,
    d.paid_online AS paid_online,
    d.relieved AS relieved,
    d.refunded AS refunded
FROM payments_duty d
WHERE d.province_id = %(province)s AND (%(uids)s::uuid[] IS NULL OR d.dossier_uid = ANY(%(uids)s))
"""
DUTIES_EVENTS = ("payments:dossier:",)

# One row a refund.
REFUNDS = FactShape(
    "payments_refunds",
    {
        "refund": "text",
        "charge": "text",
        "dossier": "text",
        "unit": "text",
        "procedure": "text",
        "field": "text",
        "cause": "text",
        "amount": "integer",
        "asked_on": "date",
        "approved_on": "date",
        "refused_on": "date",
        "paid_on": "date",
    },
    key="refund",
    unit="unit",
)
REFUNDS_SQL = """
SELECT r.uid::text AS refund,
    c.uid::text AS charge,
    d.dossier_uid::text AS dossier,
    r.unit_code AS unit,
    d.procedure_code AS procedure,
    d.field_code AS field,
    r.cause AS cause,
    r.amount AS amount,
    (r.asked_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS asked_on,
    CASE WHEN r.state <> 'refused' THEN (r.decided_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date END AS approved_on,
    CASE WHEN r.state = 'refused' THEN (r.decided_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date END AS refused_on,
    (r.paid_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS paid_on
FROM payments_refund r
JOIN payments_charge c ON c.id = r.charge_id
JOIN payments_duty d ON d.id = c.duty_id
WHERE r.province_id = %(province)s AND (%(uids)s::uuid[] IS NULL OR r.uid = ANY(%(uids)s))
"""
REFUNDS_EVENTS = ("payments:refund:",)

# One row a span of days in which a procedure has a financial duty, and one a span in which it can be paid online: of one
# procedure at most one span is open on any day, so that the rows open on a day are the procedures of that day.
FEE_PROCEDURES = FactShape(
    "payments_fee_procedures",
    {
        "span": "text",
        "unit": "text",
        "procedure": "text",
        "field": "text",
        "began_on": "date",
        "ended_on": "date",
    },
    key="span",
    unit="unit",
)
FEE_PROCEDURES_SQL = """
SELECT s.uid::text AS span,
    p.agency_code AS unit,
    s.procedure_code AS procedure,
    s.field_code AS field,
    s.valid_from AS began_on,
    s.valid_to AS ended_on
FROM payments_feeprocedure s JOIN provinces_province p ON p.id = s.province_id
WHERE s.province_id = %(province)s AND (%(uids)s::uuid[] IS NULL OR s.uid = ANY(%(uids)s))
"""
FEE_PROCEDURES_EVENTS = ("payments:procedure:",)

ONLINE_PROCEDURES = FactShape(
    "payments_online_procedures",
    {
        "span": "text",
        "unit": "text",
        "procedure": "text",
        "field": "text",
        "national": "flag",
        "provincial": "flag",
        "began_on": "date",
        "ended_on": "date",
    },
    key="span",
    unit="unit",
)
ONLINE_PROCEDURES_SQL = """
SELECT s.uid::text AS span,
    p.agency_code AS unit,
    s.procedure_code AS procedure,
    s.field_code AS field,
    'national' = ANY(string_to_array(s.gateways, ',')) AS national,
    'provincial' = ANY(string_to_array(s.gateways, ',')) AS provincial,
    s.valid_from AS began_on,
    s.valid_to AS ended_on
FROM payments_onlineprocedure s JOIN provinces_province p ON p.id = s.province_id
WHERE s.province_id = %(province)s AND (%(uids)s::uuid[] IS NULL OR s.uid = ANY(%(uids)s))
"""
ONLINE_PROCEDURES_EVENTS = ("payments:online:",)

# The same as each unit has it: the spans of days in which it handles a procedure with a financial duty (`duty`), and in
# which that can be paid online (`online`). Procedures are counted by their code.
UNIT_PROCEDURES = FactShape(
    "payments_unit_procedures",
    {
        "span": "text",
        "unit": "text",
        "procedure": "text",
        "field": "text",
        "kind": "text",  # duty, online
        "began_on": "date",
        "ended_on": "date",
    },
    key="span",
    unit="unit",
)
UNIT_PROCEDURES_SQL = """
/*handled*/,
spans AS (
    SELECT uid, procedure_code, field_code, valid_from, valid_to, 'duty' AS kind FROM payments_feeprocedure
    WHERE province_id = %(province)s
    UNION ALL
    SELECT uid, procedure_code, field_code, valid_from, valid_to, 'online' FROM payments_onlineprocedure
    WHERE province_id = %(province)s
),
who AS (
    SELECT p.code AS procedure, h.unit, min(h.began_on) AS began_on,
        CASE WHEN bool_and(h.ended_on IS NOT NULL) THEN max(h.ended_on) END AS ended_on
    FROM handled h
    JOIN catalogue_version v ON v.id = h.version_id
    JOIN catalogue_procedure p ON p.id = v.procedure_id
    GROUP BY p.code, h.unit
)
SELECT s.uid::text || '/' || w.unit || '/' || s.kind, w.unit, s.procedure_code, s.field_code, s.kind, d.began_on, d.ended_on
FROM spans s
JOIN who w ON w.procedure = s.procedure_code
CROSS JOIN LATERAL (
    SELECT greatest(s.valid_from, w.began_on) AS began_on, least(s.valid_to, w.ended_on) AS ended_on
) d
WHERE d.ended_on IS NULL OR d.began_on < d.ended_on
""".replace("/*handled*/", HANDLED)
UNIT_PROCEDURES_EVENTS = (
    "payments:procedure:", "payments:online:", "catalogue:version:", "catalogue:import:applied", "catalogue:starter:",
    "organisations:unit:", "organisations:reference:",
)  # fmt: skip

# (shape, statement, events whose subject is the record of the row)
SOURCES: tuple[tuple[FactShape, str, tuple[str, ...]], ...] = (
    (CHARGES, CHARGES_SQL, CHARGES_EVENTS),
    (DUTIES, DUTIES_SQL, DUTIES_EVENTS),
    (REFUNDS, REFUNDS_SQL, REFUNDS_EVENTS),
    (FEE_PROCEDURES, FEE_PROCEDURES_SQL, FEE_PROCEDURES_EVENTS),
    (ONLINE_PROCEDURES, ONLINE_PROCEDURES_SQL, ONLINE_PROCEDURES_EVENTS),
)

WORDS: Mapping[str, FactWords] = {
    "payments_charges": FactWords(
        record=gettext_noop("khoản phải nộp"),
        columns={
            "unit": gettext_noop("đơn vị giải quyết"),
            "procedure": gettext_noop("thủ tục"),
            "field": gettext_noop("lĩnh vực"),
            "kind": gettext_noop("loại khoản"),
            "listed": gettext_noop("mức thu"),
            "amount": gettext_noop("số tiền"),
            "due_on": gettext_noop("hạn nộp"),
            "charged_on": gettext_noop("ngày phát sinh"),
            "paid_on": gettext_noop("ngày nộp"),
            "cancelled_on": gettext_noop("ngày hủy"),
            "closed_on": gettext_noop("ngày xong"),
            "method": gettext_noop("cách nộp"),
            "online": gettext_noop("nộp trực tuyến"),
            "exempt": gettext_noop("được miễn"),
            "reduced": gettext_noop("được giảm"),
            "refunded": gettext_noop("số tiền hoàn"),
        },
        cuts=("kind", "method", "online", "field", "procedure"),
    ),
    "payments_dossiers": FactWords(
        record=gettext_noop("hồ sơ có nghĩa vụ tài chính"),
        columns={
            "unit": gettext_noop("đơn vị giải quyết"),
            "procedure": gettext_noop("thủ tục"),
            "field": gettext_noop("lĩnh vực"),
            "receiving_unit": gettext_noop("đơn vị tiếp nhận"),
            "owed_on": gettext_noop("ngày phát sinh nghĩa vụ"),
            "settled_on": gettext_noop("ngày nộp đủ"),
            "online_on": gettext_noop("ngày nộp trực tuyến"),
            "previous_online_on": gettext_noop("ngày nộp trực tuyến trước đó của thủ tục"),
            "previous_online_in_unit_on": gettext_noop("ngày nộp trực tuyến trước đó của thủ tục tại đơn vị"),
            "owed": gettext_noop("số phải nộp"),
            "paid": gettext_noop("số đã nộp"),
            "paid_online": gettext_noop("số đã nộp trực tuyến"),
            "relieved": gettext_noop("số được miễn, giảm"),
            "refunded": gettext_noop("số tiền hoàn"),
        },
        cuts=("field", "procedure"),
    ),
    "payments_refunds": FactWords(
        record=gettext_noop("lượt hoàn trả"),
        columns={
            "unit": gettext_noop("đơn vị giải quyết"),
            "procedure": gettext_noop("thủ tục"),
            "field": gettext_noop("lĩnh vực"),
            "cause": gettext_noop("lý do"),
            "amount": gettext_noop("số tiền"),
            "asked_on": gettext_noop("ngày đề nghị"),
            "approved_on": gettext_noop("ngày duyệt"),
            "refused_on": gettext_noop("ngày từ chối"),
            "paid_on": gettext_noop("ngày hoàn"),
        },
        cuts=("cause", "field", "procedure"),
    ),
    "payments_fee_procedures": FactWords(
        record=gettext_noop("thủ tục có nghĩa vụ tài chính"),
        columns={
            "unit": gettext_noop("đơn vị"),
            "procedure": gettext_noop("thủ tục"),
            "field": gettext_noop("lĩnh vực"),
            "began_on": gettext_noop("ngày bắt đầu"),
            "ended_on": gettext_noop("ngày kết thúc"),
        },
        cuts=("field",),
    ),
    "payments_unit_procedures": FactWords(
        record=gettext_noop("thủ tục có nghĩa vụ tài chính của một đơn vị"),
        columns={
            "unit": gettext_noop("đơn vị"),
            "procedure": gettext_noop("thủ tục"),
            "field": gettext_noop("lĩnh vực"),
            "kind": gettext_noop("loại"),
            "began_on": gettext_noop("ngày bắt đầu"),
            "ended_on": gettext_noop("ngày kết thúc"),
        },
        values={
            "kind": {
                "duty": gettext_noop("có nghĩa vụ tài chính"),
                "online": gettext_noop("nộp trực tuyến được"),
            }
        },
        cuts=("field", "kind"),
    ),
    "payments_online_procedures": FactWords(
        record=gettext_noop("thủ tục nộp trực tuyến được"),
        columns={
            "unit": gettext_noop("đơn vị"),
            "procedure": gettext_noop("thủ tục"),
            "field": gettext_noop("lĩnh vực"),
            "national": gettext_noop("qua Cổng quốc gia"),
            "provincial": gettext_noop("qua Cổng của tỉnh"),
            "began_on": gettext_noop("ngày bắt đầu"),
            "ended_on": gettext_noop("ngày kết thúc"),
        },
        cuts=("field",),
    ),
}
