"""Forms follow their unit through a change of organisation, where one unit becomes one other.

Forms of a period that is over stay with the unit of that time. Where units merge or split, open forms stay
with the old units too: their figures are theirs, and climb through the merger by the figures' own rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from motcua.engine.provinces.api import Province
from motcua.kernel.clock import today
from motcua.reference.organisations.data import Move
from motcua.reports.forms.models import FormSheet, FormValue, ImportBatch


class OpenForms:
    """Counts, moves and puts back the forms whose period is not over."""

    code = "forms:open-sheets"
    label = "Biểu mẫu báo cáo của kỳ chưa kết thúc"

    def count(self, province: Province, paths: Sequence[str]) -> int:
        return self._open(province, paths).count() if paths else 0

    def move(self, province: Province, moves: Sequence[Move]) -> list[list[Any]]:
        """Moves forms of units with one successor; returns [sheet, former code, former path] of each."""
        sources, targets = Counter(each.path for each in moves), Counter(each.new_path for each in moves)
        plain = {each.path: each for each in moves if sources[each.path] == 1 and targets[each.new_path] == 1}
        moved = []
        for sheet in self._open(province, list(plain)).select_for_update().order_by("pk"):
            target = plain[sheet.unit_path]
            if not self._taken(sheet, target.new_code):
                moved.append([sheet.pk, sheet.unit_code, sheet.unit_path])
                _place(sheet.pk, target.new_code, target.new_path)
        return moved

    def restore(self, province: Province, memento: Sequence[Sequence[Any]]) -> None:
        for pk, code, path in memento:
            _place(pk, code, path)

    @staticmethod
    def _open(province: Province, paths: Sequence[str]) -> Any:
        return FormSheet.objects.filter(province=province, unit_path__in=list(paths), period_to__gte=today())

    @staticmethod
    def _taken(sheet: FormSheet, code: str) -> bool:
        """Whether the new unit has opened forms of that period itself."""
        same = FormSheet.objects.filter(province_id=sheet.province_id, unit_code=code)
        period = {"period_from": sheet.period_from, "period_to": sheet.period_to}
        return same.filter(form_version=sheet.form_version, **period).exclude(pk=sheet.pk).exists()


def _place(sheet_id: int, code: str, path: str) -> None:
    where = {"unit_code": code, "unit_path": path}
    FormSheet.objects.filter(pk=sheet_id).update(**where)
    FormValue.objects.filter(sheet_id=sheet_id).update(**where)
    ImportBatch.objects.filter(sheet_id=sheet_id).update(**where)
