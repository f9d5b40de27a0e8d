"""A partner's statement of a day held against our confirmed payments; run again, it does no more than is new."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections import Counter
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from motcua.engine.accounts.api import User
from motcua.engine.events.api import record
from motcua.engine.permissions.api import NotPermitted, Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import VIETNAM, local, now
from motcua.kernel.ids import uuid7
from motcua.kernel.money import Dong
from motcua.kernel.text import squeeze
from motcua.modules.payments import permissions as may
from motcua.modules.payments.data import DayResult, StatementLine
from motcua.modules.payments.errors import PaymentRefused
from motcua.modules.payments.events import CODES
from motcua.modules.payments.ledger import plain, required, universal
from motcua.modules.payments.models import Comparison, Order, Reconciliation, StatedPayment
from motcua.modules.payments.rules import MOST, Difference, Ours, Theirs, compare_day, resolutions
from motcua.reference.organisations.api import unit_at

_MOST_LINES = 200_000
_SAME = ("outcome", "order_code", "ours", "theirs")
_RAN = ("matched", "missing_here", "missing_there", "differs")


def reconcile_day(
    viewer: Viewer,
    province: Province,
    partner: str,
    day: dt.date,
    lines: Sequence[StatementLine] | None,
    *,
    unit_code: str = "",
) -> DayResult:
    """Holds a partner's statement of a day (`lines`; None: the one it sent last, against what stands now) against the
    payments of a unit's subtree ("" the whole province) that we confirmed by it.

    The same statement over the same payments changes nothing and tells nothing. What somebody said of a difference stays
    as long as the difference does. Raises NotPermitted, PaymentRefused payments.day.* (unit, lines, none).
    """
    path = _path_of(province, unit_code)
    viewer.require(may.RECONCILE, province=province, unit_path=path)
    name = squeeze(partner)
    checked = None if lines is None else _checked(lines)
    with transaction.atomic():
        row, is_new = _row(viewer, province, name, day, unit_code, path, checked)
        before = plain(row)
        if checked is not None and (is_new or row.digest != digest_of(checked)):
            _keep_lines(row, checked)
        found = _compared(row)
        changed = _keep(row, found)
        counts = Counter(one.outcome for one in found)
        for outcome in _RAN:
            setattr(row, outcome, counts[outcome])
        values = {name: value for name, value in plain(row).items() if is_new or before[name] != value}
        if values or changed:
            _tell(viewer, row, values, found, is_new)
    return DayResult(row.uid, *(counts[one] for one in _RAN), repeated=not (values or changed))


def _path_of(province: Province, unit_code: str) -> str:
    if not unit_code:
        return "/"
    unit = unit_at(province, unit_code, local(now()).date())
    if unit is None:
        raise PaymentRefused("day.unit", _("Không có đơn vị mã “{code}”.").format(code=unit_code))
    return unit.path


def _checked(lines: Sequence[StatementLine]) -> list[StatementLine]:
    clean = [
        StatementLine(squeeze(one.reference), one.amount, squeeze(one.order_code).upper()) for one in lines
    ]
    if len(clean) > _MOST_LINES:
        raise PaymentRefused("day.lines", _("Sao kê có quá {most} dòng.").format(most=_MOST_LINES))
    for number, one in enumerate(clean, start=1):
        fits = 0 < len(one.reference) <= 100 and len(one.order_code) <= 60
        if not fits or not 0 < one.amount.amount <= MOST:
            raise PaymentRefused(
                "day.lines",
                _("Dòng {number} của sao kê thiếu mã tham chiếu hoặc số tiền không lớn hơn 0.").format(
                    number=number
                ),
            )
    return clean


def digest_of(lines: Sequence[StatementLine]) -> str:
    """Of a statement's lines, whatever order they come in."""
    told = sorted(f"{one.reference}\t{one.order_code}\t{one.amount.amount}" for one in lines)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _row(
    viewer: Viewer,
    province: Province,
    partner: str,
    day: dt.date,
    unit_code: str,
    path: str,
    lines: list[StatementLine] | None,
) -> tuple[Reconciliation, bool]:
    """The row of this partner's day, locked."""
    if not 0 < len(partner) <= 40:
        raise PaymentRefused("day.partner", _("Hãy nêu bên thanh toán (không quá 40 ký tự)."))
    found = {"province": province, "unit_path": path, "partner": partner, "day": day}
    if lines is None and not Reconciliation.objects.filter(**found).exists():
        raise PaymentRefused("day.none", _("Chưa có sao kê của ngày này; hãy nạp sao kê trước."))
    user = viewer.user if isinstance(viewer.user, User) else None
    made = {"unit_code": unit_code or province.agency_code, "digest": "", "run_at": now(), "run_by": user}
    row, is_new = Reconciliation.objects.get_or_create(**found, defaults=made)
    return Reconciliation.objects.select_for_update().get(pk=row.pk), is_new


def _keep_lines(row: Reconciliation, lines: list[StatementLine]) -> None:
    row.stated_lines.all().delete()
    StatedPayment.objects.bulk_create(
        (
            StatedPayment(
                reconciliation=row,
                number=number,
                reference=one.reference,
                order_code=one.order_code,
                amount=one.amount.amount,
            )
            for number, one in enumerate(lines, start=1)
        ),
        batch_size=2000,
    )
    row.digest, row.lines = digest_of(lines), len(lines)
    row.stated = sum(one.amount.amount for one in lines)


