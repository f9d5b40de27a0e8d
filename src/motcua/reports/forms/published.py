"""Forms that a province published, kept as facts in this package: what was printed, and on which line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml

from motcua.reports.forms.cells import Cell, read_cell
from motcua.reports.forms.definitions import form_set


@dataclass(frozen=True, slots=True)
class Published:
    """One published report's forms. `about` is its YAML; `lines` gives the line of each row."""

    name: str
    content: bytes
    about: dict[str, Any]
    cells: dict[str, Cell]
    lines: dict[str, int]


def published_by(province_key: str) -> Iterator[Published]:
    """The published forms packaged for a province, by its key; none for most."""
    folder = resources.files("motcua.reports.forms") / "data" / "published"
    for path in sorted(folder.iterdir(), key=lambda each: each.name):
        if path.name.startswith(f"{province_key}-") and path.name.endswith(".csv"):
            about = yaml.safe_load((folder / path.name.replace(".csv", ".yaml")).read_text(encoding="utf-8"))
            yield _read(path.name, path.read_bytes(), about)


def _read(name: str, content: bytes, about: dict[str, Any]) -> Published:
    forms = form_set(about["form_version"])
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))
    cells = {row["key"]: read_cell(forms.row(row["key"]), row["value_raw"], row["note"]) for row in rows}
    return Published(name, content, about, cells, {row["key"]: int(row["line"]) for row in rows})
