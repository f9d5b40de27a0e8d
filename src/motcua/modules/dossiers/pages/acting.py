"""Doing something with one dossier: each form calls its operation, and a refusal comes back beside what was typed."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from motcua.engine.files.api import FileRefused, StoredFile, download, store
from motcua.engine.permissions.api import NotPermitted, ViewedRequest, page
from motcua.modules.dossiers import api
from motcua.modules.dossiers import permissions as may
from motcua.modules.dossiers.attaching import SCANS
from motcua.modules.dossiers.data import Done
from motcua.modules.dossiers.errors import DossierRefused
from motcua.modules.dossiers.models import Component, Dossier, DossierResult, Task
from motcua.modules.dossiers.opening import note_opened
from motcua.modules.dossiers.pages.desk import Desk
from motcua.modules.dossiers.pages.offers import BY_CODE, Offer, Work, is_ready, make_offer
from motcua.modules.dossiers.pages.returning import came_from
from motcua.modules.dossiers.pages.shell import dossier_or_404
from motcua.modules.dossiers.pages.showing import READ, show_dossier
from motcua.modules.dossiers.pages.words import PURPOSES, SLIPS
from motcua.reference.applicants.api import reveal


@page(may.VIEW, methods=("POST",))
def act(request: ViewedRequest, uid: uuid.UUID, work: str) -> HttpResponse:
    """Does one of the works offered on the dossier's page."""
    found = dossier_or_404(request, uid)
    wanted = BY_CODE.get(work)
    if wanted is None:
        raise Http404
    desk = Desk(request.viewer, request.province, found)
    task = _task(desk, request.POST.get("step", "")) if wanted.on_step else None
    if not is_ready(wanted, desk, task):
        messages.error(request, _not_now(wanted))
        return show_dossier(request, found, status=400)
    key = request.POST.get("key", "")[:64] or uuid.uuid4().hex
    offer = make_offer(wanted, desk, task, key, request.POST, request.FILES)
    done = _do(desk, offer)
    if done is None:
        return show_dossier(request, dossier_or_404(request, uid), bound=offer, status=400)
    return _after(request, wanted, found, done)


def _task(desk: Desk, key: str) -> Task | None:
    """The open step named, or the only one."""
    named = [task for task in desk.open_tasks if task.key == key]
    if named or key:
        return named[0] if named else None
    return desk.open_tasks[0] if len(desk.open_tasks) == 1 else None


def _not_now(work: Work) -> str:
    return _(
        "“{work}” không còn làm được: bước đã được người khác xử lý, trạng thái đã đổi, hoặc việc này thuộc người khác. Trang dưới đây là hồ sơ lúc này."
    ).format(work=work.label)


def _do(desk: Desk, offer: Offer) -> Done | None:
    """Runs the operation; None when the form or the operation refused, with the reason in the form."""
    form = offer.form
    if not form.is_valid():
        return None
    try:
        return offer.work.run(desk, offer.task, form.cleaned_data, offer.key)
    except (DossierRefused, FileRefused) as refusal:
        form.add_error(None, refusal.message)
    except NotPermitted:
        form.add_error(None, _("Tài khoản của bạn không có quyền làm việc này ở đơn vị của bước."))
    return None


def _after(request: ViewedRequest, work: Work, found: Dossier, done: Done) -> HttpResponse:
    told = _("{work}: đã xong, hồ sơ {code}.").format(work=work.label, code=done.code or _("chưa có mã"))
    issued = ", ".join(_(SLIPS.get(kind, kind)) for kind in done.slips)
    if issued:
        told = _("{told} Giấy tờ cần in: {issued}.").format(told=told, issued=issued)
    messages.success(request, told)
    wanted = came_from(request)
    if work.leaves and wanted and not done.slips:
        return HttpResponseRedirect(wanted)
    return to_dossier(request, found.uid, "giay-to" if done.slips else "")


