"""What a dossier must pay: by the catalogue's fees, by a notice; relief, cancellation."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.engine.permissions.api import NotPermitted, Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import local
from motcua.kernel.money import Dong
from motcua.modules.catalogue.api import procedure_for_unit
from motcua.modules.catalogue.data import Fee
from motcua.modules.dossiers.api import DossierRef, dossier_ref
from motcua.modules.payments import permissions as may
from motcua.modules.payments.data import ChargeDraft, Done, FeeChoice, Relief
from motcua.modules.payments.errors import PaymentRefused
from motcua.modules.payments.ledger import Ledger, at_work, opened, operation, required
from motcua.modules.payments.models import CHARGE_KINDS, DUE_BEFORE, Charge, Duty
from motcua.modules.payments.operations.going_on import let_go_on
from motcua.modules.payments.rules import MOST, fees_of, relieved

_CHANNELS = {1: "direct", 2: "online", 3: "post"}
_MOST_CHARGES = 50
_MOST_QUANTITY = 10_000


@operation
def charge_by_catalogue(
    viewer: Viewer,
    province: Province,
    dossier: uuid.UUID,
    choices: Mapping[str, FeeChoice] | None = None,
    *,
    only: Sequence[str] | None = None,
    idempotency_key: str | None = None,
) -> Done:
    """Raises the fees that the dossier's version of the procedure asks for its channel and case (a later announcement
    moves nothing), named ones `only`; `choices` by fee name say how many, or how much where the catalogue gives words.

    Raises NotPermitted, PaymentRefused payments.charge.* (none, unpriced, twice, amount, relief).
    """
    given = choices or {}
    with _charging(viewer, province, dossier, "charge_by_catalogue", idempotency_key) as (ledger, row):
        day = local(row.received_at or row.registered_at).date()
        info = procedure_for_unit(row.version_id, row.handling[0], day)
        fees = [
            fee
            for fee in fees_of(info.content, _CHANNELS[row.channel], row.case_name)
            if fee.amount != 0 and (only is None or fee.name in only)
        ]
        if not fees or given.keys() - {fee.name for fee in fees}:
            raise PaymentRefused(
                "charge.none",
                _("Thủ tục {code} không quy định phí, lệ phí nào như vậy cho cách nộp hồ sơ này.").format(
                    code=row.procedure_code
                ),
            )
        made = [
            _raise(ledger, _draft_of(fee, given.get(fee.name) or FeeChoice()), row.version_id) for fee in fees
        ]
        return _done(ledger, made)


def _draft_of(fee: Fee, choice: FeeChoice) -> tuple[ChargeDraft, int]:
    if not 1 <= choice.quantity <= _MOST_QUANTITY:
        raise PaymentRefused(
            "charge.quantity",
            _("Số lượng tính phí phải từ 1 đến {most}.").format(most=_MOST_QUANTITY),
        )
    if fee.amount is None and choice.amount is None:
        raise PaymentRefused(
            "charge.unpriced",
            _(
                "Danh mục ghi mức thu “{name}” bằng chữ ({note}); hãy nhập số tiền theo văn bản quy định."
            ).format(name=fee.name, note=fee.note[:200]),
        )
    if fee.amount is not None and choice.amount is not None:
        raise PaymentRefused(
            "charge.priced",
            _(
                "Danh mục đã quy định mức thu “{name}”; không nhập mức khác, nếu được giảm hãy ghi căn cứ miễn, giảm."
            ).format(name=fee.name),
        )
    unit = Dong(fee.amount) if fee.amount is not None else choice.amount
    assert unit is not None
    draft = ChargeDraft(fee.kind, fee.name, unit * choice.quantity, "", "receipt", None, choice.relief)
    return draft, choice.quantity


@operation
def raise_charge(
    viewer: Viewer,
    province: Province,
    dossier: uuid.UUID,
    draft: ChargeDraft,
    *,
    idempotency_key: str | None = None,
) -> Done:
    """Raises what a notice or text says (a tax, a land obligation, a fee by a table of its own).

    Raises NotPermitted, PaymentRefused payments.charge.*.
    """
    with _charging(viewer, province, dossier, "raise_charge", idempotency_key) as (ledger, _row):
        required(
            draft.basis, "charge.basis", _("Hãy ghi thông báo hoặc văn bản làm căn cứ của khoản phải nộp.")
        )
        return _done(ledger, [_raise(ledger, (draft, 1), None)])


@operation
def relieve_charge(
    viewer: Viewer, charge: uuid.UUID, relief: Relief, *, idempotency_key: str | None = None
) -> Done:
    """Exempts or reduces a charge that is still due, with its reason and clause; not while an order is open for it. The
    dossier that waited for what is now exempt goes on.

    Raises NotPermitted, PaymentRefused payments.charge.* (state, ordered, relief, relieved).
    """
    with at_work(viewer, Charge, charge, "relieve_charge", idempotency_key) as (ledger, row):
        name = "exempt" if relief.kind == "exempt" else "relieve"
        state = ledger.move(name, row)
        _refuse_ordered(row)
        if row.relief:
            raise PaymentRefused(
                "charge.relieved",
                _("Khoản này đã được miễn, giảm; hãy hủy và ghi lại khoản mới nếu ghi sai."),
            )
        amount = _relieved(Dong(row.listed), relief)
        values = {
            "relief": relief.kind,
            "relief_reason": required(relief.reason, "charge.relief", _(_RELIEF_REASON)),
            "relief_clause": required(relief.clause, "charge.relief", _(_RELIEF_CLAUSE), 300),
            "amount": amount.amount,
            "state": state,
            "closed_at": ledger.now if state == "exempt" else None,
        }
        ledger.change("charge:relieved", row, values, amount=amount.amount)
        ledger.reckon()
        resumed = let_go_on(ledger, [row])
        return replace(_done(ledger, [row]), resumed=resumed)


@operation
def cancel_charge(
    viewer: Viewer, charge: uuid.UUID, reason: str, *, idempotency_key: str | None = None
) -> Done:
    """Cancels a charge raised in error, while nothing was paid of it.

    Raises NotPermitted, PaymentRefused payments.charge.state, payments.charge.ordered.
    """
    text = required(reason, "charge.reason", _("Hãy ghi lý do hủy khoản phải nộp."))
    with at_work(viewer, Charge, charge, "cancel_charge", idempotency_key) as (ledger, row):
        state = ledger.move("cancel_charge", row)
        _refuse_ordered(row)
        values = {"state": state, "closed_at": ledger.now, "cancel_reason": text}
        ledger.change("charge:cancelled", row, values, amount=row.amount)
        return _done(ledger, [row])


# -- parts ----------------------------------------------------------------------------------------


@contextmanager
def _charging(
    viewer: Viewer, province: Province, uid: uuid.UUID, operation: str, key: str | None
) -> Iterator[tuple[Ledger, DossierRef]]:
    """The dossier as its room shows it to the viewer, and its ledger; the duty is made at the first charge."""
    found = dossier_ref(province, uid=uid, viewer=viewer)
    if found is None:
        raise NotPermitted(may.VIEW)
    seats = {
        "unit_code": found.handling[0],
        "unit_path": found.handling[1],
        "received_code": found.receiving[0],
        "received_path": found.receiving[1],
        "dossier_code": found.code,
    }
    with transaction.atomic():
        fresh = Duty(
            province=province,
            dossier_uid=uid,
            procedure_code=found.procedure_code,
            field_code=found.field_code,
            **seats,
        )
        duty = Duty.objects.filter(province=province, dossier_uid=uid).first() or _made(fresh)
        with opened(viewer, duty.pk, operation, uid, key, follow=seats) as ledger:
            ledger.require(may.CHARGE)
            if duty.charges.count() >= _MOST_CHARGES:
                raise PaymentRefused(
                    "charge.many",
                    _("Một hồ sơ không ghi quá {most} khoản phải nộp.").format(most=_MOST_CHARGES),
                )
            yield ledger, found


def _made(duty: Duty) -> Duty:
    """The duty's row; another request may have made it meanwhile."""
    try:
        with transaction.atomic():
            duty.save(force_insert=True)
    except IntegrityError:
        return Duty.objects.get(province_id=duty.province_id, dossier_uid=duty.dossier_uid)
    return duty


