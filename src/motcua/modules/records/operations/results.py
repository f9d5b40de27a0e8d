"""Electronic results of dossiers: issue, deliver into the holder's store, replace, withdraw."""

from __future__ import annotations

import uuid

from django.utils.translation import gettext as _

from motcua.engine.files.api import PDF, StoredFile
from motcua.engine.permissions.api import Viewer
from motcua.kernel.clock import local
from motcua.kernel.text import squeeze
from motcua.modules.catalogue.api import procedure_version
from motcua.modules.dossiers.api import ResultOutline, Status
from motcua.modules.records.data import Done, ResultFile
from motcua.modules.records.errors import RecordsRefused
from motcua.modules.records.models import ElectronicResult
from motcua.modules.records.operations.storing import end_paper, paper_of_result, told_of
from motcua.modules.records.signatures import ALTERED, NONE
from motcua.modules.records.states import Issued, Kept
from motcua.modules.records.work import (
    Row,
    Work,
    at_work,
    changed,
    operation,
    own_file,
    required,
    signature_of,
    stored,
    universal,
)
from motcua.reference.organisations.api import units_on

_ENDED = (Status.DONE, Status.RETURNED)
_PDF = frozenset({PDF})
_TOLD = (
    "uid", "kind_code", "number", "issued_on", "file_id", "digest", "signature", "signed_by_id", "signed_unit",
    "signed_at", "state", "issued_at", "unit_code", "unit_path",
)  # fmt: skip


@operation
def issue_result(
    viewer: Viewer | None,
    uid: uuid.UUID,
    file: ResultFile | None = None,
    *,
    idempotency_key: str | None = None,
) -> Done:
    """Registers the electronic result of a dossier that is done: its signed file, with number, day and who signed.

    Without a file of the caller's, the one the result has. viewer None: the follower of `dossiers`. Raises NotPermitted,
    RecordsRefused records.result.not-done, .unsigned, .altered, records.file.*.
    """
    with at_work(viewer, uid, "issue", idempotency_key) as work:
        work.check(_state(work))
        row = _issued(work, file or ResultFile())
        row.save()
        return work.tell("result:issued", row.uid, row.state, number=row.number, result=_told(row))


def _state(work: Work) -> str:
    found = _standing(work)
    return found.state if found is not None else Issued.NONE


def _standing(work: Work) -> ElectronicResult | None:
    """The electronic result that stands; the dossier's lock holds it."""
    return ElectronicResult.objects.filter(dossier_uid=work.dossier.uid, state=Issued.ISSUED).first()


def _issued(work: Work, given: ResultFile) -> ElectronicResult:
    dossier, result = work.dossier, work.dossier.result
    if dossier.status not in _ENDED or result is None:
        raise RecordsRefused(
            "result.not-done", _("Hồ sơ chưa phát hành kết quả nên chưa có kết quả điện tử; hãy phát hành kết quả trước.")
        )  # fmt: skip
    file = _file(work, given, result)
    signature = signature_of(file)
    if signature == NONE:
        raise RecordsRefused(
            "result.unsigned", _("Tệp kết quả chưa có chữ ký số; hãy ký số tệp PDF rồi phát hành.")
        )
    if signature == ALTERED:
        raise RecordsRefused(
            "result.altered", _("Tệp kết quả đã thay đổi sau khi ký số; hãy dùng đúng tệp đã ký.")
        )
    code, name = _kind(dossier.version_id)
    return ElectronicResult(
        province_id=dossier.province_id,
        unit_code=dossier.handling[0],
        unit_path=dossier.handling[1],
        dossier_uid=dossier.uid,
        name=squeeze(given.name or result.name or name)[:500],
        kind_code=(given.kind_code or code)[:60],
        number=squeeze(given.number or result.number)[:60],
        issued_on=given.issued_on or result.issued_on or local(work.now).date(),
        file_id=file.pk,
        digest=file.digest,
        signature=signature,
        signed_by_id=result.signed_by,
        signed_unit=result.signed_unit,
        signed_at=result.signed_at,
        issued_at=work.now,
    )


def _file(work: Work, given: ResultFile, result: ResultOutline) -> StoredFile:
    if given.file_id is not None:
        return own_file(work.viewer, work.dossier.province_id, given.file_id, kinds=_PDF)
    if result.file_id is None:
        raise RecordsRefused(
            "result.unsigned", _("Tệp kết quả chưa có chữ ký số; hãy ký số tệp PDF rồi phát hành.")
        )
    return stored(work.dossier.province_id, result.file_id, kinds=_PDF)


