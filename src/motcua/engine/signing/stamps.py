"""How numbers, signatures and seals look, as small pages made by Typst: its letters are right where others' are not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from motcua.engine.documents.api import render_stamp
from motcua.engine.signing.places import Box
from motcua.kernel.clock import local

TEMPLATE = "signing/stamps.typ"
LARGEST_LINE = 14.0


def line(box: Box, text: str, *, slanted: bool = False, size: float = 0) -> bytes:
    """One line of text at the foot of its field; made narrower where it is longer."""
    data = {
        "shape": "line",
        "text": text,
        "slanted": slanted,
        "size": size or min(LARGEST_LINE, box.height / 1.25),
    }
    return _render(box, data)


def person(box: Box, lines: Sequence[str], picture: bytes = b"") -> bytes:
    """A person's signature: the picture of the own hand (PNG, transparent), else words in blue."""
    return _render(box, {"shape": "person", "lines": list(lines)}, picture)


def seal(box: Box, around: str, lines: Sequence[str], picture: bytes = b"") -> bytes:
    """An organisation's seal: its picture (PNG, transparent), else a round one drawn of words."""
    return _render(box, {"shape": "seal", "around": around, "lines": list(lines)}, picture)


def copy(box: Box, lines: Sequence[str]) -> bytes:
    """The organisation's signature on a copy, an annex or a slip: words in black."""
    return _render(box, {"shape": "copy", "lines": list(lines)})


def instant_text(instant: dt.datetime) -> str:
    """`03/03/2026 08:15:00 +07:00`."""
    return f"{local(instant):%d/%m/%Y %H:%M:%S} +07:00"


def _render(box: Box, data: dict[str, object], picture: bytes = b"") -> bytes:
    left, bottom, right, top = box.corners
    return render_stamp(TEMPLATE, data, width=right - left, height=top - bottom, picture=picture)