def _raise(ledger: Ledger, drafted: tuple[ChargeDraft, int], version_id: int | None) -> Charge:
    draft, quantity = drafted
    _check(draft)
    _refuse_twice(ledger, draft, version_id)
    relief = draft.relief
    if relief is not None:
        ledger.require(may.RELIEVE)
    amount = _relieved(draft.amount, relief) if relief else draft.amount
    exempt = relief is not None and relief.kind == "exempt"
    duty = ledger.duty
    row = Charge(
        province_id=duty.province_id,
        duty=duty,
        unit_code=ledger.wanted("unit_code"),
        unit_path=ledger.wanted("unit_path"),
        kind=draft.kind,
        name=required(draft.name, "charge.name", _("Hãy ghi tên khoản phải nộp."), 300),
        quantity=quantity,
        listed=draft.amount.amount,
        amount=amount.amount,
        basis_kind="notice" if version_id is None else "catalogue",
        basis=draft.basis,
        version_id=version_id,
        relief=relief.kind if relief else "",
        relief_reason=required(relief.reason, "charge.relief", _(_RELIEF_REASON)) if relief else "",
        relief_clause=required(relief.clause, "charge.relief", _(_RELIEF_CLAUSE), 300) if relief else "",
        due_before=draft.due_before,
        due_on=draft.due_on,
        state="exempt" if exempt else "due",
        charged_at=ledger.now,
        charged_by=ledger.actor,
        closed_at=ledger.now if exempt else None,
    )
    return ledger.add("charge:raised", row, amount=amount.amount, code=ledger.wanted("dossier_code") or "…")


