"""Every read of dossiers, within the viewer's scope. Lists read indexes named in `models.py`."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from motcua.engine.accounts.api import User
from motcua.engine.events.api import Event, tell
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.engine.statements.api import Prepared, fetch, fetch_each
from motcua.kernel.clock import VIETNAM, local, now, today
from motcua.kernel.text import search_key
from motcua.kernel.worktime import WorktimeError
from motcua.modules.dossiers import clock as clocks
from motcua.modules.dossiers import permissions as may
from motcua.modules.dossiers.case import PERMISSION_OF_KIND
from motcua.modules.dossiers.lexemes import LexemeQuery, newest_named, units_of_path
from motcua.modules.dossiers.models import ClockEntry, Dossier, Task
from motcua.modules.dossiers.states import ENDED, Status
from motcua.modules.dossiers.units import unit_name
from motcua.reference.applicants.api import find_applicants, ids_of_person
from motcua.reference.calendars.api import calendar_for, rule_for

SEATS = ("unit_path", "received_path", "return_path")
_CODE = re.compile(r"^[0-9A-Z.]+-\d{6}-?\d*$", re.IGNORECASE)
_DIGITS = re.compile(r"^[\d\s.+-]{8,}$")
_MOST_WORDS = 6
MOST_TOLD = 500
_CLOSING = 17


def in_units(viewer: Viewer, rows: QuerySet[Dossier], permission: str = may.VIEW) -> QuerySet[Dossier]:
    """The dossiers whose handling, receiving or returning unit is the viewer's."""
    scoped = [viewer.within(rows, permission, unit_path=seat) for seat in SEATS]
    return scoped[0] | scoped[1] | scoped[2]


def visible(viewer: Viewer, province: Province) -> QuerySet[Dossier]:
    """All the viewer may open: dossiers of their units, and those in which their units had a step (an opinion, a leg).

    For one dossier, or a few: lists start from one seat or from the steps.
    """
    rows = Dossier.objects.filter(province=province)
    stepped = viewer.within(Task.objects.filter(province=province), may.VIEW)
    return rows.filter(Q(pk__in=in_units(viewer, rows).values("pk")) | Q(pk__in=stepped.values("dossier")))


def find_dossier(viewer: Viewer, province: Province, uid: uuid.UUID) -> Dossier | None:
    """One dossier, when the viewer may see it."""
    paths, rows = fetch_each([(_PATHS, [province.pk, uid]), (_DOSSIER.sql, [province.pk, uid])])
    return _DOSSIER.made(rows)[0] if _is_seen(viewer, province, paths) else None


_DOSSIER = Prepared(Dossier, "province_id = %s AND uid = %s")
_PATHS = """
SELECT ARRAY[unit_path, received_path, return_path]
    || ARRAY(SELECT unit_path FROM dossiers_task WHERE dossier_id = dossier.id)
FROM dossiers_dossier dossier WHERE province_id = %s AND uid = %s
"""


def may_open(viewer: Viewer, province: Province, uid: uuid.UUID) -> bool:
    """Whether there is such a dossier in the province and the viewer may see it; one statement."""
    return _is_seen(viewer, province, fetch(_PATHS, [province.pk, uid]))


def _is_seen(viewer: Viewer, province: Province, rows: Sequence[tuple[list[str]]]) -> bool:
    paths = set(rows[0][0]) if rows else set()
    return any(viewer.may(may.VIEW, province=province, unit_path=path) for path in paths)


