"""From what a dashboard counted to its charts, each with the table it is exported as."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from motcua.engine.figures.api import (
    MIDDLE,
    NINE_TENTHS,
    Figure,
    Value,
    format_number,
    format_value,
    nothing,
    words_of,
)
from motcua.kernel.periods import Window
from motcua.modules.dossiers.api import officer_names
from motcua.reference.organisations.api import UnitInfo
from motcua.reference.places.api import places_on
from motcua.reports.charts.api import (
    Cell,
    Chart,
    Mark,
    Reach,
    Series,
    Table,
    Tile,
    Tone,
    columns,
    lines,
    reaches,
    strips,
    table_of,
    table_of_series,
    tiles,
)
from motcua.reports.dashboards.counting import Board, OfficerLine, UnitLine
from motcua.reports.explorer.api import figure_address, records_address

DAY_MINUTES = 480
MOST_OFFICERS = 20  # drawn and listed; the file has them all
# Which share on time is which colour: the words stand beside it, and the limits on the page.
GOOD, FAIR = Fraction(95, 100), Fraction(80, 100)
STEP_ORDER = (
    "reception", "assign", "process", "consult", "joint", "review", "approve", "sign", "issue", "return",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Desk:
    """A board, who looks at it, and where its numbers are opened. `opens`: whether the viewer may open figures."""

    board: Board
    viewer: Any
    unit_path: str
    opens: bool
    here: Callable[..., str]  # the address of this board with something changed

    def records(self, code: str, window: Window, cuts: Mapping[str, str] | None = None) -> str:
        """The records of a figure, "" for who may not open them."""
        unit = self.board.question.unit
        return records_address(f"dossiers.{code}", window, unit, cuts=cuts) if self.opens else ""

    def figure(self, code: str, window: Window, unit: str | None = None) -> str:
        """The page of a figure, "" for who may not open it."""
        where = self.board.question.unit if unit is None else unit
        return figure_address(f"dossiers.{code}", window, where) if self.opens else ""


@dataclass(frozen=True, slots=True)
class Card:
    """A number of today with its word and its records."""

    label: str
    shown: str
    url: str
    tone: Tone = ""
    word: str = ""


def shown(number: int) -> str:
    """A whole number as Vietnamese prints it."""
    return format_number(Decimal(number))


# -- today ------------------------------------------------------------------------------------------


def cards(desk: Desk) -> list[Card]:
    """Today's numbers, each a link to its records."""
    now, question = desk.board.now, desk.board.question
    today, week = question.today, question.rest_of_week
    late, due = now["open-late"], now["due"]
    return [
        Card(_("Đang giải quyết"), shown(now["open"]), desk.records("open", today)),
        Card(_("Tiếp nhận trong ngày"), shown(now["received"]), desk.records("received", today)),
        Card(_("Giải quyết xong trong ngày"), shown(now["resolved"]), desk.records("resolved", today)),
        Card(_("Đến hẹn trong ngày"), shown(due), desk.records("due", today), *_hurry(due, "warn", _("cần xong hôm nay"))),
        Card(_("Đến hẹn từ nay đến Chủ nhật"), shown(now["week"]), desk.records("due", week)),
        Card(_("Đã quá ngày hẹn"), shown(late), desk.records("open-late", today), *_hurry(late, "bad", _("quá hạn"))),
        Card(_("Đang chờ người nộp"), shown(now["waiting"]), desk.records("waiting", today), *_hurry(now["waiting"], "wait", _("không tính quá hạn"))),
    ]  # fmt: skip


def _hurry(number: int, tone: Tone, word: str) -> tuple[Tone, str]:
    return (tone, word) if number else ("", "")


def today_chart(desk: Desk) -> Chart:
    """Today's numbers as a table: what is exported of them."""
    rows = tuple((Cell(card.label, card.url), Cell(card.shown, number=True)) for card in cards(desk))
    head = (Cell(_("Hôm nay")), Cell(_("Hồ sơ"), number=True))
    return Chart("hom-nay", _("Hôm nay"), strips([], ""), Table(head, rows))


# -- trend ------------------------------------------------------------------------------------------


