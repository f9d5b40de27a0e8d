"""Writing SVG: elements with escaped attributes, no style and no script, so that a strict policy lets them stand."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from html import escape

from django.utils.safestring import SafeString, mark_safe

from motcua.reports.charts.data import Mark, Number

LETTER = 5.6  # mean width of a letter at 10 units


def element(name: str, *inside: str, **attributes: object) -> str:
    """`inside` is markup already; attributes are escaped; `_` becomes `-`, and a last one is dropped (class_)."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value) if isinstance(value, str) else _plain(value)}"'
        for key, value in attributes.items()
        if value is not None and value != ""
    )
    return f"<{name}{written}>{''.join(inside)}</{name}>" if inside else f"<{name}{written}/>"


def text(words: str, x: float, y: float, kind: str, *, vi: bool = False, anchor: str = "") -> str:
    """A line of text whose class says how it looks."""
    return element(
        "text", escape(words), x=x, y=y, class_=kind, text_anchor=anchor, lang="vi" if vi else None
    )


def told(mark: Mark, *inside: str, name: str = "") -> str:
    """A mark's shapes with what it says when pointed at, and with its link. The same link stands in the table, so that
    nobody has to go through every bar by keyboard."""
    parts = [mark.label, ": ", mark.shown]
    if mark.word:
        parts += [", ", mark.word]
    said = element(
        "title", escape((f"{name}, " if name else "") + "".join(parts)), lang="vi" if mark.vi else None
    )
    if not mark.url:
        return element("g", said, *inside)
    return element("a", said, *inside, href=mark.url, tabindex=-1)


def drawing(parts: Iterable[str], width: float, height: float, title: str, kind: str) -> SafeString:
    """The whole picture. Its name says where its numbers are read."""
    return mark_safe(  # noqa: S308 - every part was made by `element`, which escapes
        element(
            "svg",
            *parts,
            class_=f"ch-svg ch-{kind}",
            viewBox=f"0 0 {_plain(width)} {_plain(height)}",
            role="group",
            aria_label=title,
        )
    )


def scaled(value: Number | None, largest: Number, room: float) -> float:
    """How long a value is where the largest fills the room; nothing below zero."""
    if value is None or largest <= 0 or value <= 0:
        return 0.0
    return float(Fraction(value) / Fraction(largest)) * room


def top_of(values: Iterable[Number | None]) -> int:
    """A round number not below any value: 1, 2 or 5 times a power of ten, and never 0."""
    largest = max((Fraction(each) for each in values if each is not None), default=Fraction())
    step = 1
    while True:
        for factor in (1, 2, 5):
            if step * factor >= largest:
                return step * factor
        step *= 10


def shortened(words: str, room: float, letter: float = LETTER) -> str:
    """The words, cut with a sign where they would be wider than the room."""
    most = max(2, int(room / letter))
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def _plain(value: object) -> str:
    if isinstance(value, float):
        return str(Decimal(value).quantize(Decimal("0.1"), ROUND_HALF_UP).normalize().__format__("f"))
    return str(value)
