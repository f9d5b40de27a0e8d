"""What moves the clock: supplements, financial duties, national systems, extensions and apologies."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.utils.translation import gettext as _

from motcua.engine.permissions.api import Viewer
from motcua.kernel.clock import local
from motcua.modules.dossiers import clock as clocks
from motcua.modules.dossiers import permissions as may
from motcua.modules.dossiers.case import Case, opened
from motcua.modules.dossiers.data import Done, HandedPaper
from motcua.modules.dossiers.errors import DossierRefused
from motcua.modules.dossiers.models import (
    Component,
    Extension,
    Supplement,
    SupplementConsent,
    SupplementException,
)
from motcua.modules.dossiers.operations.filing import check_papers, own_unit, required
from motcua.modules.dossiers.operations.repeating import operation
from motcua.modules.dossiers.parts import issue_slip, lane_limit, take_yearly
from motcua.modules.dossiers.rules import late_causes
from motcua.modules.dossiers.states import Status
from motcua.reference.calendars.api import rule_for

# -- supplements -----------------------------------------------------------------------------------


@operation
def request_supplement(
    viewer: Viewer,
    uid: uuid.UUID,
    items: Sequence[str],
    reason: str,
    *,
    idempotency_key: str | None = None,
) -> Done:
    """Asks the applicant to complete the dossier (form 02): the clock stops.

    Once by law (Decree 118/2025/NĐ-CP); again only under a dated exception of the province with a leader's consent,
    and the dossier then counts as late in the index. Raises DossierRefused dossiers.supplement.*.
    """
    text = required(reason, "supplement.reason", _("Hãy ghi lý do yêu cầu bổ sung."))
    wanted = [item.strip()[:500] for item in items if item.strip()]
    if not wanted:
        raise DossierRefused(
            "supplement.items",
            _("Hãy ghi ít nhất một giấy tờ hoặc nội dung cần bổ sung, hướng dẫn đầy đủ một lần."),
        )
    with opened(viewer, uid, "request_supplement", idempotency_key) as case:
        unit = own_unit(case)
        number = Supplement.objects.filter(dossier_id=case.id).count() + 1
        consent = _consent_for(case, number)
        Supplement.objects.create(
            province_id=case.province_id,
            dossier_id=case.id,
            number=number,
            asked_at=case.now,
            asked_by_id=viewer.user_id,
            items=wanted,
            reason=text,
            exception_basis=consent.basis if consent else "",
            consented_by_id=consent.by_id if consent else None,
            promised_before=case.row["promised"],
        )
        case.set(resume_status=case.row["status"], status=int(Status.SUPPLEMENT))
        if case.row["received_at"] is not None:
            case.add_entry("pause", **{"for": clocks.SUPPLEMENT})
            case.reckon()
        else:
            case.set(supplements=number)
        issue_slip(
            case, "02", unit=unit, number=take_yearly(case, "slip:02", unit), items=wanted, reason=text
        )
        case.tell("supplement-requested", number=number)
        return case.done()


def _consent_for(case: Case, number: int) -> SupplementConsent | None:
    """The consent a request beyond the first rests on; it is used up."""
    most = int(case.parameter("dossiers.max_supplements"))
    if number <= most:
        return None
    consent = (
        SupplementConsent.objects.select_for_update()
        .filter(dossier_id=case.id, used_at=None)
        .order_by("id")
        .first()
    )
    if consent is None:
        raise DossierRefused(
            "supplement.once",
            _(
                "Hồ sơ đã được yêu cầu bổ sung {most} lần; pháp luật chỉ cho yêu cầu một lần. Lần nữa phải có ngoại lệ của tỉnh đang hiệu lực và lãnh đạo đồng ý trước, và hồ sơ bị tính là trễ hạn trong bộ chỉ số."
            ).format(most=most),
        )
    consent.used_at = case.now
    consent.save(update_fields=["used_at"])
    return consent


@operation
def consent_to_supplement(
    viewer: Viewer, uid: uuid.UUID, reason: str, *, idempotency_key: str | None = None
) -> Done:
    """A leader lets one more supplement be asked, under an exception of the province in force today."""
    text = required(reason, "supplement.consent-reason", _("Hãy ghi lý do đồng ý yêu cầu bổ sung thêm."))
    with opened(viewer, uid, "consent_supplement", idempotency_key) as case:
        exception = exception_on(case, local(case.now).date())
        if exception is None:
            raise DossierRefused(
                "supplement.no-exception",
                _(
                    "Tỉnh không có quy định ngoại lệ nào đang hiệu lực cho thủ tục này nên không yêu cầu bổ sung thêm được."
                ),
            )
        SupplementConsent.objects.create(
            province_id=case.province_id,
            dossier_id=case.id,
            by_id=viewer.user_id,
            at=case.now,
            reason=text,
            basis=exception.basis,
        )
        case.tell("supplement-consented")
        return case.done()


def exception_on(case: Case, day: dt.date) -> SupplementException | None:
    return (
        SupplementException.objects.filter(
            SupplementException.on(day),
            province_id=case.province_id,
            procedure_code__in=["", case.row["procedure_code"]],
        )
        .order_by("-procedure_code", "-valid_from")
        .first()
    )


@operation
def take_supplement(
    viewer: Viewer,
    uid: uuid.UUID,
    papers: Sequence[HandedPaper] = (),
    *,
    idempotency_key: str | None = None,
) -> Done:
    """Takes the supplement: the limit restarts or goes on as the rule of this day says, and a new appointment is
    printed (form 01 anew)."""
    with opened(viewer, uid, "take_supplement", idempotency_key) as case:
        request = Supplement.objects.filter(dossier_id=case.id, answered_at=None).order_by("-number").first()
        _add_papers(case, papers)
        since = case.row["paused_at"]
        case.set(status=case.row["resume_status"] or int(Status.PROCESSING), resume_status=None)
        mode = ""
        if case.row["received_at"] is not None and since is not None:
            mode = _mode(case, since)
            _resume(case, clocks.SUPPLEMENT, mode, since)
        if request is not None:
            request.answered_at, request.mode = case.now, mode
            request.promised_after = case.row["promised"]
            request.save()
        if case.row["received_at"] is not None:
            unit = (case.row["received_code"], case.row["received_path"])
            issue_slip(case, "01", unit=unit, reissued=True)
        case.tell("supplement-taken", number=request.number if request else 1)
        return case.done()


def _mode(case: Case, since: dt.datetime) -> str:
    """Restart or resume: as the parameters in force today say; restart only for a request made in the first days
    (Decree 61/2018/NĐ-CP, Art. 19: form 02 within 3 working days of receipt)."""
    if case.parameter("dossiers.supplement_restart") != clocks.RESTART:
        return clocks.RESUME
    received, asked = local(case.row["received_at"]).date(), local(since).date()
    within = int(case.parameter("dossiers.supplement_within_days"))
    return clocks.RESTART if case.calendar.working_days(received, asked) <= within else clocks.RESUME


def _resume(case: Case, reason: str, mode: str, since: dt.datetime) -> None:
    """The clock goes on, and the new appointment is printed: the legal date; in a green lane the lane's own."""
    before = case.row["promised"]
    case.add_entry("resume", **{"for": reason}, mode=mode)
    legal = case.reckon().legal_due
    promised = legal
    if case.row["lane"]:
        rule = rule_for(case.province_id, local(case.now).date())
        restarted = clocks.promise(case.calendar, case.now, lane_limit(case), rule)
        promised = (
            restarted if mode == clocks.RESTART else clocks.shifted(case.calendar, before, since, case.now)
        )
    if promised is not None:
        case.amend_last_entry(promised=promised.isoformat())
        case.reckon()
    case.shift_tasks(since)