def trend_chart(desk: Desk) -> Chart:
    """Received, resolved and late, by the spans of the question."""
    spans, trend = desk.board.question.spans(), desk.board.trend
    names: tuple[tuple[str, str, Tone], ...] = (
        ("received", _("Tiếp nhận"), ""),
        ("resolved", _("Giải quyết xong"), "good"),
        ("resolved-late", _("Quá hạn"), "bad"),
    )
    series = [
        Series(
            name,
            tuple(
                Mark(_span_label(span), number, shown(number), _span_short(span, desk), desk.records(code, span), tone)
                for span, number in zip(spans, trend[code], strict=True)
            ),
            tone,
        )
        for code, name, tone in names
    ]  # fmt: skip
    title = {
        "ngay": _("Diễn biến 28 ngày"),
        "tuan": _("Diễn biến 12 tuần"),
        "thang": _("Diễn biến 12 tháng"),
    }[desk.board.question.grain]
    return Chart("dien-bien", title, lines(series, title), table_of_series(series, _("Thời gian")))


def _span_label(span: Window) -> str:
    if span.first == span.last:
        return f"{span.first:%d/%m/%Y}"
    return f"{span.first:%d/%m} – {span.last:%d/%m/%Y}"


def _span_short(span: Window, desk: Desk) -> str:
    return f"{span.first.month}/{span.first:%y}" if desk.board.question.grain == "thang" else f"{span.first:%d/%m}"  # fmt: skip


# -- load by hour and weekday -------------------------------------------------------------------------


def hours_chart(desk: Desk) -> Chart:
    """Dossiers received in the four weeks by hour of the day."""
    counted = desk.board.arrivals
    found = {hour for _weekday, hour in counted}
    hours = range(min({7, *found}), max({17, *found}) + 1)
    marks = [
        _arrival(desk, _("{first} giờ đến {last} giờ").format(first=hour, last=hour + 1), f"{hour}",
                 sum(number for (_day, at), number in counted.items() if at == hour), {"received_hour": str(hour)})
        for hour in hours
    ]  # fmt: skip
    title = _("Tiếp nhận theo giờ trong ngày, 4 tuần")
    return Chart("gio", title, columns(marks, title), table_of(marks, _("Giờ"), _("Hồ sơ")))


def weekdays_chart(desk: Desk) -> Chart:
    """Dossiers received in the four weeks by weekday."""
    words = words_of("dossiers").values["received_weekday"]
    marks = [
        _arrival(desk, _(words[str(day)]), _weekday_short(day),
                 sum(number for (at, _hour), number in desk.board.arrivals.items() if at == day),
                 {"received_weekday": str(day)})
        for day in range(1, 8)
    ]  # fmt: skip
    title = _("Tiếp nhận theo thứ trong tuần, 4 tuần")
    return Chart("thu", title, columns(marks, title), table_of(marks, _("Thứ"), _("Hồ sơ")))


def _arrival(desk: Desk, label: str, short: str, number: int, cuts: Mapping[str, str]) -> Mark:
    return Mark(
        label, number, shown(number), short, desk.records("received", desk.board.question.recent, cuts)
    )


def _weekday_short(day: int) -> str:
    return (_("T2"), _("T3"), _("T4"), _("T5"), _("T6"), _("T7"), _("CN"))[day - 1]


# -- officers -----------------------------------------------------------------------------------------


def officers_chart(desk: Desk, *, every: bool = False) -> Chart:
    """Steps by officer; a name only for who may see the officers of the unit, and one's own."""
    found = desk.board.officers if every else desk.board.officers[:MOST_OFFICERS]
    names = officer_names(desk.viewer, desk.board.province, desk.unit_path, [line.uid for line in found])
    labels = [_officer_label(line, names, number) for number, line in enumerate(found, start=1)]
    marks = [
        Mark(
            label, line.open, ngettext("{n} bước mở", "{n} bước mở", line.open).format(n=shown(line.open)),
            tone="bad" if line.late else "", word=_("{n} quá hạn").format(n=shown(line.late)) if line.late else "",
            vi=line.uid in names,
        )
        for label, line in zip(labels, found, strict=True)
    ]  # fmt: skip
    head = (
        Cell(_("Cán bộ")), Cell(_("Đang mở"), number=True), Cell(_("Quá hạn"), number=True),
        Cell(_("Xong tuần này"), number=True),
    )  # fmt: skip
    today, week = desk.board.question.today, desk.board.question.week
    rows = tuple(
        (
            Cell(label, vi=line.uid in names),
            Cell(shown(line.open), desk.records("steps-open", today, {"officer": line.uid}), number=True),
            Cell(
                shown(line.late), desk.records("steps-open-late", today, {"officer": line.uid}), number=True
            ),
            Cell(shown(line.closed), desk.records("steps-closed", week, {"officer": line.uid}), number=True),
        )
        for label, line in zip(labels, found, strict=True)
    )
    title = _("Việc theo cán bộ")
    return Chart("can-bo", title, strips(marks, title), Table(head, rows))


