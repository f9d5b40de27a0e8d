"""Entering values without a line: the page, what is sent when the line is back, and the worker that keeps the page."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from importlib import resources
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.http.request import RawPostDataException
from django.shortcuts import render
from django.utils.translation import gettext as _

from motcua.engine.figures.api import STATE_WORDS, State
from motcua.engine.permissions.api import SIGNED_IN, ViewedRequest, page
from motcua.reports.forms.api import (
    BLANK,
    EDIT,
    Cell,
    FormsError,
    cells_of,
    current_values,
    forms_of,
    parts_of,
    record_value,
    show,
)
from motcua.reports.submissions.judging import rows_of
from motcua.reports.submissions.models import Submission
from motcua.reports.submissions.operations import derive_submission
from motcua.reports.submissions.pages.shapes import Line, buttons, desk_of, head_of
from motcua.reports.submissions.pages.submissions import submission_or_404
from motcua.reports.submissions.planning import external_values
from motcua.reports.submissions.states import EDITABLE

MOST_BYTES, MOST_CELLS = 200_000, 200
CHANGED = "forms.value.changed"


@page(EDIT)
def page_of(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """The rows asked, with all a browser needs to check and keep them by itself."""
    found = submission_or_404(request, uid)
    request.viewer.require(EDIT, province=found.province_id, unit_path=found.unit_path)
    desk = desk_of(found)
    lines = list(desk.asked)
    context = {
        "head": head_of(found),
        "submission": found,
        "lines": lines,
        "data": _data(request, found, lines),
        "words": _words(),
        "may": buttons(request.viewer, found),
    }
    answer = render(request, "submissions/offline.html", context)
    answer["Cache-Control"] = "private, no-cache"
    return answer


def _data(request: ViewedRequest, found: Submission, lines: Sequence[Line]) -> dict[str, Any]:
    """Rows, relations and numbers for the browser: nothing in it names a person."""
    forms = forms_of(found.sheet)
    own = {row.key for row in rows_of(found)}
    cells = cells_of(current_values(found.sheet))
    outside = external_values({**found.campaign.externals, **found.sheet.externals})
    return {
        "uid": str(found.uid),
        "user": request.viewer.user_id,
        "rows": {
            line.row.key: {
                "code": line.row.code,
                "form": line.row.form,
                "kind": line.row.kind,
                "choices": [number for number, _word in line.row.choices],
                "revision": line.revision,
                "value": line.entered,
                "state": line.state,
                "note": line.cell.note,
            }
            for line in lines
        },
        "numbers": {key: _plain(cell) for key, cell in cells.items() if cell.value is not None},
        "places": {key: cell.places for key, cell in cells.items() if cell.value is not None},
        "percent": [row.key for row in forms.rows() if row.kind == "percent"],
        "computed": [row.key for row in rows_of(found) if parts_of(forms.version, row.key) is not None],
        "externals": {name: str(number) for name, number in outside.items()},
        "relations": [
            {
                "form": each.form,
                "target": each.target,
                "expression": each.expression,
                "kind": each.kind,
                "note": each.note,
            }
            for each in forms.relations
            if each.form != "*" and f"{each.form}!{each.target}" in own
        ],
    }


def _words() -> dict[str, str]:
    """What the script says, in the reader's language."""
    return {
        "online": _("Có mạng."),
        "offline": _("Mất mạng: số nhập được giữ trên máy này."),
        "kept": _("{count} ô chờ gửi."),
        "none": _("Không có ô nào chờ gửi."),
        "ready": _("Trang này đã mở lại được khi mất mạng."),
        "noworker": _("Trình duyệt này không giữ được trang khi mất mạng; đừng đóng trang."),
        "nothing": _("Chưa nhập gì mới."),
        "later": _("Chưa gửi được; số vẫn được giữ, hãy gửi lại khi có mạng."),
        "signin": _("Phiên làm việc đã hết: đăng nhập ở trang khác rồi bấm Gửi lại; số vẫn được giữ."),
        "sent": _("Đã gửi {count} ô."),
        "number": _("Không phải một con số; viết như 1.234 hoặc 99,5."),
        "percent": _("Tỷ lệ phải từ 0 đến 100."),
        "choice": _("Chỉ nhận một trong các giá trị đã định."),
        "whole": _("Số đếm phải là số nguyên."),
        "broken": _("Biểu {form} dòng {row}: ghi {now}, so với {bound}."),
        "was": _("Khi tải trang"),
        "yours": _("Bạn nhập"),
        "current": _("Hiện tại"),
        "takeMine": _("Giữ số của tôi"),
        "takeCurrent": _("Lấy số hiện tại"),
        "blank": _("chưa có"),
        "notApplicable": STATE_WORDS[State.NOT_APPLICABLE],
        "notDue": STATE_WORDS[State.NOT_DUE],
    }


