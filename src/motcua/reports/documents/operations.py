"""What people do with reports. Each checks permission and rule, writes rows and its event in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engine.accounts.api import User
from motcua.engine.events.api import record
from motcua.engine.files.api import PDF, store
from motcua.engine.permissions.api import NotPermitted, Viewer
from motcua.kernel.clock import now
from motcua.kernel.text import nfc
from motcua.reports.documents import events
from motcua.reports.documents.content import to_data
from motcua.reports.documents.errors import NarrativeError
from motcua.reports.documents.language import Ref, read_text
from motcua.reports.documents.models import Edition, Report, Wording
from motcua.reports.documents.permissions import ISSUE, WRITE
from motcua.reports.documents.queries import desk, may_write, source_for, template_of
from motcua.reports.documents.template import template_for
from motcua.reports.documents.writing.pdf import write_pdf
from motcua.reports.forms.api import FormSheet, period_name

MOST_WORDS = 20_000
HEAD = ("parent", "agency", "symbol", "place")
SIGNER = ("authority", "role", "name")


def open_report(viewer: Viewer, sheet: FormSheet) -> Report:
    """The report over a set of forms; the one that is there already, if it is.

    Raises NotPermitted; NarrativeError documents.template.unknown (no report is made for such a period).
    """
    viewer.require(WRITE, province=sheet.province_id, unit_path=sheet.unit_path)
    template = template_for(sheet.period_kind)
    with transaction.atomic():
        report, made = Report.objects.get_or_create(
            sheet=sheet,
            template=template.code,
            defaults={
                "province_id": sheet.province_id,
                "unit_code": sheet.unit_code,
                "unit_path": sheet.unit_path,
                "template_version": template.version,
                "opened_by": _user(viewer),
            },
        )
        if made:
            about = period_name(sheet.period_kind, sheet.period_from, sheet.period_to)
            _tell(
                events.OPENED,
                report,
                viewer,
                {
                    "about": about,
                    "sheet": str(sheet.uid),
                    "template": template.code,
                    "version": template.version,
                },
            )
    return report


def write_head(viewer: Viewer, report: Report, head: Mapping[str, str], signer: Mapping[str, str]) -> None:
    """What stands at the head and who signs; an empty field goes back to what is usual. Raises NotPermitted."""
    viewer.require(WRITE, province=report.province_id, unit_path=report.unit_path)
    with transaction.atomic():
        row = Report.objects.select_for_update().get(pk=report.pk)
        row.head = {name: nfc(head[name]).strip()[:200] for name in HEAD if head.get(name, "").strip()}
        row.signer = {
            name: nfc(signer[name]).strip()[:200] for name in SIGNER if signer.get(name, "").strip()
        }
        row.revision += 1
        row.save(update_fields=["head", "signer", "revision"])
        _tell(events.HEADED, row, viewer, {"head": row.head, "signer": row.signer, "revision": row.revision})


def write_passage(
    viewer: Viewer,
    report: Report,
    key: str,
    text: str,
    *,
    base_revision: int,
    accepted: bool = False,
    left: Sequence[str] = (),
) -> Wording:
    """What a passage says from now on: a person's words, or with `accepted` and no text the drafted suggestion as it
    stands, or with neither what the template says. `base_revision`: the revision the person saw, 0 for none. `left`: numbers
    left unbound on purpose, as printed.

    Raises NotPermitted; NarrativeError documents.passage.unknown, .changed, .long, .fixed, documents.binding.*.
    """
    passage = template_of(report).passage(key)
    if not may_write(viewer, report, passage):
        raise NotPermitted(WRITE)
    if passage.kind not in ("say", "free"):
        raise NarrativeError(
            "documents.passage.fixed", _("Đoạn này lấy từ sổ hoặc biểu, không viết tay được.")
        )
    clean = nfc(text).strip()
    if len(clean) > MOST_WORDS:
        raise NarrativeError(
            "documents.passage.long", _("Đoạn dài quá {most} ký tự.").format(most=MOST_WORDS)
        )
    _check_bindings(report, clean)
    with transaction.atomic():
        Report.objects.select_for_update().get(pk=report.pk)
        last = report.wordings.filter(key=key).order_by("-revision").first()
        now_at = last.revision if last else 0
        if base_revision != now_at:
            raise NarrativeError(
                "documents.passage.changed",
                _(
                    "Đoạn này vừa được người khác sửa (bản {now}). Chưa ghi gì; hãy xem bản mới rồi sửa lại."
                ).format(now=now_at),
            )
        if last is not None and (last.text, last.accepted, last.left) == (clean, accepted, list(left)):
            return last
        row = Wording.objects.create(
            province_id=report.province_id,
            unit_code=report.unit_code,
            unit_path=report.unit_path,
            report=report,
            key=key,
            revision=now_at + 1,
            text=clean,
            accepted=accepted and not clean,
            left=list(left),
            written_by=_user(viewer),
        )
        _tell(
            events.WRITTEN,
            report,
            viewer,
            {"key": key, "revision": row.revision, "text": clean, "accepted": row.accepted, "left": row.left},
        )
    return row


def _check_bindings(report: Report, text: str) -> None:
    """Every binding names a row, a figure or a name there is."""
    refs = [part for part in read_text(text) if isinstance(part, Ref)]
    if not refs:
        return
    source = source_for(report, template_of(report))
    known = {*source.offered(), *source.names}
    wrong = [str(ref) for ref in refs if ref.key not in known]
    if wrong:
        raise NarrativeError(
            "documents.binding.unknown",
            _(
                "Không có số liệu nào tên {wrong}. Chọn dòng biểu mẫu như 3!3.1 hoặc chỉ tiêu trong danh sách."
            ).format(wrong=", ".join(wrong[:5])),
        )


def issue_edition(viewer: Viewer, report: Report, why: str = "") -> Edition:
    """The report as it stands now, whole, with its PDF: the next edition; the last one where nothing moved since.

    Raises NotPermitted; NarrativeError documents.edition.open, naming what is missing, drafted or loose.
    """
    viewer.require(ISSUE, province=report.province_id, unit_path=report.unit_path)
    made = desk(report)
    if not made.is_ready:
        raise NarrativeError(
            "documents.edition.open",
            _(
                "Chưa chốt được: {missing} chỗ chưa có số liệu, {drafts} gợi ý chưa ai nhận, {loose} đoạn còn số chưa gắn."
            ).format(missing=len(made.missing), drafts=len(made.drafts), loose=len(made.loose)),
        )
    moment = now().replace(microsecond=0)
    with transaction.atomic():
        Report.objects.select_for_update().get(pk=report.pk)
        last = report.editions.order_by("-number").first()
        if last is not None and last.digest == made.content.digest:
            return last
        pdf = store(
            write_pdf(made.content, moment),
            name=f"bao-cao-{report.unit_code}-{report.sheet.period_to:%Y%m%d}-v{(last.number if last else 0) + 1}.pdf",
            province=report.province,
            viewer=viewer,
            accept=frozenset({PDF}),
        )
        edition = Edition.objects.create(
            province_id=report.province_id,
            unit_code=report.unit_code,
            unit_path=report.unit_path,
            report=report,
            number=(last.number if last else 0) + 1,
            content=to_data(made.content),
            digest=made.content.digest,
            moment=moment,
            why=nfc(why).strip()[:500],
            pdf=pdf,
            made_by=_user(viewer),
        )
        _tell(
            events.ISSUED,
            report,
            viewer,
            {
                "number": edition.number,
                "digest": edition.digest,
                "edition": str(edition.uid),
                "why": edition.why,
            },
        )
    return edition


def _tell(event: str, report: Report, viewer: Viewer, payload: Mapping[str, object]) -> None:
    record(
        event,
        province=report.province,
        subject=f"report:{report.uid}",
        payload=dict(payload),
        actor=_user(viewer),
        unit_code=report.unit_code,
        unit_path=report.unit_path,
    )


def _user(viewer: Viewer) -> User | None:
    return viewer.user if isinstance(viewer.user, User) else None
