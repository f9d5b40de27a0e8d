"""Automatic numbers of Word paragraphs: the file stores only a counter, a reader of the page sees "2.1."."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from motcua.reports.audit.readers.ooxml import attribute, child, children, local

_ROMANS = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)


@dataclass(frozen=True, slots=True)
class _Level:
    format: str
    text: str
    start: int


class Numbering:
    """Counts list paragraphs in reading order. `next_label(num, level)` is the printed number, "" for bullets."""

    def __init__(self, root: Element | None) -> None:
        self.levels: dict[str, dict[int, _Level]] = {}
        self.abstract_of: dict[str, str] = {}
        self.counts: dict[str, dict[int, int]] = defaultdict(dict)
        for element in root if root is not None else ():
            if local(element) == "abstractNum":
                self.levels[attribute(element, "abstractNumId")] = _levels(element)
            elif local(element) == "num":
                target = child(element, "abstractNumId")
                self.abstract_of[attribute(element, "numId")] = attribute(target, "val")

    def next_label(self, number_id: str, level: int) -> str:
        abstract = self.abstract_of.get(number_id)
        levels = self.levels.get(abstract or "", {})
        if abstract is None or level not in levels:
            return ""
        counts = self.counts[abstract]
        counts[level] = counts.get(level, levels[level].start - 1) + 1
        for deeper in [key for key in counts if key > level]:
            del counts[deeper]
        if levels[level].format in {"bullet", "none"}:
            return ""
        return re.sub(
            r"%(\d)", lambda found: self._part(levels, counts, int(found[1]) - 1), levels[level].text
        )

    def _part(self, levels: dict[int, _Level], counts: dict[int, int], level: int) -> str:
        if level not in levels:
            return ""
        return format_count(counts.get(level, levels[level].start), levels[level].format)


def _levels(element: Element) -> dict[int, _Level]:
    found = {}
    for level in children(element, "lvl"):
        start = attribute(child(level, "start"), "val")
        found[int(attribute(level, "ilvl") or 0)] = _Level(
            attribute(child(level, "numFmt"), "val") or "decimal",
            attribute(child(level, "lvlText"), "val"),
            int(start) if start.isdigit() else 1,
        )
    return found


def format_count(count: int, kind: str) -> str:
    """A counter in the format of Word: decimal, letters, Roman numerals."""
    if kind in {"lowerLetter", "upperLetter"}:
        letter = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letter if kind == "lowerLetter" else letter.upper()
    if kind in {"lowerRoman", "upperRoman"} and 0 < count < 4000:
        roman = _roman(count)
        return roman if kind == "lowerRoman" else roman.upper()
    return f"{count:02d}" if kind == "decimalZero" else str(count)


def _roman(count: int) -> str:
    letters = ""
    for value, sign in _ROMANS:
        repeat, count = divmod(count, value)
        letters += sign * repeat
    return letters
