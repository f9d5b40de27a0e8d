"""Two versions of a report side by side: figure by figure, sentence by sentence. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from fractions import Fraction

from motcua.reports.documents.content import Bound, Content

_SENTENCE = re.compile(r"(?<=[.;:!?])\s+")


@dataclass(frozen=True, slots=True)
class MovedFigure:
    """A figure that is another one now. `place`: passage or row; `by`: exact difference, None where a side has no number."""

    place: str
    ref: str
    label: str
    before: str
    after: str
    by: Fraction | None


@dataclass(frozen=True, slots=True)
class MovedPassage:
    """A passage said otherwise. `pieces`: (sign, sentence) with "=" kept, "-" gone, "+" come."""

    key: str
    pieces: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    figures: tuple[MovedFigure, ...]
    passages: tuple[MovedPassage, ...]

    def __bool__(self) -> bool:
        return bool(self.figures or self.passages)


def compare(before: Content, after: Content) -> Comparison:
    """What moved from one to the other."""
    return Comparison(tuple(_figures(before, after)), tuple(_passages(before, after)))


def _figures(before: Content, after: Content) -> list[MovedFigure]:
    old, new = _by_place(before), _by_place(after)
    found = []
    for place, ref in list(dict.fromkeys([*old, *new])):
        one, other = old.get((place, ref)), new.get((place, ref))
        if _said(one) != _said(other):
            told = other or one
            assert told is not None
            found.append(MovedFigure(place, ref, told.label, _shown(one), _shown(other), _apart(one, other)))
    return found


def _by_place(content: Content) -> dict[tuple[str, str], Bound]:
    return {(place, bound.ref): bound for place, bound in content.bounds()}


def _said(bound: Bound | None) -> tuple[str, ...]:
    return () if bound is None else (bound.state, bound.value, bound.shown, bound.other)


def _shown(bound: Bound | None) -> str:
    return "" if bound is None else bound.shown


def _apart(one: Bound | None, other: Bound | None) -> Fraction | None:
    if one is None or other is None or not one.value or not other.value:
        return None
    return Fraction(other.value) - Fraction(one.value)


def _passages(before: Content, after: Content) -> list[MovedPassage]:
    old = {one.key: one.text for one in before.passages()}
    new = {one.key: one.text for one in after.passages()}
    return [
        MovedPassage(key, tuple(_pieces(sentences(old.get(key, "")), sentences(new.get(key, "")))))
        for key in dict.fromkeys([*old, *new])
        if old.get(key) != new.get(key)
    ]


def sentences(text: str) -> list[str]:
    return [one for one in _SENTENCE.split(text.strip()) if one]


def _pieces(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [("=", one) for one in old[a:b]]
        else:
            found += [("-", one) for one in old[a:b]] + [("+", one) for one in new[c:d]]
    return found
