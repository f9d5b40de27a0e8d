"""One row a dossier, as figures count it: days of Viet Nam, codes of units as they were, no personal data."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from motcua.engine.facts.api import define_source
from motcua.engine.figures.api import FactShape, FactWords, describe_fact
from motcua.modules.dossiers.rules import late_causes
from motcua.reference.organisations.api import LATEST_LEVELS

DOSSIERS = FactShape(
    "dossiers",
    {
        "dossier": "text",
        "code": "text",
        "unit": "text",
        "received_unit": "text",
        "returned_unit": "text",
        "level": "text",  # province, commune: of the unit that handles it
        "procedure": "text",
        "field": "text",
        "service": "text",  # full, partial, none: what the unit offers online on the day of receipt
        "channel": "text",  # counter, online, post
        "elsewhere": "flag",  # received by another unit than the one that handles it
        "registered_on": "date",
        "received_on": "date",
        "received_hour": "integer",
        "received_weekday": "integer",  # 1 Monday to 7 Sunday
        "ended_on": "date",
        "resolved_on": "date",
        "returned_on": "date",
        "outcome": "text",  # "", done, refused, withdrawn, stopped
        "promised_on": "date",
        "on_time": "flag",  # of what is resolved
        "index_on_time": "flag",
        "index_late_on": "date",  # still open at the end of this day it is late
        "supplements": "integer",
        "extensions": "integer",
        "late_reason": "text",
        "waiting": "flag",  # open, and for the applicant: a supplement, a payment
        "officer": "text",  # uid of the account that processed it last, "" for none
        "visits": "integer",  # agencies to which the applicant had to come: with the dossier, for the result
    },
    key="dossier",
    unit="unit",
    until="ended_on",
)
EVENTS = ("dossiers:dossier:",)
# Resolved: processed, or stopped or withdrawn after receipt (Circular 03/2025/TT-VPCP, Art. 7; forms 3, rows 3.1, 3.3).
# On time by the printed appointment; without a limit nothing is late. Of Decision 766/QĐ-TTg: a second request for a
# supplement makes it late whatever its dates, and one that waits for a supplement in time is not late meanwhile.
# SQL beside a dossier `d`: the account that processed it last, as `officer`.
WHO_PROCESSED = """LEFT JOIN LATERAL (
    SELECT a.uid FROM dossiers_task t JOIN accounts_user a ON a.id = coalesce(t.closed_by_id, t.assignee_id)
    WHERE t.dossier_id = d.id AND t.kind = 'process' ORDER BY t.id DESC LIMIT 1
) officer ON true"""
SQL = """
SELECT d.uid::text, coalesce(d.code, ''), d.unit_code, d.received_code, d.return_code, coalesce(u.level, ''),
    d.procedure_code, d.field_code,
    CASE coalesce(own.online_level, v.online_level)
        WHEN 'full' THEN 'full' WHEN 'partial' THEN 'partial' ELSE 'none' END,
    CASE d.channel WHEN 2 THEN 'online' WHEN 3 THEN 'post' ELSE 'counter' END,
    d.received_code <> d.unit_code,
    (d.registered_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date,
    (d.received_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date,
    extract(hour FROM d.received_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::integer,
    extract(isodow FROM d.received_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::integer,
    (d.ended_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date,
    CASE WHEN d.status IN (9, 10) OR (d.status IN (7, 8) AND d.received_at IS NOT NULL)
        THEN (d.ended_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date END,
    (d.returned_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date,
    CASE d.status WHEN 9 THEN 'done' WHEN 10 THEN 'done' WHEN 3 THEN 'refused' WHEN 7 THEN 'withdrawn'
        WHEN 8 THEN 'stopped' ELSE '' END,
    (d.promised AT TIME ZONE 'Asia/Ho_Chi_Minh')::date,
    CASE WHEN d.status IN (9, 10) OR (d.status IN (7, 8) AND d.received_at IS NOT NULL)
        THEN d.promised IS NULL OR d.ended_at <= d.promised END,
    CASE WHEN d.ended_at IS NOT NULL AND d.received_at IS NOT NULL
        THEN d.supplements <= 1 AND (d.index_due IS NULL OR d.ended_at <= d.index_due) END,
    CASE WHEN d.supplements > 1 THEN (d.received_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
        WHEN d.paused_for = 'supplement' AND d.paused_at <= d.index_due THEN NULL
        ELSE (d.index_due AT TIME ZONE 'Asia/Ho_Chi_Minh')::date END,
    d.supplements, d.extensions, d.late_reason, d.paused_for IN ('supplement', 'payment'),
    coalesce(officer.uid::text, ''),
    CASE WHEN d.channel <> 1 THEN (d.return_channel = 1)::integer
        WHEN d.return_channel = 1 AND d.return_code <> d.received_code THEN 2 ELSE 1 END
FROM dossiers_dossier d
LEFT JOIN catalogue_version v ON v.id = d.version_id
LEFT JOIN LATERAL (
    SELECT o.changes ->> 'online_level' AS online_level FROM catalogue_override o
    WHERE o.province_id = d.province_id AND o.procedure_id = v.procedure_id AND o.changes ? 'online_level'
        AND (d.unit_code = o.unit_code OR d.unit_code LIKE o.unit_code || '.%%')
        AND o.valid_from <= (coalesce(d.received_at, d.registered_at) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
        AND (o.valid_to IS NULL
            OR o.valid_to > (coalesce(d.received_at, d.registered_at) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)
    ORDER BY length(o.unit_code) DESC LIMIT 1
) own ON true
/*officer*/
LEFT JOIN (/*levels*/) u ON u.code = d.unit_code
WHERE d.province_id = %(province)s AND (%(uids)s::uuid[] IS NULL OR d.uid = ANY(%(uids)s))
""".replace("/*officer*/", WHO_PROCESSED).replace("/*levels*/", LATEST_LEVELS)

WEEKDAYS = {
    "1": gettext_noop("Thứ Hai"), "2": gettext_noop("Thứ Ba"), "3": gettext_noop("Thứ Tư"), "4": gettext_noop("Thứ Năm"),
    "5": gettext_noop("Thứ Sáu"), "6": gettext_noop("Thứ Bảy"), "7": gettext_noop("Chủ nhật"),
}  # fmt: skip
WORDS = FactWords(
    record=gettext_noop("hồ sơ"),
    columns={
        "unit": gettext_noop("đơn vị giải quyết"),
        "received_unit": gettext_noop("đơn vị tiếp nhận"),
        "returned_unit": gettext_noop("đơn vị trả kết quả"),
        "level": gettext_noop("cấp giải quyết"),
        "procedure": gettext_noop("thủ tục"),
        "field": gettext_noop("lĩnh vực"),
        "service": gettext_noop("mức độ dịch vụ công"),
        "channel": gettext_noop("cách nộp"),
        "elsewhere": gettext_noop("nộp nơi khác nơi giải quyết"),
        "registered_on": gettext_noop("ngày nộp"),
        "received_on": gettext_noop("ngày tiếp nhận"),
        "received_hour": gettext_noop("giờ tiếp nhận"),
        "received_weekday": gettext_noop("thứ tiếp nhận"),
        "ended_on": gettext_noop("ngày kết thúc xử lý"),
        "resolved_on": gettext_noop("ngày giải quyết xong"),
        "returned_on": gettext_noop("ngày trả kết quả"),
        "outcome": gettext_noop("cách kết thúc"),
        "promised_on": gettext_noop("ngày hẹn trả"),
        "on_time": gettext_noop("đúng hạn"),
        "index_on_time": gettext_noop("đúng hạn theo Bộ chỉ số 766"),
        "index_late_on": gettext_noop("ngày bị tính trễ theo Bộ chỉ số 766"),
        "supplements": gettext_noop("số lần yêu cầu bổ sung"),
        "extensions": gettext_noop("số lần hẹn lại"),
        "late_reason": gettext_noop("nguyên nhân quá hạn"),
        "waiting": gettext_noop("đang chờ người nộp"),
        "officer": gettext_noop("cán bộ thụ lý"),
        "visits": gettext_noop("số cơ quan người nộp phải đến"),
    },
    values={
        "level": {"province": gettext_noop("cấp tỉnh"), "district": gettext_noop("cấp huyện"), "commune": gettext_noop("cấp xã")},
        "service": {"full": gettext_noop("toàn trình"), "partial": gettext_noop("một phần"), "none": gettext_noop("chưa trực tuyến")},
        "channel": {"counter": gettext_noop("trực tiếp"), "online": gettext_noop("trực tuyến"), "post": gettext_noop("bưu chính công ích")},
        "outcome": {
            "": gettext_noop("chưa kết thúc"), "done": gettext_noop("đã xử lý xong"), "refused": gettext_noop("từ chối"),
            "withdrawn": gettext_noop("người nộp rút"), "stopped": gettext_noop("dừng giải quyết"),
        },
        "late_reason": {"": gettext_noop("chưa ghi nguyên nhân"), **late_causes()},
        "received_weekday": WEEKDAYS,
    },
    cuts=("field", "procedure", "channel", "service", "level", "outcome", "late_reason", "received_unit", "received_hour", "received_weekday"),
)  # fmt: skip


def define_facts() -> None:
    """Called when the app is ready."""
    define_source(DOSSIERS, SQL, EVENTS)
    describe_fact("dossiers", WORDS)
