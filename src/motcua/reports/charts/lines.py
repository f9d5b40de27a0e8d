"""Series over time as lines. A series is known by its dashes and its dots, not by its colour alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.safestring import SafeString

from motcua.reports.charts.columns import FLOOR, HEIGHT, LEFT, TOP, WIDTH, grid, labels_every
from motcua.reports.charts.data import Series
from motcua.reports.charts.svg import LETTER, drawing, element, scaled, text, told, top_of

LEGEND = 16
DASHES = ("", "6 3", "2 3", "8 3 2 3")


def _circle(x: float, y: float, kind: str) -> str:
    return element("circle", cx=x, cy=y, r=2.6, class_=kind)


def _square(x: float, y: float, kind: str) -> str:
    return element("rect", x=x - 2.4, y=y - 2.4, width=4.8, height=4.8, class_=kind)


def _triangle(x: float, y: float, kind: str) -> str:
    return element("polygon", points=f"{x:.1f},{y - 3:.1f} {x + 3:.1f},{y + 2.4:.1f} {x - 3:.1f},{y + 2.4:.1f}", class_=kind)  # fmt: skip


def _diamond(x: float, y: float, kind: str) -> str:
    return element("polygon", points=f"{x:.1f},{y - 3:.1f} {x + 3:.1f},{y:.1f} {x:.1f},{y + 3:.1f} {x - 3:.1f},{y:.1f}", class_=kind)  # fmt: skip


SHAPES: tuple[Callable[[float, float, str], str], ...] = (_circle, _square, _triangle, _diamond)


def lines(series: Sequence[Series], title: str) -> SafeString:
    """At most four series over the same labels, from zero; where a value is missing the line breaks."""
    top = top_of(mark.value for each in series for mark in each.marks)
    count = max((len(each.marks) for each in series), default=0)
    room = (WIDTH - LEFT) / max(1, count)
    parts = [*grid(top), *_labels(series, room), *_legend(series)]
    for at, each in enumerate(series):
        parts += _line(each, at, top, room)
    return drawing(parts, WIDTH, HEIGHT + LEGEND, title, "lines")


def _labels(series: Sequence[Series], room: float) -> list[str]:
    marks = series[0].marks if series else ()
    every = labels_every([each.short or each.label for each in marks], room)
    return [
        text(mark.short or mark.label, LEFT + (at + 0.5) * room, HEIGHT - 6, "ch-axis", vi=mark.vi, anchor="middle")
        for at, mark in enumerate(marks)
        if at % every == 0
    ]  # fmt: skip


def _line(series: Series, at: int, top: int, room: float) -> list[str]:
    tone = f" ch-{series.tone}" if series.tone else ""
    shape = SHAPES[at % len(SHAPES)]
    spots = [
        (LEFT + (place + 0.5) * room, FLOOR - scaled(mark.value, top, FLOOR - TOP), mark)
        for place, mark in enumerate(series.marks)
    ]
    path, pen = [], "M"
    for x, y, mark in spots:
        if mark.value is None:
            pen = "M"
            continue
        path.append(f"{pen}{x:.1f},{y:.1f}")
        pen = "L"
    drawn = element(
        "path", d=" ".join(path), class_=f"ch-line{tone}", stroke_dasharray=DASHES[at % len(DASHES)]
    )
    dots = [
        told(mark, shape(x, y, f"ch-dot{tone}"), name=series.name) for x, y, mark in spots if mark.value is not None
    ]  # fmt: skip
    return [drawn, *dots]


def _legend(series: Sequence[Series]) -> list[str]:
    parts, x, y = [], float(LEFT), HEIGHT + 6
    for at, each in enumerate(series):
        tone = f" ch-{each.tone}" if each.tone else ""
        parts.append(
            element("line", x1=x, x2=x + 18, y1=y, y2=y, class_=f"ch-line{tone}", stroke_dasharray=DASHES[at % 4])
        )  # fmt: skip
        parts.append(SHAPES[at % 4](x + 9, y, f"ch-dot{tone}"))
        parts.append(text(each.name, x + 22, y + 3, "ch-key"))
        x += 32 + len(each.name) * LETTER
    return parts
