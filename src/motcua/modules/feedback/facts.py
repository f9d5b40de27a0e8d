"""What figures count of feedback: petitions, ratings, and dossiers somebody is not content with. One row a record,
without personal data; days are those of Asia/Ho_Chi_Minh."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_noop

from motcua.engine.facts.api import define_source
from motcua.engine.figures.api import FactShape, FactWords, describe_fact
from motcua.modules.dossiers.api import WHO_PROCESSED
from motcua.modules.feedback.models import Channel, Kind, Outcome

TICKETS = FactShape(
    "feedback_tickets",
    {
        "ticket": "text",
        "unit": "text",
        "received_unit": "text",
        "kind": "text",
        "topic": "text",
        "channel": "text",
        "procedure": "text",
        "field": "text",
        "dossier": "text",
        "state": "text",
        "outcome": "text",
        "measure": "text",
        "received_on": "date",
        "due_on": "date",
        "screened_on": "date",
        "forwarded_on": "date",
        "answered_on": "date",
        "resolved_on": "date",
        "published_on": "date",
        "closed_on": "date",
        "on_time": "flag",
        "anonymous": "flag",
        "repeated": "flag",
        "disliked": "flag",
        "reopenings": "integer",
    },
    key="ticket",
    unit="unit",
)
# `due_on`: the limit held to. While the ticket waits for its sender the time stands still: "waiting" has no due day.
TICKETS_SQL = """
SELECT t.uid::text AS ticket,
    t.unit_code AS unit,
    t.received_code AS received_unit,
    t.kind AS kind,
    t.topic AS topic,
    t.channel AS channel,
    t.procedure_code AS procedure,
    t.field_code AS field,
    coalesce(t.dossier_uid::text, '') AS dossier,
    t.state AS state,
    t.outcome AS outcome,
    t.measure AS measure,
    (t.received_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS received_on,
    CASE WHEN t.asked_at IS NULL THEN (t.due_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date END AS due_on,
    (t.screened_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS screened_on,
    (t.forwarded_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS forwarded_on,
    (t.answered_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS answered_on,
    (t.resolved_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS resolved_on,
    (t.published_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS published_on,
    (t.closed_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS closed_on,
    t.on_time AS on_time,
    t.anonymous AS anonymous,
    t.repeats_id IS NOT NULL AS repeated,
    t.dislikes > t.likes AS disliked,
    t.reopenings::bigint AS reopenings
FROM feedback_ticket t
WHERE t.province_id = %(province)s AND (%(uids)s::uuid[] IS NULL OR t.uid = ANY(%(uids)s))
"""
TICKETS_EVENTS = ("feedback:ticket:",)

RATINGS = FactShape(
    "feedback_ratings",
    {
        "rating": "text",
        "dossier": "text",
        "unit": "text",
        "procedure": "text",
        "field": "text",
        "kind": "text",
        "channel": "text",
        "rated_on": "date",
        "level": "text",
        "counts": "text",
        "score_time": "integer",
        "score_agency_time": "integer",
        "score_contacts": "integer",
        "score_agencies": "integer",
        "score_publicity": "integer",
        "score_attitude": "integer",
        "changed": "flag",
    },
    key="rating",
    unit="unit",
)
RATINGS_SQL = """
SELECT r.uid::text AS rating,
    r.dossier_uid::text AS dossier,
    r.unit_code AS unit,
    r.procedure_code AS procedure,
    r.field_code AS field,
    r.kind AS kind,
    r.channel AS channel,
    (r.rated_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS rated_on,
    r.level AS level,
    r.counts AS counts,
    (r.scores ->> 'time')::bigint AS score_time,
    (r.scores ->> 'agency_time')::bigint AS score_agency_time,
    (r.scores ->> 'contacts')::bigint AS score_contacts,
    (r.scores ->> 'agencies')::bigint AS score_agencies,
    (r.scores ->> 'publicity')::bigint AS score_publicity,
    (r.scores ->> 'attitude')::bigint AS score_attitude,
    r.changed_at IS NOT NULL AS changed
FROM feedback_rating r
WHERE r.province_id = %(province)s AND (%(uids)s::uuid[] IS NULL OR r.uid = ANY(%(uids)s))
"""
RATINGS_EVENTS = ("feedback:rating:",)

GRIEVANCES = FactShape(
    "feedback_grievances",
    {
        "dossier": "text",
        "unit": "text",
        "procedure": "text",
        "field": "text",
        "since_on": "date",
        "petitions": "integer",
        "dislikes": "integer",
    },
    key="dossier",
    unit="unit",
)
GRIEVANCES_SQL = """
SELECT g.dossier_uid::text AS dossier,
    g.unit_code AS unit,
    g.procedure_code AS procedure,
    g.field_code AS field,
    (g.since_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS since_on,
    g.petitions::bigint AS petitions,
    g.dislikes::bigint AS dislikes
FROM feedback_grievance g
WHERE g.province_id = %(province)s AND (%(uids)s::uuid[] IS NULL OR g.dossier_uid = ANY(%(uids)s))
"""
GRIEVANCES_EVENTS = ("feedback:grievance:",)

# What came of each dossier resolved, and whether a petition about it stands: a petition found groundless does not.
DOSSIERS = FactShape(
    "feedback_dossiers",
    {
        "dossier": "text",
        "unit": "text",
        "procedure": "text",
        "field": "text",
        "officer": "text",
        "resolved_on": "date",
        "complained": "flag",
        "quiet": "flag",  # on time, and nobody complained
        "quiet_early": "flag",  # before the day of the appointment, and nobody complained
    },
    key="dossier",
    unit="unit",
)
DOSSIERS_SQL = """
SELECT d.uid::text AS dossier, d.unit_code AS unit, d.procedure_code AS procedure, d.field_code AS field,
    coalesce(officer.uid::text, '') AS officer, seen.resolved_on, seen.complained,
    NOT seen.complained AND seen.on_time AS quiet,
    NOT seen.complained AND seen.on_time AND coalesce(seen.resolved_on < seen.promised_on, false) AS quiet_early
FROM dossiers_dossier d
LEFT JOIN feedback_grievance g ON g.province_id = d.province_id AND g.dossier_uid = d.uid
CROSS JOIN LATERAL (
    SELECT (d.ended_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS resolved_on,
        (d.promised AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS promised_on,
        d.promised IS NULL OR d.ended_at <= d.promised AS on_time, coalesce(g.petitions, 0) > 0 AS complained
) seen
/*officer*/
WHERE d.province_id = %(province)s AND (%(uids)s::uuid[] IS NULL OR d.uid = ANY(%(uids)s))
    AND (d.status IN (9, 10) OR (d.status IN (7, 8) AND d.received_at IS NOT NULL))
""".replace("/*officer*/", WHO_PROCESSED)
DOSSIERS_EVENTS = ("dossiers:dossier:", "feedback:grievance:")

SOURCES = (
    (TICKETS, TICKETS_SQL, TICKETS_EVENTS),
    (RATINGS, RATINGS_SQL, RATINGS_EVENTS),
    (GRIEVANCES, GRIEVANCES_SQL, GRIEVANCES_EVENTS),
    (DOSSIERS, DOSSIERS_SQL, DOSSIERS_EVENTS),
)

WORDS: Mapping[str, FactWords] = {
    "feedback_tickets": FactWords(
        record=gettext_noop("phản ánh, kiến nghị"),
        columns={
            "unit": gettext_noop("đơn vị giải quyết"),
            "procedure": gettext_noop("thủ tục"),
            "field": gettext_noop("lĩnh vực"),
            "received_unit": gettext_noop("đơn vị tiếp nhận"),
            "kind": gettext_noop("loại"),
            "topic": gettext_noop("chủ đề"),
            "channel": gettext_noop("kênh"),
            "state": gettext_noop("trạng thái"),
            "outcome": gettext_noop("cách kết thúc"),
            "measure": gettext_noop("cách xử lý"),
            "received_on": gettext_noop("ngày tiếp nhận"),
            "due_on": gettext_noop("hạn trả lời"),
            "screened_on": gettext_noop("ngày phân loại"),
            "forwarded_on": gettext_noop("ngày chuyển"),
            "answered_on": gettext_noop("ngày trả lời"),
            "resolved_on": gettext_noop("ngày giải quyết xong"),
            "published_on": gettext_noop("ngày công khai"),
            "closed_on": gettext_noop("ngày kết thúc"),
            "on_time": gettext_noop("đúng hạn"),
            "anonymous": gettext_noop("ẩn danh"),
            "repeated": gettext_noop("lặp lại"),
            "disliked": gettext_noop("bị không thích nhiều hơn thích"),
            "reopenings": gettext_noop("số lần mở lại"),
        },
        values={
            "kind": {str(key): str(label) for key, label in Kind.choices},
            "channel": {str(key): str(label) for key, label in Channel.choices},
            "outcome": {str(key): str(label) for key, label in Outcome.choices},
        },
        cuts=("kind", "channel", "outcome", "field", "procedure", "topic"),
    ),
    "feedback_ratings": FactWords(
        record=gettext_noop("lượt đánh giá"),
        columns={
            "unit": gettext_noop("đơn vị giải quyết"),
            "procedure": gettext_noop("thủ tục"),
            "field": gettext_noop("lĩnh vực"),
            "kind": gettext_noop("khâu được đánh giá"),
            "channel": gettext_noop("kênh"),
            "rated_on": gettext_noop("ngày đánh giá"),
            "level": gettext_noop("mức chung"),
            "counts": gettext_noop("cách tính"),
            "score_time": gettext_noop("điểm thời gian"),
            "score_agency_time": gettext_noop("điểm thời gian của cơ quan"),
            "score_contacts": gettext_noop("điểm số lần liên hệ"),
            "score_agencies": gettext_noop("điểm số cơ quan phải đến"),
            "score_publicity": gettext_noop("điểm công khai"),
            "score_attitude": gettext_noop("điểm thái độ"),
            "changed": gettext_noop("đã sửa"),
        },
        cuts=("kind", "channel", "level", "field", "procedure"),
    ),
    "feedback_dossiers": FactWords(
        record=gettext_noop("hồ sơ đã giải quyết"),
        columns={
            "unit": gettext_noop("đơn vị giải quyết"),
            "procedure": gettext_noop("thủ tục"),
            "field": gettext_noop("lĩnh vực"),
            "officer": gettext_noop("cán bộ thụ lý"),
            "resolved_on": gettext_noop("ngày giải quyết xong"),
            "complained": gettext_noop("có phản ánh, kiến nghị"),
            "quiet": gettext_noop("đúng hạn, không có phản ánh"),
            "quiet_early": gettext_noop("trước hạn, không có phản ánh"),
        },
        cuts=("field", "procedure"),
    ),
    "feedback_grievances": FactWords(
        record=gettext_noop("hồ sơ bị phản ánh hoặc không hài lòng"),
        columns={
            "unit": gettext_noop("đơn vị giải quyết"),
            "procedure": gettext_noop("thủ tục"),
            "field": gettext_noop("lĩnh vực"),
            "since_on": gettext_noop("ngày phát sinh"),
            "petitions": gettext_noop("số phản ánh"),
            "dislikes": gettext_noop("số lượt không hài lòng"),
        },
        cuts=("field", "procedure"),
    ),
}


def define_facts() -> None:
    """Called when the app is ready."""
    for shape, sql, events in SOURCES:
        define_source(shape, sql, events)
    for fact, words in WORDS.items():
        describe_fact(fact, words)
