"""Rules of papers: why a component is not scanned, what may be reused; pure, with the clause."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a component is not scanned; `counted`: electronic already, hence digitised."""

    code: str
    label: str
    counted: bool
    basis: str


@lru_cache(maxsize=1)
def grounds() -> Mapping[str, Ground]:
    """By code, in the order they are offered."""
    text = (Path(__file__).parent / "grounds.yaml").read_text(encoding="utf-8")
    return {entry["code"]: Ground(**entry) for entry in yaml.safe_load(text)["grounds"]}


@dataclass(frozen=True, slots=True)
class Reusable:
    """What decides whether a paper may be reused. `unit_path`: who put it into the store."""

    state: str
    scope: str
    signature: str
    valid_until: dt.date | None
    unit_path: str


def refusal(paper: Reusable, day: dt.date, consent: str, consented_on: dt.date, paths: Iterable[str]) -> str:
    """Why a paper may not be reused on a day in a dossier whose units are at `paths`; "" when it may.

    The holder grants use (Decree 45/2020/NĐ-CP, Art. 16); a law that needs no consent counts only for what is shared.
    A paper is good through its last day.
    """
    if paper.state != "valid":
        return paper.state
    if paper.valid_until is not None and paper.valid_until < day:
        return "expired"
    if paper.signature == "altered":
        return "altered"
    if paper.scope == "nobody":
        return "nobody"
    if paper.scope == "unit" and not any(path.startswith(paper.unit_path) for path in paths):
        return "of-unit"
    if consented_on > day:
        return "consent-later"
    return "consent" if consent == "law" and paper.scope != "shared" else ""


def must_digitise(lines: Iterable[tuple[str, str]], procedure: str, paper: str) -> bool:
    """Whether a paper of a procedure is on the list: lines of (procedure code, paper code), "" for any.

    Without a list every paper handed in must be.
    """
    known = tuple(lines)
    return not known or any(
        wanted_procedure in ("", procedure) and wanted_paper in ("", paper)
        for wanted_procedure, wanted_paper in known
    )
