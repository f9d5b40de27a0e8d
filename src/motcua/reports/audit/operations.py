"""Audits kept for people: run, shared, marked, deleted. The audit itself is `api.audit_report`, without a database."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from motcua.engine.accounts.models import User
from motcua.engine.events.api import record
from motcua.engine.files.api import delete, store
from motcua.engine.permissions.api import NotPermitted, Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import now
from motcua.kernel.text import search_key, squeeze
from motcua.reports.audit import events
from motcua.reports.audit.api import AuditResult, Report, Severity, audit_report, read_report
from motcua.reports.audit.models import AuditedFile, AuditShare, FindingMark, MarkKind, ReportAudit
from motcua.reports.audit.outputs.marked import render_blocks
from motcua.reports.audit.permissions import USE
from motcua.reports.audit.stored import result_json
from motcua.reports.audit.subject import guess_subject

MAX_UPLOAD_BYTES = 30 * 1024 * 1024
MAX_FILES = 12
MAX_TEXT = 1_500_000  # characters: fifteen times a province's report of a year

Upload = tuple[str, bytes]


class AuditRefused(ValueError):
    """A refused operation on an audit. `code` is stable; the message is Vietnamese and says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = f"audit.{code}"
        self.message = message


@dataclass(frozen=True, slots=True)
class Submission:
    """What a person hands in: the report's files, the report before (may be none), and whose report it is."""

    files: Sequence[Upload]
    previous: Sequence[Upload] = ()
    subject: str = ""


def run_stored_audit(viewer: Viewer, province: Province, submission: Submission) -> ReportAudit:
    """Audits a report and keeps report, findings and marked-up text for the viewer alone.

    Raises NotPermitted, AuditRefused (audit.too-many-files, audit.too-large, audit.too-long), UnreadableReport and FileRefused.
    """
    viewer.require(USE)
    _refuse_too_much(submission)
    started = time.perf_counter()
    report = read_report(list(submission.files))
    previous = read_report(list(submission.previous)) if submission.previous else None
    for read in (report, *([previous] if previous else [])):
        _refuse_too_long(read)
    result = audit_report(report, previous=previous)
    subject = squeeze(submission.subject)[:200] or guess_subject(report)
    seconds = Decimal(str(round(time.perf_counter() - started, 2)))
    with transaction.atomic():
        audit = _save(viewer, province, report, result, subject, seconds)
        for is_previous, uploads in ((False, submission.files), (True, submission.previous)):
            source = previous if is_previous else report
            documents = source.documents if source else ()
            for upload, document in zip(uploads, documents, strict=True):
                _keep(viewer, audit, upload, document.file, is_previous)
        counts = {"definite": audit.definite, "likely": audit.likely, "arguable": audit.arguable}
        _tell(viewer, events.AUDITED, audit, counts)
    return audit


def _save(
    viewer: Viewer, province: Province, report: Report, result: AuditResult, subject: str, seconds: Decimal
) -> ReportAudit:
    count = {
        severity: sum(finding.severity is severity and not finding.caused_by for finding in result.findings)
        for severity in Severity
    }
    return ReportAudit.objects.create(
        province=province,
        owner_id=viewer.user_id,
        title=", ".join(result.files)[:300],
        subject=subject,
        subject_key=search_key(subject)[:200],
        created_at=now(),
        seconds=seconds,
        definite=count[Severity.DEFINITE],
        likely=count[Severity.LIKELY],
        arguable=count[Severity.ARGUABLE],
        result=result_json(result),
        blocks=[asdict(block) for block in render_blocks(report, result)],
    )


def share_audit(viewer: Viewer, audit: ReportAudit, username: str) -> AuditShare:
    """Lets a person with the right to audit see this audit. Only its owner may.

    Raises AuditRefused: audit.unknown-person, audit.oneself.
    """
    _require_owner(viewer, audit)
    user = User.objects.filter(username__iexact=username.strip(), is_active=True).first()
    if user is None or not Viewer(user).may(USE):
        raise AuditRefused(
            "unknown-person",
            _("Không có tài khoản “{username}” được dùng mục kiểm tra báo cáo.").format(
                username=username.strip()
            ),
        )
    if user.pk == audit.owner_id:
        raise AuditRefused("oneself", _("Đây là lần kiểm tra của chính bạn, không cần chia sẻ."))
    with transaction.atomic():
        share, created = AuditShare.objects.get_or_create(audit=audit, user=user)
        if created:
            _tell(viewer, events.SHARED, audit, {"account": str(user.uid)})
    return share


def unshare_audit(viewer: Viewer, audit: ReportAudit, user_id: int) -> None:
    """Takes a person's sight of the audit away again."""
    _require_owner(viewer, audit)
    with transaction.atomic():
        share = AuditShare.objects.select_related("user").filter(audit=audit, user_id=user_id).first()
        if share is None:
            raise AuditRefused("not-shared", _("Người này vốn không được xem lần kiểm tra này."))
        _tell(viewer, events.UNSHARED, audit, {"account": str(share.user.uid)})
        share.delete()


def delete_audit(viewer: Viewer, audit: ReportAudit) -> None:
    """Removes an audit with its files. Marks stay: they speak of the unit's figures, not of this file."""
    _require_owner(viewer, audit)
    with transaction.atomic():
        _tell(viewer, events.DELETED, audit, {})
        kept = [item.stored for item in audit.files.select_related("stored")]
        audit.delete()
        for stored in kept:
            delete(viewer, stored)


