"""Rows of a spreadsheet or CSV file, with Vietnamese headers or those of the list format."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from motcua.kernel.text import search_key, squeeze
from motcua.modules.catalogue.data import Agency
from motcua.modules.catalogue.errors import CatalogueError
from motcua.modules.catalogue.importing.fees import read_fees
from motcua.modules.catalogue.importing.parsed import (
    Parsed,
    set_code,
    set_field,
    set_levels,
    set_location,
    set_name,
    set_online,
)
from motcua.modules.catalogue.importing.times import read_times

HEADERS = {
    "code": ("code", "ma", "ma tthc", "ma thu tuc", "ma so", "ma so tthc", "ma so thu tuc"),
    "name": ("name", "ten", "ten tthc", "ten thu tuc", "ten thu tuc hanh chinh"),
    "field": ("field", "linh vuc", "ten linh vuc"),
    "level": ("level", "cap", "cap thuc hien"),
    "agency": ("agency", "co quan", "co quan thuc hien", "co quan giai quyet"),
    "time": (
        "processing time text",
        "processing_time_text",
        "thoi han",
        "thoi han giai quyet",
        "thoi gian giai quyet",
    ),
    "fee": ("fee text", "fee_text", "phi le phi", "phi", "le phi", "phi le phi neu co"),
    "online": (
        "online level",
        "online_level",
        "muc do",
        "muc do truc tuyen",
        "dvc tt",
        "dich vu cong truc tuyen",
    ),
    "location": ("phi dia gioi", "thuc hien phi dia gioi", "phi dia gioi hanh chinh"),
    "essential": ("essential", "dich vu thiet yeu"),
    "decision": ("decision", "quyet dinh", "quyet dinh cong bo"),
    "source": ("source url", "source_url", "nguon"),
}
_BY_HEADER = {header: key for key, headers in HEADERS.items() for header in headers}
HEADER_WITHIN = 15  # rows
LONGEST = 30_000  # characters of one cell

Cells = Sequence[str]


class Formula(str):
    """What stands for a cell that holds a formula: its value is nobody's word."""

    __slots__ = ()


def read_rows(rows: Iterable[Cells]) -> tuple[list[Parsed], list[str]]:
    """Procedures by row (numbers as the spreadsheet shows them), and the headers nobody reads.

    Raises CatalogueError catalogue.import.header when no row names code and name.
    """
    numbered = enumerate(rows, start=1)
    columns: dict[str, int] = {}
    ignored: list[str] = []
    for number, cells in numbered:
        columns, ignored = _columns(cells)
        if {"code", "name"} <= set(columns):
            break
        if number >= HEADER_WITHIN:
            break
    if not {"code", "name"} <= set(columns):
        raise CatalogueError(
            "import.header",
            _("Không thấy dòng tiêu đề có cột “Mã TTHC” và “Tên thủ tục” trong {n} dòng đầu.").format(
                n=HEADER_WITHIN
            ),
        )
    return [
        _parsed(number, columns, cells) for number, cells in numbered if any(map(squeeze, cells))
    ], ignored


def _columns(cells: Cells) -> tuple[dict[str, int], list[str]]:
    found: dict[str, int] = {}
    ignored = []
    for position, cell in enumerate(cells):
        key = _BY_HEADER.get(search_key(cell.replace("_", " "))) or _BY_HEADER.get(cell.strip().lower())
        if key is not None and key not in found:
            found[key] = position
        elif squeeze(cell):
            ignored.append(squeeze(cell)[:80])
    return found, ignored


def _parsed(number: int, columns: dict[str, int], cells: Cells) -> Parsed:
    said = {key: cells[at] if at < len(cells) else "" for key, at in columns.items()}
    parsed = Parsed(row=number)
    if any(isinstance(cell, Formula) for cell in cells):
        parsed.reasons.append(_("Dòng có công thức; hãy dán thành giá trị."))
    if any(len(cell) > LONGEST for cell in cells):
        parsed.reasons.append(_("Có ô dài quá {limit} ký tự.").format(limit=LONGEST))
        return parsed
    set_code(parsed, said["code"])
    set_name(parsed, said["name"])
    set_field(parsed, said.get("field", ""))
    set_levels(parsed, said.get("level", ""))
    set_online(parsed, said.get("online", ""))
    set_location(parsed, said.get("location", ""))
    parsed.essential = squeeze(said.get("essential", ""))[:40]
    parsed.decision = squeeze(said.get("decision", ""))[:100]
    parsed.source = squeeze(said.get("source", ""))[:500]
    _parts(parsed, said)
    return parsed


def _parts(parsed: Parsed, said: dict[str, str]) -> None:
    if agency := squeeze(said.get("agency", "")):
        parsed.read("agencies", agencies=(Agency(agency),))
    if time := squeeze(said.get("time", "")):
        read = read_times(time)
        parsed.read("times", channels=read.channels)
        parsed.notes += read.notes
    if fee := squeeze(said.get("fee", "")):
        parsed.fees, notes = read_fees(fee)
        parsed.notes += notes
        if parsed.fees:
            parsed.said.add("fees")
