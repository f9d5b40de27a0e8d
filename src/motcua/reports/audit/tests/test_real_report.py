"""The published report that comes with the reference folder, against the list of what is known to be wrong in it."""

import os
import re
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from motcua.reports.audit.api import audit_report, read_report
from motcua.reports.audit.findings import Severity

REPOSITORY = Path(__file__).resolve().parents[5]
REFERENCE = Path(os.environ.get("MOTCUA_REFERENCE_DIR", REPOSITORY.parent / "shared"))
CASE = next(iter(sorted((REFERENCE / "cases").glob("*/known-inconsistencies.md"))), None)

pytestmark = pytest.mark.skipif(CASE is None, reason="thư mục tham chiếu không có mặt")


@dataclass(frozen=True)
class Known:
    """One entry of the list: its level, and its groups of lines ("L1 vs L2-3" are two groups)."""

    id: str
    level: str
    lines: frozenset[int]


def known():
    level = ""
    for line in CASE.read_text(encoding="utf-8").splitlines():
        heading = re.match(r"### (\w+)", line)
        level = heading[1].lower() if heading else level
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if re.match(r"\w+-\d+$", cells[0]) and len(cells) >= 3:
            yield Known(cells[0], level, frozenset(_lines(cells[1])))


def _lines(text):
    for start, end in re.findall(r"L(\d+)(?:-(\d+))?", text):
        yield from range(int(start), int(end or start) + 1)


@pytest.fixture(scope="module")
def result():
    return audit_report(read_report([CASE.parent / "report.md"]))


def touches(finding, entry):
    return bool({place.line for place in finding.places} & entry.lines)


def found(result, entry):
    levels = {"definite": ("definite",), "likely": ("definite", "likely")}[entry.level]
    return any(touches(finding, entry) for finding in result.findings if finding.severity.value in levels)


def test_every_definite_entry_is_found(result):
    missed = [entry.id for entry in known() if entry.level == "definite" and not found(result, entry)]
    assert missed == []


def test_three_quarters_of_the_likely_entries_are_found(result):
    likely = [entry for entry in known() if entry.level == "likely"]
    missed = [entry.id for entry in likely if not found(result, entry)]
    assert len(likely) >= 8
    assert len(missed) <= len(likely) / 4, missed


def test_at_most_one_definite_finding_is_false(result):
    definite = [entry for entry in known() if entry.level == "definite"]
    false = [
        finding.message
        for finding in result.findings
        if finding.severity is Severity.DEFINITE
        and finding.caused_by is None
        and not any(touches(finding, entry) for entry in definite)
    ]
    assert len(false) <= 1, false


def test_every_row_of_the_forms_is_bound(result):
    assert result.coverage.rows_found == result.coverage.rows_expected


def test_the_audit_is_quick(result):
    start = time.process_time()
    audit_report(read_report([CASE.parent / "report.md"]))
    assert time.process_time() - start < 2
