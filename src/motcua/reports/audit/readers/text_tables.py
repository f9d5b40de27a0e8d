"""Tables written in plain text: fields between tabs, or between pipes. One physical line, one place."""

from __future__ import annotations

import re

from motcua.reports.audit.document import Cell, Place
from motcua.reports.audit.readers.inline import strip_markup
from motcua.reports.audit.readers.shaping import BlockList, square

Line = tuple[int, str]

_PIPE_RULE = re.compile(r"^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_PIPE = re.compile(r"(?<!\\)\|")
_NUMBERISH = re.compile(r"^[\dIVXLivxla-z]{0,4}(?:[.)]\d{0,3}){0,4}$")


def is_pipe_row(line: str) -> bool:
    """Whether the line stands between pipes, as a row of a Markdown table."""
    stripped = line.strip()
    return stripped.startswith("|") and stripped.count("|") >= 2


def is_tab_row(line: str) -> bool:
    """Two tabs, or one after some text: a tab that only indents makes no row."""
    return (line.count("\t") >= 2 and bool(line.strip())) or "\t" in line.strip()


def pipe_run(lines: list[Line], start: int) -> int:
    """How many lines from `start` make one pipe table; 0 when none begins there.

    The rows may lack outer pipes when the second line is a rule of dashes.
    """
    if start + 1 >= len(lines) or "|" not in lines[start][1]:
        return 0
    ruled = bool(_PIPE_RULE.match(lines[start + 1][1])) and "|" in lines[start + 1][1]
    if not ruled and not (is_pipe_row(lines[start][1]) and is_pipe_row(lines[start + 1][1])):
        return 0
    end = start
    while end < len(lines) and "|" in lines[end][1]:
        end += 1
    return end - start


def tab_run(lines: list[Line], start: int) -> int:
    """How many lines from `start` make one tab table; 0 when none begins there.

    A line without tab between two rows belongs to the table: it is a cell broken over lines.
    """
    if not is_tab_row(lines[start][1]):
        return 0
    end = start + 1
    while end < len(lines):
        line = lines[end][1]
        broken = bool(line.strip()) and end + 1 < len(lines) and is_tab_row(lines[end + 1][1])
        if not is_tab_row(line) and not broken:
            break
        end += 1
    alone = end - start == 1 and lines[start][1].count("\t") < 2
    return 0 if alone else end - start


def add_pipe_table(file: str, lines: list[Line], blocks: BlockList) -> None:
    """Adds the rows between pipes as one table; the rule of dashes is left out."""
    kept = [(number, line) for number, line in lines if not _PIPE_RULE.match(line)]
    split = [(number, _pipe_cells(line)) for number, line in kept]
    _add(file, split, blocks)


def _pipe_cells(line: str) -> list[str]:
    parts = _PIPE.split(line.strip())
    if parts and not parts[0].strip():
        parts = parts[1:]
    if parts and not parts[-1].strip():
        parts = parts[:-1]
    return parts


def add_tab_table(file: str, lines: list[Line], blocks: BlockList) -> None:
    """Adds the rows between tabs as one table, with cells broken over lines put together again."""
    width = max(line.count("\t") + 1 for _number, line in lines)
    rows: list[tuple[int, list[str]]] = []
    for number, line in lines:
        fields = line.split("\t")
        if rows and _continues(rows[-1][1], fields, width):
            before = rows[-1][1]
            rows[-1] = (rows[-1][0], [*before[:-1], f"{before[-1]} {fields[0]}", *fields[1:]])
        else:
            rows.append((number, fields))
    _add(file, rows, blocks)


def _continues(before: list[str], fields: list[str], width: int) -> bool:
    first = fields[0].strip()
    fits = len(before) + len(fields) - 1 <= width
    return fits and len(before) < width and bool(first) and not _NUMBERISH.match(strip_markup(first))


def _add(file: str, split: list[tuple[int, list[str]]], blocks: BlockList) -> None:
    places = [Place(file, line=number) for number, _fields in split]
    rows = [
        [Cell(strip_markup(part), place) for part in fields]
        for (_number, fields), place in zip(split, places, strict=True)
    ]
    blocks.add_table(square(rows, places), places[0])
