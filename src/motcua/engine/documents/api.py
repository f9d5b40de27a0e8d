"""The door of documents: official papers as PDF, machine-readable codes, dates in official words."""

from motcua.engine.documents.codes import code128_svg, qr_svg
from motcua.engine.documents.errors import DocumentRefused
from motcua.engine.documents.fonts import printable
from motcua.engine.documents.rendering import (
    PaperSize,
    Sheet,
    Slot,
    find_slots,
    merge_pdfs,
    register_templates,
    render_bulk,
    render_pdf,
    render_stamp,
)
from motcua.engine.documents.words import day_text, long_day_text, moment_text

__all__ = [
    "DocumentRefused",
    "PaperSize",
    "Sheet",
    "Slot",
    "code128_svg",
    "day_text",
    "find_slots",
    "long_day_text",
    "merge_pdfs",
    "moment_text",
    "printable",
    "qr_svg",
    "register_templates",
    "render_bulk",
    "render_pdf",
    "render_stamp",
]