def _officer_label(line: OfficerLine, names: Mapping[str, str], number: int) -> str:
    if not line.uid:
        return _("Chưa giao ai")
    return names.get(line.uid) or _("Cán bộ {number}").format(number=number)


# -- steps --------------------------------------------------------------------------------------------


def steps_chart(desk: Desk) -> Chart:
    """The way of a dossier by kind of step: how many are in it, and how much working time it takes."""
    words, steps = words_of("dossier_steps").values["kind"], desk.board.steps
    kinds = sorted(steps, key=lambda kind: (STEP_ORDER.index(kind) if kind in STEP_ORDER else 99, kind))
    question = desk.board.question
    items, rows = [], []
    for kind in kinds:
        line, name = steps[kind], _(words.get(kind, kind))
        middle, most = (line.spread.at(MIDDLE), line.spread.at(NINE_TENTHS)) if line.spread else (None, None)
        said = _("{open} đang ở bước này").format(open=shown(line.open))
        items.append(
            Reach(
                Mark(name, middle, f"{duration(middle)} / {duration(most)}" if line.spread else "–", note=said),
                middle, most,
            )
        )  # fmt: skip
        rows.append(
            (
                Cell(name),
                Cell(shown(line.open), desk.records("steps-open", question.today, {"kind": kind}), number=True),
                Cell(shown(line.closed), desk.records("steps-closed", question.recent, {"kind": kind}), number=True),
                Cell(duration(middle), number=True),
                Cell(duration(most), number=True),
            )
        )  # fmt: skip
    head = (
        Cell(_("Bước")), Cell(_("Đang ở bước này"), number=True), Cell(_("Đã xong, 4 tuần"), number=True),
        Cell(_("Trung vị"), number=True), Cell(_("90% không quá"), number=True),
    )  # fmt: skip
    title = _("Thời gian làm việc từng bước: trung vị / 90% không quá")
    return Chart("buoc", title, reaches(items, title), Table(head, tuple(rows)))


def duration(minutes: Fraction | None) -> str:
    """Working minutes as days of eight hours, hours and minutes."""
    if minutes is None:
        return "–"
    days, rest = divmod(int(minutes), DAY_MINUTES)
    hours, minute = divmod(rest, 60)
    parts = [
        (days, _("{n} ngày")), (hours, _("{n} giờ")), (minute, _("{n} phút")),
    ]  # fmt: skip
    told = [pattern.format(n=number) for number, pattern in parts if number][:2]
    return " ".join(told) or _("{n} phút").format(n=0)


# -- units --------------------------------------------------------------------------------------------


def communes(board: Board) -> list[UnitInfo]:
    """The communes in force that are looked at, with dossiers or without."""
    top = board.known.units[board.question.unit].path if board.question.unit else ""
    return board.known.in_order(
        code
        for code, unit in board.known.units.items()
        if unit.kind == "commune_committee"
        and holds_on(unit, board.question.day)
        and unit.path.startswith(top)
        and (board.scope.codes is None or code in board.scope.codes)
    )


