"""One cause, one finding: what follows from a graver finding is put under it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from motcua.reports.audit.document import Place
from motcua.reports.audit.findings import Finding, Outcome, Severity

_ORDER = {Severity.DEFINITE: 0, Severity.LIKELY: 1, Severity.ARGUABLE: 2}
_ARITHMETIC = ("form.ratio", "form.sum", "form.part", "form.bounds", "form.cross", "form.empty_base")
_SENTENCE = (
    "prose.percent",
    "prose.sum",
    "prose.difference",
    "prose.complement",
    "prose.colon_list",
    "prose.before_after",
    "prose.compared",
)
_PAIRINGS = ("prose.form_value", "prose.two_values", "form.outside", "previous.")
_FAMILIES = (
    {
        "prose.sum",
        "prose.complement",
        "prose.colon_list",
        "prose.on_time_and_late",
        "prose.remainder",
        "prose.closed_list",
        "prose.total_after",
    },
    {"prose.percent", "prose.percent_part", "prose.percent_on_total", "prose.percent_near"},
    {"prose.two_values", "prose.swapped_number", "prose.form_value"},
    {"prose.difference", "prose.before_after", "prose.percent_change", "prose.compared"},
)
_FIGURE = re.compile(r"\d[\d., ]*\d|\d")

Reconciles = Callable[[Finding], bool]
Spot = tuple[str, int | None, int | None, int | None, str | None]


def roll_up(findings: Sequence[Finding], reconciles: Reconciles = lambda finding: True) -> list[Finding]:
    """The findings, with `caused_by` set where one explains another; never a circle, never two deep.

    `reconciles` tells whether what a disagreement says would put the form row right: then the row is the
    cause; where it would not, the disagreement is a defect of its own.
    """
    settled = _known_causes(findings)
    settled = _told_once(settled)
    roots = [finding for finding in settled if finding.caused_by is None]
    explained = [_explained(finding, roots, reconciles) for finding in settled]
    return _flat(explained)


def _told_once(findings: Sequence[Finding]) -> list[Finding]:
    """Two rules of one family that find the same figures of one sentence wrong speak of one defect."""
    kept: list[Finding] = []
    for finding in sorted(findings, key=lambda one: _ORDER[one.severity]):
        first = next((other for other in kept if _same_defect(other, finding)), None)
        kept.append(replace(finding, caused_by=first.id) if first else finding)
    return kept


def _same_defect(first: Finding, second: Finding) -> bool:
    if first.caused_by or second.caused_by or Outcome.ROUNDING_ONLY in (first.outcome, second.outcome):
        return False
    family = any(first.rule in rules and second.rule in rules for rules in _FAMILIES)
    shared = _figures(first) & _figures(second)
    return family and len(shared) >= 2 and bool(_spots(first) & _spots(second))


def _known_causes(findings: Sequence[Finding]) -> list[Finding]:
    """Causes that are not among the findings are dropped."""
    ids = {finding.id for finding in findings}
    return [finding if finding.caused_by in ids else replace(finding, caused_by=None) for finding in findings]


def _explained(finding: Finding, roots: Sequence[Finding], reconciles: Reconciles) -> Finding:
    """A disagreement with a row that is wrong in itself follows from that row's own finding."""
    if (
        finding.caused_by
        or not finding.rule.startswith(_PAIRINGS)
        or finding.outcome is Outcome.ROUNDING_ONLY
    ):
        return finding
    for root in roots:
        if root.id != finding.id and _explains(root, finding, reconciles):
            return replace(finding, caused_by=root.id)
    return finding


def _explains(root: Finding, finding: Finding, reconciles: Reconciles) -> bool:
    """An error of arithmetic at a shared place; in a sentence, only where the same figure is meant."""
    if root.outcome is Outcome.ROUNDING_ONLY or _ORDER[root.severity] > _ORDER[finding.severity]:
        return False
    if not _spots(root) & _spots(finding):
        return False
    if root.rule in _ARITHMETIC:
        return reconciles(finding)
    return root.rule.startswith(_SENTENCE) and bool(_figures(root) & _figures(finding))


def _figures(finding: Finding) -> set[str]:
    return set(_FIGURE.findall(finding.printed))


def _spots(finding: Finding) -> set[Spot]:
    return {_spot(place) for place in finding.places}


def _spot(place: Place) -> Spot:
    return place.file, place.line, place.page, place.paragraph, place.cell


def _flat(findings: Sequence[Finding]) -> list[Finding]:
    """Every cause is a finding that has no cause itself."""
    causes = {finding.id: finding.caused_by for finding in findings}
    return [replace(finding, caused_by=_root(finding, causes)) for finding in findings]


def _root(finding: Finding, causes: dict[str, str | None]) -> str | None:
    seen = {finding.id}
    cause = finding.caused_by
    while cause is not None and causes.get(cause) is not None and cause not in seen:
        seen.add(cause)
        cause = causes[cause]
    return None if cause in seen and cause == finding.id else cause
