"""Submissions go where their forms went, when a unit becomes one other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F

from motcua.engine.provinces.api import Province
from motcua.reference.organisations.api import Move
from motcua.reports.submissions.models import Remark, Submission, Version

_OWN = {"unit_code": F("sheet__unit_code")}


class OpenSubmissions:
    """Counts, moves and puts back the submissions whose forms moved. Its code sorts after the forms' own follower."""

    code = "forms:submissions"
    label = "Biểu đang thu trong kỳ báo cáo"

    def count(self, province: Province, paths: Sequence[str]) -> int:
        if not paths:
            return 0
        return Submission.objects.filter(province=province, unit_path__in=list(paths)).count()

    def move(self, province: Province, moves: Sequence[Move]) -> list[list[Any]]:
        """The forms moved first: a submission that stands elsewhere than its forms follows them."""
        rows = Submission.objects.filter(province=province, unit_path__in=[each.path for each in moves])
        moved = []
        for row in rows.exclude(**_OWN).select_related("sheet").order_by("pk"):
            moved.append([row.pk, row.unit_code, row.unit_path])
            _place(row.pk, row.sheet.unit_code, row.sheet.unit_path)
        return moved

    def restore(self, province: Province, memento: Sequence[Sequence[Any]]) -> None:
        for pk, code, path in memento:
            _place(pk, code, path)


def _place(pk: int, code: str, path: str) -> None:
    where = {"unit_code": code, "unit_path": path}
    Submission.objects.filter(pk=pk).update(**where)
    Version.objects.filter(submission_id=pk).update(**where)
    Remark.objects.filter(submission_id=pk).update(**where)
