"""Recall and precision of the auditor on generated reports."""

from __future__ import annotations

import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from motcua.reports.audit.api import audit_report, read_report
from motcua.reports.audit.document import Report
from motcua.reports.audit.findings import AuditResult, Finding, Severity
from motcua.reports.audit.generate.build import Wish, make_draft, previous_draft
from motcua.reports.audit.generate.draft import Draft, Planted
from motcua.reports.audit.generate.plants import age
from motcua.reports.audit.generate.printing import Printed, as_docx, as_markdown


@dataclass(slots=True)
class Tally:
    """Counts over many reports: planted and found by class; said and right by severity and rule."""

    planted: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    said: Counter[tuple[str, str]] = field(default_factory=Counter)
    right: Counter[tuple[str, str]] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def recall(self, kinds: Iterable[str]) -> float:
        wanted = list(kinds)
        planted = sum(self.planted[kind] for kind in wanted)
        return sum(self.found[kind] for kind in wanted) / planted if planted else 1.0

    def precision(self, severity: str) -> float:
        said = sum(count for (level, _), count in self.said.items() if level == severity)
        right = sum(count for (level, _), count in self.right.items() if level == severity)
        return right / said if said else 1.0


def measure(
    seeds: Sequence[int], errors: int = 6, pages: int = 14, docx: bool = False, voice: str = "first"
) -> Tally:
    """Audits one generated report a seed and counts what was found."""
    tally = Tally()
    for seed in seeds:
        one(Wish(seed, errors, pages, voice=voice), tally, docx)
    return tally


def one(wish: Wish, tally: Tally, docx: bool = False) -> None:
    """Generates, prints, reads and audits one report, with the one before every third time."""
    draft = make_draft(wish)
    printed = as_markdown(draft, wish.seed)
    before: Report | None = None
    planted = list(draft.planted)
    if wish.seed % 3 == 0:
        changed, between = age(draft, random.Random(wish.seed))  # noqa: S311
        planted += between
        text = as_markdown(previous_draft(draft, changed), wish.seed).text
        before = read_report([("ky-truoc.md", text.encode())])
    source = ("bao-cao.docx", as_docx(draft)) if docx else ("bao-cao.md", printed.text.encode())
    result = audit_report(read_report([source]), previous=before)
    count(result, planted, draft, printed, tally, f"số mầm {wish.seed}")


def count(
    result: AuditResult, planted: Sequence[Planted], draft: Draft, printed: Printed, tally: Tally, name: str
) -> None:
    """Adds one audited report to the tally."""
    anchors = {error: _anchor(error, draft, printed) for error in planted}
    for error in planted:
        tally.planted[error.kind] += 1
        if any(_answers(finding, error, anchors[error]) for finding in result.findings):
            tally.found[error.kind] += 1
        else:
            tally.missed.append(f"{name}: {error.kind}: {error.remark}")
    everything = list(anchors.values())
    for finding in result.findings:
        if finding.caused_by is None and finding.severity is not Severity.ARGUABLE:
            right = any(_touches(finding, anchor) for anchor in everything)
            key = (finding.severity.value, finding.rule)
            tally.said[key] += 1
            tally.right[key] += right
            if not right:
                tally.wrong.append(f"{name}: {finding.severity.value} {finding.rule}: {finding.message}")


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where an error shows: lines of the Markdown, and texts to look for in quotes of other formats."""

    lines: frozenset[int]
    texts: tuple[str, ...]


def _anchor(error: Planted, draft: Draft, printed: Printed) -> Anchor:
    lines = frozenset(printed.lines[id] for id in error.ids if id in printed.lines)
    labels = {row.key: row.label for row in draft.rows}
    words = {line.id: line.text for line in draft.lines}
    texts = tuple(labels.get(id) or words.get(id, "") for id in error.ids)
    return Anchor(lines, tuple(text for text in texts if text))


def _answers(finding: Finding, error: Planted, anchor: Anchor) -> bool:
    enough = {"definite": ("definite",), "likely": ("definite", "likely")}[error.level]
    return finding.severity.value in enough and _touches(finding, anchor)


def _touches(finding: Finding, anchor: Anchor) -> bool:
    """A place of the finding stands on a line of the error or quotes its text."""
    for place in finding.places:
        if place.file.endswith(".md") and not place.file.startswith("ky-truoc"):
            if place.line in anchor.lines:
                return True
        elif place.quote and any(_same(place.quote, text) for text in anchor.texts):
            return True
    return False


def _same(quote: str, text: str) -> bool:
    return text in quote or quote.strip(" …") in text or quote[:60] == text[:60]


def speed(pages: int = 60, seed: int = 11) -> dict[str, float]:
    """CPU seconds to read and to audit one long report, best of three, and the ratio of the two."""
    text = as_markdown(make_draft(Wish(seed, 8, pages)), seed).text.encode()
    reading = auditing = float("inf")
    for _ in range(3):
        start = time.process_time()
        report = read_report([("bao-cao.md", text)])
        middle = time.process_time()
        audit_report(report)
        end = time.process_time()
        reading, auditing = min(reading, middle - start), min(auditing, end - middle)
    return {
        "kilobytes": len(text) / 1024,
        "read": reading,
        "audit": auditing,
        "ratio": (reading + auditing) / reading,
    }


def by_rule(tally: Tally) -> dict[str, tuple[int, int]]:
    """Said and right by rule, definite and likely together."""
    table: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for (_, rule), count in tally.said.items():
        table[rule][0] += count
    for (_, rule), count in tally.right.items():
        table[rule][1] += count
    return {rule: (said, right) for rule, (said, right) in sorted(table.items())}
