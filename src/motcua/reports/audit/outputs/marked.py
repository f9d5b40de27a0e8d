"""The report itself as safe HTML, every checked figure marked by its outcome. Used by the page and the web."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby

from motcua.reports.audit.document import Block, BlockKind, Document, Place, Report, TableRow
from motcua.reports.audit.findings import AuditResult, Outcome
from motcua.reports.audit.outputs.words import OUTCOME_WORDS, SEVERITY_WORDS

SHORT_QUOTE = 40
ROW_JOINT = " | "
QUOTE_OPENING = 25
_FIGURE = re.compile(r"\d[\d.,/]*\d%?|\d%?")
_CSS = {
    Outcome.HOLDS: "holds",
    Outcome.ROUNDING_ONLY: "rounding",
    Outcome.INCONSISTENT: "inconsistent",
    Outcome.CHANGES_CONCLUSION: "conclusion",
    Outcome.NOT_CHECKABLE: "unchecked",
}
# Where two marks fall on one figure the later of these is seen.
_WEIGHT = (
    Outcome.NOT_CHECKABLE,
    Outcome.HOLDS,
    Outcome.ROUNDING_ONLY,
    Outcome.INCONSISTENT,
    Outcome.CHANGES_CONCLUSION,
)


@dataclass(frozen=True, slots=True)
class RenderedBlock:
    """One block as HTML. `anchor` is its element id; `places` the ids of marks in it (`place-<finding>-<n>`)."""

    file: str
    number: int
    anchor: str
    html: str
    findings: tuple[str, ...]
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Mark:
    """A wish to mark `place`: for a finding (with its index among the finding's places) or for a check."""

    place: Place
    outcome: Outcome
    tooltip: str
    printed: str = ""
    finding: str = ""
    index: int = 0

    @property
    def anchor(self) -> str:
        return f"place-{html_id(self.finding)}-{self.index}" if self.finding else ""

    @property
    def weight(self) -> tuple[bool, int]:
        return bool(self.finding), _WEIGHT.index(self.outcome)


def html_id(finding_id: str) -> str:
    """A finding's id with only what may stand in an element id."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", finding_id)


def render_blocks(report: Report, result: AuditResult) -> list[RenderedBlock]:
    """Each block of the report as one escaped HTML fragment, in order.

    Marks of findings have the id `place-<finding>-<n>` (n-th place of the finding, from 0) and link to
    `#finding-<finding>`, which the page that shows the findings must provide.
    """
    wishes = _wishes_by_spot(result)
    rendered = []
    for index, document in enumerate(report.documents):
        for block in document.blocks:
            painter = _Painter(wishes)
            anchor = f"block-{index}-{block.number}"
            html = _block(painter, document, block, anchor)
            rendered.append(
                RenderedBlock(
                    document.file, block.number, anchor, html, tuple(painter.findings), tuple(painter.anchors)
                )
            )
    return rendered


def _wishes_by_spot(result: AuditResult) -> dict[tuple[object, ...], list[_Mark]]:
    spots: dict[tuple[object, ...], list[_Mark]] = defaultdict(list)
    for check in result.checks:
        words = OUTCOME_WORDS[check.outcome] + (f": {check.reason}" if check.reason else "")
        for place in check.places:
            spots[_spot(place)].append(_Mark(place, check.outcome, words))
    for finding in result.findings:
        words = f"{SEVERITY_WORDS[finding.severity]}, {OUTCOME_WORDS[finding.outcome]}: {finding.message}"
        for index, place in enumerate(finding.places):
            mark = _Mark(place, finding.outcome, words, finding.printed, finding.id, index)
            spots[_spot(place)].append(mark)
    return spots


def _spot(place: Place) -> tuple[object, ...]:
    """The finest position a place names, the same for a block or cell and for the quote taken from it."""
    if place.line is not None:
        return place.file, "line", place.line
    if place.cell is not None:
        return place.file, "cell", place.cell
    if place.paragraph is not None:
        return place.file, "paragraph", place.paragraph
    return place.file, "page", place.page


class _Painter:
    """Paints the marks wished for onto texts; where two meet, the weightier one is seen."""

    def __init__(self, wishes: dict[tuple[object, ...], list[_Mark]]) -> None:
        self.wishes = wishes
        self.findings: list[str] = []
        self.anchors: list[str] = []

    def paint(self, text: str, place: Place, *, whole: bool = False) -> str:
        """Escaped text with marks. `whole`: a cell, in which a short text is one figure."""
        marks = sorted(self.wishes.get(_spot(place), ()), key=lambda mark: mark.weight)
        owners: list[_Mark | None] = [None] * len(text)
        starts: dict[_Mark, int] = {}
        for mark in marks:
            for start, end in _ranges(text, mark, whole=whole):
                owners[start:end] = [mark] * (end - start)
                starts.setdefault(mark, start)
        covered = {mark: start for mark, start in starts.items() if mark.finding and mark not in owners}
        pieces, at = [], 0
        for owner, run in groupby(owners):
            end = at + len(list(run))
            pieces += [self._bare_anchor(under) for under, start in covered.items() if at <= start < end]
            pieces.append(self._piece(text[at:end], owner))
            at = end
        return "".join(pieces)

    def _bare_anchor(self, mark: _Mark) -> str:
        """Where the mark of one finding hides that of another, the hidden one can still be jumped to."""
        self._note(mark)
        return f'<span id="{mark.anchor}"></span>'

    def _note(self, mark: _Mark) -> None:
        if mark.anchor not in self.anchors:
            self.anchors.append(mark.anchor)
        if mark.finding not in self.findings:
            self.findings.append(mark.finding)

    def _piece(self, text: str, mark: _Mark | None) -> str:
        if mark is None:
            return escape(text)
        css = f'class="m m-{_CSS[mark.outcome]}" title="{escape(mark.tooltip)}"'
        word = f'<span class="m-word"> [{OUTCOME_WORDS[mark.outcome]}]</span>'
        if not mark.finding:
            return f"<span {css}>{escape(text)}{word}</span>"
        name = "" if mark.anchor in self.anchors else f' id="{mark.anchor}"'
        self._note(mark)
        return f'<a {css}{name} href="#finding-{html_id(mark.finding)}">{escape(text)}{word}</a>'


def _ranges(text: str, mark: _Mark, *, whole: bool) -> Iterator[tuple[int, int]]:
    """Where in the text the mark goes: the quote when short, otherwise the figures it speaks of."""
    quote = " ".join(mark.place.quote.strip("…. “”").split())
    start, end = _extent(text, quote, whole=whole)
    if start == end:
        return
    if quote and end - start <= SHORT_QUOTE:
        yield start, end
        return
    wanted = set(_FIGURE.findall(mark.printed))
    found = list(_FIGURE.finditer(text, start, end))
    chosen = [one for one in found if one[0] in wanted] or (found if not mark.printed else [])
    if not chosen and mark.finding and quote:
        yield start, end
    for one in chosen:
        yield one.start(), one.end()


def _extent(text: str, quote: str, *, whole: bool) -> tuple[int, int]:
    """The part of the text that the quote is, or begins; a cell may also lie inside its quote. Equal: none."""
    if not quote or (whole and text in quote):
        return 0, len(text)
    start = text.find(quote)
    if start >= 0:
        return start, start + len(quote)
    # A sentence that runs on into the next block is quoted whole: its first words are looked for.
    start = text.find(quote[:QUOTE_OPENING]) if len(quote) > QUOTE_OPENING else -1
    return (start, len(text)) if start >= 0 else (0, 0)


def _block(painter: _Painter, document: Document, block: Block, anchor: str) -> str:
    if block.kind is BlockKind.TABLE:
        return _table(painter, block, anchor)
    body = painter.paint(block.text, block.place)
    where = f'<span class="where">{escape(_short_place(block.place))}</span>'
    if block.kind is BlockKind.HEADING:
        level = min(max(block.level, 1) + 1, 6)
        return f'<h{level} class="b" id="{anchor}">{where}{body}</h{level}>'
    if block.kind is BlockKind.FOOTNOTE:
        return f'<p class="b footnote" id="{anchor}">{where}<sup>{escape(block.mark)}</sup> {body}</p>'
    css = f"b item item-{min(max(block.level, 1), 6)}" if block.kind is BlockKind.LIST_ITEM else "b"
    return f'<p class="{css}" id="{anchor}">{where}{body}</p>'


def _table(painter: _Painter, block: Block, anchor: str) -> str:
    rows = "".join(_row(painter, row) for row in block.rows)
    return f'<div class="b table" id="{anchor}" tabindex="0"><table>{rows}</table></div>'


def _row(painter: _Painter, row: TableRow) -> str:
    """All cells of a text line share its place, and a finding may name the row: marks go where they fit."""
    texts = [cell.text for cell in row.cells if cell.text]
    cells = []
    for cell in row.cells:
        spots = dict.fromkeys((_spot(cell.place), _spot(row.place)))
        marks = [mark for spot in spots for mark in painter.wishes.get(spot, ())]
        shared = _shared(painter, [mark for mark in marks if _fits(mark, cell.text, texts)], cell.place)
        cells.append(f"<td>{shared.paint(cell.text, cell.place, whole=True)}</td>")
    head = f'<th scope="row" class="where">{escape(_short_place(row.place))}</th>'
    return f"<tr>{head}{''.join(cells)}</tr>"


def _fits(mark: _Mark, text: str, texts: list[str]) -> bool:
    quote = " ".join(mark.place.quote.split())
    if ROW_JOINT in quote:
        parts = [part for part in quote.split(ROW_JOINT) if part in texts]
        if mark.finding and not mark.printed:
            return text == max(parts, key=len, default="")
        return text == _cell_of_row(mark.printed, parts)
    if quote in texts:
        return text == quote
    if mark.printed and mark.printed in texts:
        return text == mark.printed
    if any(quote in one for one in texts):
        return quote in text
    return bool(_FIGURE.search(text)) and text in quote


def _cell_of_row(printed: str, parts: list[str]) -> str:
    """Of a quoted row the cell that is meant: the printed figure, else its last figure, else its first words."""
    wanted = {figure.rstrip("%") for figure in _FIGURE.findall(printed)}
    figures = [part for part in parts[1:] if _FIGURE.fullmatch(part)]
    meant = [part for part in figures if part.rstrip("%") in wanted]
    return next(iter(meant or figures[-1:] or parts), "")


def _shared(painter: _Painter, marks: list[_Mark], place: Place) -> _Painter:
    """A painter of these marks only, that notes what it did in the given one."""
    narrow = _Painter({_spot(place): marks})
    narrow.findings, narrow.anchors = painter.findings, painter.anchors
    return narrow


def _short_place(place: Place) -> str:
    if place.line is not None:
        return f"d. {place.line}"
    if place.page is not None:
        return f"tr. {place.page}"
    if place.cell is not None:
        return place.cell.rpartition("!")[2]
    return f"đ. {place.paragraph}" if place.paragraph is not None else ""