def mark_finding(
    viewer: Viewer, audit: ReportAudit, finding: str, kind: MarkKind, reason: str
) -> FindingMark:
    """Sets a finding aside with a reason, for this audit and later ones of the same unit.

    Raises AuditRefused: audit.no-finding, audit.no-reason.
    """
    require_sight(viewer, audit)
    words = squeeze(reason)
    if len(words) < 3:
        raise AuditRefused(
            "no-reason", _("Hãy ghi lý do, để lần sau người đọc hiểu vì sao bỏ qua phát hiện này.")
        )
    rule = _rule_of(audit, finding)
    with transaction.atomic():
        mark, _created = FindingMark.objects.update_or_create(
            province_id=audit.province_id,
            owner_id=audit.owner_id,
            subject_key=audit.subject_key,
            finding=finding,
            defaults={
                "kind": kind,
                "reason": words[:1000],
                "author_id": viewer.user_id,
                "created_at": now(),
            },
        )
        _tell(viewer, events.MARKED, audit, {"rule": rule, "kind": kind.label, "finding": finding})
    return mark


def unmark_finding(viewer: Viewer, audit: ReportAudit, finding: str) -> None:
    """Takes a mark back: the finding counts again."""
    require_sight(viewer, audit)
    rule = _rule_of(audit, finding)
    with transaction.atomic():
        removed, _rows = marks_of(audit).filter(finding=finding).delete()
        if not removed:
            raise AuditRefused("not-marked", _("Phát hiện này chưa được đánh dấu."))
        _tell(viewer, events.UNMARKED, audit, {"rule": rule, "finding": finding})


def marks_of(audit: ReportAudit) -> QuerySet[FindingMark]:
    """The marks that hold for an audit: those of its owner for the same unit."""
    return FindingMark.objects.filter(
        province_id=audit.province_id, owner_id=audit.owner_id, subject_key=audit.subject_key
    ).select_related("author")


def visible_audits(viewer: Viewer) -> QuerySet[ReportAudit]:
    """The viewer's own audits and those shown to them, newest first."""
    if not viewer.signed_in:
        return ReportAudit.objects.none()
    own = ReportAudit.objects.filter(owner_id=viewer.user_id)
    shown = ReportAudit.objects.filter(
        pk__in=AuditShare.objects.filter(user_id=viewer.user_id).values("audit")
    )
    return (own | shown).select_related("owner").order_by("-created_at", "-pk")


def require_sight(viewer: Viewer, audit: ReportAudit) -> None:
    """Raises NotPermitted unless the viewer owns the audit or was shown it."""
    viewer.require(USE)
    if not visible_audits(viewer).filter(pk=audit.pk).exists():
        raise NotPermitted(USE)


def _require_owner(viewer: Viewer, audit: ReportAudit) -> None:
    viewer.require(USE)
    if audit.owner_id != viewer.user_id:
        raise NotPermitted(USE)


def _refuse_too_much(submission: Submission) -> None:
    uploads = [*submission.files, *submission.previous]
    if len(uploads) > MAX_FILES:
        raise AuditRefused(
            "too-many-files", _("Mỗi lần kiểm tra tối đa {max_files} tệp.").format(max_files=MAX_FILES)
        )
    if sum(len(data) for _name, data in uploads) > MAX_UPLOAD_BYTES:
        raise AuditRefused("too-large", too_large_message())


def _refuse_too_long(report: Report) -> None:
    """A web process has other visitors; the command on one's own machine takes reports of any length."""
    length = sum(
        len(block.text) + sum(len(cell.text) for row in block.rows for cell in row.cells)
        for _document, block in report.blocks()
    )
    if length > MAX_TEXT:
        raise AuditRefused(
            "too-long",
            _(
                "Báo cáo dài {length} ký tự, quá {limit}. Hãy chia nhỏ, hoặc dùng lệnh motcua audit trên máy."
            ).format(length=f"{length:,}".replace(",", "."), limit=f"{MAX_TEXT:,}".replace(",", ".")),
        )


def too_large_message() -> str:
    limit = MAX_UPLOAD_BYTES // (1024 * 1024)
    return _(
        "Các tệp cộng lại quá {limit} MB. Hãy bỏ bớt hình ảnh, hoặc dùng lệnh motcua audit trên máy."
    ).format(limit=limit)


def _rule_of(audit: ReportAudit, finding: str) -> str:
    for item in audit.result["findings"]:
        if item["id"] == finding:
            return str(item["rule"])
    raise AuditRefused("no-finding", _("Lần kiểm tra này không có phát hiện đó."))


def _keep(viewer: Viewer, audit: ReportAudit, upload: Upload, name: str, previous: bool) -> None:
    stored = store(upload[1], name=upload[0], province=audit.province, viewer=viewer, limit=MAX_UPLOAD_BYTES)
    AuditedFile.objects.create(audit=audit, name=name, previous=previous, stored=stored)


def _tell(viewer: Viewer, type_: str, audit: ReportAudit, payload: dict[str, object]) -> None:
    record(
        type_,
        province=audit.province,
        subject=f"audit:{audit.uid}",
        payload=payload,
        actor=viewer.user if isinstance(viewer.user, User) else None,
    )
