"""Figures, dates and sentences of the prose of a report."""

from motcua.reports.audit.extraction.extract import extract
from motcua.reports.audit.extraction.figures import (
    DateMention,
    Direction,
    Extraction,
    ProseFigure,
    Ratio,
    Scope,
    Sentence,
    Timing,
)

__all__ = [
    "DateMention",
    "Direction",
    "Extraction",
    "ProseFigure",
    "Ratio",
    "Scope",
    "Sentence",
    "Timing",
    "extract",
]
