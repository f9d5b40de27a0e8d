"""The page of one dossier: where it stands, its picture of time, papers, steps, what happened, what may be done."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from motcua.engine.files.api import StoredFile
from motcua.engine.notices.api import Notice
from motcua.engine.permissions.api import ViewedRequest, page
from motcua.kernel.clock import local, now
from motcua.kernel.worktime import WorktimeError
from motcua.modules.catalogue.api import picture as process_picture
from motcua.modules.catalogue.api import process_plan
from motcua.modules.dossiers import clock as clocks
from motcua.modules.dossiers import permissions as may
from motcua.modules.dossiers.models import (
    Approval,
    Component,
    Consultation,
    Dossier,
    Extension,
    Leg,
    Reopening,
    Slip,
    Supplement,
    Task,
)
from motcua.modules.dossiers.pages import words
from motcua.modules.dossiers.pages.desk import Desk
from motcua.modules.dossiers.pages.offers import Offer, cause_choices, offers
from motcua.modules.dossiers.pages.shell import dossier_or_404, show
from motcua.modules.dossiers.queries import MOST_TOLD, clock_entries, history, rules_of
from motcua.modules.dossiers.rules import late_causes
from motcua.modules.dossiers.states import status_word
from motcua.modules.dossiers.units import unit_name, units_today
from motcua.reference.applicants.api import masked
from motcua.reference.calendars.api import calendar_for

READ = "applicants.people.view"
_SATURDAY = 5


@page(may.VIEW)
def dossier(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """One dossier of the visitor's units."""
    return show_dossier(request, dossier_or_404(request, uid))