_RELIEF_REASON = gettext_noop("Hãy ghi lý do miễn, giảm.")
_RELIEF_CLAUSE = gettext_noop("Hãy ghi điều khoản cho phép miễn, giảm.")


def _check(draft: ChargeDraft) -> None:
    if draft.kind not in CHARGE_KINDS or draft.due_before not in DUE_BEFORE:
        raise PaymentRefused("charge.kind", _("Hãy chọn loại khoản thu và thời điểm nộp trong danh sách."))
    if not 0 < draft.amount.amount <= MOST:
        raise PaymentRefused(
            "charge.amount",
            _("Số tiền phải lớn hơn 0 và không quá {most}; khoản bằng 0 thì không ghi.").format(
                most=Dong(MOST)
            ),
        )


def _refuse_twice(ledger: Ledger, draft: ChargeDraft, version_id: int | None) -> None:
    """A fee of the catalogue is asked once for a dossier; a notice once by its own words."""
    same = Charge.objects.filter(duty=ledger.duty, name=draft.name).exclude(state="cancelled")
    same = same.filter(basis_kind="catalogue") if version_id else same.filter(basis=draft.basis)
    if same.exists():
        raise PaymentRefused(
            "charge.twice",
            _("Hồ sơ đã có khoản “{name}” theo cùng căn cứ; hãy hủy khoản cũ nếu ghi sai.").format(
                name=draft.name
            ),
        )


def _relieved(listed: Dong, relief: Relief) -> Dong:
    if relief.kind not in ("exempt", "reduced"):
        raise PaymentRefused("charge.relief", _("Hãy chọn miễn hoặc giảm."))
    try:
        return relieved(listed, relief.kind, relief.off)
    except ValueError:
        raise PaymentRefused(
            "charge.relief",
            _("Số tiền giảm phải lớn hơn 0 và nhỏ hơn {listed}; giảm hết thì chọn miễn.").format(
                listed=listed
            ),
        ) from None


def _refuse_ordered(row: Charge) -> None:
    if row.order_id is not None:
        raise PaymentRefused(
            "charge.ordered",
            _("Khoản này đang nằm trong một giao dịch chưa xong; hãy hủy giao dịch đó trước."),
        )


def _done(ledger: Ledger, rows: Sequence[Charge]) -> Done:
    return Done(rows[0].uid, rows[0].state, ledger.duty.dossier_uid, tuple(row.uid for row in rows))