def to_dossier(request: ViewedRequest, uid: uuid.UUID, anchor: str = "") -> HttpResponse:
    """Back to the dossier, which still knows the list it was opened from."""
    wanted = came_from(request)
    answer = redirect("dossiers:dossier", uid=uid)
    if wanted:
        answer["Location"] += f"?{urlencode({'ve': wanted})}"
    if anchor:
        answer["Location"] += f"#{anchor}"
    return answer


@page(READ, methods=("POST",))
def opened(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """The applicant's data in plain text, once the reading is noted."""
    found = dossier_or_404(request, uid)
    if found.erased_at is not None:
        raise Http404
    purpose = request.POST.get("purpose", "")
    if purpose not in PURPOSES:
        messages.error(request, _("Hãy chọn mục đích xem thông tin cá nhân."))
        return show_dossier(request, found, status=400)
    through = {
        "purpose": purpose,
        "subject": f"dossier:{found.uid}",
        "unit_code": found.unit_code,
        "unit_path": found.unit_path,
    }
    person = reveal(request.viewer, found.applicant, **through)
    submitter = reveal(request.viewer, found.submitter, **through) if found.submitter else None
    answer = show_dossier(
        request, found, person=person, submitter_data=submitter, purpose=_(PURPOSES[purpose])
    )
    answer["Cache-Control"] = "no-store"
    return answer


# -- files ------------------------------------------------------------------------------------------


@page(may.VIEW, methods=("POST",))
def attach(request: ViewedRequest, uid: uuid.UUID, number: int) -> HttpResponse:
    """Keeps a scan for a component; a file of the wrong type is refused with its reason."""
    found = dossier_or_404(request, uid)
    if not Component.objects.filter(dossier=found, number=number).exists():
        raise Http404
    sent = request.FILES.get("file")
    if sent is None:
        return show_dossier(
            request, found, paper_wrong=_("Hãy chọn tệp bản quét."), wrong_number=number, status=400
        )
    try:
        with transaction.atomic():
            kept = store(
                sent.file,
                name=sent.name or "",
                province=request.province,
                viewer=request.viewer,
                accept=SCANS,
            )
            api.attach_paper(
                request.viewer, uid, number, kept.pk, idempotency_key=request.POST.get("key") or None
            )
    except (FileRefused, DossierRefused) as refusal:
        return show_dossier(request, found, paper_wrong=refusal.message, wrong_number=number, status=400)
    except NotPermitted:
        wrong = _("Bạn không có quyền gắn tệp cho hồ sơ này.")
        return show_dossier(request, found, paper_wrong=wrong, wrong_number=number, status=400)
    messages.success(request, _("Đã gắn bản quét cho thành phần {number}.").format(number=number))
    return to_dossier(request, uid, "thanh-phan")


@page(may.VIEW)
def paper_file(request: ViewedRequest, uid: uuid.UUID, number: int) -> HttpResponse:
    """The scan of a component; shown in place with ?xem=1 when it is a PDF or a picture."""
    found = dossier_or_404(request, uid)
    paper = Component.objects.filter(dossier=found, number=number, file_id__isnull=False).first()
    return _answer(request, found, paper.file_id if paper else None)


@page(may.VIEW)
def result_file(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """The file of the result, or of its draft."""
    found = dossier_or_404(request, uid)
    result = DossierResult.objects.filter(dossier=found, file_id__isnull=False).first()
    return _answer(request, found, result.file_id if result else None)


def _answer(request: ViewedRequest, found: Dossier, key: int | None) -> HttpResponse:
    stored = StoredFile.objects.select_related("blob").filter(pk=key, province=found.province_id).first()
    if stored is None:
        raise Http404
    try:
        answer = download(stored, inline=bool(request.GET.get("xem")))
        note_opened(request.viewer, found)
        return answer  # type: ignore[return-value]
    except FileRefused as refusal:
        messages.error(request, refusal.message)
        return to_dossier(request, found.uid, "thanh-phan")