# -- work lists -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """What a work list shows. whose: mine, unit (all of my units), free (nobody's yet). due: late, today, week.
    waiting: also those that wait for the applicant, a payment or a system."""

    whose: str = "mine"
    kind: str = ""
    due: str = ""
    field: str = ""
    procedure: str = ""
    unit: str = ""
    words: str = ""
    waiting: str = ""


def open_tasks(viewer: Viewer, province: Province) -> QuerySet[Task]:
    """The open steps the viewer may do: of each kind, in the units where they hold its permission."""
    rows = Task.objects.filter(province=province, closed_at__isnull=True)
    kinds: dict[str, list[str]] = {}
    for kind, permission in PERMISSION_OF_KIND.items():
        kinds.setdefault(permission, []).append(kind)
    condition = Q(pk__in=[])
    for permission, names in kinds.items():
        for held in viewer.grants:
            if permission in held.permissions and held.province_id in (None, province.pk):
                mine = Q(kind__in=names)
                if held.unit_path != "/":
                    mine &= Q(unit_path__startswith=held.unit_path)
                condition |= mine
    return rows.filter(condition)


def work_list(
    viewer: Viewer, province: Province, wanted: WorkFilter, moment: dt.datetime | None = None
) -> QuerySet[Task]:
    """Open steps by deadline, the earliest first; those without a deadline come last."""
    moment = moment or now()
    rows = open_tasks(viewer, province).select_related("dossier", "assignee")
    if wanted.whose == "mine":
        rows = rows.filter(assignee_id=viewer.user_id)
    elif wanted.whose == "free":
        rows = rows.filter(assignee__isnull=True)
    if wanted.kind:
        rows = rows.filter(kind__in=wanted.kind.split(","))
    if wanted.unit:
        rows = rows.filter(unit_code=wanted.unit)
    if wanted.field:
        rows = rows.filter(dossier__field_code=wanted.field)
    if wanted.procedure:
        rows = rows.filter(dossier__procedure_code=wanted.procedure)
    rows = _by_due(rows, wanted.due, moment)
    rows = _by_waiting(rows, province, wanted.waiting)
    for word in search_key(wanted.words).split()[:_MOST_WORDS]:
        rows = rows.filter(dossier__search=LexemeQuery(f"'{word}':*"))
    return rows.order_by(F("due_at").asc(nulls_last=True), "pk")


def _by_due(rows: QuerySet[Task], due: str, moment: dt.datetime) -> QuerySet[Task]:
    day_end = local(moment).replace(hour=23, minute=59, second=59, microsecond=0)
    if due == "late":
        return rows.filter(due_at__lt=moment)
    if due == "today":
        return rows.filter(due_at__gte=moment, due_at__lte=day_end)
    if due == "week":
        return rows.filter(due_at__lte=day_end + dt.timedelta(days=7))
    return rows


def _by_waiting(rows: QuerySet[Task], province: Province, waiting: str) -> QuerySet[Task]:
    """Empty: what can be worked on now; "only": what waits; "all": both."""
    if waiting == "all":
        return rows
    return rows.filter(dossier__in=_paused(province)) if waiting == "only" else running(rows, province)


def running(rows: QuerySet[Task], province: Province) -> QuerySet[Task]:
    """Steps of dossiers that do not wait for the applicant, a payment or a system.

    Waiting dossiers are few and have an index of their own: asked for once, they need not be looked up row by row.
    """
    return rows.exclude(dossier__in=_paused(province))


def _paused(province: Province) -> QuerySet[Dossier]:
    return Dossier.objects.filter(province=province).exclude(paused_for="")


def counts_of_work(viewer: Viewer, province: Province, moment: dt.datetime | None = None) -> dict[str, int]:
    """How many open steps of the viewer: mine, late, today, free, and waiting."""
    moment = moment or now()
    day_end = local(moment).replace(hour=23, minute=59, second=59, microsecond=0)
    mine = Q(assignee_id=viewer.user_id)
    counted = open_tasks(viewer, province).aggregate(
        mine=Count("pk", filter=mine),
        late=Count("pk", filter=mine & Q(due_at__lt=moment)),
        today=Count("pk", filter=mine & Q(due_at__gte=moment, due_at__lte=day_end)),
        free=Count("pk", filter=Q(assignee__isnull=True)),
    )
    return {name: value or 0 for name, value in counted.items()}


def to_return(viewer: Viewer, province: Province) -> QuerySet[Dossier]:
    """Results waiting to be handed over at the viewer's desks, the oldest first."""
    rows = Dossier.objects.filter(province=province, status=int(Status.DONE))
    return viewer.within(rows, may.RETURN, unit_path="return_path").order_by("ended_at", "pk")


