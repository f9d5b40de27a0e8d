"""Ends, and what comes after: return the result, withdraw, stop, reopen by four eyes; papers attached."""

from __future__ import annotations

import uuid

from django.utils.translation import gettext as _

from motcua.engine.permissions.api import Viewer
from motcua.kernel.text import squeeze
from motcua.modules.dossiers.attaching import require_own_files
from motcua.modules.dossiers.case import Case, opened
from motcua.modules.dossiers.data import Done, Handover
from motcua.modules.dossiers.errors import DossierRefused
from motcua.modules.dossiers.models import Approval, Component, DossierResult, Reopening, Task
from motcua.modules.dossiers.operations.filing import own_unit, required
from motcua.modules.dossiers.operations.repeating import operation
from motcua.modules.dossiers.parts import end, issue_slip, take_yearly
from motcua.modules.dossiers.performers import still_able
from motcua.modules.dossiers.states import Status
from motcua.modules.dossiers.units import units_today


@operation
def return_result(
    viewer: Viewer,
    uid: uuid.UUID,
    handover: Handover | None = None,
    *,
    idempotency_key: str | None = None,
) -> Done:
    """Hands the result over (counter, post, online; to the applicant or an authorised person): status 10."""
    given = handover or Handover()
    if given.authorised and not squeeze(given.to):
        raise DossierRefused("return.to", _("Hãy ghi họ tên người được uỷ quyền nhận kết quả."))
    with opened(viewer, uid, "return_result", idempotency_key) as case:
        DossierResult.objects.filter(dossier_id=case.id).update(
            handed_to=squeeze(given.to)[:200], handed_how=given.how, authorised=given.authorised
        )
        for task in list(case.tasks):
            case.close_task(task, state="done" if task["kind"] == "return" else "cancelled")
        case.set(status=int(Status.RETURNED), returned_at=case.now)
        case.tell("returned")
        return case.done()


@operation
def withdraw_dossier(
    viewer: Viewer, uid: uuid.UUID, reason: str, *, idempotency_key: str | None = None
) -> Done:
    """The applicant takes the dossier back, before anything was decided (Circular 03/2025/TT-VPCP, Art. 7)."""
    text = required(reason, "withdrawal.reason", _("Hãy ghi yêu cầu rút hồ sơ của người nộp."))
    with opened(viewer, uid, "withdraw", idempotency_key) as case:
        _refuse_decided(case)
        received = case.row["received_at"] is not None
        if received:
            end(case, Status.WITHDRAWN, close_open=True)
            unit = own_unit(case)
            number = take_yearly(case, "slip:withdrawal", unit)
            issue_slip(case, "withdrawal", unit=unit, number=number, reason=text)
        else:
            case.set(status=int(Status.WITHDRAWN), ended_at=case.now)
        case.tell("withdrawn")
        return case.done()


@operation
def stop_dossier(viewer: Viewer, uid: uuid.UUID, reason: str, *, idempotency_key: str | None = None) -> Done:
    """Stops handling with a notice (form 05), before anything was decided."""
    text = required(reason, "stop.reason", _("Hãy ghi lý do dừng giải quyết để in vào thông báo."))
    with opened(viewer, uid, "stop", idempotency_key) as case:
        _refuse_decided(case)
        end(case, Status.STOPPED, close_open=True)
        unit = (case.row["unit_code"], case.row["unit_path"])
        issue_slip(case, "05", unit=unit, number=take_yearly(case, "slip:05", unit), reason=text)
        case.tell("stopped")
        return case.done()


def _refuse_decided(case: Case) -> None:
    if Approval.objects.filter(dossier_id=case.id, kind="sign").exists():
        raise DossierRefused(
            "decided",
            _("Kết quả đã được ký nên không rút, không dừng được nữa; hãy phát hành và trả kết quả."),
        )


# -- four eyes ------------------------------------------------------------------------------------


