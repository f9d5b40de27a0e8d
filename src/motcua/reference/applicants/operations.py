"""Operations on applicants. Each checks the viewer, locks the row, and records its event without personal data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext as _

from motcua.engine.accounts.api import User
from motcua.engine.events.api import make_event, record
from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import now
from motcua.kernel.text import squeeze
from motcua.reference.applicants import events
from motcua.reference.applicants.data import ApplicantDraft
from motcua.reference.applicants.drafts import Checked, checked, write
from motcua.reference.applicants.errors import ApplicantRefused
from motcua.reference.applicants.models import NOT_UNIQUE, Applicant
from motcua.reference.applicants.permissions import MANAGE, MERGE
from motcua.reference.applicants.queries import kept_of
from motcua.reference.people.api import PROVINCE_WIDE, UnitRef

SHORTEST_REASON, LONGEST_REASON = 5, 500
_UNIQUE = "applicant_identity_once"


def register_applicant(
    viewer: Viewer,
    province: Province,
    draft: ApplicantDraft,
    *,
    unit: UnitRef = PROVINCE_WIDE,
    idempotency_key: str | None = None,
) -> Applicant:
    """Enters an applicant, met at the counter of `unit`.

    Raises NotPermitted, ApplicantRefused: a field that is wrong (`.field`), or applicants.identity.known with the
    applicant who bears this identity number already (`.known`). Ask `likely_duplicates` before.
    """
    viewer.require(MANAGE, province=province, unit_path=unit.path)
    applicant, values = _fresh(province, draft)
    with transaction.atomic():
        _save(applicant, values)
        _tell(viewer, events.REGISTERED, applicant, _said(applicant), unit, idempotency_key)
    return applicant


def register_applicants(
    viewer: Viewer, province: Province, drafts: Iterable[ApplicantDraft], *, unit: UnitRef = PROVINCE_WIDE
) -> list[Applicant]:
    """Enters many at once by COPY, each with its event, as `register_applicant` would one by one; all of them or none. The
    rows come back without their keys.

    Raises as `register_applicant`; a number known already, or given twice, raises IntegrityError.
    """
    viewer.require(MANAGE, province=province, unit_path=unit.path)
    rows = [_fresh(province, draft)[0] for draft in drafts]
    told = [
        make_event(
            events.REGISTERED,
            province_id=province.pk,
            subject=row.subject,
            payload=_said(row),
            actor_id=viewer.user_id,
            unit_code=unit.code,
            unit_path=unit.path if unit.code else "",
        )
        for row in rows
    ]
    with transaction.atomic():
        _copy_in(rows)
        _copy_in(told)
    return rows


def _copy_in(rows: Sequence[models.Model]) -> None:
    """Rows of one model, as `save` would write them, without an INSERT's text for each."""
    if not rows:
        return
    fields = [field for field in rows[0]._meta.concrete_fields if not field.primary_key]
    names = ", ".join(f'"{field.column}"' for field in fields)
    connection.ensure_connection()
    raw = connection.connection.cursor()
    into = f"COPY {rows[0]._meta.db_table} ({names}) FROM STDIN"
    with connection.wrap_database_errors, raw, raw.copy(into) as copy:
        for row in rows:
            copy.write_row(
                [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
            )


def _fresh(province: Province, draft: ApplicantDraft) -> tuple[Applicant, Checked]:
    values, moment = checked(draft), now()
    applicant = Applicant(province=province, created_at=moment, updated_at=moment)
    write(applicant, values)
    return applicant, values


def _said(applicant: Applicant) -> dict[str, object]:
    return {"kind": applicant.kind, "identity_kind": applicant.identity_kind}


def update_applicant(
    viewer: Viewer,
    applicant: Applicant,
    draft: ApplicantDraft,
    *,
    unit: UnitRef = PROVINCE_WIDE,
    revision: int | None = None,
    idempotency_key: str | None = None,
) -> Applicant:
    """Changes an applicant to what the draft says; without a difference nothing is recorded.

    revision: the one the officer saw; somebody else's change since then is not overwritten. Raises NotPermitted,
    ApplicantRefused (as register_applicant; applicants.record.changed, applicants.record.merged).
    """
    viewer.require(MANAGE, province=applicant.province_id, unit_path=unit.path)
    values = checked(draft)
    with transaction.atomic():
        row = _locked(applicant)
        _refuse_gone(row)
        if revision is not None and revision != row.revision:
            raise ApplicantRefused(
                "record.changed",
                _("Người khác vừa sửa thông tin này. Hãy mở lại trang, xem thay đổi rồi sửa tiếp."),
            )
        differing = write(row, values)
        if differing:
            row.revision += 1
            row.updated_at = now()
            _save(row, values)
            _tell(viewer, events.UPDATED, row, {"columns": ", ".join(differing)}, unit, idempotency_key)
    return row


def merge_applicants(
    viewer: Viewer, kept: Applicant, gone: Applicant, reason: str, *, idempotency_key: str | None = None
) -> Applicant:
    """Says that two records are one person: `gone` points to `kept` from now on. Nothing is lost or copied.

    Raises NotPermitted, ApplicantRefused (applicants.merge.same, applicants.merge.province,
    applicants.record.merged, applicants.reason.length).
    """
    viewer.require(MERGE, province=kept.province_id)
    words = _reason(reason)
    if kept.province_id != gone.province_id:
        raise ApplicantRefused("merge.province", _("Chỉ gộp được hai bản ghi của cùng một tỉnh."))
    if kept.pk == gone.pk:
        raise ApplicantRefused("merge.same", _("Hãy chọn hai bản ghi khác nhau để gộp."))
    with transaction.atomic():
        rows = {row.pk: row for row in _locking().filter(pk__in=[kept.pk, gone.pk]).order_by("pk")}
        stays, goes = rows[kept.pk], rows[gone.pk]
        _refuse_gone(stays)
        _refuse_gone(goes)
        goes.merged_into, goes.merge_reason = stays, words
        _save_pointer(goes)
        _tell(viewer, events.MERGED, stays, {"gone": str(goes.uid)}, PROVINCE_WIDE, idempotency_key)
    gone.merged_into = stays
    return stays


def undo_merge(
    viewer: Viewer, gone: Applicant, reason: str, *, idempotency_key: str | None = None
) -> Applicant:
    """Makes a merged record one of its own again.

    Raises NotPermitted, ApplicantRefused (applicants.merge.none, applicants.identity.known when another record has
    taken its identity number since, applicants.reason.length).
    """
    viewer.require(MERGE, province=gone.province_id)
    _reason(reason)
    with transaction.atomic():
        row = _locked(gone)
        if row.merged_into is None:
            raise ApplicantRefused("merge.none", _("Bản ghi này không gộp vào bản ghi nào."))
        kept, row.merged_into, row.merge_reason = row.merged_into, None, ""
        try:
            with transaction.atomic():
                _save_pointer(row)
        except IntegrityError as error:
            raise _race_lost(row.province_id, bytes(row.identity_blind), error) from error
        _tell(viewer, events.UNMERGED, kept, {"gone": str(row.uid)}, PROVINCE_WIDE, idempotency_key)
    return row


def _save(applicant: Applicant, values: Checked) -> None:
    """A merged record still holds its number, so that whoever brings it again is led to the record kept."""
    blind = values.identity_blind
    if blind and values.identity_kind not in NOT_UNIQUE:
        bearers = Applicant.objects.filter(province_id=applicant.province_id, identity_blind=blind)
        others = bearers.exclude(identity_kind__in=NOT_UNIQUE).exclude(pk=applicant.pk)
        for bearer in others.select_related("merged_into"):
            if kept_of(bearer).pk != applicant.pk:
                raise _known(kept_of(bearer))
    try:
        with transaction.atomic():
            applicant.save()
    except IntegrityError as error:
        raise _race_lost(applicant.province_id, blind, error) from error


def _save_pointer(row: Applicant) -> None:
    row.updated_at = now()
    row.revision += 1
    row.save(update_fields=["merged_into", "merge_reason", "updated_at", "revision"])


def _race_lost(
    province_id: int, identity_blind: bytes, error: IntegrityError
) -> ApplicantRefused | IntegrityError:
    """Somebody entered the same number at the same moment."""
    if _UNIQUE not in str(error):
        return error
    rows = Applicant.objects.filter(province_id=province_id, identity_blind=identity_blind)
    return _known(rows.filter(merged_into__isnull=True).exclude(identity_kind__in=NOT_UNIQUE).get())


def _known(bearer: Applicant) -> ApplicantRefused:
    return ApplicantRefused(
        "identity.known",
        _("Số giấy tờ này đã có trong danh sách, của {name}. Hãy dùng bản ghi đã có.").format(
            name=bearer.display_name
        ),
        field="identity_number",
        known=bearer,
    )


def _locking() -> Any:
    return Applicant.objects.select_for_update(of=("self",)).select_related("province", "merged_into")


def _locked(applicant: Applicant) -> Applicant:
    row: Applicant = _locking().get(pk=applicant.pk)
    return row


def _refuse_gone(row: Applicant) -> None:
    if row.merged_into is not None:
        raise ApplicantRefused(
            "record.merged",
            _("Bản ghi này đã gộp vào {name}; hãy làm việc với bản ghi đó.").format(
                name=row.merged_into.display_name
            ),
        )
    if row.erased_at is not None:
        raise ApplicantRefused(
            "record.erased", _("Dữ liệu của bản ghi này đã xóa khi hết hạn lưu; hãy ghi nhận người nộp mới.")
        )


def _reason(text: str) -> str:
    words = squeeze(text)
    if not SHORTEST_REASON <= len(words) <= LONGEST_REASON:
        raise ApplicantRefused(
            "reason.length",
            _("Lý do phải có từ {least} đến {most} ký tự.").format(
                least=SHORTEST_REASON, most=LONGEST_REASON
            ),
            field="reason",
        )
    return words


def _tell(
    viewer: Viewer, type_: str, row: Applicant, payload: dict[str, object], unit: UnitRef, key: str | None
) -> None:
    record(
        type_,
        province=row.province,
        subject=row.subject,
        payload=payload,
        actor=viewer.user if isinstance(viewer.user, User) else None,
        unit_code=unit.code,
        unit_path=unit.path if unit.code else "",
        idempotency_key=key,
    )