def _add_papers(case: Case, papers: Sequence[HandedPaper]) -> None:
    check_papers(case.viewer, case.province_id, papers)
    known = Component.objects.filter(dossier_id=case.id).count()
    Component.objects.bulk_create(
        Component(
            dossier_id=case.id,
            number=known + position,
            code=paper.code,
            name=paper.name[:1000],
            originals=paper.originals,
            copies=paper.copies,
            source=paper.source,
            file_id=paper.file_id,
            added_at=case.now,
        )
        for position, paper in enumerate(papers, start=1)
    )


# -- waiting for money, for a system ---------------------------------------------------------------


@operation
def pause_for_payment(
    viewer: Viewer, uid: uuid.UUID, note: str = "", *, idempotency_key: str | None = None
) -> Done:
    """A financial duty (tax, land-use fee) must be met first: the clock stops until the voucher comes."""
    with opened(viewer, uid, "pause_for_payment", idempotency_key) as case:
        _refuse_paused(case)
        case.set(resume_status=case.row["status"], status=int(Status.PAYMENT))
        case.add_entry("pause", **{"for": clocks.PAYMENT})
        case.reckon()
        case.tell("paused-for-payment")
        return case.done()


@operation
def resume_after_payment(
    viewer: Viewer, uid: uuid.UUID, voucher: str = "", *, idempotency_key: str | None = None
) -> Done:
    """The voucher has come: the clock goes on, with a new appointment."""
    with opened(viewer, uid, "resume_after_payment", idempotency_key) as case:
        since = case.row["paused_at"]
        case.set(status=case.row["resume_status"] or int(Status.PROCESSING), resume_status=None)
        _resume(case, clocks.PAYMENT, clocks.RESUME, since)
        unit = (case.row["received_code"], case.row["received_path"])
        issue_slip(case, "01", unit=unit, reissued=True)
        case.tell("resumed-after-payment")
        return case.done()


