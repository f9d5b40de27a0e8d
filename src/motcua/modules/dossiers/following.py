"""Open dossiers follow their unit when units change, and are reckoned anew when a calendar changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop

from motcua.engine.facts.api import reopen_as_by
from motcua.engine.provinces.api import Province
from motcua.engine.statements.api import run
from motcua.modules.dossiers.events import CODES
from motcua.modules.dossiers.lexemes import lexemes
from motcua.modules.dossiers.models import Consultation, Dossier, Leg, Task
from motcua.modules.dossiers.steps import reopen_steps
from motcua.modules.dossiers.units import forget_units
from motcua.reference.organisations.api import Move, register_follower

_SEARCH = """
UPDATE dossiers_dossier dossier SET search = made.search::tsvector
FROM unnest(%s::bigint[], %s::text[]) AS made (id, search) WHERE dossier.id = made.id
"""
_OPEN = Q(ended_at__isnull=True)


@dataclass(frozen=True, slots=True)
class OpenFollower:
    """Follows one seat of the open rows of a table: what is ended stays as it was then."""

    code: str
    label: str
    seat: str
    kind: str

    def _rows(self, province: Province) -> QuerySet[Any]:
        if self.kind == "dossier":
            rows = Dossier.objects.filter(province=province)
            # a result not handed over yet is returned by the new unit, and stays resolved by the old one
            return rows.filter(_OPEN | Q(status=9)) if self.seat == "return" else rows.filter(_OPEN)
        if self.kind == "task":
            return Task.objects.filter(province=province, closed_at__isnull=True)
        if self.kind == "consultation":
            return Consultation.objects.filter(province=province, answered_at__isnull=True)
        return Leg.objects.filter(province=province, ended_at__isnull=True)

    def _columns(self) -> tuple[str, str]:
        return f"{self.seat}_code", f"{self.seat}_path"

    def count(self, province: Province, paths: Sequence[str]) -> int:
        return (
            self._rows(province).filter(**{f"{self._columns()[1]}__in": list(paths)}).count() if paths else 0
        )

    def move(self, province: Province, moves: Sequence[Move]) -> Any:
        code, path = self._columns()
        moved: list[list[Any]] = []
        for one in moves:
            rows = self._rows(province).filter(**{path: one.path}).select_for_update()
            keys = list(rows.values_list("pk", flat=True))
            if keys:
                self._set(keys, {code: one.new_code, path: one.new_path})
                moved.append([keys, one.code, one.path])
        return moved

    def restore(self, province: Province, memento: Any) -> None:
        code, path = self._columns()
        for keys, old_code, old_path in memento:
            self._set(keys, {code: old_code, path: old_path})

    def _set(self, keys: Sequence[int], values: dict[str, str]) -> None:
        self._rows_of_all().filter(pk__in=keys).update(**values)
        forget_units()
        if self.kind == "dossier":
            refresh_search(keys)
            # the unit a dossier counts for changed, by a change of units and by no event of its own
            by_province: dict[int, list[UUID]] = {}
            for province, uid in Dossier.objects.filter(pk__in=keys).values_list("province_id", "uid"):
                by_province.setdefault(province, []).append(uid)
            for province, uids in by_province.items():
                reopen_as_by(province, CODES["transferred"], uids)
        if self.kind == "task":
            moved = Task.objects.filter(pk__in=keys).values_list("province_id", "dossier__uid").distinct()
            for province, uid in moved:
                reopen_steps(province, [uid])

    def _rows_of_all(self) -> QuerySet[Any]:
        models = {"dossier": Dossier, "task": Task, "consultation": Consultation, "leg": Leg}
        return models[self.kind]._default_manager.all()


def refresh_search(keys: Sequence[int]) -> None:
    """Writes the search lexemes of dossiers anew, after their units' paths changed."""
    rows = Dossier.objects.filter(pk__in=keys).values_list(
        "pk", "applicant_name", "unit_path", "received_path", "return_path"
    )
    made = [(key, lexemes(name, *paths)) for key, name, *paths in rows]
    if made:
        run(_SEARCH, [[key for key, _text in made], [text for _key, text in made]])


def follow_units() -> None:
    """Called when the app is ready."""
    seats = {
        "unit": gettext_noop("Hồ sơ đang giải quyết tại đơn vị"),
        "received": gettext_noop("Hồ sơ đang xử lý do đơn vị tiếp nhận"),
        "return": gettext_noop("Hồ sơ chờ trả kết quả tại đơn vị"),
    }
    for seat, label in seats.items():
        register_follower(OpenFollower(f"dossiers:{seat}", label, seat, "dossier"))
    register_follower(OpenFollower("dossiers:tasks", gettext_noop("Bước xử lý đang mở"), "unit", "task"))
    register_follower(
        OpenFollower("dossiers:consultations", gettext_noop("Ý kiến chưa trả lời"), "unit", "consultation")
    )
    register_follower(OpenFollower("dossiers:legs", gettext_noop("Chặng liên thông đang mở"), "unit", "leg"))
