"""Reads of petitions and ratings, each within the viewer's units."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from motcua.engine.accounts.api import User
from motcua.engine.events.api import Event, tell
from motcua.engine.permissions.api import Viewer
from motcua.engine.privacy.api import log_reading
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import local, now
from motcua.modules.feedback import permissions as may
from motcua.modules.feedback.case import is_seen
from motcua.modules.feedback.data import Sender
from motcua.modules.feedback.models import Answer, Note, Rating, Ticket
from motcua.modules.feedback.operations.intake import phone_blind
from motcua.modules.feedback.states import OPEN, TABLE, Move, State
from motcua.reference.applicants.api import ApplicantRefused, normal_phone

SEATS = ("unit_path", "received_path")
PURPOSE = "feedback.handle"
SENDER_FIELDS = (
    "feedback.sender_name",
    "feedback.sender_phone",
    "feedback.sender_email",
    "feedback.sender_address",
)


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """What a list shows. whose: mine, unit, free (nobody's yet). due: late, week. state "" open ones, "all" every one."""

    whose: str = "unit"
    due: str = ""
    state: str = ""
    kind: str = ""
    words: str = ""


def visible_tickets(viewer: Viewer, province: Province) -> QuerySet[Ticket]:
    """Petitions that the viewer's units answer or took in."""
    rows = Ticket.objects.filter(province=province)
    scoped = [viewer.within(rows, may.VIEW, unit_path=seat) for seat in SEATS]
    return scoped[0] | scoped[1]


def find_ticket(viewer: Viewer, province: Province, uid: uuid.UUID) -> Ticket | None:
    """One petition, when the viewer may see it."""
    row = Ticket.objects.filter(province=province, uid=uid).select_related("assignee", "repeats").first()
    return row if row is not None and is_seen(viewer, row) else None


def list_tickets(
    viewer: Viewer, province: Province, wanted: TicketFilter, moment: dt.datetime | None = None
) -> QuerySet[Ticket]:
    """Petitions by deadline, the earliest first; ended ones the newest first."""
    moment = moment or now()
    rows = visible_tickets(viewer, province).select_related("assignee")
    if wanted.words.strip():
        rows = rows.filter(_named(wanted.words))
    if wanted.state == "":
        rows = rows.filter(state__in=sorted(OPEN))
    elif wanted.state != "all":
        rows = rows.filter(state=wanted.state)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.whose == "mine":
        rows = rows.filter(assignee_id=viewer.user_id)
    elif wanted.whose == "free":
        rows = rows.filter(assignee__isnull=True)
    if wanted.due == "late":
        rows = rows.filter(state__in=sorted(OPEN - {State.CLARIFYING}), due_at__lt=_day_start(moment))
    elif wanted.due == "week":
        rows = rows.filter(due_at__lt=_day_start(moment) + dt.timedelta(days=8))
    return rows.order_by("due_at", "pk") if wanted.state == "" else rows.order_by("-received_at", "-pk")


def _named(text: str) -> Q:
    """By number, number elsewhere, dossier code, or the whole telephone of the sender."""
    clean = text.strip().upper()[:80]
    wanted = Q(number__startswith=clean) | Q(external_code=text.strip()[:80]) | Q(dossier_code=clean)
    try:
        phone = normal_phone(text)
    except ApplicantRefused:
        return wanted
    return wanted | Q(phone_blind=phone_blind(phone)) if phone else wanted


def _day_start(moment: dt.datetime) -> dt.datetime:
    """A petition due today is not late today (rules.is_on_time)."""
    return local(moment).replace(hour=0, minute=0, second=0, microsecond=0)


def counts_of_tickets(
    viewer: Viewer, province: Province, moment: dt.datetime | None = None
) -> Mapping[str, int]:
    """Open petitions the viewer sees: all, mine, nobody's yet, late, due within a week."""
    start = _day_start(moment or now())
    rows = visible_tickets(viewer, province).filter(state__in=sorted(OPEN))
    running = ~Q(state=State.CLARIFYING.value)
    return rows.aggregate(
        open=Count("pk"),
        mine=Count("pk", filter=Q(assignee_id=viewer.user_id)),
        free=Count("pk", filter=Q(assignee__isnull=True)),
        late=Count("pk", filter=running & Q(due_at__lt=start)),
        week=Count("pk", filter=Q(due_at__gte=start, due_at__lt=start + dt.timedelta(days=8))),
    )


def moves_for(viewer: Viewer, row: Ticket) -> tuple[Move, ...]:
    """What the viewer may do with a petition now, in the order of the table."""
    seats = {"handling": (row.unit_path,), "receiving": (row.received_path,)}
    both = (row.unit_path, row.received_path)
    if row.erased_at is not None:
        return ()
    return tuple(
        move
        for move in TABLE.values()
        if row.state in move.sources
        and any(
            viewer.may(move.permission, province=row.province_id, unit_path=path)
            for path in seats.get(move.seat, both)
        )
    )


# -- what is sealed -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Written:
    """A note on the way, opened."""

    operation: str
    text: str
    at: dt.datetime
    by: User | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A petition's words: what was sent, what was answered, what was noted. Senders are opened apart."""

    content: str
    answers: tuple[Answer, ...]
    notes: tuple[Written, ...]


def open_words(row: Ticket) -> Opened:
    """Of a petition the viewer was given by `find_ticket`."""
    notes = Note.objects.filter(ticket=row).select_related("by").order_by("pk")
    return Opened(
        row.content,
        tuple(row.answers.select_related("answered_by").order_by("number")),
        tuple(Written(one.operation, one.text, one.at, one.by) for one in notes),
    )


def open_sender(viewer: Viewer, row: Ticket, purpose: str = PURPOSE) -> Sender:
    """Who sent a petition the viewer was given by `find_ticket`; the reading is noted before it is answered."""
    log_reading(
        viewer,
        province=row.province_id,
        subject=row.subject,
        fields=SENDER_FIELDS,
        purpose=purpose,
        through=row.subject,
        unit_code=row.unit_code,
        unit_path=row.unit_path,
    )
    return Sender(row.sender_name, row.sender_phone, row.sender_email, row.sender_address)


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a petition's history."""

    at: dt.datetime
    sentence: str
    actor: User | None
    type: str


def history_of(row: Ticket) -> list[Happened]:
    """What happened to a petition, in words, the newest first."""
    events = Event.objects.filter(province_id=row.province_id, subject=row.subject).select_related("actor")
    return [Happened(one.occurred_at, tell(one), one.actor, one.type) for one in events.order_by("-pk")]


# -- ratings ------------------------------------------------------------------------------------


def visible_ratings(viewer: Viewer, province: Province) -> QuerySet[Rating]:
    """Ratings of the viewer's units, the newest first."""
    rows = viewer.within(Rating.objects.filter(province=province), may.RATINGS_VIEW)
    return rows.order_by("-rated_at", "-pk")


def ratings_of_dossier(viewer: Viewer, province: Province, dossier_uid: uuid.UUID) -> QuerySet[Rating]:
    """What was said of a dossier, of the viewer's units."""
    return visible_ratings(viewer, province).filter(dossier_uid=dossier_uid)


# -- for other rooms ----------------------------------------------------------------------------


def published_tickets(province: Province) -> QuerySet[Ticket]:
    """What everybody may read, the newest first: use the published columns only."""
    rows = Ticket.objects.filter(province=province, state=State.PUBLISHED.value)
    return rows.only(
        "uid", "number", "kind", "unit_code", "procedure_code", "published_at", "published_question",
        "published_answer", "received_at", "answered_at", "on_time",
    ).order_by("-published_at", "-pk")  # fmt: skip


def some_ticket(viewer: Viewer) -> uuid.UUID:
    """For tests that walk every address: the viewer's newest petition, else anybody's, else one there is not."""
    rows = Ticket.objects.order_by("-pk")
    own = (viewer.within(rows, may.VIEW, unit_path=seat).first() for seat in SEATS)
    found = next((one for one in own if one), None) or rows.first()
    return found.uid if found else uuid.UUID(int=0)
