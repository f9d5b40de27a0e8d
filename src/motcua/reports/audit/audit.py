"""The engine: runs every rule over a report, puts findings in order, and states the coverage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from motcua.reports.audit.binding import bind_forms
from motcua.reports.audit.document import Place, Report
from motcua.reports.audit.extraction import extract
from motcua.reports.audit.findings import AuditResult, Check, Coverage, Finding, Outcome, Severity
from motcua.reports.audit.formcheck.reconcile import reconciles
from motcua.reports.audit.rollup import roll_up
from motcua.reports.audit.rules.context import AuditContext
from motcua.reports.audit.rules.registry import Rule, all_rules
from motcua.reports.forms.definitions import FormSet, form_set

Spot = tuple[str, int | None, int | None, int | None, str | None]

_ORDER = {Severity.DEFINITE: 0, Severity.LIKELY: 1, Severity.ARGUABLE: 2}


def run_audit(report: Report, previous: Report | None = None, rule_set: str = "2025") -> AuditResult:
    """Findings, checks and coverage of a report. Raises FileNotFoundError for an unknown rule set."""
    definitions = form_set(rule_set)
    before = read_context(previous, definitions) if previous else None
    context = read_context(report, definitions, before)
    findings, checks = run_rules(context, all_rules())
    files = tuple(document.file for document in report.documents)
    rolled = roll_up(unique(findings), partial(reconciles, context))
    ordered = in_order(rolled, files)
    return AuditResult(files, coverage_of(context, checks), ordered, tuple(checks), rule_set)


def read_context(report: Report, definitions: FormSet, previous: AuditContext | None = None) -> AuditContext:
    """Forms bound and prose read, once for all rules."""
    forms = bind_forms(report, definitions)
    return AuditContext(report, extract(report), forms, definitions, previous)


def run_rules(context: AuditContext, rules: Iterable[Rule]) -> tuple[list[Finding], list[Check]]:
    """What the rules yield, findings and checks apart."""
    findings: list[Finding] = []
    checks: list[Check] = []
    for rule in rules:
        for yielded in rule.run(context):
            if isinstance(yielded, Finding):
                findings.append(yielded)
            else:
                checks.append(yielded)
    return findings, checks


def unique(findings: Iterable[Finding]) -> list[Finding]:
    """One finding an id: the gravest, with the places of all."""
    kept: dict[str, Finding] = {}
    for finding in findings:
        known = kept.get(finding.id)
        if known is None:
            kept[finding.id] = finding
            continue
        graver = min(known, finding, key=lambda one: _ORDER[one.severity])
        places = tuple(dict.fromkeys((*known.places, *finding.places)))
        kept[finding.id] = replace(graver, places=places)
    return list(kept.values())


def in_order(findings: Sequence[Finding], files: Sequence[str]) -> tuple[Finding, ...]:
    """By severity, then by place; what follows from a finding stands right after it."""
    heads = [finding for finding in findings if finding.caused_by is None]
    followers: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.caused_by:
            followers.setdefault(finding.caused_by, []).append(finding)
    ordered: list[Finding] = []
    for head in sorted(heads, key=lambda finding: (_ORDER[finding.severity], _position(finding, files))):
        ordered.append(head)
        ordered += sorted(followers.get(head.id, []), key=lambda finding: _position(finding, files))
    return tuple(ordered)


def _position(finding: Finding, files: Sequence[str]) -> tuple[int, int, int, str]:
    if not finding.places:
        return len(files), 0, 0, finding.rule
    place = finding.places[0]
    file = files.index(place.file) if place.file in files else len(files)
    return file, place.line or place.page or 0, place.paragraph or 0, place.cell or ""


def coverage_of(context: AuditContext, checks: Sequence[Check]) -> Coverage:
    """How many printed figures were seen, bound, checkable and checked, in prose and forms together.

    Checkable: some relation or sentence could confirm the figure; checked: it was done, all operands at hand.
    """
    forms, prose = context.forms, context.extraction
    done = [check for check in checks if check.outcome is not Outcome.NOT_CHECKABLE]
    rows = [row.place for row in forms.numbers()]
    touched, checked = _quotes(checks), _quotes(done)
    words = [(figure.place, figure.printed.text) for figure in prose.figures]
    prose_checked = sum(1 for place, text in words if _spoken_of(place, text, checked))
    prose_checkable = sum(1 for place, text in words if _spoken_of(place, text, touched))
    form_checked = sum(1 for place in rows if _spot(place) in checked)
    form_checkable = sum(1 for place in rows if _spot(place) in touched)
    return Coverage(
        seen=sum(1 for row in forms.rows if row.cell.is_number) + prose.seen,
        bound=len(rows) + prose.bound,
        checkable=min(form_checkable + max(prose.checkable, prose_checkable), len(rows) + prose.bound),
        checked=form_checked + prose_checked,
        rows_expected=len(context.form_set.rows()),
        rows_found=len(forms.by_key),
        unread=tuple(dict.fromkeys((*forms.unread, *prose.unread, *_warnings(context.report)))),
    )


def _warnings(report: Report) -> Iterator[str]:
    """What a reader could not read of a file, under the file's name where there are several."""
    for document in report.documents:
        head = f"{document.file}: " if len(report.documents) > 1 else ""
        yield from (f"{head}{warning.rstrip('.')}" for warning in document.warnings)


def _quotes(checks: Iterable[Check]) -> dict[Spot, list[str]]:
    """What checks quote at each place."""
    found: dict[Spot, list[str]] = {}
    for check in checks:
        for place in check.places:
            found.setdefault(_spot(place), []).append(place.quote)
    return found


def _spoken_of(place: Place, text: str, quotes: Mapping[Spot, Sequence[str]]) -> bool:
    """Whether a check quotes this very figure at its place."""
    return any(text in quote for quote in quotes.get(_spot(place), ()))


def _spot(place: Place) -> Spot:
    return place.file, place.line, place.page, place.paragraph, place.cell
