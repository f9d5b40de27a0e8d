"""What the test that walks every address of the API asks for: dossiers of the viewer's, and bodies that are well formed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from motcua.engine.permissions.api import Viewer
from motcua.kernel.clock import today

Sample = Callable[[Viewer], dict[str, Any]]
_WHY = {"reason": "Lý do"}


def _newest(viewer: Viewer, **wanted: Any) -> Any:
    """The viewer's newest dossier of which these hold, else anybody's."""
    from motcua.modules.dossiers.models import Dossier
    from motcua.modules.dossiers.queries import in_units

    rows = Dossier.objects.filter(**wanted)
    return in_units(viewer, rows).order_by("-pk").first() or rows.order_by("-pk").first()


def _dossier(viewer: Viewer) -> dict[str, Any]:
    from motcua.kernel.ids import uuid7

    found = _newest(viewer)
    return {"uid": found.uid if found else uuid7()}


def _paper(viewer: Viewer) -> dict[str, Any]:
    found = _newest(viewer, components__file_id__isnull=False)
    return {"uid": found.uid, "number": found.components.filter(file_id__isnull=False)[0].number}


def _result(viewer: Viewer) -> dict[str, Any]:
    return {"uid": _newest(viewer, result__file_id__isnull=False).uid}


def _slip(viewer: Viewer) -> dict[str, Any]:
    found = _newest(viewer, slips__isnull=False)
    return {"uid": found.uid, "slip": found.slips.order_by("pk")[0].uid}


def _question(viewer: Viewer) -> dict[str, Any]:
    return {"units": [_other_unit(viewer)], "question": "Ý kiến thế nào?", "due": _next_week()}


def _target(viewer: Viewer) -> dict[str, Any]:
    return _WHY | {"target": _other_unit(viewer)}


def _next_week() -> str:
    return (today() + dt.timedelta(days=7)).isoformat()


def _other_unit(viewer: Viewer) -> str:
    from motcua.modules.dossiers.units import units_today

    dossier = _newest(viewer)
    return next(code for code in units_today(dossier.province_id) if code != dossier.unit_code)


_OF_ONE = (
    "read_dossier", "read_history", "list_supplements", "list_consultations", "list_papers", "list_slips",
    "receive", "refuse", "transfer", "claim", "assign", "send_back", "forward", "submit", "approve", "sign", "result",
    "return_", "withdraw", "stop", "ask_reopening", "decide_reopening", "supplement", "answer_supplement",
    "answer_supplement_with_files", "consent_to_supplement", "pause_for_payment", "paid", "wait_for_system",
    "resume_from_system", "extend", "apologise", "late_reason", "consult", "answer_consultation",
)  # fmt: skip
SAMPLES: dict[str, Sample] = dict.fromkeys(_OF_ONE, _dossier) | {
    "read_paper_file": _paper,
    "attach_paper": _paper,
    "read_result_file": _result,
    "read_slip": _slip,
}
BODIES: dict[str, Sample] = {
    "refuse": lambda _viewer: _WHY,
    "stop": lambda _viewer: _WHY,
    "withdraw": lambda _viewer: _WHY,
    "ask_reopening": lambda _viewer: _WHY,
    "consent_to_supplement": lambda _viewer: _WHY,
    "apologise": lambda _viewer: _WHY,
    "extend": lambda _viewer: _WHY | {"new_date": _next_week()},
    "supplement": lambda _viewer: _WHY | {"items": ["Bản sao"]},
    "late_reason": lambda _viewer: {"cause": "load"},
    "wait_for_system": lambda _viewer: {"system": "Hệ thống mẫu"},
    "decide_reopening": lambda _viewer: {"grant": True},
    "assign": lambda _viewer: {"assignee": "khong-ai"},
    "send_back": lambda _viewer: _WHY | {"to": "1"},
    "submit": lambda _viewer: {"name": "Kết quả"},
    "answer_consultation": lambda _viewer: {"step": "3?1", "answer": "Đồng ý"},
    "consult": _question,
    "transfer": _target,
}
