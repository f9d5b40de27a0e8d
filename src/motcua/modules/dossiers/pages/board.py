"""A unit's board: what is open and late, who has how much to do, who is away and who stands in."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Count, F, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.engine.permissions.api import NotPermitted, ViewedRequest, page
from motcua.kernel.clock import local, now, today
from motcua.modules.dossiers import api
from motcua.modules.dossiers import permissions as may
from motcua.modules.dossiers.absences import Away, end_absence, officers_of, record_absence
from motcua.modules.dossiers.errors import DossierRefused
from motcua.modules.dossiers.models import Absence, Dossier, Task
from motcua.modules.dossiers.pages.choosing import chosen_unit, people_choices
from motcua.modules.dossiers.pages.shell import show
from motcua.modules.dossiers.pages.worklist import lines_of
from motcua.modules.dossiers.queries import loads, running, status_counts
from motcua.modules.dossiers.states import OPEN, Status, status_word
from motcua.reference.organisations.api import UnitInfo
from motcua.reference.people.api import Post, PostKind

MOVED = 100


@page(may.BOARD)
def board(request: ViewedRequest) -> HttpResponse:
    """The board of one unit and what is below it (?don-vi=)."""
    if request.province is None:
        raise Http404
    units, unit = chosen_unit(request, may.BOARD)
    if unit is None:
        raise Http404
    moment = now()
    officers = loads(request.viewer, request.province, unit.path, moment)
    may_assign = request.viewer.may(may.ASSIGN, province=request.province, unit_path=unit.path)
    people = officers_of(request.province, unit.path)
    away = _absences(request, unit)
    context = {
        "units": units,
        "unit": unit,
        "counts": _counts(request, unit, moment),
        "statuses": _statuses(request, unit),
        "officers": officers,
        "heaviest": max((one.minutes for one in officers), default=0) or 1,
        "may_assign": may_assign,
        "choices": people_choices(request.province, people) if may_assign else [],
        "moving": _moving(request, unit) if may_assign else None,
        "away": away,
        "today": today(),
    }
    return show(request, "dossiers/board.html", context)


def _counts(request: ViewedRequest, unit: UnitInfo, moment: dt.datetime) -> dict[str, int]:
    """Dossiers being handled in the unit: all, late, due today, due within seven days, waiting. One query."""
    day_end = local(moment).replace(hour=23, minute=59, second=59, microsecond=0)
    goes_on = ~Q(paused_for__in=("supplement", "payment"))
    rows = Dossier.objects.filter(
        province=request.province,
        unit_path__startswith=unit.path,
        ended_at__isnull=True,
        received_at__isnull=False,
    )
    found = rows.aggregate(
        open=Count("pk"),
        late=Count("pk", filter=goes_on & Q(promised__lt=moment)),
        today=Count("pk", filter=goes_on & Q(promised__gte=moment, promised__lte=day_end)),
        week=Count(
            "pk", filter=goes_on & Q(promised__gte=moment, promised__lte=day_end + dt.timedelta(days=7))
        ),
        waiting=Count("pk", filter=~goes_on),
    )
    return {name: value or 0 for name, value in found.items()}


def _statuses(request: ViewedRequest, unit: UnitInfo) -> list[tuple[str, int]]:
    counted = status_counts(request.viewer, request.province, unit.path)
    return [
        (status_word(status), counted.get(int(status), 0)) for status in sorted(OPEN | {Status.REGISTERED})
    ]


def _moving(request: ViewedRequest, unit: UnitInfo) -> dict[str, Any] | None:
    """The open steps of one officer (?cua=), or of nobody (?cua=0), to give to others."""
    asked = request.GET.get("cua", "")
    if not asked.isdecimal() or len(asked) > 18:
        return None
    rows = running(Task.objects.filter(province=request.province, closed_at__isnull=True), request.province)
    rows = rows.filter(unit_path__startswith=unit.path).exclude(kind="return")
    rows = rows.filter(assignee=int(asked)) if int(asked) else rows.filter(assignee__isnull=True)
    tasks = list(
        rows.select_related("dossier", "assignee").order_by(F("due_at").asc(nulls_last=True), "pk")[:MOVED]
    )
    here = f"{request.path}?don-vi={unit.code}&cua={int(asked)}"
    name = tasks[0].assignee.display_name if tasks and tasks[0].assignee else _("chưa giao ai")
    return {"name": name, "lines": lines_of(tasks, here, now()), "here": here}


def _absences(request: ViewedRequest, unit: UnitInfo) -> list[dict[str, Any]]:
    """Who of the unit is away now or will be, and who stands in for them."""
    people = officers_of(request.province, unit.path)
    rows = list(
        Absence.objects.filter(province=request.province, user__in=people, valid_to__gt=today())
        .select_related("user")
        .order_by("valid_from", "pk")[:100]
    )
    posts = Post.objects.filter(
        kind__in=(PostKind.SUBSTITUTION, PostKind.DELEGATION),
        withdrawn=False,
        stands_for__person__user__in=[row.user_id for row in rows],
    ).select_related("person", "stands_for__person")
    stand_ins: dict[int, list[str]] = {}
    for post in posts:
        if post.holds_on(today()):
            stand_ins.setdefault(post.stands_for.person.user_id, []).append(post.person.display_name)
    return [
        {
            "row": row,
            "last": row.valid_to - dt.timedelta(days=1) if row.valid_to else None,
            "now": row.valid_from <= today(),
            "stand_ins": ", ".join(stand_ins.get(row.user_id, [])),
        }
        for row in rows
    ]


@page(may.ASSIGN, methods=("POST",))
def redistribute(request: ViewedRequest) -> HttpResponse:
    """Gives the steps ticked to another officer, each told as a redistribution."""
    text, key = request.POST.get("nguoi", ""), request.POST.get("key", "")[:60] or uuid.uuid4().hex
    chosen = request.POST.getlist("viec")[:MOVED]
    if not text.isdecimal() or len(text) > 18 or not chosen:
        messages.error(request, _("Hãy đánh dấu việc cần chuyển và chọn người nhận."))
        return _to_board(request)
    done, refused = 0, []
    for one in chosen:
        uid, _sign, step = one.partition(":")
        try:
            api.redistribute_step(
                request.viewer, uuid.UUID(uid), step, int(text), idempotency_key=f"{key}:{step}"
            )
            done += 1
        except DossierRefused as refusal:
            refused.append(refusal.message)
        except (NotPermitted, ValueError):
            refused.append(_("Không tìm thấy hồ sơ trong phạm vi của bạn."))
    if done:
        messages.success(request, _("Đã điều chuyển {n} việc.").format(n=done))
    for message in dict.fromkeys(refused):
        messages.error(request, message)
    return _to_board(request)


@page(may.ASSIGN, methods=("POST",))
def absent(request: ViewedRequest) -> HttpResponse:
    """Records days of absence of an officer of the unit."""
    if request.province is None:
        raise Http404
    _units, unit = chosen_unit(request, may.ASSIGN)
    person = request.POST.get("nguoi", "")
    try:
        first = dt.date.fromisoformat(request.POST.get("tu", ""))
        last = dt.date.fromisoformat(request.POST.get("den", "") or first.isoformat())
    except ValueError:
        messages.error(request, _("Hãy nhập ngày vắng đầu và cuối."))
        return _to_board(request)
    if unit is None or not person.isdecimal() or len(person) > 18:
        messages.error(request, _("Hãy chọn cán bộ của đơn vị này."))
        return _to_board(request)
    away = Away(int(person), first, last, request.POST.get("reason", ""))
    try:
        record_absence(request.viewer, request.province, (unit.code, unit.path), away)
    except DossierRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(
            request, _("Đã ghi ngày vắng; việc mới không giao cho người này trong những ngày đó.")
        )
    return _to_board(request)


@page(may.ASSIGN, methods=("POST",))
def back_again(request: ViewedRequest) -> HttpResponse:
    """The officer is back: the absence ends today."""
    if request.province is None:
        raise Http404
    _units, unit = chosen_unit(request, may.ASSIGN)
    key = request.POST.get("vang", "")
    if unit is None or not key.isdecimal() or len(key) > 18:
        messages.error(request, _("Hãy chọn lần vắng cần kết thúc."))
        return _to_board(request)
    row = get_object_or_404(Absence.objects.filter(province=request.province), pk=int(key))
    end_absence(request.viewer, row, (unit.code, unit.path))
    messages.success(request, _("Đã kết thúc ngày vắng."))
    return _to_board(request)


def _to_board(request: ViewedRequest) -> HttpResponse:
    unit = request.POST.get("don-vi", "")
    answer = redirect(
        reverse("dossiers:board") if request.viewer.may(may.BOARD) else reverse("dossiers:work")
    )
    if unit and unit.replace(".", "").isalnum():
        answer["Location"] += f"?don-vi={unit}"
    return answer
