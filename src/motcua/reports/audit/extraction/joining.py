"""Joins paragraphs that page breaks cut in two, so that sentences can be read whole."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from motcua.kernel.text import search_key
from motcua.reports.audit.document import Block, BlockKind, Place, Report

_FINISHED = re.compile(r"[.!?…:;][\"”’)\]]*$")
_ROMAN = re.compile(r"^(?:PHẦN\s+)?[IVX]{1,5}[.)\-–:]\s")
_PLANS = re.compile(
    r"phương hướng|nhiệm vụ,? giải pháp|nhiệm vụ trọng tâm|nhiệm vụ và giải pháp|nh[iệ]*m vụ.* năm (?:tới|sau)"
    r"|kiến nghị|đề xuất|giải pháp trọng tâm",
    re.IGNORECASE,
)
_RESULTS = re.compile(r"kết quả|tình hình|ưu điểm|biểu mẫu|phụ lục", re.IGNORECASE)
_NARROWEST, _WIDEST, _FEWEST_LINES = 50, 140, 5
_RAGGED, _HANGING = 14, 5
_PROSE = (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.FOOTNOTE)


@dataclass(slots=True)
class Chain:
    """Blocks that read as one paragraph: its text, and where each piece of the text stands."""

    number: int
    text: str
    starts: list[int]
    places: list[Place]
    section: str
    planned: bool
    footnote: bool
    heading: bool = False
    complete: bool = field(default=False)

    def append(self, block: Block) -> None:
        """Adds the text of a block that goes on where this one broke off."""
        self.starts.append(len(self.text) + 1)
        self.places.append(block.place)
        self.text = f"{self.text} {block.text}"
        self.complete = _is_finished(block.text)


def join_blocks(report: Report) -> list[Chain]:
    """Paragraphs, list items, footnotes and headings of the report, each whole, in reading order.

    A paragraph that ends without a mark is continued by the next one that begins with a small letter;
    footnotes may stand between. Where two wait for their end, the pair of words that meets at the seam
    decides: the pair that the report uses elsewhere.
    """
    chains: list[Chain] = []
    pairs = _word_pairs(block.text for _, block in report.blocks())
    wrapped = _wrapped_lines(report)
    section, planned = "", False
    for _, block in report.blocks():
        if block.kind is BlockKind.TABLE or not block.text:
            continue
        if block.kind is BlockKind.HEADING or _ROMAN.match(block.text):
            section, planned = block.text, _planned_after(block.text, planned)
            chains.append(_chain(len(chains), block, section, planned, heading=True))
            continue
        if block.place in wrapped and chains and not chains[-1].heading:
            chains[-1].append(block)
            continue
        broken = _broken_off(chains, block, pairs)
        if broken:
            broken.append(block)
        else:
            chains.append(_chain(len(chains), block, section, planned))
    return chains


def _wrapped_lines(report: Report) -> frozenset[Place]:
    """Places of lines that only go on with the line before: the file breaks its lines at one width.

    The line before stands just above, is about as wide as lines of the file get, does not end a sentence, and
    the first word of this one would not have fitted on it.
    """
    found: set[Place] = set()
    for document in report.documents:
        lines = [block for block in document.blocks if block.place.line and block.kind in _PROSE]
        width = _width_of(lines)
        for above, block in itertools.pairwise(lines):
            if width and _goes_on(above, block, width):
                found.add(block.place)
    return frozenset(found)


def _width_of(lines: Sequence[Block]) -> int:
    """The width at which the lines of a text file break; 0 where a paragraph is one line."""
    lengths = sorted(len(block.text) for block in lines if len(block.text) >= _NARROWEST)
    if len(lengths) < _FEWEST_LINES or lengths[-1] > _WIDEST:
        return 0
    alike = sum(1 for length in lengths if length >= lengths[-1] - _RAGGED)
    return lengths[-1] if alike * 2 >= len(lengths) else 0


def _goes_on(above: Block, block: Block, width: int) -> bool:
    if (block.place.line or 0) != (above.place.line or 0) + 1 or block.kind is not BlockKind.PARAGRAPH:
        return False
    first = block.text.split(" ", 1)[0]
    full = len(above.text) + 1 + len(first) > width - _HANGING
    return full and not _FINISHED.search(above.text.rstrip()) and not _ROMAN.match(block.text)


def _chain(number: int, block: Block, section: str, planned: bool, heading: bool = False) -> Chain:
    footnote = block.kind is BlockKind.FOOTNOTE
    complete = heading or _is_finished(block.text)
    return Chain(number, block.text, [0], [block.place], section, planned, footnote, heading, complete)


def _is_finished(text: str) -> bool:
    return bool(_FINISHED.search(text.rstrip()))


def _planned_after(heading: str, planned: bool) -> bool:
    if _RESULTS.search(heading):
        return False
    if _PLANS.search(heading):
        return True
    return planned and not _ROMAN.match(heading)


def _broken_off(chains: list[Chain], block: Block, pairs: Counter[tuple[str, str]]) -> Chain | None:
    """The unfinished paragraph or footnote that this block goes on with, if it begins with a small letter."""
    first = block.text[:1]
    if block.kind not in _PROSE or block.kind is BlockKind.FOOTNOTE or not first.islower():
        return None
    waiting: list[Chain] = []
    for chain in reversed(chains[-24:]):
        if chain.heading and waiting:
            break
        if not chain.complete and not chain.heading:
            waiting.append(chain)
    if not waiting:
        return None
    body_first = sorted(waiting, key=lambda chain: chain.footnote)
    return max(body_first, key=lambda chain: pairs[_seam(chain.text, block.text)])


def _seam(left: str, right: str) -> tuple[str, str]:
    ends, starts = search_key(left[-40:]).split(), search_key(right[:40]).split()
    return (ends[-1] if ends else "", starts[0] if starts else "")


def _word_pairs(texts: Iterable[str]) -> Counter[tuple[str, str]]:
    counter: Counter[tuple[str, str]] = Counter()
    for text in texts:
        words = search_key(text).split()
        counter.update(itertools.pairwise(words))
    return counter