@operation
def ask_reopening(viewer: Viewer, uid: uuid.UUID, reason: str, *, idempotency_key: str | None = None) -> Done:
    """Asks that an ended dossier be opened again, to correct an error; another person decides."""
    text = required(reason, "reopening.reason", _("Hãy ghi sai sót cần sửa khi mở lại hồ sơ."))
    with opened(viewer, uid, "ask_reopening", idempotency_key) as case:
        if Reopening.objects.filter(dossier_id=case.id, decided_at=None).exists():
            raise DossierRefused("reopening.waiting", _("Đã có một đề nghị mở lại đang chờ quyết định."))
        if not Task.objects.filter(dossier_id=case.id).exclude(kind__in=("return", "consult")).exists():
            raise DossierRefused(
                "reopening.nothing",
                _("Hồ sơ chưa từng được xử lý nên không có bước nào để mở lại; hãy nộp hồ sơ mới."),
            )
        Reopening.objects.create(
            province_id=case.province_id,
            dossier_id=case.id,
            asked_at=case.now,
            asked_by_id=viewer.user_id,
            reason=text,
        )
        case.tell("reopening-asked")
        return case.done()


@operation
def decide_reopening(
    viewer: Viewer, uid: uuid.UUID, *, grant: bool, idempotency_key: str | None = None
) -> Done:
    """Another person than who asked grants or refuses; granted, the last handling step opens again."""
    with opened(viewer, uid, "reopen", idempotency_key) as case:
        wish = Reopening.objects.select_for_update().filter(dossier_id=case.id, decided_at=None).first()
        if wish is None:
            raise DossierRefused("reopening.none", _("Không có đề nghị mở lại nào đang chờ."))
        if wish.asked_by_id == viewer.user_id:
            raise DossierRefused(
                "reopening.four-eyes", _("Người đề nghị không tự quyết định; phải có người thứ hai xác nhận.")
            )
        wish.decided_at, wish.decided_by_id, wish.granted = case.now, viewer.user_id, grant
        wish.save()
        if not grant:
            case.tell("reopening-refused")
            return case.done()
        _reopen(case)
        case.tell("reopened")
        return case.done()


def _reopen(case: Case) -> None:
    for task in list(case.tasks):
        case.close_task(task, state="cancelled")
    last = (
        Task.objects.filter(dossier_id=case.id)
        .exclude(kind__in=("return", "consult"))
        .order_by("-closed_at", "-id")
        .values_list("key", "closed_by_id")
        .first()
    )
    case.set(status=int(Status.PROCESSING), ended_at=None, returned_at=None, **_units_of_today(case))
    case.add_entry("reopen")
    case.reckon()
    key, person = last  # type: ignore[misc]  # `ask_reopening` made sure there is one
    step = case.plan.step(key)
    case.open_step(step, assignee=still_able(case, step, person))


def _units_of_today(case: Case) -> dict[str, str]:
    """An ended dossier bears the codes of its units as they were; opened again, it is handled by those that keep it."""
    codes = {unit.path: unit.code for unit in units_today(case.province_id).values()}
    return {
        f"{seat}_code": code
        for seat in ("unit", "received", "return")
        if (code := codes.get(case.row[f"{seat}_path"])) not in (None, case.row[f"{seat}_code"])
    }


@operation
def attach_paper(
    viewer: Viewer, uid: uuid.UUID, number: int, file_id: int, *, idempotency_key: str | None = None
) -> Done:
    """Keeps the scan of a component: the file was stored through the files room by the caller."""
    with opened(viewer, uid, "attach_paper", idempotency_key) as case:
        require_own_files(viewer, case.province_id, [file_id])
        if not Component.objects.filter(dossier_id=case.id, number=number).update(file_id=file_id):
            raise DossierRefused(
                "paper.unknown", _("Hồ sơ không có thành phần số {number}.").format(number=number)
            )
        case.tell("paper-attached", number=number)
        return case.done()
