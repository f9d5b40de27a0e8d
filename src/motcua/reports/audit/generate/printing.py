"""Prints a draft: Markdown with tab or pipe tables, or a Word document; keeps where everything went."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from motcua.reports.audit.generate.draft import Draft, Row
from motcua.reports.audit.generate.province import Habits
from motcua.reports.forms.definitions import form_set

_HEAD = ("STT", "Chỉ tiêu thống kê", "Kết quả thống kê", "", "Ghi chú")
_SUBHEAD = ("", "", "Đơn vị tính", "Số liệu", "")
_SLIPS = (("nhiệm vụ", "nhệm vụ"), ("chuyển đổi", "chuyên đổi"), ("giải quyết", "giai quyết"), ("đã", "đa"))


@dataclass(slots=True)
class Printed:
    """The text of a printed report and the lines (from 1) where each id stands."""

    text: str
    lines: dict[str, int] = field(default_factory=dict)


def as_markdown(draft: Draft, seed: int = 0) -> Printed:
    """The report as Markdown, in the province's habits."""
    chance = random.Random(seed)  # noqa: S311
    out: list[str] = []
    where: dict[str, int] = {}
    for text, id in (*_front(draft), *_words(draft), *_tables(draft)):
        if id:
            where[id] = len(out) + 1
        out.append(text)
    slips = draft.province.habits.slips
    return Printed("\n".join(_with_slips(out, where, chance, slips)) + "\n", where)


def _front(draft: Draft) -> Iterator[tuple[str, str]]:
    year, name = draft.province.year, draft.province.name
    for text in (
        f"ỦY BAN NHÂN DÂN TỈNH {name.upper()}",
        "Số: 412/BC-UBND",
        f"{name}, ngày 20 tháng 12 năm {year}",
        f"**BÁO CÁO**  \n**Kết quả công tác cải cách hành chính năm {year}**",
        "Kính gửi: Bộ Nội vụ.",
    ):
        for line in text.split("\n"):
            yield line, ""
        yield "", ""


def _words(draft: Draft) -> Iterator[tuple[str, str]]:
    for line in draft.lines:
        yield (f"**{line.text}**" if line.kind == "heading" else line.text), line.id
        yield "", ""


def _tables(draft: Draft) -> Iterator[tuple[str, str]]:
    titles = {code: form.title for code, form in form_set().forms.items()}
    for form, group in groupby(draft.rows, key=lambda row: row.form):
        number, _, name = titles[form].partition(". ")
        yield f"**{number}**  ", ""
        yield f"**{name}**", ""
        yield "", ""
        yield from _pages(list(group), draft.province.habits)
        yield "", ""


def _pages(rows: Sequence[Row], habits: Habits) -> Iterator[tuple[str, str]]:
    """A form, cut every so many rows where the province's printer cuts it."""
    size = habits.rows_a_page or len(rows)
    for start in range(0, len(rows), size):
        if start:
            yield "", ""
        if not start or habits.repeat_header or habits.tables == "pipe":
            yield from ((text, "") for text in _header(habits))
        for row in rows[start : start + size]:
            yield _line(cells_of(row, habits), habits), row.key


def _header(habits: Habits) -> list[str]:
    """Two header rows as the form has them; one in a pipe table."""
    if habits.tables == "pipe":
        names = _ordered(("STT", "Chỉ tiêu thống kê", "Đơn vị tính", "Số liệu", "Ghi chú"), habits)
        return [_line(names, habits), "|" + "---|" * 5]
    return [_line(_ordered(_HEAD, habits), habits), _line(_ordered(_SUBHEAD, habits), habits)]


def cells_of(row: Row, habits: Habits) -> tuple[str, ...]:
    """The five cells of a row, in the province's order of columns."""
    number = f"{row.number}." if row.number and habits.dotted_numbers else row.number
    label = f"<b>{row.label}</b>" if row.heading and habits.bold_tags else row.label
    return _ordered((number, label, row.unit, row.value, row.note), habits)


def _ordered(cells: tuple[str, ...], habits: Habits) -> tuple[str, ...]:
    if not habits.unit_last:
        return cells
    number, label, unit, value, note = cells
    if value == "" and unit == "Kết quả thống kê":
        return (number, label, unit, value, note)
    return (number, label, value, unit, note)


def _line(cells: Sequence[str], habits: Habits) -> str:
    return "| " + " | ".join(cells) + " |" if habits.tables == "pipe" else "\t".join(cells)


def _with_slips(lines: list[str], where: dict[str, int], chance: random.Random, slips: int) -> list[str]:
    """Letters lost in scanning, in words only."""
    places = sorted(set(where.values()))
    for _ in range(slips):
        place = chance.choice(places) - 1
        good, bad = chance.choice(_SLIPS)
        lines[place] = lines[place].replace(good, bad, 1)
    return lines


def as_docx(draft: Draft) -> bytes:
    """The report as a Word document."""
    from docx import Document

    document = Document()
    for text, _ in _front(draft):
        if text:
            document.add_paragraph(text.strip("* "))
    for line in draft.lines:
        document.add_paragraph(line.text, style="Heading 2" if line.kind == "heading" else None)
    titles = {code: form.title for code, form in form_set().forms.items()}
    for form, group in groupby(draft.rows, key=lambda row: row.form):
        document.add_paragraph(titles[form])
        _docx_table(document, list(group), draft.province.habits)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _docx_table(document, rows: Sequence[Row], habits: Habits) -> None:
    """One table; each row's cells taken once, as python-docx looks them up slowly."""
    table = document.add_table(rows=len(rows) + 2, cols=5)
    texts = [_ordered(_HEAD, habits), _ordered(_SUBHEAD, habits)]
    texts += [cells_of(row, habits) for row in rows]
    for cells, line in zip(texts, table.rows, strict=True):
        for cell, text in zip(line.cells, cells, strict=True):
            cell.text = re.sub(r"</?b>", "", text)
