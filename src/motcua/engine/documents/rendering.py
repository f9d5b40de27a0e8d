"""Typst in this process: templates of rooms and data in, PDF/A bytes out.

A compilation sees a file system of its own, made of registered templates and one JSON file with the data. Data never
becomes Typst source, and a template reads nothing of the machine.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, cast

import pypdfium2
import typst
from django.utils.translation import gettext as _

from motcua.engine.documents.errors import DocumentRefused
from motcua.engine.documents.fonts import fonts, printable
from motcua.kernel import clock

PaperSize = Literal["a4", "a5"]
STANDARDS: Any = ["a-2a", "ua-1"]  # 2a holds all of 2b, and the tags; UA-1 is for screen readers
_OURS = Path(__file__).parent / "typst"
_ROOM = re.compile(r"[a-z][a-z0-9_-]*")
_NAME = re.compile(r"(?P<room>[a-z][a-z0-9_-]*)/(?P<file>[a-z][a-z0-9_-]*)\.typ")
_folders: dict[str, Path] = {"documents": _OURS}
_user: list[int] = []  # the process that has rendered


@dataclass(frozen=True, slots=True)
class Sheet:
    """One paper to print: a template "room/file.typ", its data, its size."""

    template: str
    data: Mapping[str, Any]
    paper: PaperSize = "a4"
    landscape: bool = False


def register_templates(room: str, folder: Path) -> None:
    """Makes the `.typ` files of a folder known as "room/file.typ". Call from `AppConfig.ready`; again is harmless.

    A template defines `paper(data, sheet)` and returns content; it begins with
    `#import "/documents/official.typ": *`.
    """
    if not _ROOM.fullmatch(room) or not folder.is_dir():
        raise ValueError(f"templates of {room!r}: no folder {folder}")
    if _folders.get(room, folder) != folder:
        raise ValueError(f"templates of {room!r} are registered from {_folders[room]}")
    _folders[room] = folder
    _sources.cache_clear()


def render_pdf(
    template: str,
    data: Mapping[str, Any],
    *,
    paper: PaperSize = "a4",
    landscape: bool = False,
    title: str = "",
    author: str = "",
    at: dt.datetime | None = None,
) -> bytes:
    """One paper as PDF/A-2a (tagged, fonts inside), also PDF/UA-1.

    data: what JSON can say; texts may hold anything, they print as text.
    at: creation time in the file, by default now; the same input with the same `at` gives the same bytes.

    Raises:
        DocumentRefused: `documents.template.unknown`, `documents.template.failed`, `documents.process.forked`.
    """
    return render_bulk([Sheet(template, data, paper, landscape)], title=title, author=author, at=at)


def render_bulk(
    sheets: Sequence[Sheet], *, title: str = "", author: str = "", at: dt.datetime | None = None
) -> bytes:
    """Many papers as one file in one compilation: fonts once, tags kept, each paper with its own page numbers."""
    if not sheets:
        raise DocumentRefused("documents.sheets.none", _("Chưa chọn giấy tờ nào để in."))
    job = {
        "title": printable(title).strip() or sheets[0].template,
        "author": author,
        "sheets": [
            {"paper": sheet.paper, "landscape": sheet.landscape, "data": dict(sheet.data)} for sheet in sheets
        ],
    }
    files: dict[str, bytes] = {
        "main.typ": _main([sheet.template for sheet in sheets]).encode(),
        "job.json": json.dumps(_clean(job), ensure_ascii=False).encode(),
    }
    return _compile(files | _sources(), at or clock.now())


@dataclass(frozen=True, slots=True)
class Slot:
    """A place that a template left free (`slot` of official.typ): page from 0; points from the lower left corner."""

    name: str
    page: int
    x: float
    y: float
    width: float
    height: float


def find_slots(
    template: str, data: Mapping[str, Any], *, paper: PaperSize = "a4", landscape: bool = False
) -> tuple[Slot, ...]:
    """The places that `render_pdf` of the same template and data leaves free, in their order in the paper.

    Raises DocumentRefused as `render_pdf` does.
    """
    job = {
        "title": template,
        "author": "",
        "sheets": [{"paper": paper, "landscape": landscape, "data": dict(data)}],
    }
    files = {"main.typ": _main([template]).encode(), "job.json": json.dumps(_clean(job)).encode()}
    with _explained():
        found = typst.query(
            cast(Any, files | _sources()),
            "<motcua-slot>",
            field="value",
            root=_nowhere(),
            font_paths=fonts(),
        )
    return tuple(Slot(**place) for place in json.loads(found))


def render_stamp(
    template: str,
    data: Mapping[str, Any],
    *,
    width: float,
    height: float,
    picture: bytes = b"",
    at: dt.datetime | None = None,
) -> bytes:
    """One small page without background and without tags, to be laid over a paper: `stamp(data)` of the template.

    width, height: points. picture: a PNG that the template finds as "/picture.png" (`data.picture` tells whether).
    Raises DocumentRefused as `render_pdf` does.
    """
    _main([template])  # refuses an unknown one
    source = (
        f'#import "/{template}": stamp\n#let job = json("/job.json")\n'
        f"#set page(width: {float(width):.3f}pt, height: {float(height):.3f}pt, margin: 0pt, fill: none)\n"
        '#set text(font: "Tinos", lang: "vi", region: "vn", hyphenate: false)\n'
        "#stamp(job)\n"
    )
    files = {
        "main.typ": source.encode(),
        "job.json": json.dumps(_clean({**data, "picture": bool(picture)}), ensure_ascii=False).encode(),
    }
    if picture:
        files["picture.png"] = picture
    return _compile(files | _sources(), at or clock.now(), standards=["a-2b"], tagged=False)


def merge_pdfs(documents: Iterable[bytes]) -> bytes:
    """The pages of several PDFs in one, for printing; archive the parts, since tags and PDF/A marks do not survive."""
    merged = pypdfium2.PdfDocument.new()
    for document in documents:
        with pypdfium2.PdfDocument(document) as part:
            merged.import_pages(part)
    with tempfile.SpooledTemporaryFile(max_size=64_000_000) as out:
        merged.save(out)
        merged.close()
        out.seek(0)
        return out.read()


def _main(templates: Sequence[str]) -> str:
    """Source of known names and numbers only."""
    numbers: dict[str, int] = {}
    for template in templates:
        match = _NAME.fullmatch(template)
        if match is None or template not in _sources():
            raise DocumentRefused(
                "documents.template.unknown", _("Không có mẫu giấy tờ “{name}”.").format(name=template)
            )
        numbers.setdefault(template, len(numbers))
    imports = "".join(f'#import "/{name}" as t{number}\n' for name, number in numbers.items())
    prints = "".join(
        f"#t{numbers[name]}.paper(job.sheets.at({place}).data, job.sheets.at({place}) + (index: {place}))\n"
        for place, name in enumerate(templates)
    )
    return (
        '#import "/documents/official.typ": whole\n'
        f'{imports}#let job = json("/job.json")\n#show: whole.with(job)\n{prints}'
    )


@lru_cache(maxsize=1)
def _sources() -> dict[str, bytes]:
    return {
        f"{room}/{path.name}": path.read_bytes()
        for room, folder in _folders.items()
        for path in sorted(folder.glob("*.typ"))
    }


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {str(key): _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return value


@lru_cache(maxsize=1)
def _nowhere() -> str:
    """An empty folder: what a template finds when it looks for a file that is not among its own."""
    return tempfile.mkdtemp(prefix="motcua-documents-")


def _compile(
    files: dict[str, bytes], at: dt.datetime, *, standards: Any = STANDARDS, tagged: bool = True
) -> bytes:
    with _explained():
        made = typst.compile(
            cast(Any, files),  # a mapping of names to contents is documented, but not in the types
            root=_nowhere(),
            font_paths=fonts(),
            format="pdf",
            pdf_standards=standards,
            pdf_tags=tagged,
            timestamp=int(at.timestamp()),
        )
    assert isinstance(made, bytes)
    return made


@contextmanager
def _explained() -> Iterator[None]:
    """Refuses to render after a fork, and tells what Typst refuses."""
    if _user and _user[0] != os.getpid():
        # The threads of the renderer do not live through a fork; it would wait for them for ever.
        raise DocumentRefused(
            "documents.process.forked",
            _("Tiến trình này tách ra từ tiến trình đã in giấy tờ; hãy mở tiến trình mới."),
        )
    _user[:] = [os.getpid()]
    try:
        yield
    except typst.TypstError as error:
        raise DocumentRefused(
            "documents.template.failed",
            _("Không tạo được giấy tờ: {reason}").format(reason=f"{error.message} {error.diagnostic}"[:1000]),
        ) from error