def _plain(cell: Cell) -> str:
    return str(cell.value)


@page(EDIT, methods=("POST",))
def send(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """Takes cells that were entered without a line: each by itself, upon the revision it was made from, once."""
    found = submission_or_404(request, uid)
    request.viewer.require(EDIT, province=found.province_id, unit_path=found.unit_path)
    try:
        sent = json.loads(request.body[: MOST_BYTES + 1])
        cells = [_cell(each) for each in sent["cells"]]
    except (ValueError, KeyError, TypeError, AttributeError, RawPostDataException):
        return JsonResponse({"message": _("Không đọc được dữ liệu gửi lên; hãy tải lại trang.")}, status=422)
    if len(cells) > MOST_CELLS:
        return JsonResponse({"message": _("Gửi quá nhiều ô một lúc.")}, status=422)
    results = [_record(request, found, each) for each in cells]
    if found.state in EDITABLE and any(each["status"] == "written" for each in results):
        derive_submission(None, found, anew=False)
    return JsonResponse({"results": results})


def _cell(each: Any) -> dict[str, Any]:
    return {
        "row": str(each["row"])[:20],
        "text": str(each["text"])[:100],
        "note": str(each.get("note", ""))[:600],
        "reason": str(each.get("reason", ""))[:500],
        "base": int(each["base"]),
        "once": str(each["once"])[:64],
    }


def _record(request: ViewedRequest, found: Submission, each: dict[str, Any]) -> dict[str, Any]:
    key = f"{request.viewer.user_id}:{found.sheet_id}:{each['row']}:{each['once']}"
    try:
        value = record_value(
            request.viewer,
            found.sheet,
            each["row"],
            each["text"],
            note=each["note"],
            reason=each["reason"],
            base_revision=each["base"],
            idempotency_key=key if each["once"] else None,
        )
    except FormsError as refusal:
        status = "conflict" if refusal.code == CHANGED else "refused"
        return {
            "row": each["row"],
            "status": status,
            "code": refusal.code,
            "message": refusal.message,
            **_now(found, each["row"]),
        }
    return {"row": each["row"], "status": "written", "revision": value.revision}


def _now(found: Submission, key: str) -> dict[str, Any]:
    value = current_values(found.sheet).get(key)
    cell = cells_of({key: value})[key] if value else BLANK
    return {
        "revision": value.revision if value else 0,
        "current": {"text": "" if cell is BLANK else show(cell), "note": cell.note},
    }


@page(SIGNED_IN)
def worker(request: ViewedRequest) -> HttpResponse:
    """The service worker's script, served where its scope begins."""
    script = resources.files("motcua.reports.submissions") / "static" / "submissions" / "worker.js"
    answer = HttpResponse(script.read_text(encoding="utf-8"), content_type="text/javascript; charset=utf-8")
    answer["Service-Worker-Allowed"] = "/ky-bao-cao/"
    answer["Cache-Control"] = "no-cache"
    return answer
