"""The index sets that come with the package: `definitions/*.yaml`, each file one version of one set."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

import yaml

from motcua.reports.indices.definition import IndexSet
from motcua.reports.indices.errors import DefinitionRefused, IndexRefused
from motcua.reports.indices.loading import load, overlap_problems


@cache
def documents() -> tuple[Mapping[str, Any], ...]:
    """Every packaged document, by file name."""
    folder = resources.files("motcua.reports.indices") / "definitions"
    files = sorted(
        (each for each in folder.iterdir() if each.name.endswith(".yaml")), key=lambda each: each.name
    )
    return tuple(yaml.safe_load(each.read_text(encoding="utf-8")) for each in files)


@cache
def packaged_sets() -> tuple[IndexSet, ...]:
    """Every packaged set under its default parameters. Raises DefinitionRefused when versions overlap."""
    found = tuple(load(each) for each in documents())
    problems = overlap_problems(found)
    if problems:
        raise DefinitionRefused(problems)
    return found


def packaged_set(code: str, on: date, choices: Mapping[str, str] | None = None) -> IndexSet:
    """The version of a packaged set in force on a day, with a province's parameters.

    Raises IndexRefused indices.set.unknown; DefinitionRefused for a parameter value that is not there.
    """
    for document, index in zip(documents(), packaged_sets(), strict=True):
        if index.code == code and index.in_force(on):
            return load(document, choices) if choices else index
    raise IndexRefused("indices.set.unknown", f"Không có bộ chỉ số “{code}” có hiệu lực ngày {on:%d/%m/%Y}.")