@operation
def wait_for_system(
    viewer: Viewer, uid: uuid.UUID, system: str, *, idempotency_key: str | None = None
) -> Done:
    """The answer of a national system is awaited: the officer's step stands still, the promise to the citizen not."""
    name = required(system, "system.name", _("Hãy ghi tên hệ thống đang chờ."), most=100)
    with opened(viewer, uid, "wait_for_system", idempotency_key) as case:
        _refuse_paused(case)
        case.add_entry("pause", **{"for": clocks.SYSTEM}, system=name)
        case.reckon()
        case.tell("waiting-for-system", system=name)
        return case.done()


@operation
def resume_from_system(viewer: Viewer, uid: uuid.UUID, *, idempotency_key: str | None = None) -> Done:
    """The national system has answered: the open steps move on by the time it took."""
    with opened(viewer, uid, "resume_from_system", idempotency_key) as case:
        if case.row["paused_for"] != clocks.SYSTEM:
            raise DossierRefused("system.not-waiting", _("Hồ sơ không ở trạng thái chờ hệ thống quốc gia."))
        since = case.row["paused_at"]
        case.add_entry("resume", **{"for": clocks.SYSTEM})
        case.reckon()
        case.shift_tasks(since)
        case.tell("resumed-from-system")
        return case.done()


def _refuse_paused(case: Case) -> None:
    if case.row["paused_for"]:
        raise DossierRefused(
            "clock.paused",
            _("Đồng hồ hồ sơ đang dừng ({reason}); hãy cho chạy tiếp trước.").format(
                reason=clocks.pause_word(case.row["paused_for"])
            ),
        )


# -- extension and apology -------------------------------------------------------------------------


@operation
def extend_dossier(
    viewer: Viewer,
    uid: uuid.UUID,
    new_date: dt.datetime,
    reason: str,
    *,
    cause: str = "",
    idempotency_key: str | None = None,
) -> Done:
    """Apologises and names a new date (form 04), at least a day before the appointment, and once.

    Raises DossierRefused dossiers.extension.*.
    """
    text = required(reason, "extension.reason", _("Hãy ghi lý do chậm để in vào văn bản xin lỗi."))
    _require_cause(cause, or_none=True)
    with opened(viewer, uid, "extend", idempotency_key) as case:
        _check_extension(case, new_date)
        unit = (case.row["unit_code"], case.row["unit_path"])
        before = case.row["promised"]
        Extension.objects.create(
            province_id=case.province_id,
            dossier_id=case.id,
            at=case.now,
            by_id=viewer.user_id,
            reason=text,
            cause=cause,
            promised_before=before,
            new_date=new_date,
        )
        case.add_entry("extend", to=new_date.isoformat())
        case.reckon()
        if cause:
            case.set(late_reason=cause)
        number = take_yearly(case, "slip:04", unit)
        issue_slip(case, "04", unit=unit, number=number, reason=text, before=before, new_date=new_date)
        case.tell("extended", to=f"{local(new_date):%d/%m/%Y %H:%M}")
        return case.done()


