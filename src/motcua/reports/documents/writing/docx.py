"""Content as a Word document: styles, real tables, page numbers from page 2, and a content control around every figure.

The control's tag is the binding ("3!3.1@last-year|change"), its title the figure's label: whoever reads the file by its
controls knows what each number is. Equal content gives equal bytes.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from typing import Any

from docx import Document as new_document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from motcua.reports.documents.content import Annex, Bound, Content, Passage, Run, Section

FONT = "Times New Roman"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_LEFT, _CENTER, _RIGHT, _BOTH = (
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.RIGHT,
    WD_ALIGN_PARAGRAPH.JUSTIFY,
)


def write_docx(content: Content) -> bytes:
    """The whole report, forms annexed."""
    return _Writer(content).write()


class _Writer:
    def __init__(self, content: Content) -> None:
        self.content = content
        self.file: Any = new_document()
        self.controls = 0

    def write(self) -> bytes:
        self._page(self.file.sections[0])
        self._styles()
        self._head()
        for passage in self.content.opening:
            self._passage(passage)
        for section in self.content.sections:
            self._section(section)
        self._closing()
        for annex in self.content.annexes:
            self._annex(annex)
        self._properties()
        out = io.BytesIO()
        self.file.save(out)
        return _same_bytes(out.getvalue())

    # -- page and styles -----------------------------------------------------------------------------

    def _page(self, section: Any, landscape: bool = False) -> None:
        """A4 with the margins of Decree 30/2020; the number stands at the top, centred, from page 2 on."""
        section.page_width, section.page_height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        section.top_margin = section.bottom_margin = Mm(20)
        section.left_margin, section.right_margin = Mm(30), Mm(15)
        section.different_first_page_header_footer = True
        paragraph = section.header.paragraphs[0]
        paragraph.alignment = _CENTER
        _page_number(paragraph)

    def _styles(self) -> None:
        normal = self.file.styles["Normal"]
        normal.font.name, normal.font.size = FONT, Pt(14)
        normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), "vi-VN")
        normal.element.rPr.append(language)
        form = normal.paragraph_format
        form.space_after, form.space_before = Pt(6), Pt(0)
        form.line_spacing_rule = WD_LINE_SPACING.SINGLE
        for level in (1, 2, 3):
            style = self.file.styles[f"Heading {level}"]
            style.font.name, style.font.size, style.font.bold = FONT, Pt(14), True
            style.font.italic = level == 3
            style.font.color.rgb = RGBColor(0, 0, 0)
            style.element.rPr.rFonts.set(qn("w:ascii"), FONT)
            style.element.rPr.rFonts.set(qn("w:hAnsi"), FONT)
            for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                style.element.rPr.rFonts.attrib.pop(qn(f"w:{theme}"), None)
            style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(8), Pt(6)

    def _properties(self) -> None:
        core = self.file.core_properties
        head = self.content.head
        core.title = f"{head.get('kind', '')} {head.get('about', '')}".strip()
        core.author, core.last_modified_by, core.language = head.get("agency", ""), "", "vi-VN"
        core.comments, core.revision = "", 1
        core.created = core.modified = dt.datetime(*_EPOCH[:3])

    # -- parts ---------------------------------------------------------------------------------------

    def _head(self) -> None:
        head = self.content.head
        table = self.file.add_table(rows=2, cols=2)
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        _widths(table, (Cm(6.8), Cm(9.7)))
        left, right = table.rows[0].cells
        if head.get("parent"):
            self._line(left, head["parent"].upper(), 13)
        self._line(left, head.get("agency", "").upper(), 13, bold=True)
        _rule(left.paragraphs[-1])
        self._line(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 13, bold=True)
        self._line(right, "Độc lập - Tự do - Hạnh phúc", 14, bold=True)
        _rule(right.paragraphs[-1])
        left, right = table.rows[1].cells
        self._line(left, f"Số: {head.get('number') or '……'}/{head.get('symbol', 'BC-UBND')}", 13)
        place = head.get("place", "")
        self._line(
            right, f"{place}, {head.get('day') or 'ngày … tháng … năm …'}".lstrip(", "), 14, italic=True
        )
        kind = self.file.add_paragraph()
        kind.alignment, kind.paragraph_format.space_before = _CENTER, Pt(12)
        kind.paragraph_format.space_after = Pt(0)
        _font(kind.add_run(head.get("kind", "").upper()), 14, bold=True)
        about = self.file.add_paragraph()
        about.alignment = _CENTER
        _font(about.add_run(head.get("about", "")), 14, bold=True)
        _rule(about)

    def _line(self, cell: Any, text: str, size: int, *, bold: bool = False, italic: bool = False) -> None:
        first = cell.paragraphs[0]
        paragraph = first if not first.runs else cell.add_paragraph()
        paragraph.alignment = _CENTER
        paragraph.paragraph_format.space_after = Pt(0)
        _font(paragraph.add_run(text), size, bold=bold, italic=italic)

    def _section(self, section: Section) -> None:
        self.file.add_heading(f"{section.number}. {section.title.upper()}", level=1)
        for passage in section.passages:
            self._passage(passage)

    def _passage(self, passage: Passage) -> None:
        if passage.kind == "table":
            self._table(passage)
            return
        if passage.kind == "heading":
            self.file.add_heading(passage.text, level=min(3, passage.level + 1))
            return
        paragraph = self.file.add_paragraph()
        paragraph.alignment = _BOTH
        paragraph.paragraph_format.first_line_indent = Cm(1.27)
        if passage.kind == "item":
            paragraph.add_run("- ")
        self._runs(paragraph, passage.runs, draft=passage.origin == "suggestion")

    def _runs(self, paragraph: Any, runs: Sequence[Run], *, size: int = 0, draft: bool = False) -> None:
        for run in runs:
            made = paragraph.add_run(run.text)
            if size:
                _font(made, size)
            if draft:
                made.italic = True
                made.font.color.rgb = RGBColor(0x8A, 0x4B, 0x00)
            if run.bound is not None:
                self._control(made, run.bound)

    def _control(self, run: Any, bound: Bound) -> None:
        self.controls += 1
        around, about, inside = (OxmlElement(f"w:{name}") for name in ("sdt", "sdtPr", "sdtContent"))
        for name, value in (
            ("alias", bound.label[:64] or bound.ref[:64]),
            ("tag", bound.ref[:64]),
            ("id", str(self.controls)),
        ):
            mark = OxmlElement(f"w:{name}")
            mark.set(qn("w:val"), value)
            about.append(mark)
        element = run._r
        element.addprevious(around)
        inside.append(element)
        around.append(about)
        around.append(inside)

    def _table(self, passage: Passage) -> None:
        head, *rows = passage.rows
        width = len(head)
        sides = [_LEFT] * (width - 1) + [_RIGHT]
        widths = [Cm(16.5 - 3 * (width - 1))] + [Cm(3)] * (width - 1)
        self._grid(widths, ["".join(run.text for run in cell) for cell in head], sides, rows, size=13)

    def _grid(
        self,
        widths: Sequence[Any],
        heads: Sequence[str],
        sides: Sequence[Any],
        rows: Sequence[Sequence[Sequence[Run]]],
        *,
        size: int,
        strong: Sequence[bool] = (),
    ) -> None:
        """A real table, its head repeated on every page. Rows are made as XML: python-docx walks the whole table a cell."""
        table = self.file.add_table(rows=1, cols=len(widths))
        table.style, table.autofit = "Table Grid", False
        for cell, text, width in zip(table.rows[0].cells, heads, widths, strict=True):
            cell.width = width
            cell.paragraphs[0].alignment = _CENTER
            _font(cell.paragraphs[0].add_run(text), size, bold=True)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        _header_row(table.rows[0])
        for place, row in enumerate(rows):
            made = OxmlElement("w:tr")
            table._tbl.append(made)
            bold = bool(strong and strong[place])
            for runs, width, side in zip(row, widths, sides, strict=True):
                self._cell(made, runs, width, side, size, bold=bold)

    def _cell(self, row: Any, runs: Sequence[Run], width: Any, side: Any, size: int, *, bold: bool) -> None:
        cell, about, wide, line = (OxmlElement(f"w:{name}") for name in ("tc", "tcPr", "tcW", "p"))
        wide.set(qn("w:w"), str(int(width.twips)))
        wide.set(qn("w:type"), "dxa")
        about.append(wide)
        cell.append(about)
        cell.append(line)
        row.append(cell)
        paragraph = Paragraph(line, self.file._body)
        paragraph.alignment = side
        paragraph.paragraph_format.space_after = Pt(0)
        self._runs(paragraph, runs, size=size)
        for run in paragraph.runs if bold else ():
            run.bold = True

    def _closing(self) -> None:
        signer = self.content.signer
        table = self.file.add_table(rows=1, cols=2)
        _widths(table, (Cm(7.5), Cm(9)))
        left, right = table.rows[0].cells
        first = left.paragraphs[0]
        first.paragraph_format.space_after = Pt(0)
        _font(first.add_run("Nơi nhận:"), 12, bold=True, italic=True)
        for place, one in enumerate(self.content.recipients, start=1):
            line = left.add_paragraph()
            line.paragraph_format.space_after = Pt(0)
            _font(line.add_run(f"- {one}{'.' if place == len(self.content.recipients) else ';'}"), 11)
        for text in (signer.get("authority", ""), signer.get("role", "")):
            if text:
                self._line(right, text.upper(), 14, bold=True)
        for _blank in range(4):
            right.add_paragraph().paragraph_format.space_after = Pt(0)
        name = right.add_paragraph()
        name.alignment = _CENTER
        _font(name.add_run(signer.get("name", "")), 14, bold=True)

    def _annex(self, annex: Annex) -> None:
        self.file.add_page_break()
        self.file.add_heading(annex.title, level=1).alignment = _CENTER
        rows: list[list[tuple[Run, ...]]] = [
            [
                (Run(row.code),),
                (Run(row.label),),
                (Run(row.unit),),
                (Run(row.bound.shown, row.bound),) if row.bound is not None else (),
                (Run(row.note),),
            ]
            for row in annex.rows
        ]
        heads = ("STT", "Chỉ tiêu thống kê", "Đơn vị tính", "Số liệu", "Ghi chú")
        widths = (Cm(1.5), Cm(7.6), Cm(2.4), Cm(2.6), Cm(2.4))
        sides = (_CENTER, _LEFT, _CENTER, _RIGHT, _LEFT)
        headings = [row.bound is None for row in annex.rows]
        self._grid(widths, heads, sides, rows, size=12, strong=headings)


# -- small XML -----------------------------------------------------------------------------------------


def _font(run: Any, size: int, *, bold: bool = False, italic: bool = False) -> None:
    run.font.size = Pt(size)
    run.bold, run.italic = bold or None, italic or None


def _widths(table: Any, widths: Sequence[Any]) -> None:
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width


def _header_row(row: Any) -> None:
    """Repeated on every page the table runs over."""
    mark = OxmlElement("w:tblHeader")
    row._tr.get_or_add_trPr().append(mark)


def _rule(paragraph: Any) -> None:
    """A line under a paragraph, a third of its width."""
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "auto")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().append(borders)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Cm(1.2)


def _page_number(paragraph: Any) -> None:
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()
        run.font.size = Pt(14)
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.set(qn("xml:space"), "preserve")
            mark.text = text
        run._r.append(mark)


def _same_bytes(packed: bytes) -> bytes:
    """The package with its members in order and without moments."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(packed)) as given,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in given.namelist():
            about = zipfile.ZipInfo(name, _EPOCH)
            about.compress_type, about.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            made.writestr(about, given.read(name))
    return out.getvalue()
