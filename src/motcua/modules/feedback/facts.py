"""What figures count of feedback: petitions, ratings, and dossiers somebody is not content with. One row a record,
without personal data; days are those of Asia/Ho_Chi_Minh."""

from __future__ import annotations

from motcua.engine.facts.api import define_source
from motcua.engine.figures.api import FactShape

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

SOURCES = (
    (TICKETS, TICKETS_SQL, TICKETS_EVENTS),
    (RATINGS, RATINGS_SQL, RATINGS_EVENTS),
    (GRIEVANCES, GRIEVANCES_SQL, GRIEVANCES_EVENTS),
)


def define_facts() -> None:
    """Called when the app is ready."""
    for shape, sql, events in SOURCES:
        define_source(shape, sql, events)
