"""Splits joined paragraphs into sentences, keeping where each piece of a sentence stands in the file."""

from __future__ import annotations

import re

from motcua.kernel.numbers import scan
from motcua.reports.audit.document import Place
from motcua.reports.audit.extraction.figures import Sentence
from motcua.reports.audit.extraction.joining import Chain

_STOP = re.compile(r"[.!?…]+[\"”’)]*(?=\s+[\"“(+\-–]*\s*[A-ZĐÀ-Ỹ0-9])")
_ABBREVIATION = re.compile(r"(?:^|[\s(])(?:TP|Tp|Q|P|TX|Tx|TT|St|ĐT|[A-ZĐ])\.$")
_LONGEST_BRACKET = 400
_LONGEST_SENTENCE = 3000


def sentences_of(chains: list[Chain]) -> list[Sentence]:
    """All sentences in reading order; a heading is a sentence of its own."""
    result: list[Sentence] = []
    for chain in chains:
        for start, end in _bounds(chain.text):
            result.append(_sentence(len(result), chain, start, end))
    return result


def _bounds(text: str) -> list[tuple[int, int]]:
    bounds: list[tuple[int, int]] = []
    begin = 0
    for stop in _STOP.finditer(text):
        end = stop.end()
        piece = text[begin:end]
        if _is_label(piece) or _ABBREVIATION.search(piece) or _inside_bracket(text, begin, end):
            continue
        bounds.append((begin, end))
        begin = end
    bounds.append((begin, len(text)))
    bounds = [piece for start, end in bounds for piece in _shortened(text, start, end)]
    trimmed = ((start + len(text[start:end]) - len(text[start:end].lstrip()), end) for start, end in bounds)
    return [(start, end) for start, end in trimmed if start < end]


def _shortened(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A sentence without end, as lists in footnotes are, in pieces cut at semicolons or spaces."""
    pieces = []
    while end - start > _LONGEST_SENTENCE:
        limit = start + _LONGEST_SENTENCE
        cut = (
            next((at for mark in ("; ", " ") if (at := text.rfind(mark, start, limit)) > start), limit - 1)
            + 1
        )
        pieces.append((start, cut))
        start = cut
    return [*pieces, (start, end)]


def _is_label(piece: str) -> bool:
    return len(piece.strip()) <= 6 and any(character.isdigit() for character in piece)


def _inside_bracket(text: str, begin: int, end: int) -> bool:
    opened = text.count("(", begin, end) - text.count(")", begin, end)
    return opened > 0 and ")" in text[end : end + _LONGEST_BRACKET]


def _sentence(number: int, chain: Chain, start: int, end: int) -> Sentence:
    starts, places = _pieces(chain, start, end)
    text = chain.text[start:end].rstrip()
    tokens = tuple(scan(text))
    return Sentence(
        number,
        text,
        starts,
        places,
        chain.number,
        chain.section,
        chain.planned,
        chain.footnote,
        tokens,
        tuple(token for token in tokens if token.date),
    )


def _pieces(chain: Chain, start: int, end: int) -> tuple[tuple[int, ...], tuple[Place, ...]]:
    """Offsets within the sentence at which its pieces begin, and the places of the pieces."""
    first = max(index for index, offset in enumerate(chain.starts) if offset <= start)
    inside = [index for index, offset in enumerate(chain.starts) if start < offset < end]
    offsets = [0, *(chain.starts[index] - start for index in inside)]
    places = [chain.places[index] for index in (first, *inside)]
    return tuple(offsets), tuple(places)
