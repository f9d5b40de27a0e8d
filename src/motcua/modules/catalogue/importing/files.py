"""From an uploaded file to procedures: CSV, xlsx or JSON. The file is never trusted."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import openpyxl
from django.utils.translation import gettext as _

from motcua.engine.files.api import XLSX
from motcua.modules.catalogue.errors import CatalogueError
from motcua.modules.catalogue.importing.national import read_national
from motcua.modules.catalogue.importing.parsed import Parsed
from motcua.modules.catalogue.importing.tabular import Formula, read_rows

CSV, JSON = "text/csv", "application/json"
ACCEPTED = frozenset({CSV, JSON, XLSX})
MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 120 * 1024 * 1024
MAX_PARTS = 300
MAX_ROWS = 20_000
MAX_COLUMNS = 60
MAX_DEPTH = 20


@dataclass
class ReadFile:
    """`form`: csv, xlsx or json. `ignored`: headers of columns that nothing was read from."""

    form: str
    rows: list[Parsed]
    ignored: list[str] = field(default_factory=list)


def read_file(content: bytes, media_type: str) -> ReadFile:
    """Raises CatalogueError catalogue.import.size, .damaged, .shape, .header, .empty, .rows."""
    if media_type == JSON:
        read = ReadFile("json", read_national(_json(content)))
    elif media_type == XLSX:
        read = _xlsx(content)
    else:
        rows, ignored = read_rows(_csv(content))
        read = ReadFile("csv", rows, ignored)
    if not read.rows:
        raise CatalogueError("import.empty", _("Tệp không có thủ tục nào."))
    if len(read.rows) > MAX_ROWS:
        raise _too_many()
    return read


def _too_many() -> CatalogueError:
    return CatalogueError("import.rows", _("Tệp có quá {n} dòng; hãy chia nhỏ.").format(n=MAX_ROWS))


def _damaged() -> CatalogueError:
    return CatalogueError("import.damaged", _("Không đọc được tệp: tệp bị hỏng hoặc không đúng định dạng."))


def _json(content: bytes) -> Any:
    if _deepest(content) > MAX_DEPTH:
        raise _damaged()
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise _damaged() from error


def _deepest(content: bytes) -> int:
    """How deep brackets nest, those inside texts counted too: an answer of the service has seven levels."""
    deepest = depth = 0
    for byte in content:
        if byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest


def _csv(content: bytes) -> Iterator[list[str]]:
    text = content.decode("utf-8-sig")
    first = text[:20_000]
    mark = max(",;\t", key=lambda one: first.split("\n", 1)[0].count(one))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    try:
        for number, row in enumerate(reader):
            if number > MAX_ROWS + 100:
                raise _too_many()
            yield row[:MAX_COLUMNS]
    except csv.Error as error:
        raise _damaged() from error


def _xlsx(content: bytes) -> ReadFile:
    _refuse_large(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        sheet = book.worksheets[0]
        rows, ignored = read_rows(_cells(sheet))
    except CatalogueError:
        raise
    except Exception:
        # On a broken or forged part the reader stumbles in its own ways: IndexError, zlib.error, AttributeError.
        raise _damaged() from None
    return ReadFile("xlsx", rows, ignored)


def _refuse_large(content: bytes) -> None:
    """Judged by what the archive says of itself, which its reader holds it to."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise _damaged() from None
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise CatalogueError("import.size", _("Tệp giải nén ra quá lớn nên không được nhận."))


def _cells(sheet: Any) -> Iterator[list[str]]:
    for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS), start=1):
        if number > MAX_ROWS + 100:
            raise _too_many()
        yield [_cell(cell) for cell in cells]


def _cell(cell: Any) -> str:
    if cell.value is None:
        return ""
    text = str(cell.value)
    return Formula(text) if cell.data_type == "f" else text
