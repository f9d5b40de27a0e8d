"""Digitisation of the components of a dossier: scan, check, refuse and scan again, certify, say what is not scanned."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence

from django.utils.translation import gettext as _

from motcua.engine.files.api import PDF
from motcua.engine.permissions.api import Viewer
from motcua.modules.dossiers.api import attach_paper
from motcua.modules.records import permissions as may
from motcua.modules.records.data import Checks, Done, ScannedPaper
from motcua.modules.records.errors import RecordsRefused
from motcua.modules.records.models import Digitisation, Reuse
from motcua.modules.records.rules import grounds
from motcua.modules.records.signatures import INTACT
from motcua.modules.records.states import Scan, Used
from motcua.modules.records.work import Row, Work, at_work, changed, operation, signature_of, stored
from motcua.reference.people.api import authority_of

_MOST_PAGES = 10_000
_UNCHECKED: Row = {"legible": None, "complete": None, "checked_at": None, "checked_by_id": None}
_UNCERTIFIED: Row = {"certified_at": None, "certified_by_id": None, "authority_text": ""}


@operation
def scan_papers(
    viewer: Viewer, uid: uuid.UUID, scans: Sequence[ScannedPaper], *, idempotency_key: str | None = None
) -> Done:
    """Keeps scans of components, several at once: each file goes to its component of the dossier too.

    A component scanned before and not yet checked, or refused, is scanned again. With `checks` the scan is checked at
    once, by whoever may check; a scan that fails is not kept. Raises NotPermitted, RecordsRefused records.scan.*,
    records.component, records.file.*, and what the dossier refuses.
    """
    if not scans or len({one.number for one in scans}) != len(scans):
        raise RecordsRefused("scan.which", _("Hãy chọn mỗi thành phần hồ sơ cần số hóa một lần."))
    with at_work(viewer, uid, "scan", idempotency_key) as work:
        rows = _rows(work, [one.number for one in scans])
        _refuse_reused(work, list(rows))
        told = [_scanned(work, rows[one.number], one) for one in scans]
        return _tell(work, "digitisation:scanned", told)


def _scanned(work: Work, row: Digitisation, scan: ScannedPaper) -> Row:
    work.check(row.state)
    paper = work.component(scan.number)
    if scan.pages is not None and not 1 <= scan.pages <= _MOST_PAGES:
        raise RecordsRefused("scan.pages", _("Số trang phải từ 1 đến {most}.").format(most=_MOST_PAGES))
    if scan.file_id is not None:
        assert work.viewer is not None
        attach_paper(work.viewer, work.dossier.uid, scan.number, scan.file_id)
    elif paper.file_id is None:
        raise RecordsRefused(
            "scan.file",
            _("Thành phần “{name}” chưa có tệp; hãy quét và tải tệp lên.").format(name=paper.name),
        )
    file = stored(work.dossier.province_id, scan.file_id or paper.file_id or 0)
    values: Row = {
        "state": str(Scan.SCANNED),
        "ground": "",
        "file_id": file.pk,
        "digest": file.digest,
        "pages": scan.pages,
        "round": row.round + 1,
        "scanned_at": work.now,
        "scanned_by_id": work.user_id,
        "signature": signature_of(file),
    }
    values |= _UNCHECKED
    if scan.checks is not None:
        values |= _passed(work, scan.checks)
    return {"number": row.number, "set": changed(row, values)}


def _passed(work: Work, checks: Checks) -> Row:
    """The check made with the scan."""
    work.require(may.CHECK)
    if not checks.passed:
        raise RecordsRefused(
            "scan.checks", _("Bản quét chưa đọc được hoặc chưa đủ trang; hãy quét lại rồi mới lưu.")
        )
    return {"state": str(Scan.ACCEPTED)} | _checked(work, checks)


def _checked(work: Work, checks: Checks) -> Row:
    return {
        "legible": checks.legible,
        "complete": checks.complete,
        "checked_at": work.now,
        "checked_by_id": work.user_id,
    }


@operation
def accept_scans(
    viewer: Viewer, uid: uuid.UUID, numbers: Sequence[int], *, idempotency_key: str | None = None
) -> Done:
    """Says that scans are legible and complete. Raises NotPermitted, RecordsRefused records.state."""
    return _each(viewer, uid, "accept", numbers, idempotency_key, "digitisation:accepted", lambda work, _row: (
        {"state": str(Scan.ACCEPTED)} | _checked(work, Checks(True, True))
    ))  # fmt: skip


@operation
def refuse_scan(
    viewer: Viewer, uid: uuid.UUID, number: int, checks: Checks, *, idempotency_key: str | None = None
) -> Done:
    """Sends a scan back to be made again: not legible, or not complete. Raises RecordsRefused records.refuse.checks
    when nothing is amiss."""
    if checks.passed:
        raise RecordsRefused(
            "refuse.checks", _("Hãy nêu bản quét không đọc được, hay thiếu trang, để người quét biết mà quét lại.")
        )  # fmt: skip
    return _each(viewer, uid, "refuse", [number], idempotency_key, "digitisation:refused", lambda work, _row: (
        {"state": str(Scan.REFUSED)} | _checked(work, checks) | _UNCERTIFIED
    ))  # fmt: skip


@operation
def certify_scan(
    viewer: Viewer,
    uid: uuid.UUID,
    number: int,
    file_id: int | None = None,
    *,
    idempotency_key: str | None = None,
) -> Done:
    """Certifies a scan as a copy of the paper: by the signature in `file_id` (a file the caller has stored), or in the
    scan itself. Raises RecordsRefused records.certify.unsigned, records.certify.authority."""
    with at_work(viewer, uid, "certify", idempotency_key) as work:
        row = _rows(work, [number])[number]
        work.check(row.state)
        authority = authority_of(viewer, may.CERTIFY, work.dossier.province_id, work.require(may.CERTIFY))
        if authority is None:
            raise RecordsRefused(
                "certify.authority", _("Tại thời điểm này bạn không có thẩm quyền ký xác nhận ở đơn vị này.")
            )
        values = _signed_copy(work, row, file_id) | {
            "state": str(Scan.CERTIFIED),
            "certified_at": work.now,
            "certified_by_id": work.user_id,
            "authority_text": " · ".join(filter(None, (authority.title, authority.decision_number)))[:400],
        }
        return _tell(work, "digitisation:certified", [{"number": number, "set": changed(row, values)}])


def _signed_copy(work: Work, row: Digitisation, file_id: int | None) -> Row:
    values: Row = {}
    signature = row.signature
    if file_id is not None:
        assert work.viewer is not None
        attach_paper(work.viewer, work.dossier.uid, row.number, file_id)
        file = stored(work.dossier.province_id, file_id, kinds=frozenset({PDF}))
        signature = signature_of(file)
        values = {"file_id": file.pk, "digest": file.digest, "signature": signature}
    if signature != INTACT:
        raise RecordsRefused(
            "certify.unsigned",
            _("Bản số hóa chưa có chữ ký số khớp toàn bộ tệp; hãy ký số tệp PDF rồi xác nhận."),
        )
    return values


@operation
def exempt_papers(
    viewer: Viewer | None,
    uid: uuid.UUID,
    numbers: Sequence[int],
    ground: str,
    *,
    idempotency_key: str | None = None,
) -> Done:
    """Says that components are not scanned, and why (a code of `grounds.yaml`; Circular 03/2025/TT-VPCP, Art. 5).

    viewer None: the province's list, applied. Raises RecordsRefused records.exempt.ground.
    """
    if ground not in grounds():
        raise RecordsRefused("exempt.ground", _("Hãy chọn lý do không số hóa trong danh sách."))
    return _each(viewer, uid, "exempt", numbers, idempotency_key, "digitisation:exempted", lambda _work, _row: (
        {"state": str(Scan.EXEMPT), "ground": ground}
    ))  # fmt: skip


@operation
def lift_exemption(
    viewer: Viewer, uid: uuid.UUID, numbers: Sequence[int], *, idempotency_key: str | None = None
) -> Done:
    """Components said not to be scanned must be scanned after all."""
    return _each(viewer, uid, "lift", numbers, idempotency_key, "digitisation:lifted", lambda _work, _row: (
        {"state": str(Scan.DUE), "ground": ""}
    ))  # fmt: skip


# -- parts ------------------------------------------------------------------------------------------


def _each(
    viewer: Viewer | None,
    uid: uuid.UUID,
    name: str,
    numbers: Sequence[int],
    key: str | None,
    event: str,
    values_of: Callable[[Work, Digitisation], Row],
) -> Done:
    """The same change to several components."""
    with at_work(viewer, uid, name, key) as work:
        rows = _rows(work, numbers)
        told = []
        for number, row in rows.items():
            work.check(row.state)
            told.append({"number": number, "set": changed(row, values_of(work, row))})
        return _tell(work, event, told)


def _rows(work: Work, numbers: Sequence[int]) -> Mapping[int, Digitisation]:
    """The digitisation of components, one not yet begun among them. The dossier's lock holds them."""
    if not numbers:
        raise RecordsRefused("scan.which", _("Hãy chọn mỗi thành phần hồ sơ cần số hóa một lần."))
    wanted = dict.fromkeys(numbers)
    known = {
        row.number: row
        for row in Digitisation.objects.filter(dossier_uid=work.dossier.uid, number__in=wanted)
    }
    for number in wanted:
        work.component(number)
    return {
        number: known.get(number)
        or Digitisation(province_id=work.dossier.province_id, dossier_uid=work.dossier.uid, number=number)
        for number in wanted
    }


def _refuse_reused(work: Work, numbers: Sequence[int]) -> None:
    if Reuse.objects.filter(dossier_uid=work.dossier.uid, number__in=numbers, state=Used.USED).exists():
        raise RecordsRefused(
            "scan.reused",
            _(
                "Thành phần này đang dùng lại giấy tờ trong kho; hãy thôi dùng lại trước khi quét giấy tờ mới."
            ),
        )


def _tell(work: Work, name: str, papers: list[Row]) -> Done:
    numbers = ", ".join(str(one["number"]) for one in papers)
    state = papers[-1]["set"]["state"]
    return work.tell(name, work.dossier.uid, state, numbers=numbers, papers=papers)
