from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from motcua.engine.permissions.api import ViewedRequest, page
from motcua.reports.audit.api import AuditResult, Finding, Outcome, rules
from motcua.reports.audit.models import FindingMark, MarkKind, ReportAudit
from motcua.reports.audit.operations import marks_of
from motcua.reports.audit.outputs.marked import html_id
from motcua.reports.audit.outputs.words import (
    OUTCOME_WORDS,
    SEVERITY_ORDER,
    SEVERITY_WORDS,
    causes_first,
    coverage_words,
    figure_words,
    place_words,
)
from motcua.reports.audit.pages.finding import find_audit
from motcua.reports.audit.permissions import USE
from motcua.reports.audit.stored import result_from


@dataclass(frozen=True, slots=True)
class Spot:
    """One place of a finding: where in words, what is quoted, and the mark in the report it leads to."""

    words: str
    quote: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Card:
    """A finding as the page shows it, with what follows from it and the mark somebody gave it."""

    finding: Finding
    anchor: str
    severity: str
    outcome: str
    rule_title: str
    figures: list[tuple[str, str]]
    spots: list[Spot]
    mark: FindingMark | None
    followers: list[Card] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    count: int
    chosen: bool


@page(USE)
def result(request: ViewedRequest, uid: uuid.UUID) -> HttpResponse:
    """The report with every figure marked by its outcome, and the findings beside it."""
    audit = find_audit(request, uid)
    found = result_from(audit.result)
    cards = _cards(audit, found)
    shown = [card for card in cards if _passes(card, request.GET)]
    context = {
        "audit": audit,
        "blocks": [(block["file"], mark_safe(block["html"])) for block in audit.blocks],  # noqa: S308
        "cards": shown,
        "hidden": len(cards) - len(shown),
        "filters": _filters(cards, request.GET),
        "coverage": coverage_words(found.coverage, _),
        "outcomes": _outcome_counts(audit),
        "counts": _counts(cards),
        "own": audit.owner_id == request.viewer.user_id,
        "shares": audit.shares.select_related("user"),
        "kinds": list(_mark_words().items()),
    }
    return render(request, "audit/result.html", context)


def _cards(audit: ReportAudit, found: AuditResult) -> list[Card]:
    marks = {mark.finding: mark for mark in marks_of(audit)}
    anchors = {anchor for block in audit.blocks for anchor in block["places"]}
    titles = {rule.code: rule.title for rule in rules()}

    def card(finding: Finding, followers: list[Finding]) -> Card:
        return Card(
            finding=finding,
            anchor=html_id(finding.id),
            severity=_(SEVERITY_WORDS[finding.severity]),
            outcome=_(OUTCOME_WORDS[finding.outcome]),
            rule_title=_(titles.get(finding.rule, finding.rule)),
            figures=[(_(label), value) for label, value in figure_words(finding)],
            spots=_spots(finding, anchors),
            mark=marks.get(finding.id),
            followers=[card(follower, []) for follower in followers],
        )

    return [card(finding, followers) for finding, followers in causes_first(found)]


def _spots(finding: Finding, anchors: set[str]) -> list[Spot]:
    spots = []
    for index, place in enumerate(finding.places):
        anchor = f"place-{html_id(finding.id)}-{index}"
        spots.append(Spot(place_words(place, _), place.quote, anchor if anchor in anchors else ""))
    return spots


def _passes(card: Card, asked: QueryDict) -> bool:
    finding = card.finding
    wanted = (
        (asked.get("muc"), finding.severity.value),
        (asked.get("ket-qua"), finding.outcome.value),
        (asked.get("quy-tac"), finding.rule),
        (asked.get("dau"), card.mark.kind if card.mark else "open"),
    )
    return all(not choice or choice == value for choice, value in wanted)


def _filters(cards: list[Card], asked: QueryDict) -> list[tuple[str, str, list[Choice]]]:
    """(name, label, choices) of each filter, with how many findings each choice holds."""
    severities = {severity.value: _(SEVERITY_WORDS[severity]) for severity in SEVERITY_ORDER}
    outcomes = {outcome.value: _(words) for outcome, words in OUTCOME_WORDS.items()}
    titles = {card.finding.rule: card.rule_title for card in cards}
    marks = {"open": _("chưa đánh dấu"), **_mark_words()}
    return [
        (
            "muc",
            _("Mức độ"),
            _choices(severities, [card.finding.severity.value for card in cards], asked.get("muc")),
        ),
        (
            "ket-qua",
            _("Kết quả"),
            _choices(outcomes, [card.finding.outcome.value for card in cards], asked.get("ket-qua")),
        ),
        (
            "quy-tac",
            _("Quy tắc"),
            _choices(titles, [card.finding.rule for card in cards], asked.get("quy-tac")),
        ),
        (
            "dau",
            _("Đánh dấu"),
            _choices(marks, [card.mark.kind if card.mark else "open" for card in cards], asked.get("dau")),
        ),
    ]


def _mark_words() -> dict[str, str]:
    return {kind.value: _(kind.label) for kind in MarkKind}


def _choices(labels: Mapping[str, str], values: list[str], chosen: str | None) -> list[Choice]:
    counts = Counter(values)
    return [
        Choice(value, label, counts[value], value == chosen)
        for value, label in labels.items()
        if counts[value] or value == chosen
    ]


def _outcome_counts(audit: ReportAudit) -> list[tuple[str, str, int]]:
    """(css class, words, how many marks of the report wear it), for the legend."""
    classes = {
        Outcome.HOLDS: "holds",
        Outcome.ROUNDING_ONLY: "rounding",
        Outcome.INCONSISTENT: "inconsistent",
        Outcome.CHANGES_CONCLUSION: "conclusion",
        Outcome.NOT_CHECKABLE: "unchecked",
    }
    html = "".join(block["html"] for block in audit.blocks)
    return [
        (css, _(OUTCOME_WORDS[outcome]), html.count(f'class="m m-{css}"')) for outcome, css in classes.items()
    ]


def _counts(cards: list[Card]) -> list[tuple[str, str, int]]:
    """(severity, words, open findings of it); what was set aside does not count."""
    counts = Counter(card.finding.severity for card in cards if card.mark is None)
    return [(severity.value, _(SEVERITY_WORDS[severity]), counts[severity]) for severity in SEVERITY_ORDER]