def _kind(version_id: int) -> tuple[str, str]:
    """Code and name of the first result of a procedure that is a document (mã kết quả)."""
    results = procedure_version(version_id).content.results
    return next(((one.code, one.name) for one in results if one.document), ("", ""))


def _told(row: ElectronicResult) -> Row:
    return universal({name: getattr(row, name) for name in _TOLD})


# -- what comes after -------------------------------------------------------------------------------


@operation
def deliver_result(viewer: Viewer | None, uid: uuid.UUID, *, idempotency_key: str | None = None) -> Done:
    """Puts the electronic result into its holder's store. Delivered before: nothing is done again.

    viewer None: the follower, when the result is returned. Raises NotPermitted, RecordsRefused records.state.
    """
    with at_work(viewer, uid, "deliver", idempotency_key) as work:
        work.check(_state(work))
        row = _standing(work)
        assert row is not None
        if row.delivered_at is not None:
            return Done(row.uid, row.state, repeated=True)
        told, paper = _deliver(work, row)
        return work.tell(
            "result:delivered",
            row.uid,
            row.state,
            number=row.number,
            result={"uid": row.uid} | told,
            paper=paper,
        )


def _deliver(work: Work, row: ElectronicResult) -> tuple[Row, Row]:
    unit = (row.unit_code, row.unit_path)
    values: Row = {
        "kind_code": row.kind_code,
        "name": row.name,
        "number": row.number,
        "issued_by": _unit_name(work, row.unit_code),
        "issued_on": row.issued_on,
        "file_id": row.file_id,
        "digest": row.digest,
        "signature": row.signature,
        "kept_by_id": work.user_id,
    }
    paper = paper_of_result(work.dossier, unit, values)
    return changed(row, {"delivered_at": work.now, "paper_id": paper.pk}), told_of(paper)


def _unit_name(work: Work, code: str) -> str:
    day = local(work.now).date()
    return next((unit.name for unit in units_on(work.province, day) if unit.code == code), code)[:300]


@operation
def replace_result(
    viewer: Viewer | None,
    uid: uuid.UUID,
    file: ResultFile | None,
    reason: str,
    *,
    idempotency_key: str | None = None,
) -> Done:
    """Another signed file takes the place of the result (an error corrected); in the holder's store too, if the former
    one had come there. Raises what `issue_result` raises, and records.result.same for the same content."""
    text = required(reason, "result.reason", _("Hãy ghi lý do thay thế kết quả điện tử."))
    with at_work(viewer, uid, "replace", idempotency_key) as work:
        work.check(_state(work))
        former = _standing(work)
        assert former is not None
        row = _issued(work, file or ResultFile())
        if row.digest == former.digest:
            raise RecordsRefused(
                "result.same", _("Tệp này chính là kết quả đang có hiệu lực; hãy chọn tệp đã sửa.")
            )
        told, ended = _end(work, former, Issued.REPLACED, Kept.REPLACED, text)
        row.save()
        former.successor = row
        former.save(update_fields=["successor"])
        made, paper = _told(row), Row()
        if former.delivered_at is not None:
            delivered, paper = _deliver(work, row)
            made |= delivered
        return work.tell(
            "result:replaced",
            row.uid,
            row.state,
            number=row.number,
            result=made,
            former={"uid": former.uid} | told,
            paper=paper,
            ended=ended,
        )


@operation
def withdraw_result(
    viewer: Viewer, uid: uuid.UUID, reason: str, *, idempotency_key: str | None = None
) -> Done:
    """Takes the electronic result back, with a reason; it goes from what may be reused too."""
    text = required(reason, "result.reason", _("Hãy ghi lý do thu hồi kết quả điện tử."))
    with at_work(viewer, uid, "withdraw", idempotency_key) as work:
        work.check(_state(work))
        row = _standing(work)
        assert row is not None
        told, ended = _end(work, row, Issued.WITHDRAWN, Kept.WITHDRAWN, text)
        return work.tell(
            "result:withdrawn",
            row.uid,
            row.state,
            number=row.number,
            result={"uid": row.uid} | told,
            ended=ended,
        )


def _end(work: Work, row: ElectronicResult, state: Issued, kept: Kept, reason: str) -> tuple[Row, Row]:
    """The columns of the result, and those of its paper in the store."""
    told = changed(row, {"state": str(state), "ended_at": work.now, "ended_reason": reason})
    if row.paper is None or row.paper.state != Kept.VALID:
        return told, {}
    return told, {"uid": row.paper.uid} | end_paper(row.paper, kept, reason)