def registered(viewer: Viewer, province: Province) -> QuerySet[Dossier]:
    """Dossiers handed in elsewhere and waiting to be received at the viewer's desks."""
    rows = Dossier.objects.filter(province=province, status=int(Status.REGISTERED))
    return viewer.within(rows, may.RECEIVE, unit_path="received_path").order_by("registered_at", "pk")


def overdue(viewer: Viewer, province: Province, moment: dt.datetime | None = None) -> QuerySet[Dossier]:
    """Dossiers of the viewer's units past their appointment and still being handled, the latest first of all."""
    rows = Dossier.objects.filter(
        province=province, ended_at__isnull=True, promised__lt=moment or now()
    ).exclude(status__in=(int(Status.SUPPLEMENT), int(Status.PAYMENT), int(Status.REGISTERED)))
    return viewer.within(rows, may.VIEW).order_by("promised", "pk")


# -- the unit's board -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OfficerLoad:
    """The open work of one officer in a unit: steps, late steps, working days of work due."""

    user: User | None
    steps: int
    late: int
    minutes: int
    away: bool

    @property
    def days(self) -> float:
        """Working days at eight hours."""
        return round(self.minutes / 480, 1)


def loads(
    viewer: Viewer, province: Province, unit_path: str, moment: dt.datetime | None = None
) -> list[OfficerLoad]:
    """Load by officer of a unit's subtree, the heaviest first; None holds what nobody has yet."""
    from motcua.modules.dossiers.performers import away_on

    viewer.require(may.BOARD, province=province, unit_path=unit_path)
    moment = moment or now()
    rows = (
        running(Task.objects.filter(province=province, closed_at__isnull=True), province)
        .filter(unit_path__startswith=unit_path)
        .values("assignee")
        .annotate(
            steps=Count("pk"),
            late=Count("pk", filter=Q(due_at__lt=moment)),
            minutes=Coalesce(Sum("working_minutes"), 0),
        )
        .order_by("-minutes")
    )
    found = list(rows)
    people = User.objects.in_bulk([row["assignee"] for row in found if row["assignee"]])
    away = away_on(today(), list(people))
    return [
        OfficerLoad(
            people.get(row["assignee"]), row["steps"], row["late"], row["minutes"], row["assignee"] in away
        )
        for row in found
    ]


def status_counts(viewer: Viewer, province: Province, unit_path: str) -> Mapping[int, int]:
    """Dossiers being handled in a unit's subtree by status."""
    viewer.require(may.BOARD, province=province, unit_path=unit_path)
    rows = (
        Dossier.objects.filter(province=province, unit_path__startswith=unit_path, ended_at__isnull=True)
        .values("status")
        .annotate(n=Count("pk"))
    )
    return {row["status"]: row["n"] for row in rows}


# -- search -----------------------------------------------------------------------------------------


def search_dossiers(viewer: Viewer, province: Province, text: str) -> QuerySet[Dossier]:
    """Dossiers of the viewer's units by code, by name without diacritics, by personal number or phone (exact).

    The newest first; of a name at most MOST_FOUND, found so that it stays flat however many dossiers there are.
    """
    clean = " ".join(text.split())[:200]
    rows = Dossier.objects.filter(province=province)
    if not clean:
        return rows.none()
    if _CODE.match(clean):
        upper = clean.upper()
        return in_units(viewer, rows.filter(code__startswith=upper)).order_by("code")
    if _DIGITS.match(clean):
        people = find_applicants(viewer, province, clean)[:50]
        ids = {one for person in people for one in ids_of_person(person)}
        return in_units(viewer, rows.filter(Q(applicant_id__in=ids) | Q(submitter_id__in=ids))).order_by(
            "-pk"
        )
    return _by_name(viewer, province, rows, clean)