def _check_extension(case: Case, new_date: dt.datetime) -> None:
    promised = case.row["promised"]
    if promised is None:
        raise DossierRefused("extension.no-limit", _("Hồ sơ không có ngày hẹn trả nên không cần gia hạn."))
    if case.row["extensions"] >= 1:
        raise DossierRefused(
            "extension.once", _("Hồ sơ đã gia hạn một lần; mỗi hồ sơ chỉ được hẹn lại một lần.")
        )
    days = int(case.parameter("dossiers.extension_notice_days"))
    if (local(promised).date() - local(case.now).date()).days < days:
        code = "extension.late" if promised < case.now else "extension.too-late"
        raise DossierRefused(
            code,
            _(
                "Phải xin lỗi và gia hạn trước ngày hẹn trả ít nhất {days} ngày. Hồ sơ này chỉ còn gửi được thư xin lỗi vì quá hạn."
            ).format(days=days),
        )
    if new_date <= promised or not case.calendar.is_working_day(local(new_date).date()):
        raise DossierRefused(
            "extension.date", _("Ngày hẹn mới phải sau ngày hẹn cũ và là ngày làm việc; hãy chọn ngày khác.")
        )


@operation
def apologise(
    viewer: Viewer,
    uid: uuid.UUID,
    reason: str,
    *,
    cause: str = "",
    idempotency_key: str | None = None,
) -> Done:
    """The apology letter of a dossier already late. It moves no date: late stays late."""
    text = required(reason, "apology.reason", _("Hãy ghi lý do chậm để in vào thư xin lỗi."))
    _require_cause(cause, or_none=True)
    with opened(viewer, uid, "apologise", idempotency_key) as case:
        late = clocks.kept_promise(case.row["promised"], case.row["ended_at"], case.now) is False
        if not late:
            raise DossierRefused(
                "apology.not-late",
                _("Hồ sơ chưa quá hạn; nếu biết trước sẽ chậm, hãy dùng “Xin lỗi và gia hạn”."),
            )
        unit = (case.row["unit_code"], case.row["unit_path"])
        Extension.objects.create(
            province_id=case.province_id,
            dossier_id=case.id,
            at=case.now,
            by_id=viewer.user_id,
            reason=text,
            cause=cause,
            promised_before=case.row["promised"],
        )
        if cause:
            case.set(late_reason=cause)
        issue_slip(case, "apology", unit=unit, number=take_yearly(case, "slip:04", unit), reason=text)
        case.tell("apologised")
        return case.done()


def _require_cause(cause: str, *, or_none: bool = False) -> None:
    if cause not in late_causes() and not (or_none and cause == ""):
        raise DossierRefused("late.cause", _("Hãy chọn một nguyên nhân trong danh sách."))


@operation
def record_late_reason(
    viewer: Viewer, uid: uuid.UUID, cause: str, *, idempotency_key: str | None = None
) -> Done:
    """Says why a dossier is late, by a cause of the list (`rules.late_causes`)."""
    _require_cause(cause)
    with opened(viewer, uid, "record_late_reason", idempotency_key) as case:
        if not any(
            viewer.may(one, province=case.province_id, unit_path=case.row["unit_path"])
            for one in (may.PROCESS, may.ASSIGN, may.EXTEND)
        ):
            viewer.require(may.PROCESS, province=case.province_id, unit_path=case.row["unit_path"])
        case.set(late_reason=cause)
        case.tell("reasoned")
        return case.done()
