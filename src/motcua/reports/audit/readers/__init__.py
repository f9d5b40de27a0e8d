"""Readers of the auditor: files in, one `Report` out. What a file is, is judged by its content."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from motcua.reports.audit.document import Document, Report
from motcua.reports.audit.readers.refusals import refusal
from motcua.reports.audit.readers.source import Source, load_sources, sniff

__all__ = ["read_report"]


def read_report(paths: Sequence[Path | tuple[str, bytes]]) -> Report:
    """Read files, each a path or (name, content), into one report.

    Raises UnreadableReport with a stable code and a Vietnamese message at the first file that cannot
    or must not be read. Names in the report are without folders.
    """
    return Report(tuple(_read(source) for source in load_sources(paths)))


def _read(source: Source) -> Document:
    document = _reader_result(source)
    if not document.blocks:
        raise refusal("audit.file.no-content", source.name)
    return document


def _reader_result(source: Source) -> Document:
    """Each reader is imported when first needed: a Markdown file should not wait for a PDF library."""
    kind = sniff(source)
    if kind == "pdf":
        from motcua.reports.audit.readers.pdf import read_pdf

        return read_pdf(source)
    if kind == "zip":
        from motcua.reports.audit.readers.container import open_office

        return open_office(source)
    from motcua.reports.audit.readers.text import read_text

    return read_text(source)
