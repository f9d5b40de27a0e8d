"""Public figures: the province, each unit, and files to take away. No sign-in, no personal data, no more than counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseNotModified, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.gzip import gzip_page

from motcua.engine.clients.api import caller_address
from motcua.engine.facts.api import FactsError
from motcua.engine.figures.api import Figure
from motcua.engine.permissions.api import PUBLIC, ViewedRequest, page
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import local, today
from motcua.reference.organisations.api import UnitInfo
from motcua.reports.charts.api import csv_lines
from motcua.reports.explorer.api import places
from motcua.reports.openfigures.book import Book, book_of, public_figures, years
from motcua.reports.openfigures.pages import showing

A_MINUTE, WHOLE_TABLES_A_MINUTE = 120, 10
_Read = Callable[..., HttpResponseBase]


def limited(most: int) -> Callable[[_Read], _Read]:
    """Refuses an address that asks more than `most` times a minute."""

    def guard(view: _Read) -> _Read:
        @wraps(view)
        def guarded(request: ViewedRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            key = f"open.{view.__name__}:{caller_address(request)}"
            if not cache.add(key, 1, 60) and _asked(key) > most:
                answer = render(request, "openfigures/busy.html", status=429)
                answer["Retry-After"] = "60"
                return answer
            return view(request, *args, **kwargs)

        return guarded

    return guard


def _asked(key: str) -> int:
    try:
        return cache.incr(key)
    except ValueError:  # its minute ended between the two
        return 1


@page(PUBLIC)
@limited(A_MINUTE)
@gzip_page
def index(request: ViewedRequest) -> HttpResponse:
    """The province: its figures by month, and every unit's of the year."""
    province, year = _province(request), _year(request)
    figures = public_figures(province, today())
    context = _base(province, year)
    book = _book(province, year)
    if book is not None:
        context |= {
            "book": book,
            "cards": showing.cards(book, figures, ""),
            "labels": [showing.label_of(each) for each in figures],
            "rows": showing.unit_rows(book, figures, units_with_numbers(province, book)),
        }
    return _read_by_all(render(request, "openfigures/index.html", context))


@page(PUBLIC)
@limited(A_MINUTE)
@gzip_page
def unit(request: ViewedRequest, code: str) -> HttpResponse:
    """One unit: its figures by month."""
    province, year = _province(request), _year(request)
    found = _unit(province, code)
    context = _base(province, year) | {"unit": found}
    book = _book(province, year)
    if book is not None:
        figures = public_figures(province, today())
        context |= {"book": book, "cards": showing.cards(book, figures, found.code)}
    return _read_by_all(render(request, "openfigures/unit.html", context))


@page(PUBLIC)
@limited(WHOLE_TABLES_A_MINUTE)
@gzip_page
def whole_csv(request: ViewedRequest) -> HttpResponseBase:
    """Every unit and month of a year, one line a figure."""
    return _file(request, None, "csv")


@page(PUBLIC)
@limited(WHOLE_TABLES_A_MINUTE)
@gzip_page
def whole_json(request: ViewedRequest) -> HttpResponseBase:
    """The same as JSON, with the definitions."""
    return _file(request, None, "json")


@page(PUBLIC)
@limited(A_MINUTE)
@gzip_page
def unit_csv(request: ViewedRequest, code: str) -> HttpResponseBase:
    """One unit's months."""
    return _file(request, code, "csv")


@page(PUBLIC)
@limited(A_MINUTE)
@gzip_page
def unit_json(request: ViewedRequest, code: str) -> HttpResponseBase:
    """One unit's months as JSON."""
    return _file(request, code, "json")


def units_with_numbers(province: Province, book: Book) -> list[UnitInfo]:
    """Units of which anything was counted in the year, by level and name."""
    known = places(province, "now", today())
    codes = {unit for numbers in book.numbers.values() for unit, _month in numbers}
    return known.in_order(codes)


def _file(request: ViewedRequest, code: str | None, kind: str) -> HttpResponseBase:
    """Files are Vietnamese whatever the visitor reads: they are the same for all, hence kept on the way."""
    province, year = _province(request), _year(request)
    found = _unit(province, code) if code is not None else None
    book = _book(province, year)
    if book is None:
        return render(request, "openfigures/index.html", _base(province, year), status=409)
    tag = f'"{book.tag}-{code or "all"}-{kind}"'
    answer: HttpResponseBase
    if tag in request.headers.get("If-None-Match", ""):
        answer = HttpResponseNotModified()
    else:
        with override("vi"):
            answer = _content(province, book, found, kind)
    answer["ETag"] = tag
    answer["Cache-Control"] = "public, max-age=300"
    return answer


def _content(province: Province, book: Book, found: UnitInfo | None, kind: str) -> HttpResponse:
    figures = public_figures(province, today())
    if found is None:
        units = [
            ("", province.title()),
            *((each.code, each.name) for each in units_with_numbers(province, book)),
        ]
    else:
        units = [(found.code, found.name)]
    rows = list(showing.records(book, figures, units))
    name = f"so-lieu-mo-{found.code if found else province.key}-{book.year}"
    if kind == "json":
        answer: HttpResponse = JsonResponse(
            _document(province, book, figures, rows), json_dumps_params={"ensure_ascii": False}
        )
    else:
        head = [
            _("Mã đơn vị"), _("Đơn vị"), _("Kỳ"), _("Từ ngày"), _("Đến ngày"), _("Mã chỉ tiêu"), _("Chỉ tiêu"),
            _("Tử số hoặc số đếm"), _("Mẫu số"), _("Giá trị"), _("Không công bố"),
        ]  # fmt: skip
        lines = [["" if value is None else value for value in row.values()] for row in rows]
        text = "".join(csv_lines([head, *([*line[:-1], "x" if line[-1] else ""] for line in lines)]))
        answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer


def _document(
    province: Province, book: Book, figures: Sequence[Figure], rows: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "province": province.agency_code,
        "title": province.title(),
        "year": book.year,
        "as_of": local(book.as_of).isoformat() if book.as_of else None,
        "least_records": book.least,
        "figures": [
            {
                "code": each.code,
                "version": each.version,
                "label": each.label("vi"),
                "unit": each.unit.label,
                "definition": showing.definition(each, book),
                "legal_basis": list(each.legal_basis),
            }
            for each in figures
        ],
        "records": rows,
    }


def _read_by_all(answer: HttpResponse) -> HttpResponse:
    """The page holds a token of the visit and a nonce: the visitor's own browser may keep it for a while, nobody else."""
    answer["Cache-Control"] = "private, max-age=120"
    return answer


def _base(province: Province, year: int) -> dict[str, Any]:
    return {"year": year, "years": years(today()), "title": province.title()}


def _book(province: Province, year: int) -> Book | None:
    try:
        return book_of(province, year)
    except FactsError:
        return None


def _unit(province: Province, code: str) -> UnitInfo:
    known = places(province, "now", today()).units
    if code not in known:
        raise Http404(_("Không có đơn vị này."))
    return known[code]


def _year(request: ViewedRequest) -> int:
    offered = years(today())
    text = request.GET.get("nam", "")
    return int(text) if text.isdecimal() and len(text) == 4 and int(text) in offered else offered[0]


def _province(request: ViewedRequest) -> Province:
    if request.province is None:
        raise Http404
    return request.province  # type: ignore[no-any-return]