def _compared(row: Reconciliation) -> tuple[Difference, ...]:
    theirs = [Theirs(*values) for values in row.stated_lines.values_list("reference", "order_code", "amount")]
    start = dt.datetime.combine(row.day, dt.time(), VIETNAM)
    orders = Order.objects.filter(
        province_id=row.province_id,
        partner=row.partner,
        state="confirmed",
        unit_path__startswith=row.unit_path,
    ).exclude(partner_reference="")
    of_day = Q(paid_at__gte=start, paid_at__lt=start + dt.timedelta(days=1))
    named = Q(partner_reference__in=[one.reference for one in theirs])
    ours = [
        Ours(reference, code, amount, local(paid_at).date())
        for reference, code, amount, paid_at in orders.filter(of_day | named).values_list(
            "partner_reference", "code", "amount", "paid_at"
        )
    ]
    elsewhere = StatedPayment.objects.filter(
        reconciliation__province_id=row.province_id,
        reconciliation__partner=row.partner,
        reconciliation__unit_path=row.unit_path,
        reference__in=[one.reference for one in ours],
    ).exclude(reconciliation=row)
    return compare_day(row.day, ours, theirs, frozenset(elsewhere.values_list("reference", flat=True)))


def _keep(row: Reconciliation, found: Sequence[Difference]) -> bool:
    """The comparisons as found now; what is unchanged keeps its row, and what somebody said of it. Whether any changed."""
    known = {one.key: one for one in row.comparisons.all()}
    wanted = {one.key: one for one in found}
    gone = [
        known[key].pk
        for key in known
        if key not in wanted or any(getattr(known[key], name) != getattr(wanted[key], name) for name in _SAME)
    ]
    Comparison.objects.filter(pk__in=gone).delete()
    fresh = [
        Comparison(
            reconciliation=row,
            uid=uuid7(),
            key=one.key,
            outcome=one.outcome,
            order_code=one.order_code,
            ours=one.ours,
            theirs=one.theirs,
        )
        for key, one in wanted.items()
        if key not in known or known[key].pk in set(gone)
    ]
    Comparison.objects.bulk_create(fresh, batch_size=2000)
    return bool(gone or fresh)


def _tell(
    viewer: Viewer, row: Reconciliation, values: dict[str, object], found: Sequence[Difference], is_new: bool
) -> None:
    row.run_at = now()
    row.run_by = viewer.user if isinstance(viewer.user, User) else None
    row.save()
    values |= universal({"run_at": row.run_at, "run_by_id": row.run_by_id})
    apart = {one.key: [one.outcome, one.ours, one.theirs] for one in found if one.outcome != "matched"}
    words = {"day": f"{row.day:%d/%m/%Y}", "partner": row.partner, "differences": len(apart)}
    record(
        CODES["day:reconciled"],
        province=row.province,
        subject=f"reconciliation:{row.uid}",
        payload={"new" if is_new else "set": values, "differences": apart, "words": words},
        actor=row.run_by,
        unit_code=row.unit_code,
        unit_path=row.unit_path,
    )


def resolve_difference(
    viewer: Viewer,
    difference: uuid.UUID,
    resolution: str,
    note: str,
    *,
    idempotency_key: str | None = None,
) -> uuid.UUID:
    """Says what a difference was and what was done of it; resolution: of `rules.resolutions`. It stays counted as found.

    Raises NotPermitted, PaymentRefused payments.difference.* (resolution, note, matched, resolved).
    """
    text = required(note, "difference.note", _("Hãy ghi đã xử lý chỗ chưa khớp thế nào, theo chứng từ nào."))
    if resolution not in resolutions():
        raise PaymentRefused("difference.resolution", _("Hãy chọn cách xử lý trong danh sách."))
    with transaction.atomic():
        row = (
            Comparison.objects.select_for_update(of=("self",))
            .select_related("reconciliation__province")
            .filter(uid=difference)
            .first()
        )
        if row is None:
            raise NotPermitted(may.RECONCILE)
        day = row.reconciliation
        viewer.require(may.RECONCILE, province=day.province, unit_path=day.unit_path)
        if row.resolution == resolution and row.note == text:
            return row.uid
        _refuse_resolved(row)
        row.resolution, row.note, row.resolved_at = resolution, text, now()
        row.resolved_by = viewer.user if isinstance(viewer.user, User) else None
        row.save()
        record(
            CODES["difference:resolved"],
            province=day.province,
            subject=f"reconciliation:{day.uid}",
            payload={
                "key": row.key,
                "resolution": resolution,
                "words": {"reference": row.key, "amount": row.theirs or row.ours},
            },
            actor=row.resolved_by,
            unit_code=day.unit_code,
            unit_path=day.unit_path,
            idempotency_key=idempotency_key and f"resolve_difference:{row.uid}:{idempotency_key}"[:200],
        )
    return row.uid


def _refuse_resolved(row: Comparison) -> None:
    if row.outcome == "matched":
        raise PaymentRefused("difference.matched", _("Khoản này đã khớp, không có gì phải xử lý."))
    if row.resolution:
        raise PaymentRefused(
            "difference.resolved", _("Chỗ chưa khớp này đã được xử lý; hãy tải lại trang để xem.")
        )


def totals_of(row: Reconciliation) -> tuple[Dong, Dong]:
    """(ours, theirs): the sums of a day as each side tells it."""
    rows = list(row.comparisons.values_list("ours", "theirs"))
    return Dong(sum(ours or 0 for ours, _t in rows)), Dong(sum(theirs or 0 for _o, theirs in rows))
