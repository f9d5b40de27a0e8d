"""Sample values of this room's routes, for the test that walks every route as every role."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from motcua.reports.forms.models import FormSheet, ImportBatch

NOBODY = UUID(int=0)


def _sheet() -> UUID:
    return FormSheet.objects.order_by("pk").values_list("uid", flat=True).first() or NOBODY


def _batch() -> UUID:
    workbooks = ImportBatch.objects.filter(kind=ImportBatch.Kind.WORKBOOK)
    return workbooks.order_by("pk").values_list("uid", flat=True).first() or NOBODY


def _row() -> dict[str, Any]:
    return {"uid": _sheet(), "form": "3", "code": "3.1"}


SAMPLES: dict[str, Callable[[], dict[str, Any]]] = {
    "forms:form": lambda: {"uid": _sheet(), "form": "3"},
    "forms:export": lambda: {"uid": _sheet()},
    "forms:import": lambda: {"uid": _sheet()},
    "forms:decide": lambda: {"uid": _batch()},
    "forms:discard": lambda: {"uid": _batch()},
    "forms:cell": _row,
    "forms:collect": _row,
    "forms:edit": _row,
    "forms:recompute": _row,
}
