"""What serves a whole province: measures that several sets share, readings of the portal, sets and their parameters."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import yaml
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext

from motcua.engine.figures.api import REGISTRY, FigureError
from motcua.engine.permissions.api import ViewedRequest, page
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import VIETNAM, now, today
from motcua.kernel.periods import Window
from motcua.reports.indices import operations, queries
from motcua.reports.indices.errors import DefinitionRefused, IndexRefused
from motcua.reports.indices.figures import QD766
from motcua.reports.indices.overlaps import Shared, overlaps
from motcua.reports.indices.pages.shapes import language
from motcua.reports.indices.permissions import IMPORT, MANAGE, VIEW
from motcua.reports.indices.portal import MOST_BYTES, read_csv

LISTED = 50
MOST_TEXT = 200_000
MOST_NODES, MOST_DEPTH = 20_000, 30


@page(VIEW)
def shared(request: ViewedRequest) -> HttpResponse:
    """The measures that serve several sets or components: each is entered once and serves all."""
    province = _province(request)
    known = queries.sets_in_force(province, today())
    lines = [_shared(each) for each in overlaps(known)]
    names = [(each.code, each.name(language())) for each in known]
    return render(request, "indices/shared.html", {"lines": lines, "sets": names})


def _shared(one: Shared) -> dict[str, Any]:
    try:
        label = REGISTRY.figure(one.figure, today()).label(get_language() or "vi")
    except FigureError:
        label = one.figure
    uses = [(use.index.name(language()), use.component.name(language())) for use in one.uses]
    return {"figure": one.figure, "label": label, "sets": len(one.sets), "uses": uses}


@page(IMPORT, methods=("GET", "POST"))
def imports(request: ViewedRequest) -> HttpResponse:
    """Readings of the portal, and a file to take in another."""
    province = _province(request)
    refusal = None
    if request.method == "POST":
        try:
            batch = _import(request, province)
        except IndexRefused as error:
            refusal = error
        else:
            text = gettext(
                "Đã nhập: {changed} số mới hoặc đã đổi, {same} số như cũ, {older} số cũ hơn đã có."
            )
            messages.success(
                request, text.format(changed=batch.changed, same=batch.unchanged, older=batch.older)
            )
            return redirect("indices:imports")
    context = {
        "batches": queries.portal_imports(request.viewer).filter(province=province)[:LISTED],
        "sets": [(each.code, each.name(language())) for each in queries.sets_in_force(province, today())],
        "set_code": request.POST.get("set", QD766),
        "given": request.POST,
        "refusal": refusal,
    }
    return render(request, "indices/imports.html", context, status=422 if refusal else 200)


def _import(request: ViewedRequest, province: Province) -> Any:
    sent = request.FILES.get("file")
    if sent is None:
        raise IndexRefused("indices.portal.none", gettext("Chưa chọn tệp. Hãy chọn tệp CSV xuất từ Cổng."))
    content = sent.read(MOST_BYTES + 1)
    first, last = _day(request, "first"), _day(request, "last")
    if last < first:
        raise IndexRefused("indices.portal.days", gettext("Ngày cuối kỳ phải từ ngày đầu kỳ trở đi."))
    reading = operations.Reading(
        request.POST.get("source", "").strip() or gettext("Tệp xuất từ Cổng"),
        _moment(request),
        sent.name or "",
        content,
    )
    return operations.import_portal_values(
        request.viewer, province, request.POST.get("set", ""), Window(first, last), read_csv(content), reading
    )


def _moment(request: ViewedRequest) -> dt.datetime:
    """When the portal showed the values; now where nothing is said."""
    text = request.POST.get("as_of", "")
    if not text:
        return now()
    try:
        return dt.datetime.fromisoformat(text).replace(tzinfo=VIETNAM)
    except ValueError:
        raise IndexRefused(
            "indices.portal.as-of", gettext("Thời điểm đọc số liệu chưa đúng. Hãy chọn lại ngày và giờ.")
        ) from None


def _day(request: ViewedRequest, name: str) -> dt.date:
    try:
        return dt.date.fromisoformat(request.POST.get(name, ""))
    except ValueError:
        raise IndexRefused("indices.day", gettext("Ngày chưa đúng. Hãy chọn lại ngày.")) from None


@page(MANAGE, methods=("GET", "POST"))
def sets(request: ViewedRequest) -> HttpResponse:
    """The sets in force; the province's own are entered and ended here."""
    province = _province(request)
    refusal: Any = None
    if request.method == "POST":
        try:
            _write_set(request, province)
        except (IndexRefused, DefinitionRefused) as error:
            refusal = error
        else:
            return redirect("indices:sets")
    context = {
        "known": [_set(each) for each in queries.sets_in_force(province, today())],
        "stored": queries.stored_sets(request.viewer).filter(province=province)[:LISTED],
        "given": request.POST,
        "refusal": refusal,
        "problems": list(getattr(refusal, "problems", ())),
    }
    return render(request, "indices/sets.html", context, status=422 if refusal else 200)


