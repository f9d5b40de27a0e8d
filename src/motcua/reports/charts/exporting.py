"""Tables to take away: CSV as spreadsheets of Viet Nam read it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import HttpResponse


class _Echo:
    def write(self, text: str) -> str:
        return text


def csv_lines(rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Semicolons, and a mark that says UTF-8. What begins like a formula is made text."""
    writer = csv.writer(_Echo(), delimiter=";")
    yield "\ufeff"
    for row in rows:
        yield writer.writerow([_plain(cell) for cell in row])


def csv_response(rows: Iterable[Sequence[Any]], name: str) -> HttpResponse:
    """A whole table as a file of this name, kept by nobody on the way."""
    response = HttpResponse("".join(csv_lines(rows)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _plain(cell: Any) -> str:
    text = str(cell)
    return f"'{text}" if text[:1] in ("=", "+", "@", "\t") else text
