"""Reader of PDF with a text layer: paragraphs put together again, ruled tables, footnotes, page numbers as places."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from motcua.reports.audit.document import BlockKind, Cell, Document, Place
from motcua.reports.audit.readers.inline import clean_text
from motcua.reports.audit.readers.pdf_layout import MAX_PAGES
from motcua.reports.audit.readers.refusals import refusal
from motcua.reports.audit.readers.shaping import BlockList, column_letters, list_item, square
from motcua.reports.audit.readers.source import Source

TIME_LIMIT_SECONDS = 60
WORTH_TWO_WORKERS_BYTES = 100_000
MIN_PAGES_WITH_TEXT = 0.1
MARGIN = 0.09

_PAGE_NUMBER = re.compile(r"^(?:trang\s+)?[-–]?\s*\d{1,4}\s*(?:[-–]|/\s*\d{1,4})?$", re.IGNORECASE)
_OPENS = re.compile(
    r"^(?:[-–+•*]\s|\(?[a-zđ][.)]\s|\d{1,2}(?:\.\d{1,2})*[.)]\s|[IVX]{1,5}[.)]\s|(?:Biểu|Phụ lục|Mẫu)\s)"
)
# A number of a document broken at its hyphen or stroke: `111/2025/NĐ-` and `CP`.
_BROKEN = re.compile(r"(?<=\w)([-/])\n(?=\w)")
_CLOSES = re.compile(r"[.;:!?…”)]$")

Line = dict[str, Any]


def read_pdf(source: Source) -> Document:
    """Blocks of a PDF, page by page; a table cell is named `Bảng 2!C5`. Raises UnreadableReport."""
    pages = _pages(source)
    written = [page for page in pages if page["lines"] or page["tables"]]
    if len(written) < MIN_PAGES_WITH_TEXT * len(pages) or not written:
        raise refusal("audit.file.no-text-layer", source.name, pages=len(pages))
    blocks = _PageBlocks(source.name)
    running = _running_texts(pages)
    for number, page in enumerate(pages, start=1):
        blocks.add_page(number, page, running)
    warnings = tuple(
        f"Trang {number} chỉ có hình ảnh hoặc bị hỏng, không đọc được chữ."
        for number, page in enumerate(pages, start=1)
        if not (page["lines"] or page["tables"]) and (page.get("images") or page.get("broken"))
    )
    return Document(
        source.name, tuple(blocks.blocks.blocks), "application/pdf", source.sha256, len(pages), warnings
    )


def _pages(source: Source) -> list[dict[str, Any]]:
    """Pages as the workers saw them, in order; two workers share a PDF that is not small."""
    count = 2 if len(source.data) > WORTH_TWO_WORKERS_BYTES else 1
    with ThreadPoolExecutor(count) as pool:
        shares = list(pool.map(lambda first: _share(source, first, count), range(count)))
    pages: list[dict[str, Any]] = [{}] * sum(len(share) for share in shares)
    for first, share in enumerate(shares):
        pages[first::count] = share
    return pages


def _share(source: Source, first: int, step: int) -> list[dict[str, Any]]:
    """Runs one worker process over every `step`-th page; what it says of a bad file becomes a refusal."""
    command = [sys.executable, "-P", "-m", "motcua.reports.audit.readers.pdf_worker", str(first), str(step)]
    try:
        done = subprocess.run(
            command, input=source.data, capture_output=True, timeout=TIME_LIMIT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise refusal("audit.file.too-slow", source.name, limit=TIME_LIMIT_SECONDS) from None
    if done.returncode != 0:
        raise refusal("audit.file.damaged", source.name, detail="bộ đọc PDF dừng giữa chừng")
    answer = json.loads(done.stdout)
    if error := answer.get("error"):
        facts = {"detail": "cấu trúc PDF không đọc được", "pages": answer.get("pages"), "limit": MAX_PAGES}
        raise refusal(f"audit.file.{error}", source.name, **facts)
    return list(answer["pages"])


def _running_texts(pages: list[dict[str, Any]]) -> set[str]:
    """Headers and footers: texts that stand in the margin of three pages or more."""
    counts = Counter(
        text
        for page in pages
        for text in {clean_text(line["text"]) for line in page["lines"] if _in_margin(line, page)}
    )
    return {text for text, count in counts.items() if count >= 3}


def _in_margin(line: Line, page: dict[str, Any]) -> bool:
    return bool(line["bottom"] < MARGIN * page["height"] or line["top"] > (1 - MARGIN) * page["height"])


class _PageBlocks:
    """Collects blocks over the pages; tables are numbered through the document."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.blocks = BlockList()
        self.tables = 0

    def add_page(self, number: int, page: dict[str, Any], running: set[str]) -> None:
        lines = [line for line in page["lines"] if not _is_furniture(line, page, running)]
        tables = sorted(page["tables"], key=lambda table: table["top"])
        body = _body_size(lines)
        at = 0
        for table in [*tables, None]:
            end = next(
                (index for index in range(at, len(lines)) if table and lines[index]["top"] > table["top"]),
                len(lines),
            )
            self._add_lines(number, lines[at:end], body)
            at = end
            if table:
                self._add_table(number, table)

    def _add_lines(self, number: int, lines: list[Line], body: float) -> None:
        place = Place(self.file, page=number)
        right = max((line["x1"] for line in lines), default=0.0)
        group: list[Line] = []
        for line in lines:
            if group and _opens_paragraph(group, line, right):
                self._add_paragraph(place, group, body)
                group = []
            group.append(line)
        if group:
            self._add_paragraph(place, group, body)

    def _add_paragraph(self, place: Place, group: list[Line], body: float) -> None:
        text = clean_text(_BROKEN.sub(r"\1", "\n".join(line["text"] for line in group)))
        first = group[0]
        if first["mark"] and first["size"] < 0.95 * body:
            self.blocks.add(BlockKind.FOOTNOTE, place, text, mark=first["mark"])
        else:
            self.blocks.add_line(place, text, bold=all(line["bold"] for line in group))

    def _add_table(self, number: int, table: dict[str, Any]) -> None:
        self.tables += 1
        rows, places = [], []
        for index, texts in enumerate(table["rows"], start=1):
            name = f"Bảng {self.tables}"
            places.append(Place(self.file, page=number, cell=f"{name}!A{index}"))
            rows.append(
                [
                    Cell(
                        clean_text(text),
                        Place(self.file, page=number, cell=f"{name}!{column_letters(column)}{index}"),
                    )
                    for column, text in enumerate(texts)
                ]
            )
        self.blocks.add_table(square(rows, places), places[0])


def _is_furniture(line: Line, page: dict[str, Any], running: set[str]) -> bool:
    """Page numbers, running headers and footers."""
    text = clean_text(line["text"])
    return _in_margin(line, page) and (text in running or bool(_PAGE_NUMBER.match(text)))


def _body_size(lines: list[Line]) -> float:
    sizes = sorted(line["size"] for line in lines)
    return sizes[len(sizes) // 2] if sizes else 0.0


def _opens_paragraph(group: list[Line], line: Line, right: float) -> bool:
    """Whether a line begins a paragraph rather than continuing the lines before it."""
    before = group[-1]
    size = before["size"]
    if line["mark"] or line["bold"] != before["bold"] or abs(line["size"] - size) > 0.15 * size:
        return True
    text = clean_text(line["text"])
    # Text alone decides here: a line that opens an item after a finished sentence.
    if list_item(text) or (_OPENS.match(text) and _CLOSES.search(clean_text(before["text"]))):
        return True
    if line["top"] - before["bottom"] > 0.9 * size:
        return True
    indented = line["x0"] - min(item["x0"] for item in group[1:] or [line]) > size
    ended_short = right - before["x1"] > 3 * size and not text[:1].islower()
    return indented or ended_short