def _set(index: Any) -> dict[str, Any]:
    return {
        "code": index.code,
        "name": index.name(language()),
        "maximum": index.maximum,
        "components": len(index.components),
        "parameters": len(index.parameters),
        "valid_from": index.valid_from,
    }


def _write_set(request: ViewedRequest, province: Province) -> None:
    reason = request.POST.get("reason", "")
    if "end" in request.POST:
        stored = queries.stored_sets(request.viewer).filter(province=province, uid=_uid(request)).first()
        if stored is None:
            raise Http404
        operations.end_index_set(request.viewer, stored, _day(request, "valid_to"), reason=reason)
        messages.success(request, gettext("Đã ghi ngày thôi áp dụng bộ chỉ số."))
        return
    entered = operations.enter_index_set(request.viewer, province, _document(request), reason=reason)
    messages.success(
        request,
        gettext("Đã nhập bộ chỉ số {code}, phiên bản {version}.").format(
            code=entered.code, version=entered.version
        ),
    )


def _uid(request: ViewedRequest) -> UUID:
    try:
        return UUID(request.POST.get("end", ""))
    except ValueError:
        raise Http404 from None


def _document(request: ViewedRequest) -> Any:
    text = request.POST.get("document", "")
    if not text.strip() or len(text) > MOST_TEXT:
        raise IndexRefused(
            "indices.set.text", gettext("Hãy dán nội dung bộ chỉ số (YAML), không quá 200.000 ký tự.")
        )
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise IndexRefused(
            "indices.set.text",
            gettext("Không đọc được nội dung, ở dòng {line}. Hãy sửa rồi gửi lại.").format(line=line),
        ) from None
    if not isinstance(document, dict) or _nodes(document) > MOST_NODES:
        raise IndexRefused(
            "indices.set.text", gettext("Nội dung phải bắt đầu bằng các mục như code, version, names.")
        )
    return document


def _nodes(document: Any, depth: int = 0, known: int = 0) -> int:
    """How much a document holds with its aliases written out; stops counting at what is too much."""
    if depth > MOST_DEPTH:
        return MOST_NODES + 1
    inside = (
        document.values() if isinstance(document, dict) else document if isinstance(document, list) else ()
    )
    known += 1
    for each in inside:
        if known > MOST_NODES:
            break
        known = _nodes(each, depth + 1, known)
    return known


@page(MANAGE, methods=("GET", "POST"))
def parameters(request: ViewedRequest, set_code: str) -> HttpResponse:
    """How the province reads one set where sources disagree; another reading is chosen from a day on."""
    province = _province(request)
    try:
        index = queries.set_in_force(province, set_code, today())
    except IndexRefused:
        raise Http404 from None
    refusal: Any = None
    if request.method == "POST":
        try:
            operations.choose_parameter(
                request.viewer, province, set_code, request.POST.get("parameter", ""),
                request.POST.get("value", ""), valid_from=_day(request, "valid_from"),
                reason=request.POST.get("reason", ""),
            )  # fmt: skip
        except (IndexRefused, DefinitionRefused) as error:
            refusal = error
        else:
            messages.success(request, gettext("Đã chọn cách hiểu mới."))
            return redirect("indices:parameters", set_code=set_code)
    context = {
        "set_code": set_code,
        "set_name": index.name(language()),
        "parameters": [
            {
                "code": each.code,
                "name": each.names.get(language()) or each.names["vi"],
                "choices": [
                    {
                        "value": choice.value,
                        "text": choice.explanation.get(language()) or choice.explanation["vi"],
                        "chosen": choice.value == each.chosen,
                    }
                    for choice in each.choices
                ],
            }
            for each in index.parameters
        ],
        "today": today(),
        "refusal": refusal,
        "problems": list(getattr(refusal, "problems", ())),
    }
    return render(request, "indices/parameters.html", context, status=422 if refusal else 200)


def _province(request: ViewedRequest) -> Province:
    if request.province is None:
        raise Http404
    return request.province
