"""Numbers a person typed in a passage: each found, told what it is, and offered the bindings that print the same. Pure.

A number that is bound cannot contradict the forms; one that is loose can, and is listed until it is bound or left on purpose.
Dates, years, numbers of documents and articles of law are no figures and are not listed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from motcua.kernel.numbers import FIGURE_KINDS, Token, TokenKind, scan
from motcua.reports.documents.composing import Given, shown_as
from motcua.reports.documents.language import Part, Ref, read_text, written

_MOST_OFFERS = 5


@dataclass(frozen=True, slots=True)
class Loose:
    """A number nobody bound: where it stands among the parts of the text, and what prints the same (best first)."""

    part: int
    start: int
    end: int
    text: str
    offers: tuple[str, ...]


def loose_numbers(text: str, known: Mapping[str, Given]) -> list[Loose]:
    """Of a passage in the language of bindings; `known`: what may be offered, by key. Raises NarrativeError."""
    found = []
    for place, part in enumerate(read_text(text)):
        if isinstance(part, str):
            found += [
                Loose(place, token.start, token.end, token.text, tuple(_offers(token, part, known)))
                for token in scan(part)
                if token.kind in FIGURE_KINDS and not _is_item_number(token, part)
            ]
    return found


def bind(text: str, loose: Loose, key: str) -> str:
    """The text with that number bound. Raises NarrativeError."""
    parts = read_text(text)
    told = parts[loose.part]
    assert isinstance(told, str)
    around: list[Part] = [told[: loose.start], Ref(key), told[loose.end :]]
    return written([*parts[: loose.part], *(one for one in around if one), *parts[loose.part + 1 :]])


def _offers(token: Token, text: str, known: Mapping[str, Given]) -> Sequence[str]:
    """Keys whose value the token prints, those whose label shares most words with what stands around first."""
    around = set(text[max(0, token.start - 80) : token.end + 80].casefold().split())
    fitting = [
        (-len(around & set(given.label.casefold().split())), key)
        for key, given in known.items()
        if _prints(token, given)
    ]
    return [key for _shared, key in sorted(fitting)[:_MOST_OFFERS]]


def _prints(token: Token, given: Given) -> bool:
    if given.number is None or given.is_rate != (token.kind is TokenKind.PERCENT) or len(token.numbers) != 1:
        return False
    if shown_as(given) == token.text:
        return True
    number = token.number
    return given.number in number.exact()


def _is_item_number(token: Token, text: str) -> bool:
    """ "1. " or "2) " at the beginning of a line."""
    before = text[: token.start].rpartition("\n")[2].strip()
    return not before and text[token.end : token.end + 1] in {".", ")"}
