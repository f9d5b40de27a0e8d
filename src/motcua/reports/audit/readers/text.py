"""Reader of Markdown and plain text. One block a physical line, so that a place names its exact line."""

from __future__ import annotations

import codecs
import re

from motcua.reports.audit.document import BlockKind, Document, Place
from motcua.reports.audit.readers import text_tables
from motcua.reports.audit.readers.html_blocks import HtmlBlocks, looks_like_html
from motcua.reports.audit.readers.inline import is_emphasised, strip_markup
from motcua.reports.audit.readers.refusals import refusal
from motcua.reports.audit.readers.shaping import BlockList
from motcua.reports.audit.readers.source import Source

MAX_LINE_LENGTH = 200_000
MAX_TEXT_BYTES = 32 * 1024 * 1024

Line = tuple[int, str]

_NEW_LINE = re.compile(r"\r\n|\r|\n")
_HEADING = re.compile(r"^\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_FOOTNOTE = re.compile(
    r"^\s{0,3}(?:<sup>\s*([^<>\s]{1,6})\s*</sup>|\[\^([^\]\s]{1,40})\]:)\s*(.*)$", re.IGNORECASE
)
_RULE = re.compile(r"^\s*([-*_=])(?:\s*\1){2,}\s*$")
_FENCE = re.compile(r"^\s{0,3}(?:```|~~~)")
_TABLE_OPENS = re.compile(r"<table\b", re.IGNORECASE)
_TABLE_CLOSES = re.compile(r"</table\s*>", re.IGNORECASE)


def read_text(source: Source) -> Document:
    """Blocks of a Markdown, plain-text or HTML file. Raises UnreadableReport."""
    text = decode(source)
    blocks = BlockList()
    if looks_like_html(text):
        HtmlBlocks(source.name, blocks).read(text)
        media_type = "text/html"
    else:
        _MarkdownLines(source.name, _lines(source.name, text), blocks).read()
        media_type = "text/markdown"
    return Document(source.name, tuple(blocks.blocks), media_type, source.sha256)


def decode(source: Source) -> str:
    """The text of the file, from UTF-8 or UTF-16 with or without byte order mark. Raises UnreadableReport."""
    data = source.data
    if len(data) > MAX_TEXT_BYTES:
        raise refusal(
            "audit.file.too-large",
            source.name,
            size=-(-len(data) // (1024 * 1024)),
            limit=MAX_TEXT_BYTES // (1024 * 1024),
        )
    encoding = _encoding(data)
    if encoding == "utf-8-sig" and b"\x00" in data:
        raise refusal("audit.file.wrong-type", source.name, kind="tệp nhị phân")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise refusal("audit.file.encoding", source.name, line=line) from None


def _encoding(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    sample = data[:4096]
    if len(sample) >= 4 and len(data) % 2 == 0:
        even, odd = sample[::2].count(0), sample[1::2].count(0)
        # Vietnamese in UTF-16 has about two thirds of its high bytes zero, and no low byte zero.
        if even == 0 and odd * 3 > len(sample) // 2:
            return "utf-16-le"
        if odd == 0 and even * 3 > len(sample) // 2:
            return "utf-16-be"
    return "utf-8-sig"


def _lines(file: str, text: str) -> list[Line]:
    lines = list(enumerate(_NEW_LINE.split(text), start=1))
    for number, line in lines:
        if len(line) > MAX_LINE_LENGTH:
            raise refusal("audit.file.line-too-long", file, line=number, limit=MAX_LINE_LENGTH)
    return lines


class _MarkdownLines:
    """Walks the lines once; each method takes what begins at the current line and says how far it went."""

    def __init__(self, file: str, lines: list[Line], blocks: BlockList) -> None:
        self.file = file
        self.lines = lines
        self.blocks = blocks

    def read(self) -> None:
        at = 0
        while at < len(self.lines):
            line = self.lines[at][1]
            if not line.strip() or _RULE.match(line) or _FENCE.match(line):
                at += 1
                continue
            at += self._table(at) or self._line(at)

    def _table(self, at: int) -> int:
        line = self.lines[at][1]
        if _TABLE_OPENS.search(line):
            return self._html_table(at)
        if count := text_tables.pipe_run(self.lines, at):
            text_tables.add_pipe_table(self.file, self.lines[at : at + count], self.blocks)
            return count
        if "\t" in line and (count := text_tables.tab_run(self.lines, at)):
            text_tables.add_tab_table(self.file, self.lines[at : at + count], self.blocks)
            return count
        return 0

    def _html_table(self, at: int) -> int:
        """Reads from the line that opens a table to the line that closes it, nested tables inside."""
        opened, end = 0, at
        for end in range(at, len(self.lines)):
            line = self.lines[end][1]
            opened += len(_TABLE_OPENS.findall(line)) - len(_TABLE_CLOSES.findall(line))
            if opened <= 0:
                break
        fragment = "\n".join(line for _number, line in self.lines[at : end + 1])
        HtmlBlocks(self.file, self.blocks, self.lines[at][0]).read(fragment)
        return end + 1 - at

    def _line(self, at: int) -> int:
        number, line = self.lines[at]
        place = Place(self.file, line=number)
        if found := _HEADING.match(line):
            self._heading(place, found[2], len(found[1]))
        elif found := _FOOTNOTE.match(line):
            mark = found[1] or found[2]
            self.blocks.add(BlockKind.FOOTNOTE, place, strip_markup(found[3]), mark=mark)
        else:
            self.blocks.add_line(place, strip_markup(line), bold=is_emphasised(line))
        return 1

    def _heading(self, place: Place, raw: str, level: int) -> None:
        text = strip_markup(raw)
        self.blocks.add(BlockKind.HEADING, place, text.removeprefix("- ").removeprefix("+ "), level=level)
