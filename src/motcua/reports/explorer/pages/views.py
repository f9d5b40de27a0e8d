"""The figures of a province: the list, one figure, what it counts, and its table to take away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.engine.facts.api import FactsError, Part, Scope, one_state, open_records, scope_of, sources
from motcua.engine.figures.api import (
    REGISTRY,
    Figure,
    FigureError,
    Filter,
    MeasureKind,
    Operator,
    failing_filters,
)
from motcua.engine.permissions.api import ViewedRequest, page
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import today
from motcua.reports.charts.api import csv_lines, csv_response
from motcua.reports.explorer.asking import Asked, asked, choices
from motcua.reports.explorer.counting import by_unit
from motcua.reports.explorer.pages import showing
from motcua.reports.explorer.pages.listed import Listed
from motcua.reports.explorer.permissions import VIEW
from motcua.reports.explorer.places import Places, places

SHOWN = 50
MOST_EXPORTED = 200_000
PARTS = ("count", "numerator", "denominator", "failing")


@page(VIEW)
def index(request: ViewedRequest) -> HttpResponse:
    """Every figure with its number of a period, over the visitor's units."""
    province, scope, question = _asked(request)
    groups = showing.overview(province, figures(), question, scope)
    context = {"groups": groups, "asked": question, "periods": choices(today())}
    return render(request, "explorer/index.html", context)


@page(VIEW)
def figure_page(request: ViewedRequest, code: str) -> HttpResponse:
    """One figure: its number, formula, course, units in order, and cuts."""
    province, scope, question = _asked(request)
    figure = _figure(code)
    known = places(province, question.mode, min(question.window.last, today()))
    _check_unit(question, known, scope)
    try:
        with one_state(province, sorted({part.fact for part in figure.selections()})):
            shown = showing.figure(province, figure, question, known, scope)
    except FactsError as error:
        return _not_ready(request, figure, question, error)
    return render(request, "explorer/figure.html", shown | {"periods": choices(today())})


@page(VIEW)
def table(request: ViewedRequest, code: str) -> HttpResponse:
    """The figure of every unit as CSV, exact parts and the value as shown."""
    province, scope, question = _asked(request)
    figure = _figure(code)
    known = places(province, question.mode, min(question.window.last, today()))
    try:
        counted = by_unit(province, figure, question.window, known, scope=scope)
    except FactsError as error:
        return _not_ready(request, figure, question, error)
    rows = [
        [owner, known.units[owner].name if owner in known.units else "", *showing.cells(one)]
        for owner, one in sorted(counted.lines.items())
    ]
    head = [_("Mã đơn vị"), _("Đơn vị"), _("Tử số hoặc số đếm"), _("Mẫu số"), figure.label()]
    return csv_response(
        [head, *rows, ["", _("Cộng"), *showing.cells(counted.total)]], f"{figure.code}-{question.window.last}"
    )


@page(VIEW)
def records(request: ViewedRequest, code: str) -> HttpResponse:
    """A page of the records a part of the figure counts; their number is the figure's, held against it each time."""
    province, scope, question = _asked(request)
    figure = _figure(code)
    known = places(province, question.mode, min(question.window.last, today()))
    _check_unit(question, known, scope)
    name, part, filters = _part(request, figure)
    after, term = request.GET.get("sau", "")[:80], _number(request, "so-hang")
    listed = _listed(request, figure, part, term)
    try:
        opening = open_records(
            province, figure, part, question.window, filters, _codes(question, known), after, SHOWN,
            scope=scope, term=term, value=listed.value,
        )  # fmt: skip
    except FactsError as error:
        return _not_ready(request, figure, question, error)
    base = (
        reverse("explorer:records", args=[figure.code]) + question.address(phan=name) + _cut_address(request)
    )
    context = {
        "figure": figure,
        "label": showing.label_of(figure),
        "asked": question,
        "part": name,
        "part_word": showing.part_words()[name],
        "count": opening.tally.total if listed.values else opening.tally.rows,
        "values": listed.values,
        "of_value": listed.name(province),
        "unit": known.units.get(question.unit),
        "lines": listed.lines(province, opening.records, base),
        "headings": listed.headings(),
        "next": opening.next,
        "snapshot": opening.snapshot,
        "narrowed": showing.narrowed_words(province, figure, filters if name != "failing" else ()),
        "base": base + listed.more(),
        "back": reverse("explorer:figure", args=[figure.code]) + question.address(),
        "export": reverse("explorer:records-csv", args=[figure.code])
        + question.address(phan=name)
        + _cut_address(request)
        + listed.more(),
    }
    return render(request, "explorer/records.html", context)


