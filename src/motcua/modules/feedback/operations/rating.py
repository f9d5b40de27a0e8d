"""Ratings of dossiers: by the applicant who holds the receipt, or recorded for them at the counter or by telephone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from motcua.engine.events.api import Event, is_repeat, keyed, record
from motcua.engine.permissions.api import NotPermitted, Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import local, now
from motcua.kernel.ids import uuid7
from motcua.kernel.text import nfc
from motcua.modules.dossiers.api import DossierRef, dossier_of_receipt, dossier_ref
from motcua.modules.feedback import permissions as may
from motcua.modules.feedback.case import Repeated, fitting, known_code, operation
from motcua.modules.feedback.data import RatingDone, RatingDraft
from motcua.modules.feedback.errors import FeedbackRefused
from motcua.modules.feedback.events import RATING_CODES
from motcua.modules.feedback.grievances import keep_grievance
from motcua.modules.feedback.models import Rating, RatingChannel, RatingKind
from motcua.modules.feedback.rules import CHANGE_DAYS, Scale, scale_of, scale_on
from motcua.reference.calendars.api import parameter

_CHOOSE = "Hãy chọn một trong các mã: {choices}."


@operation
def record_rating(
    viewer: Viewer,
    province: Province,
    dossier_code: str,
    draft: RatingDraft,
    *,
    idempotency_key: str | None = None,
) -> RatingDone:
    """Records what the applicant said at the counter, by telephone, on paper.

    The viewer holds feedback.ratings.record over the dossier's receiving, handling or returning unit; else the dossier
    does not exist for them (NotPermitted). Raises FeedbackRefused feedback.rating.*.
    """
    dossier = dossier_ref(province, code=dossier_code)
    if dossier is None or not _is_of_the_units(viewer, dossier):
        raise NotPermitted(may.RATINGS_RECORD)
    return _rate(province, dossier, draft, viewer, idempotency_key)


@operation
def rate_by_receipt(
    province: Province,
    dossier_code: str,
    check_value: str,
    draft: RatingDraft,
    *,
    idempotency_key: str | None = None,
) -> RatingDone:
    """The applicant rates: whoever holds the receipt, with its code and check value. A page that calls this limits how
    often one may guess. Raises FeedbackRefused feedback.rating.receipt, feedback.rating.*."""
    dossier = dossier_of_receipt(dossier_code, check_value)
    if dossier is None or dossier.province_id != province.pk:
        raise FeedbackRefused(
            "rating.receipt",
            _("Mã hồ sơ hoặc mã kiểm tra không đúng; hãy xem lại hai mã in trên giấy tiếp nhận."),
        )
    return _rate(province, dossier, draft, None, idempotency_key)


def _is_of_the_units(viewer: Viewer, dossier: DossierRef) -> bool:
    return any(
        viewer.may(may.RATINGS_RECORD, province=dossier.province_id, unit_path=path)
        for _code, path in (dossier.receiving, dossier.handling, dossier.returning)
    )


def _rate(
    province: Province, dossier: DossierRef, draft: RatingDraft, viewer: Viewer | None, key: str | None
) -> RatingDone:
    known_code(draft.kind, dict(RatingKind.choices), "rating.kind", _(_CHOOSE))
    known_code(draft.channel, dict(RatingChannel.choices), "rating.channel", _(_CHOOSE))
    _require_ripe(dossier, draft.kind)
    full = keyed(f"rate-{draft.kind}", dossier.uid, key)
    try:
        with transaction.atomic():
            _refuse_repeated(province.pk, full)
            return _write(province, dossier, draft, viewer, full)
    except IntegrityError as error:
        if full and is_repeat(error):
            _refuse_repeated(province.pk, full)
        if "rating_of_dossier_once" in str(error):  # another was first: this one changes it
            with transaction.atomic():
                return _write(province, dossier, draft, viewer, full)
        raise


def _require_ripe(dossier: DossierRef, kind: str) -> None:
    if dossier.received_at is None:
        raise FeedbackRefused("rating.early", _("Hồ sơ chưa được tiếp nhận nên chưa đánh giá được."))
    if kind == RatingKind.HANDLING and dossier.ended_at is None:
        raise FeedbackRefused(
            "rating.early", _("Hồ sơ đang giải quyết; hãy đánh giá việc giải quyết khi đã có kết quả.")
        )


def _write(
    province: Province, dossier: DossierRef, draft: RatingDraft, viewer: Viewer | None, key: str | None
) -> RatingDone:
    row = (
        Rating.objects.select_for_update(of=("self",))
        .filter(province=province, dossier_uid=dossier.uid, kind=draft.kind)
        .first()
    )
    moment = now()
    # A rating keeps the scale it was given by, so that its points go on meaning what was answered.
    scale = scale_of(row.scale) if row else scale_on(local(moment).date())
    said = _said(scale, draft)
    if row is None:
        row, told = _first(province, dossier, draft, said, moment)
    else:
        _require_window(row, moment)
        told = _changed(row, said, moment)
    comment = nfc(fitting(draft.comment.strip(), 2000))
    row.comment, row.recorded_by_id = comment, viewer.user_id if viewer else None
    told["recorded_by_id"] = row.recorded_by_id
    row.save()
    _record(province, row, told, viewer, key, moment)
    keep_grievance(province, row.dossier_uid)
    return _done(row)


def _first(
    province: Province, dossier: DossierRef, draft: RatingDraft, said: dict[str, Any], moment: dt.datetime
) -> tuple[Rating, dict[str, Any]]:
    unit = dossier.receiving if draft.kind == RatingKind.RECEPTION else dossier.handling
    values = {
        "dossier_uid": dossier.uid,
        "dossier_code": dossier.code,
        "kind": draft.kind,
        "procedure_code": dossier.procedure_code,
        "field_code": dossier.field_code,
        "unit_code": unit[0],
        "unit_path": unit[1],
        "rated_at": moment,
        "revision": 1,
        **said,
    }
    return Rating(province=province, uid=uuid7(), **values), values


def _changed(row: Rating, said: dict[str, Any], moment: dt.datetime) -> dict[str, Any]:
    told = {**said, "changed_at": moment, "revision": row.revision + 1}
    for name, value in told.items():
        setattr(row, name, value)
    return told


def _require_window(row: Rating, moment: dt.datetime) -> None:
    days = parameter(row.province_id, CHANGE_DAYS, local(row.rated_at).date())
    last = local(row.rated_at).date() + dt.timedelta(days=days)
    if local(moment).date() > last:
        raise FeedbackRefused(
            "rating.window",
            _("Đánh giá này chỉ sửa được đến hết ngày {day}; sau đó hãy gửi phản ánh, kiến nghị.").format(
                day=f"{last:%d/%m/%Y}"
            ),
        )


def _said(scale: Scale, draft: RatingDraft) -> dict[str, Any]:
    """What is kept of a rating, checked against its scale."""
    known_code(draft.level, scale.levels, "rating.level", _(_CHOOSE))
    for code, points in draft.scores.items():
        criterion = scale.criterion(code)
        if criterion is None or isinstance(points, bool) or points not in criterion.answers:
            raise FeedbackRefused(
                "rating.score",
                _("Tiêu chí “{code}” không có mức điểm {points}; hãy chọn lại câu trả lời.").format(
                    code=str(code)[:40], points=str(points)[:10]
                ),
            )
    for reason in draft.reasons:
        known_code(reason, scale.reasons, "rating.reason", _(_CHOOSE))
    return {
        "scale": scale.code,
        "level": draft.level,
        "counts": scale.counts[draft.level],
        "scores": {one.code: draft.scores[one.code] for one in scale.criteria if one.code in draft.scores},
        "reasons": [code for code in scale.reasons if code in draft.reasons],
        "channel": str(draft.channel),
    }


def _record(
    province: Province,
    row: Rating,
    told: dict[str, Any],
    viewer: Viewer | None,
    key: str | None,
    moment: dt.datetime,
) -> None:
    plain = {
        name: value.astimezone(dt.UTC) if isinstance(value, dt.datetime) else value
        for name, value in told.items()
    }
    record(
        RATING_CODES["given" if row.revision == 1 else "changed"],
        province=province,
        subject=row.subject,
        payload={"words": {"code": row.dossier_code}, "set": plain},
        actor=viewer.user if viewer is not None and viewer.user_id else None,  # type: ignore[arg-type]
        unit_code=row.unit_code,
        unit_path=row.unit_path,
        occurred_at=moment,
        idempotency_key=key,
    )


def _refuse_repeated(province_id: int, key: str | None) -> None:
    if not key:
        return
    event = Event.objects.filter(
        province_id=province_id, type__in=list(RATING_CODES.values()), idempotency_key=key
    ).first()
    if event is not None:
        row = Rating.objects.get(uid=event.subject.partition(":")[2])
        raise Repeated(RatingDone(row.uid, row.level, row.revision, row.revision > 1, True))


def _done(row: Rating) -> RatingDone:
    return RatingDone(row.uid, row.level, row.revision, row.revision > 1)