def _by_name(viewer: Viewer, province: Province, rows: QuerySet[Dossier], text: str) -> QuerySet[Dossier]:
    words = search_key(text).split()[:_MOST_WORDS]
    if not words:
        return rows.none()
    paths = [
        grant.unit_path
        for grant in viewer.grants
        if may.VIEW in grant.permissions and grant.province_id in (None, province.pk)
    ]
    if not paths:
        return rows.none()
    below = [units_of_path(path) for path in paths]
    units = sorted({codes[-1] for codes in below if codes}) if all(below) else []
    found = newest_named(province.pk, words, units)
    return in_units(viewer, rows.filter(pk__in=found)).order_by("-pk")


# -- one dossier ------------------------------------------------------------------------------------


def clock_entries(dossier: Dossier) -> list[clocks.Entry]:
    rows = ClockEntry.objects.filter(dossier=dossier, leg="").order_by("pk")
    return [clocks.Entry(row.kind, row.at, row.data) for row in rows]


def clock_of(dossier: Dossier) -> clocks.Clock:
    """The clock folded anew from its entries."""
    return clocks.fold(
        clock_entries(dossier),
        calendar_for(dossier.province_id, dossier.unit_path),
        rules_of(dossier.province_id),
    )


def rules_of(province_id: int) -> clocks.RuleOn:
    """The first-day rule of a province by day."""
    return lambda day: rule_for(province_id, day)


def closing_of(province_id: int, unit_path: str, day: dt.date) -> dt.datetime:
    """The end of a unit's working day; of a day of rest, five in the afternoon (operations refuse such a day)."""
    try:
        calendar = calendar_for(province_id, unit_path)
        if calendar.is_working_day(day):
            return calendar.closing(day)
    except WorktimeError:  # a day of a year that no calendar knows
        pass
    return dt.datetime(day.year, day.month, day.day, _CLOSING, tzinfo=VIETNAM)


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a dossier's history."""

    at: dt.datetime
    sentence: str
    actor: User | None
    on_behalf_of: User | None
    type: str


def history(dossier: Dossier) -> list[Happened]:
    """What happened to a dossier, in words, the newest first; the log itself keeps what lies before MOST_TOLD."""
    events = (
        Event.objects.filter(province_id=dossier.province_id, subject=f"dossier:{dossier.uid}")
        .select_related("actor", "on_behalf_of")
        .order_by("-pk")[:MOST_TOLD]
    )
    names = dict(Task.objects.filter(dossier=dossier).values_list("key", "name"))
    return [
        Happened(
            event.occurred_at,
            tell(_named(event, dossier, names)),
            event.actor,
            event.on_behalf_of,
            event.type,
        )
        for event in events
    ]


def _named(event: Event, dossier: Dossier, names: Mapping[str, str]) -> Event:
    """The event with names in its sentence where the log keeps codes: of steps and of units."""
    words = dict(event.payload.get("words", {}))
    if words.get("step") in names:
        words["step"] = f"“{names[words['step']]}”"
    for seat in ("units", "unit", "origin", "target"):
        if words.get(seat):
            codes = str(words[seat]).split(", ")
            words[seat] = ", ".join(unit_name(dossier.province_id, code) for code in codes)
    event.payload = event.payload | {"words": words}
    return event


def follow(code: str, check_value: str) -> Dossier | None:
    """A dossier by its code and check value, for whoever holds its receipt."""
    wanted = check_value.strip().upper()
    dossier = Dossier.objects.filter(code=code.strip().upper()).first() if wanted else None
    if dossier is None or dossier.erased_at is not None:
        return None
    return dossier if dossier.check_value == wanted else None


def in_flight(province: Province, version_id: int) -> int:
    """How many dossiers not yet ended were received under a version of a procedure."""
    return Dossier.objects.filter(province=province, version_id=version_id, ended_at__isnull=True).count()


def is_ended(dossier: Dossier) -> bool:
    return Status(dossier.status) in ENDED
