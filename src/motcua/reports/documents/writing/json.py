"""Content as JSON, and back: what the evidence keeps and other programs read."""

from __future__ import annotations

import json

from motcua.reports.documents.content import Content, of_data, to_text

FORMAT = "motcua-report-1"


def write_json(content: Content) -> bytes:
    """Canonical: sorted keys, no spaces, UTF-8."""
    return f'{{"content":{to_text(content)},"format":"{FORMAT}"}}\n'.encode()


def read_json(packed: bytes) -> Content:
    """Raises ValueError for anything else."""
    data = json.loads(packed)
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ValueError("not a report of this format")
    return of_data(data["content"])