@page(VIEW)
def records_csv(request: ViewedRequest, code: str) -> HttpResponse | StreamingHttpResponse:
    """All the records of a part as CSV, page by page."""
    province, scope, question = _asked(request)
    figure = _figure(code)
    known = places(province, question.mode, min(question.window.last, today()))
    _check_unit(question, known, scope)
    _name, part, filters = _part(request, figure)
    units, term = _codes(question, known), _number(request, "so-hang")
    listed = _listed(request, figure, part, term)
    asked_for = {"scope": scope, "term": term, "value": listed.value}
    try:
        open_records(province, figure, part, question.window, filters, units, "", 1, **asked_for)
    except FactsError as error:
        return _not_ready(request, figure, question, error)

    def rows() -> Iterator[Sequence[Any]]:
        yield listed.headings()
        after, written = "", 0
        while written < MOST_EXPORTED:
            opening = open_records(
                province, figure, part, question.window, filters, units, after, 1_000, **asked_for
            )
            lines = listed.lines(province, opening.records, "")
            yield from ([line.name, *line.cells] for line in lines)
            written, after = written + len(lines), opening.next
            if not after:
                return

    response = StreamingHttpResponse(csv_lines(rows()), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = (
        f'attachment; filename="{figure.code}-{question.window.last}-ban-ghi.csv"'
    )
    response["Cache-Control"] = "private, no-store"
    return response


# -- shared ----------------------------------------------------------------------------------------


def figures() -> list[Figure]:
    """The figures in force today that are counted over facts."""
    known = {source.name for source in sources()}
    return [each for each in REGISTRY.figures(today()) if {part.fact for part in each.selections()} <= known]


def _figure(code: str) -> Figure:
    known = {source.name for source in sources()}
    try:
        found = REGISTRY.figure(code, today())
    except FigureError as error:
        raise Http404 from error
    if not {part.fact for part in found.selections()} <= known:
        raise Http404
    return found


def _asked(request: ViewedRequest) -> tuple[Province, Scope, Asked]:
    if request.province is None:
        raise Http404
    scope = scope_of(request.viewer, VIEW, request.province)
    return request.province, scope, asked(request.GET, today())  # type: ignore[arg-type]


def _check_unit(question: Asked, known: Places, scope: Scope) -> None:
    """A unit outside the visitor's does not exist for them."""
    if question.unit and (
        question.unit not in known.units or (scope.codes is not None and question.unit not in scope.codes)
    ):
        raise Http404


def _codes(question: Asked, known: Places) -> frozenset[str] | None:
    return known.codes_of(question.unit) if question.unit else None


def _part(request: ViewedRequest, figure: Figure) -> tuple[str, Part, tuple[Filter, ...]]:
    """The part asked for (?phan=), and what narrows it; ?cot=&gia-tri= a value of a cut."""
    name = request.GET.get("phan", "count" if figure.count else "numerator")
    if name not in PARTS or (name == "count") != (figure.count is not None):
        raise Http404
    filters = _cut_filter(request, figure)
    if name != "failing":
        return name, cast(Part, name), filters
    failing = failing_filters(figure)
    if failing is None:
        raise Http404
    return name, "denominator", failing + filters


def _cut_filter(request: ViewedRequest, figure: Figure) -> tuple[Filter, ...]:
    """?cot=&gia-tri=, as often as wanted: a column and its value; one column without a value, where it is missing."""
    columns, values = request.GET.getlist("cot")[:4], request.GET.getlist("gia-tri")[:4]
    known = showing.columns_of(figure)
    if any(column not in known for column in columns):
        raise Http404
    if len(columns) == 1 and not values:
        return (Filter(columns[0], Operator.MISSING),)
    if len(columns) != len(values):
        raise Http404
    return tuple(
        Filter(column, Operator.EQUAL, showing.typed(figure, column, text))
        for column, text in zip(columns, values, strict=True)
    )


def _cut_address(request: ViewedRequest) -> str:
    """The same columns and values once more, for the next page and the export."""
    pairs = [(name, text) for name in ("cot", "gia-tri") for text in request.GET.getlist(name)[:4]]
    return "&" + urlencode(pairs) if pairs else ""


def _number(request: ViewedRequest, name: str) -> int:
    text = request.GET.get(name, "0")
    return int(text) if text.isdecimal() and len(text) < 4 else 0


def _listed(request: ViewedRequest, figure: Figure, part: Part, term: int) -> Listed:
    """What the page lists; ?mo= the records of one of the different values a part counts."""
    quantity = getattr(figure, part)
    if term >= len(quantity.terms):
        raise Http404
    selection = quantity.terms[term][1]
    value = request.GET.get("mo") if selection.measure.kind is MeasureKind.DISTINCT else None
    return Listed(selection, value)


def _not_ready(request: ViewedRequest, figure: Figure, question: Asked, error: FactsError) -> HttpResponse:
    context = {"figure": figure, "label": showing.label_of(figure), "asked": question, "why": error.message}
    return render(request, "explorer/not_ready.html", context)
