"""Values under each other as strips: steps, officers, units. A name may be long, so it stands above its strip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from motcua.reports.charts.data import Mark, Number
from motcua.reports.charts.svg import drawing, element, scaled, shortened, text, told, top_of

WIDTH, ROW, NOTE = 360, 32, 13


def strips(marks: Sequence[Mark], title: str) -> SafeString:
    """One strip a mark, the longest filling the width."""
    largest = max((each.value for each in marks if each.value is not None), default=0)
    parts, y = [], 0.0
    for mark in marks:
        tone = f" ch-{mark.tone}" if mark.tone else ""
        said = f"{mark.shown} {mark.word}".strip()
        shapes = [
            *_heading(mark, said, y),
            element("rect", x=0, y=y + 16, width=WIDTH, height=9, class_="ch-bed"),
            element("rect", x=0, y=y + 16, width=scaled(mark.value, largest, WIDTH), height=9, class_=f"ch-fill{tone}"),
        ]  # fmt: skip
        y += ROW
        if mark.note:
            shapes.append(text(shortened(mark.note, WIDTH), 0, y + 4, "ch-note"))
            y += NOTE
        parts.append(told(mark, *shapes))
    return drawing(parts, WIDTH, max(y, 1.0), title, "strips")


@dataclass(frozen=True, slots=True)
class Reach:
    """How far something reaches: half of it to `middle`, nine tenths to `most`; the mark's value is the middle."""

    mark: Mark
    middle: Number | None
    most: Number | None


def reaches(items: Sequence[Reach], title: str) -> SafeString:
    """From zero to the most as a bed, to the middle as a strip with a dot at its end."""
    top = top_of(each.most for each in items)
    parts, y = [], 0.0
    for each in items:
        shapes = _heading(each.mark, each.mark.shown, y)
        if each.middle is not None:
            end = scaled(each.middle, top, WIDTH)
            shapes += [
                element("rect", x=0, y=y + 16, width=scaled(each.most, top, WIDTH), height=9, class_="ch-far"),
                element("rect", x=0, y=y + 16, width=end, height=9, class_="ch-fill"),
                element("circle", cx=max(4.0, end), cy=y + 20.5, r=4, class_="ch-dot"),
            ]  # fmt: skip
        parts.append(told(each.mark, *shapes))
        y += ROW
    return drawing(parts, WIDTH, max(y, 1.0), title, "reaches")


def _heading(mark: Mark, said: str, y: float) -> list[str]:
    room = WIDTH - len(said) * 6.2 - 8
    return [
        text(shortened(mark.label, room), 0, y + 11, "ch-name", vi=mark.vi),
        text(said, WIDTH, y + 11, "ch-value", anchor="end"),
    ]
