"""The citizen's page: where a dossier is, for whoever holds its receipt."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from motcua.engine.clients.api import caller_address
from motcua.engine.permissions.api import PUBLIC, ViewedRequest, page
from motcua.kernel.text import squeeze
from motcua.modules.catalogue.api import process_plan
from motcua.modules.dossiers.models import Dossier, DossierResult, Supplement, Task
from motcua.modules.dossiers.pages.words import dossier_state
from motcua.modules.dossiers.queries import follow
from motcua.modules.dossiers.states import Status, status_word
from motcua.modules.dossiers.units import unit_name

WRONG_OF_ADDRESS, WRONG_OF_CODE = 20, 10  # wrong guesses in a quarter of an hour
_WINDOW = 15 * 60


@page(PUBLIC, methods=("GET", "POST"))
def follow_page(request: ViewedRequest) -> HttpResponse:
    """Asks for code and check value (in the form, or in the address a QR code leads to), and tells what is known."""
    sent = request.POST if request.method == "POST" else request.GET
    code, check = squeeze(sent.get("ma", "")[:80]).upper(), squeeze(sent.get("kt", "")[:20]).upper()
    context: dict[str, Any] = {"code": code, "check": check, "asked": bool(code or check)}
    status = 200
    if code and check:
        found, blocked = _look(request, code, check)
        if blocked:
            context["wrong"] = _(
                "Đã nhập sai quá nhiều lần. Hãy đợi 15 phút rồi thử lại, hoặc hỏi bộ phận một cửa nơi nộp hồ sơ."
            )
            status = 429
        elif found is None:
            context["wrong"] = _(
                "Không tìm thấy hồ sơ với mã và mã kiểm tra này. Hãy xem lại hai mã in trên giấy tiếp nhận: mã kiểm tra có 8 chữ và số."
            )
            status = 404
        else:
            context |= told(found)
    elif code or check:
        context["wrong"] = _("Hãy nhập cả mã hồ sơ và mã kiểm tra in trên giấy tiếp nhận.")
        status = 400
    answer = render(request, "dossiers/follow.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    answer["Referrer-Policy"] = "same-origin"  # stricter, browsers would post the form with no origin
    return answer


def _look(request: ViewedRequest, code: str, check: str) -> tuple[Dossier | None, bool]:
    """The dossier, or None; and whether this address or this code has been guessed at too often."""
    address = f"dossiers.follow:{caller_address(request)}"
    of_code = f"dossiers.follow:code:{code}"
    if cache.get(address, 0) >= WRONG_OF_ADDRESS or cache.get(of_code, 0) >= WRONG_OF_CODE:
        return None, True
    found = follow(code, check)
    if found is None:
        for key in (address, of_code):
            _count(key)
    return found, False


def _count(key: str) -> None:
    """One more; a counter lives a quarter of an hour from its first."""
    if not cache.add(key, 1, _WINDOW):
        try:
            cache.incr(key)
        except ValueError:
            cache.set(key, 1, _WINDOW)


def told(found: Dossier) -> dict[str, Any]:
    """What the holder of the receipt is told: no name of an officer, no number, the applicant's name abbreviated."""
    open_tasks = list(
        Task.objects.filter(dossier=found, closed_at__isnull=True).exclude(kind="consult").order_by("pk")
    )
    wanted = Supplement.objects.filter(dossier=found, answered_at__isnull=True).order_by("-pk").first()
    result = DossierResult.objects.filter(dossier=found).exclude(document_number="").first()
    return {
        "dossier": found,
        "name": abbreviated(found.applicant_name),
        "status": status_word(found.status),
        "state": dossier_state(found),
        "receiving": unit_name(found.province_id, found.received_code),
        "handling": unit_name(found.province_id, found.unit_code),
        "returning": unit_name(found.province_id, found.return_code),
        "now_at": [(task.name, unit_name(found.province_id, task.unit_code)) for task in open_tasks],
        "way": _way(found),
        "wanted": wanted,
        "paying": found.status == Status.PAYMENT,
        "result": result,
    }


def abbreviated(name: str) -> str:
    """A name its bearer knows again and a stranger does not learn: "Nguyễn Thị Mẫu Đào" as "Nguyễn T. M. Đ."."""
    words = squeeze(name).split()
    if len(words) < 2:
        return f"{words[0][:1]}." if words else ""
    return " ".join([words[0], *(f"{word[:1]}." for word in words[1:])])


def _way(found: Dossier) -> list[dict[str, Any]]:
    """The steps in order: done, now, to come; a step sent back shows once, as it stands."""
    last: dict[str, Task] = {}
    for task in Task.objects.filter(dossier=found).exclude(kind="consult").order_by(*Task.IN_ORDER):
        last[task.key] = task
    made = []
    for task in last.values():
        if task.state == "cancelled":
            continue
        css = "ho-open" if task.closed_at is None else "ho-done"
        made.append(
            {
                "name": task.name,
                "css": css,
                "unit": unit_name(found.province_id, task.unit_code),
                "at": task.closed_at,
            }
        )
    if found.process_id and found.ended_at is None:
        steps = sorted(process_plan(found.process_id).steps, key=lambda step: step.order)
        made += [{"name": step.name, "css": ""} for step in steps if step.key not in last]
    return made
