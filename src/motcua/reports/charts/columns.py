"""Values side by side as columns: days, hours, weekdays."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.safestring import SafeString

from motcua.kernel.numbers import format_number
from motcua.reports.charts.data import Mark, Number
from motcua.reports.charts.svg import LETTER, drawing, element, scaled, text, told, top_of

WIDTH, HEIGHT = 360, 150
LEFT, TOP, BOTTOM = 36, 14, 20
FLOOR = HEIGHT - BOTTOM


def columns(marks: Sequence[Mark], title: str) -> SafeString:
    """One column a mark, from zero. Labels that would touch are left out; all are in the table."""
    top = top_of(each.value for each in marks)
    room = (WIDTH - LEFT) / max(1, len(marks))
    every = labels_every([each.short or each.label for each in marks], room)
    parts = grid(top)
    for at, mark in enumerate(marks):
        x, height = LEFT + at * room, scaled(mark.value, top, FLOOR - TOP)
        bar = element(
            "rect", x=x + room * 0.12, y=FLOOR - height, width=room * 0.76, height=height,
            class_=f"ch-fill{f' ch-{mark.tone}' if mark.tone else ''}",
        )  # fmt: skip
        touch = element("rect", x=x, y=TOP, width=room, height=FLOOR - TOP, class_="ch-touch")
        parts.append(told(mark, bar, touch))
        if at % every == 0:
            parts.append(
                text(
                    mark.short or mark.label, x + room / 2, HEIGHT - 6, "ch-axis", vi=mark.vi, anchor="middle"
                )
            )
    return drawing(parts, WIDTH, HEIGHT, title, "columns")


def grid(top: Number) -> list[str]:
    """The floor, the half and the top of a scale from zero."""
    parts = []
    halves = (0, top / 2, top) if isinstance(top, int) and top % 2 == 0 else (0, top)
    for value in halves:
        y = FLOOR - scaled(value, top, FLOOR - TOP)
        parts.append(element("line", x1=LEFT, x2=WIDTH, y1=y, y2=y, class_="ch-rule"))
        parts.append(text(format_number(Decimal(int(value))), LEFT - 4, y + 3, "ch-axis", anchor="end"))
    return parts


def labels_every(labels: Sequence[str], room: float) -> int:
    """Of how many labels one is written, so that none touches the next."""
    widest = max((len(each) for each in labels), default=0) * LETTER + 4
    return max(1, -int(-widest // room)) if room else 1
