"""What is still to be paid follows its unit when units change; what is closed stays as it was then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext_noop

from motcua.engine.provinces.api import Province
from motcua.modules.payments.models import Charge, Duty, Order, Refund
from motcua.modules.payments.states import OPEN_ORDER, OPEN_REFUND
from motcua.reference.organisations.api import Move, register_follower

_MODELS = {"duty": Duty, "charge": Charge, "order": Order, "refund": Refund}


@dataclass(frozen=True, slots=True)
class OpenFollower:
    """Follows one seat of the open rows of a table. A duty is open while something is to be paid or given back of it."""

    code: str
    label: str
    thing: str
    seat: str = "unit"

    def _rows(self, province: Province) -> QuerySet[Any]:
        rows = _MODELS[self.thing]._default_manager.filter(province=province)
        if self.thing == "duty":
            refunding = Refund.objects.filter(province=province, state__in=OPEN_REFUND)
            return rows.filter(paid__lt=F("owed")) | rows.filter(pk__in=refunding.values("charge__duty"))
        states: dict[str, frozenset[str]] = {
            "charge": frozenset({"due"}),
            "order": OPEN_ORDER,
            "refund": OPEN_REFUND,
        }
        return rows.filter(state__in=states[self.thing])

    def count(self, province: Province, paths: Sequence[str]) -> int:
        at = {f"{self.seat}_path__in": list(paths)}
        return self._rows(province).filter(**at).count() if paths else 0

    def move(self, province: Province, moves: Sequence[Move]) -> Any:
        moved: list[list[Any]] = []
        for one in moves:
            keys = list(
                self._rows(province).filter(**{f"{self.seat}_path": one.path}).values_list("pk", flat=True)
            )
            if keys:
                self._set(keys, one.new_code, one.new_path)
                moved.append([keys, one.code, one.path])
        return moved

    def restore(self, province: Province, memento: Any) -> None:
        for keys, code, path in memento:
            self._set(keys, code, path)

    def _set(self, keys: Sequence[int], code: str, path: str) -> None:
        rows = _MODELS[self.thing]._default_manager.filter(pk__in=keys)
        rows.update(**{f"{self.seat}_code": code, f"{self.seat}_path": path})


def follow_units() -> None:
    """Called when the app is ready."""
    for follower in (
        OpenFollower("payments:duties", gettext_noop("Nghĩa vụ tài chính chưa xong của hồ sơ"), "duty"),
        OpenFollower(
            "payments:desks",
            gettext_noop("Nghĩa vụ tài chính chưa xong tại nơi tiếp nhận"),
            "duty",
            "received",
        ),
        OpenFollower("payments:charges", gettext_noop("Khoản chờ nộp"), "charge"),
        OpenFollower("payments:orders", gettext_noop("Giao dịch nộp tiền chưa xong"), "order"),
        OpenFollower("payments:refunds", gettext_noop("Đề nghị hoàn trả chưa chi"), "refund"),
    ):
        register_follower(follower)
