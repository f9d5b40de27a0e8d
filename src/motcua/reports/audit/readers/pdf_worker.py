"""Reads one PDF in a process of its own: bytes on standard input, JSON on standard output.

The PDF library is native code and a PDF may be made to keep it busy for ever; here it has its own limits of
memory and processor time, and its end harms nobody. Output: {"pages": [...]} or {"error": code}.
"""

from __future__ import annotations

import ctypes
import json
import resource
import sys
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from motcua.reports.audit.readers.pdf_layout import MAX_PAGES, Char, Edge, Page, page_layout

MEMORY_BYTES = 2 * 1024**3
CPU_SECONDS = 90
MAX_CHARS_A_PAGE = 60_000
MAX_SEGMENTS_A_PAGE = 60_000
BOLD = 600
HYPHEN_AT_LINE_END = 0x02
GLYPH_OF_ITS_OWN = 0.42


def main() -> None:
    """Entry point of the process."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    first, step = (int(argument) for argument in sys.argv[1:3])
    json.dump(read(sys.stdin.buffer.read(), first, step), sys.stdout, ensure_ascii=True)


def read(data: bytes, first: int = 0, step: int = 1) -> dict[str, Any]:
    """Lines and tables of every `step`-th page from `first`, or the reason why there are none."""
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError:
        locked = raw.FPDF_GetLastError() in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        return {"error": "encrypted" if locked else "damaged"}
    if len(document) > MAX_PAGES:
        return {"error": "too-many-pages", "pages": len(document)}
    pages = []
    for index in range(first, len(document), step):
        try:
            pages.append(page_layout(_page(document[index])))
        except pdfium.PdfiumError:
            pages.append({"lines": [], "tables": [], "broken": True})
    return {"pages": pages}


def _page(page: pdfium.PdfPage) -> Page:
    left, bottom, right, top = page.get_bbox()
    turn = page.get_rotation()
    frame = _Frame(left, bottom, right, top, turn)
    edges = _edges(page, frame)
    images = any(True for _image in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3))
    return Page(frame.width, frame.height, _chars(page, frame), edges, images)


class _Frame:
    """Page coordinates to those of the sheet as it is read: from the top left, turned as it is shown."""

    def __init__(self, left: float, bottom: float, right: float, top: float, turn: int) -> None:
        self.left, self.bottom, self.right, self.top, self.turn = left, bottom, right, top, turn
        across = turn in (90, 270)
        self.width = top - bottom if across else right - left
        self.height = right - left if across else top - bottom

    def point(self, x: float, y: float) -> tuple[float, float]:
        if self.turn == 90:
            return y - self.bottom, x - self.left
        if self.turn == 180:
            return self.right - x, y - self.bottom
        if self.turn == 270:
            return self.top - y, self.right - x
        return x - self.left, self.top - y

    def box(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        if self.turn == 0:
            return x0 - self.left, self.top - y1, x1 - self.left, self.top - y0
        (ax, ay), (bx, by) = self.point(x0, y0), self.point(x1, y1)
        return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)


def _chars(page: pdfium.PdfPage, frame: _Frame) -> list[Char]:
    """Visible characters in reading order of the file; white space is kept as a flag of the next one.

    The weight of a font is asked once a word: asking costs as much as all else.
    """
    text = page.get_textpage()
    box = raw.FS_RECTF()
    box_there = ctypes.byref(box)
    chars: list[Char] = []
    spaced, bold = True, False
    for index in range(min(text.count_chars(), MAX_CHARS_A_PAGE)):
        letter = _letter(raw.FPDFText_GetUnicode(text, index))
        if letter.isspace():
            spaced = True
            continue
        if not raw.FPDFText_GetLooseCharBox(text, index, box_there):
            continue
        place = frame.box(box.left, box.bottom, box.right, box.top)
        if letter.isdigit():
            place = _digit_box(text, index, frame, place)
        if spaced:
            bold = raw.FPDFText_GetFontWeight(text, index) >= BOLD
        chars.append(Char(letter, *place, spaced, bold))
        spaced = False
    return chars


def _letter(code: int) -> str:
    """The character of a code; what has none is a space. The library writes 2 for a hyphen that ends a line."""
    if code == HYPHEN_AT_LINE_END:
        return "-"
    known = 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 and code not in (0xFFFE, 0xFFFF)
    return chr(code) if known else " "


def _digit_box(
    text: pdfium.PdfTextpage, index: int, frame: _Frame, box: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    """A raised digit that is a glyph of its own has a small ink box in a box of full height: take the ink."""
    ink = frame.box(*text.get_charbox(index))
    return ink if ink[3] - ink[1] < GLYPH_OF_ITS_OWN * (box[3] - box[1]) else box


def _edges(page: pdfium.PdfPage, frame: _Frame) -> list[Edge]:
    """Straight level and upright strokes, and the borders of rectangles, drawn on the page."""
    edges: list[Edge] = []
    left = MAX_SEGMENTS_A_PAGE
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=3):
        count = min(raw.FPDFPath_CountSegments(item), left)
        left -= count
        edges += _path_edges(item, count, frame)
        if left <= 0:
            break
    return edges


def _path_edges(item: pdfium.PdfObject, count: int, frame: _Frame) -> list[Edge]:
    matrix = item.get_matrix()
    x, y = ctypes.c_float(), ctypes.c_float()
    edges: list[Edge] = []
    start = before = None
    for index in range(count):
        segment = raw.FPDFPath_GetPathSegment(item, index)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = frame.point(*matrix.on_point(x.value, y.value))
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == raw.FPDF_SEGMENT_LINETO and before is not None:
            edges.append(Edge.between(before, point))
        if raw.FPDFPathSegment_GetClose(segment) and start is not None:
            edges.append(Edge.between(point, start))
        before = point
    return [edge for edge in edges if edge.straight]


if __name__ == "__main__":
    main()
