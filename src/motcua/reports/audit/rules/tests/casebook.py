"""Builds a small report from a case: lines of text, and values of form rows."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from motcua.kernel.numbers import NumberFormatError, parse_number
from motcua.reports.audit.binding import BoundForms, BoundRow, CellState, FormCell, PrintedRow
from motcua.reports.audit.document import Block, BlockKind, Document, Place, Report
from motcua.reports.audit.extraction import extract
from motcua.reports.audit.findings import Finding
from motcua.reports.audit.rules.context import AuditContext
from motcua.reports.audit.rules.registry import Rule, all_rules
from motcua.reports.forms.definitions import form_set

CASES = Path(__file__).parent / "cases"


def cases_of(code: str) -> list[dict[str, Any]]:
    """The cases of a rule; KeyError-free: an absent file is an empty list."""
    path = CASES / f"{code}.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else []


def rule_named(code: str) -> Rule:
    return next(rule for rule in all_rules() if rule.code == code)


def report_of(text: str) -> Report:
    """`# ` begins a heading, `^ ` a footnote, `- ` a list item; every other line is a paragraph."""
    blocks = []
    for line, raw in enumerate(text.strip("\n").split("\n"), start=1):
        if raw.strip():
            blocks.append(_block(len(blocks), line, raw.strip()))
    return Report((Document("case.md", tuple(blocks), "text/markdown", "0" * 64),))


def context_of(case: dict[str, Any]) -> AuditContext:
    report = report_of(case["text"])
    definitions = form_set()
    rows = tuple(
        _row(key, str(value), line) for line, (key, value) in enumerate(case.get("forms", {}).items(), 900)
    )
    return AuditContext(report, extract(report), BoundForms(definitions, rows), definitions)


def findings_of(code: str, case: dict[str, Any]) -> list[Finding]:
    found = [item for item in rule_named(code).run(context_of(case)) if isinstance(item, Finding)]
    return [finding for finding in found if finding.caused_by is None or case.get("followers")]


def _block(number: int, line: int, raw: str) -> Block:
    marks = {"# ": BlockKind.HEADING, "^ ": BlockKind.FOOTNOTE, "- ": BlockKind.LIST_ITEM}
    kind = marks.get(raw[:2], BlockKind.PARAGRAPH)
    text = raw[2:] if kind is not BlockKind.PARAGRAPH else raw
    return Block(number, kind, Place("case.md", line=line), text)


def _row(key: str, text: str, line: int) -> BoundRow:
    definition = form_set().row(key)
    place = Place("case.md", line=line)
    percent = text.endswith("%")
    try:
        printed = parse_number(text.rstrip("%"))
        value: Decimal | None = printed.value
        places, state = printed.places, CellState.NUMBER
    except NumberFormatError:
        value, places, state = None, 0, CellState.BLANK
    cell = FormCell(text, state, place, value, places, percent)
    return BoundRow(
        definition.form,
        PrintedRow(definition.code, definition.label, definition.unit, cell, "", place),
        definition,
    )
