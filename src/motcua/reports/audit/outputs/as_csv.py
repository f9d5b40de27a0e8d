"""The findings as a CSV that opens in a spreadsheet, with no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io

from motcua.reports.audit.findings import AuditResult
from motcua.reports.audit.outputs.words import OUTCOME_WORDS, SEVERITY_WORDS, place_words

HEADER = (
    "Mức độ", "Kết quả", "Quy tắc", "Vị trí", "Trích dẫn", "Báo cáo ghi", "Tính lại", "Có lẽ đúng là",
    "Giải thích", "Mã", "Kéo theo từ",
)  # fmt: skip
_STARTERS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(text: str) -> str:
    """A cell text that a spreadsheet takes as text: one that could start a formula gets an apostrophe."""
    return f"'{text}" if text.lstrip(" ").startswith(_STARTERS) or text.startswith(_STARTERS) else text


def render_csv(result: AuditResult) -> str:
    """One line a finding, with a byte order mark so that Excel reads the Vietnamese."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(HEADER)
    for finding in result.findings:
        cells = (
            SEVERITY_WORDS[finding.severity],
            OUTCOME_WORDS[finding.outcome],
            finding.rule,
            "; ".join(place_words(place) for place in finding.places),
            " | ".join(place.quote for place in finding.places if place.quote),
            finding.printed,
            finding.computed,
            finding.suggested,
            finding.message,
            finding.id,
            finding.caused_by or "",
        )
        writer.writerow([safe_cell(cell) for cell in cells])
    return "\ufeff" + stream.getvalue()
