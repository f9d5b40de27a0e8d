"""Fees for the tiny province of the dossiers' tests, and what tests of payments do again and again."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

from motcua.engine.accounts.api import User
from motcua.engine.events.api import Event
from motcua.engine.permissions.api import Grant, Role, Viewer
from motcua.kernel.clock import VIETNAM
from motcua.kernel.money import Dong
from motcua.modules.catalogue.data import Fee, ProcedureContent, from_json, to_json
from motcua.modules.catalogue.models import Version
from motcua.modules.dossiers import api as dossiers
from motcua.modules.payments import api
from motcua.modules.payments.models import (
    Charge,
    Comparison,
    Duty,
    FeeProcedure,
    Notice,
    OnlineProcedure,
    Order,
    Receipt,
    Reconciliation,
    Refund,
)

NPSP = "npsp"
FEE, CHARGE = "Lệ phí đăng ký", "Phí thẩm định"
LAND = "Tiền sử dụng đất"
# procedure: (direct, online)
FEES: dict[str, tuple[tuple[Fee, ...], tuple[Fee, ...]]] = {
    "1.000001": (
        (Fee(FEE, 50_000), Fee(CHARGE, 120_000, "charge")),
        (Fee(FEE, 25_000), Fee("Phí nộp trực tuyến", 0, "charge")),
    ),
    "1.000002": ((Fee("Phí sao chụp", None, "charge", "theo số trang"),), ()),
    "1.000003": ((Fee("Lệ phí", 0),), (Fee("Lệ phí", 0),)),
}


def price(world: Any) -> None:
    for code, fees in FEES.items():
        set_fees(Version.objects.get(province=world.province, procedure__code=code), *fees)


def set_fees(version: Version, direct: tuple[Fee, ...], online: tuple[Fee, ...] = ()) -> None:
    content = from_json(ProcedureContent, version.content)
    by_kind = {"direct": direct, "online": online}
    channels = tuple(
        replace(one, limits=tuple(replace(limit, fees=by_kind[one.kind]) for limit in one.limits))
        for one in content.channels
    )
    version.content = to_json(replace(content, channels=channels))
    version.save(update_fields=["content"])


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def filed(world: Any, code: str = "1.000001", **changes: Any) -> uuid.UUID:
    """A dossier of the ward, handed over to be handled."""
    filing = world.filing(code, **changes)
    return dossiers.file_dossier(world.viewers["desk"], world.province, filing, hand_over=True).uid


def charged(world: Any, dossier: uuid.UUID) -> tuple[uuid.UUID, ...]:
    return api.charge_by_catalogue(world.viewers["desk"], world.province, dossier).uids


def land(**changes: Any) -> api.ChargeDraft:
    draft = api.ChargeDraft("land", LAND, Dong(5_000_000), "Thông báo số 01/TB-CT", "handling")
    return replace(draft, **changes)


def paid_in_cash(world: Any, charges: tuple[uuid.UUID, ...]) -> api.Done:
    """Ordered and collected at the desk."""
    desk = world.viewers["desk"]
    order = api.place_order(desk, charges, "cash")
    amount = Dong(Order.objects.get(uid=order.uid).amount)
    return api.collect_order(desk, order.uid, amount)


def account(world: Any, role: str, unit: Any = None, name: str = "") -> Viewer:
    """An account with a role over a unit, or over the whole province."""
    user = User.objects.create(
        username=name or f"{role}.{User.objects.count()}", display_name="Cán Bộ Mẫu Thu"
    )
    Grant.objects.create(
        user=user,
        province=world.province,
        role=Role.objects.get(code=role),
        unit_code=unit.code if unit else "",
        unit_path=unit.path if unit else "/",
        valid_from=dt.date(2025, 7, 1),
    )
    return Viewer(user)


def integrated(world: Any, code: str = "1.000001", gateways: tuple[str, ...] = ("national",)) -> Viewer:
    """The procedure can be paid online; the account of the platform."""
    api.follow_catalogue(world.province)
    coordinator = account(world, "reform-coordinator")
    api.enable_online_payment(coordinator, world.province, code, gateways, "Quyết định 10/QĐ-UBND")
    return account(world, "integration-client")


def ordered_online(world: Any, charges: tuple[uuid.UUID, ...], method: str = "national") -> Order:
    done = api.place_order(world.viewers["desk"], charges, method, partner=NPSP)  # type: ignore[arg-type]
    return Order.objects.get(uid=done.uid)


def notice(order: Order, reference: str = "GD-1", **changes: Any) -> api.PartnerNotice:
    told = api.PartnerNotice(NPSP, reference, order.code, Dong(order.amount), at("2026-03-02T08:14"))
    return replace(told, **changes)


# -- what the log must tell -----------------------------------------------------------------------

MODELS = {
    "duty": Duty,
    "charge": Charge,
    "order": Order,
    "receipt": Receipt,
    "refund": Refund,
    "notice": Notice,
    "feeprocedure": FeeProcedure,
    "onlineprocedure": OnlineProcedure,
    "reconciliation": Reconciliation,
}
UNTOLD = {
    "name", "basis", "relief_reason", "relief_clause", "cancel_reason", "decision", "payer", "note", "voucher",
}  # fmt: skip


def snapshot() -> dict[str, Any]:
    """Every row of payments but for what people write, by "charge:<uid>"; of a duty by its dossier, sums alone."""
    found: dict[str, Any] = {}
    for kind, model in MODELS.items():
        for row in model._default_manager.all():
            if kind == "duty":
                found[f"dossier:{row.dossier_uid}"] = _duty(row)
            else:
                found[f"{kind}:{row.uid}"] = _columns(row)
    for row in Comparison.objects.exclude(outcome="matched"):
        found[f"reconciliation:{row.reconciliation.uid}"][f"difference {row.key}"] = [
            row.outcome, row.ours, row.theirs, row.resolution,
        ]  # fmt: skip
    return found


_SUMS = ("owed", "paid", "paid_online", "refunded", "relieved", "owed_at", "settled_at", "online_at")


def _duty(row: Duty) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in _SUMS}


def _columns(row: Any) -> dict[str, Any]:
    untold = UNTOLD | ({"reason"} if isinstance(row, Refund) else set())
    return {
        field.attname: _plain(getattr(row, field.attname))
        for field in row._meta.concrete_fields
        if field.attname not in untold
    }


def _plain(value: Any) -> Any:
    return value.astimezone(dt.UTC) if isinstance(value, dt.datetime) else value


def apply(state: dict[str, Any], event: Event) -> dict[str, Any]:
    """The state after an event of this room."""
    _change(state, event.subject, event.payload)
    for subject, payload in event.payload.get("also", {}).items():
        _change(state, subject, payload)
    if event.type == "payments:day:reconciled":
        row = state[event.subject]
        kept = {
            name: values
            for name, values in row.items()
            if name.startswith("difference ") and values[:3] == event.payload["differences"].get(name[11:])
        }
        for name in [name for name in row if name.startswith("difference ")]:
            del row[name]
        for key, values in event.payload["differences"].items():
            row[f"difference {key}"] = kept.get(f"difference {key}", [*values, ""])
    if event.type == "payments:difference:resolved":
        state[event.subject][f"difference {event.payload['key']}"][3] = event.payload["resolution"]
    return state


def _change(state: dict[str, Any], subject: str, payload: dict[str, Any]) -> None:
    if "new" in payload:
        state[subject] = dict(payload["new"])
    if subject.startswith("dossier:"):
        empty = dict.fromkeys(_SUMS[:5], 0) | dict.fromkeys(_SUMS[5:])
        row = state.setdefault(subject, empty)
        row.update({name: value for name, value in payload.get("set", {}).items() if name in _SUMS})
    elif "set" in payload:
        state[subject].update(payload["set"])


class _Every(dict[str, Any]):
    """Events of payments change the state; those of other rooms (the dossier's, the register's) do not."""

    def __contains__(self, key: object) -> bool:
        return True

    def __getitem__(self, key: str) -> Any:
        return apply if key.startswith("payments:") else lambda state, _event: state


EVERY = _Every()


class refused:
    """The block is refused with a code, and nothing is recorded."""

    def __init__(self, code: str) -> None:
        self.code = code

    def __enter__(self) -> None:
        self.events = Event.objects.count()
        self.before = snapshot()

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        assert isinstance(error, api.PaymentRefused), f"not refused: {error!r}"
        assert error.code == f"payments.{self.code}", error.code
        assert error.message
        assert Event.objects.count() == self.events
        assert snapshot() == self.before
        return True