def show_dossier(
    request: ViewedRequest,
    found: Dossier,
    *,
    bound: Offer | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """The page; `bound` is the form just refused, kept as it was typed."""
    desk = Desk(request.viewer, request.province, found)
    told = history(found)
    key = uuid.uuid4().hex
    step_offers, whole = offers(desk, key, bound)
    context = {
        "dossier": found,
        "status": status_word(found.status),
        "state": words.dossier_state(found),
        "lane": words.lane_word(found.lane) if found.lane else "",
        "channel": _(words.CHANNELS.get(found.channel, "")),
        "units": {seat: unit_name(found.province_id, code) for seat, code in _seats(found).items()},
        "masked": masked(found.applicant),
        "submitter_masked": masked(found.submitter) if found.submitter else None,
        "purposes": words.PURPOSES,
        "may_read": request.viewer.may(READ, province=found.province_id),
        "time": picture_of(found),
        "step_offers": step_offers,
        "offers": whole,
        "bound": bound,
        "papers": papers_of(found),
        "may_attach": desk.may_move("attach_paper"),
        "steps": steps_of(desk),
        "drawing": drawing_of(found),
        "consultations": _consultations(found),
        "legs": list(Leg.objects.filter(dossier=found).order_by("pk")),
        "supplements": list(
            Supplement.objects.filter(dossier=found).select_related("asked_by", "consented_by").order_by("pk")
        ),
        "consents": [one for one in desk.consents if one.used_at is None],
        "extensions": _extensions(found),
        "approvals": list(
            Approval.objects.filter(dossier=found).select_related("by", "on_behalf_of").order_by("pk")
        ),
        "result": desk.result,
        "result_file": _file(desk.result.file_id) if desk.result and desk.result.file_id else None,
        "reopenings": list(
            Reopening.objects.filter(dossier=found).select_related("asked_by", "decided_by").order_by("pk")
        ),
        "slips": list(Slip.objects.filter(dossier=found).select_related("issued_by").order_by("pk")),
        "slip_words": {kind: _(label) for kind, label in words.SLIPS.items()},
        "history": told,
        "history_cut": len(told) >= MOST_TOLD,
        "notices": _notices(found),
        "late_cause": _(late_causes().get(found.late_reason, "")) if found.late_reason else "",
        "causes": cause_choices(),
        "now": now(),
    }
    return show(request, "dossiers/dossier.html", context | more, status=status)


def drawing_of(found: Dossier) -> SafeString | str:
    """The process as a drawing, with how far this dossier is; "" where it runs by none."""
    if found.process_id is None:
        return ""
    tasks = list(Task.objects.filter(dossier=found).values_list("key", "closed_at", "due_at", "state"))
    moment = now()
    opened = {key for key, closed, _due, _state in tasks if closed is None}
    late = {key for key, closed, due, _state in tasks if closed is None and due is not None and due < moment}
    done = {key for key, _closed, _due, state in tasks if state == "done"} - opened
    names = {code: unit.name for code, unit in units_today(found.province_id).items()}
    return process_picture(process_plan(found.process_id), done, opened - late, late, units=names)


def _seats(found: Dossier) -> dict[str, str]:
    return {"receiving": found.received_code, "handling": found.unit_code, "returning": found.return_code}


# -- the picture of time ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of the table: None stands for a day outside the picture."""

    day: dt.date
    state: str
    word: str
    short: str
    today: bool
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """The weeks, the sentences, and the dates apart."""

    weeks: Sequence[Sequence[Cell | None]] = ()
    story: Sequence[str] = ()
    warning: str = ""
    dates: Sequence[tuple[str, dt.datetime | None, str]] = field(default=())


def picture_of(found: Dossier) -> Picture:
    """Days by week, what counted and what did not."""
    entries = clock_entries(found)
    dates = (
        (_("Ngày hẹn trả"), found.promised, _("Đã in cho người nộp; chỉ giấy tờ in mới đổi được ngày này.")),
        (
            _("Hạn theo luật"),
            found.legal_due,
            _("Thời hạn của thủ tục, cộng thời gian dừng mà pháp luật cho phép."),
        ),
        (
            _("Hạn tính chỉ số"),
            found.index_due,
            _("Theo Quyết định 766/QĐ-TTg: trừ thời gian chờ bổ sung; bổ sung lần hai tính là trễ."),
        ),
    )
    if not entries:
        return Picture(dates=dates)
    calendar = calendar_for(found.province_id, found.unit_path)
    try:
        rules = rules_of(found.province_id)
        cells = clocks.picture(entries, calendar, now(), rules)
        story = clocks.story(entries, calendar, rules)
    except WorktimeError as error:
        return Picture(dates=dates, warning=str(error))
    return Picture(_weeks(cells, found), story, "", dates)


def _weeks(cells: Sequence[clocks.DayCell], found: Dossier) -> list[list[Cell | None]]:
    today = local(now()).date()
    marks = {
        _("hẹn trả"): found.promised,
        _("hạn luật"): found.legal_due if found.legal_due != found.promised else None,
        _("xong"): found.ended_at,
    }
    days = {word: local(moment).date() for word, moment in marks.items() if moment}
    weeks: list[list[Cell | None]] = []
    for cell in cells:
        if not weeks or cell.day.weekday() == 0:
            weeks.append([None] * 7)
        flags = tuple(word for word, day in days.items() if day == cell.day)
        cell = _ahead(cell, found, today)
        weeks[-1][cell.day.weekday()] = Cell(
            cell.day, cell.state, cell.word, _short(cell), cell.day == today, flags
        )
    return weeks


def _ahead(cell: clocks.DayCell, found: Dossier, today: dt.date) -> clocks.DayCell:
    """A day still to come counts only if nothing stops the clock by then."""
    if cell.day <= today or cell.state not in ("counted", "over") or found.ended_at is not None:
        return cell
    if found.paused_for in clocks.STOPS_THE_LAW:
        return replace(cell, state="paused", word=_("chưa đến; đồng hồ đang dừng"))
    word = _("chưa đến; sẽ tính {hours}").format(hours=clocks.hours_text(cell.minutes))
    return replace(cell, state="ahead", word=word)


def _short(cell: clocks.DayCell) -> str:
    if cell.state == "rest":
        return _("nghỉ") if cell.day.weekday() >= _SATURDAY else cell.word
    if cell.state == "first":
        return _("ngày nhận")
    if cell.state in ("paused", "waiting"):
        return _("dừng")
    if cell.state == "after":
        return ""
    return clocks.hours_text(cell.minutes)


# -- papers, steps, people --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PaperLine:
    paper: Component
    file: StoredFile | None

    @property
    def shown_inline(self) -> bool:
        return self.file is not None and self.file.media_type in (
            "application/pdf",
            "image/png",
            "image/jpeg",
        )


def papers_of(found: Dossier) -> list[PaperLine]:
    """Components with their files."""
    rows = list(Component.objects.filter(dossier=found).order_by("number"))
    keys = [row.file_id for row in rows if row.file_id]
    files = StoredFile.objects.filter(province=found.province_id).select_related("blob").in_bulk(keys)
    return [PaperLine(row, files.get(row.file_id)) for row in rows]


def _file(key: int) -> StoredFile | None:
    return StoredFile.objects.select_related("blob").filter(pk=key).first()


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step of the process: done, open, or still to come."""

    key: str
    name: str
    css: str
    word: str
    unit: str = ""
    person: str = ""
    opened: dt.datetime | None = None
    due: dt.datetime | None = None
    closed: dt.datetime | None = None
    late: bool = False
    note: str = ""
    state: words.State | None = None


def steps_of(desk: Desk) -> list[StepLine]:
    """The steps as they were done, then those the process still holds."""
    made = [_step(task) for task in desk.tasks]
    done = {task.key for task in desk.tasks if task.state != "cancelled"}
    if desk.plan is not None and desk.dossier.ended_at is None:
        rest = sorted((step for step in desk.plan.steps if step.key not in done), key=lambda step: step.order)
        made += [StepLine(step.key, step.name, "ho-later", _("chưa đến")) for step in rest]
    return made


def _step(task: Task) -> StepLine:
    closing = task.closed_at or now()
    late = task.due_at is not None and closing > task.due_at and task.state != "cancelled"
    who = task.closed_by or task.assignee
    css = {"open": "ho-open", "done": "ho-done"}.get(task.state, "ho-cut")
    word = {
        "open": _("đang làm"),
        "done": _("đã xong"),
        "returned": _("trả lại"),
        "cancelled": _("bỏ"),
    }.get(task.state, task.state)
    return StepLine(
        task.key,
        task.name,
        css,
        word,
        unit_name(task.province_id, task.unit_code),
        who.display_name if who else "",
        task.opened_at,
        task.due_at,
        task.closed_at,
        late,
        task.note,
        words.step_state(task) if task.closed_at is None else None,
    )


def _consultations(found: Dossier) -> list[dict[str, Any]]:
    rows = Consultation.objects.filter(dossier=found).select_related("asked_by", "answered_by").order_by("pk")
    return [
        {
            "row": row,
            "unit": unit_name(row.province_id, row.unit_code),
            "late": (row.answered_at or now()) > row.due_at,
        }
        for row in rows
    ]


def _extensions(found: Dossier) -> list[dict[str, Any]]:
    rows = Extension.objects.filter(dossier=found).select_related("by").order_by("pk")
    return [{"row": row, "cause": _(late_causes().get(row.cause, "")) if row.cause else ""} for row in rows]


def _notices(found: Dossier) -> list[Notice]:
    """Notices about this dossier in the inboxes of officers and of an applicant with an account."""
    rows = Notice.objects.filter(province=found.province_id, subject=f"dossier:{found.uid}")
    return list(rows.select_related("user").order_by("-pk")[:30])