def map_chart(desk: Desk) -> Chart:
    """The communes as tiles, coloured by their share on time; the number and a sign stand in each."""
    board = desk.board
    places = {place.code: place for place in places_on(board.province, board.question.day, "commune")}
    items = []
    rates = {line.code: line.rate for line in board.ranking}
    for unit in communes(board):
        rate = rates.get(unit.code) or nothing(board.rate)
        place = places.get(unit.place_code)
        there = place is not None and place.longitude is not None and place.latitude is not None
        value = rate.value
        tone, word = tone_of(value)
        items.append(
            Tile(
                Mark(
                    place.short_name if place else unit.short_name, value.exact(100), _percent(value, board.rate),
                    _percent_short(value), desk.here(**{"don-vi": unit.code}), tone, word, vi=True,
                ),
                float(place.longitude) if there else None,  # type: ignore[union-attr, arg-type]
                float(place.latitude) if there else None,  # type: ignore[union-attr, arg-type]
            )
        )  # fmt: skip
    marks = sorted((each.mark for each in items), key=lambda mark: (mark.value is None, mark.value or 0))
    title = _("Bản đồ ô: tỷ lệ đúng hạn của các xã, phường, 4 tuần")
    return Chart("ban-do", title, tiles(items, title), table_of(marks, _("Đơn vị"), _("Đúng hạn"), _("Mức")))


def holds_on(unit: UnitInfo, day: dt.date) -> bool:
    """Whether the unit was there on a day."""
    return unit.valid_from <= day and (unit.valid_to is None or unit.valid_to > day)


def tone_of(rate: Value) -> tuple[Tone, str]:
    """The colour of a share on time and its word."""
    exact = rate.exact(1)
    if exact is None:
        return "none", _("chưa có hồ sơ giải quyết xong")
    if exact >= GOOD:
        return "good", _("tốt")
    return ("warn", _("cần chú ý")) if exact >= FAIR else ("bad", _("chậm"))


def _percent(rate: Value, figure: Figure) -> str:
    return format_value(rate, figure) + ("" if rate.exact(1) is None else "%")


def _percent_short(rate: Value) -> str:
    exact = rate.exact(100)
    return "–" if exact is None else f"{int(exact)}"  # never rounded up to a full hundred


def ranking_chart(desk: Desk) -> Chart:
    """Units by share on time with their movement, best first."""
    board = desk.board
    recent = board.question.recent
    rows = []
    for line in board.ranking:
        unit, value = board.known.units.get(line.code), line.rate.value
        name = unit.name if unit else _("Đơn vị không rõ")
        rows.append(
            (
                Cell(name, desk.here(**{"don-vi": line.code}), vi=True),
                Cell(str(line.place) if line.place else "–", number=True),
                Cell(moved(line)),
                Cell(_percent(value, board.rate), desk.figure("on-time", recent, line.code), number=True),
                Cell(tone_of(value)[1]),
                Cell(shown(int(value.denominator or 0)), number=True),
                Cell(shown(line.received), number=True),
            )
        )
    head = (
        Cell(_("Đơn vị")), Cell(_("Hạng"), number=True), Cell(_("So với 4 tuần trước")), Cell(_("Đúng hạn"), number=True),
        Cell(_("Mức")), Cell(_("Đã giải quyết"), number=True), Cell(_("Tiếp nhận"), number=True),
    )  # fmt: skip
    title = _("Xếp hạng đơn vị theo tỷ lệ đúng hạn, 4 tuần")
    return Chart("xep-hang", title, strips([], title), Table(head, tuple(rows)))


def moved(line: UnitLine) -> str:
    """How its place changed, in a sign and a word."""
    if not line.place or not line.before:
        return _("mới có hạng") if line.place else "–"
    by = line.before - line.place
    if by == 0:
        return _("giữ hạng")
    return (_("↑ tăng {n}") if by > 0 else _("↓ giảm {n}")).format(n=abs(by))


CHARTS: Mapping[str, Callable[[Desk], Chart]] = {
    "hom-nay": today_chart,
    "dien-bien": trend_chart,
    "gio": hours_chart,
    "thu": weekdays_chart,
    "can-bo": officers_chart,
    "buoc": steps_chart,
    "ban-do": map_chart,
    "xep-hang": ranking_chart,
}


def export_of(desk: Desk, name: str) -> list[list[str]]:
    """The table of a chart as rows of text, all of it, under the moment it was counted."""
    chart = officers_chart(desk, every=True) if name == "can-bo" else CHARTS[name](desk)
    snapshot = desk.board.snapshot
    moment: dt.datetime | None = snapshot.as_of if snapshot else None
    from motcua.kernel.clock import local

    counted = f"{local(moment):%H:%M:%S %d/%m/%Y}" if moment else "–"
    return [[chart.title], [_("Số liệu đếm đến"), counted], *chart.table.texts()]
