"""The Vietnamese words for severities, outcomes and places, the same on every face of an audit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from motcua.reports.audit.document import Place
from motcua.reports.audit.findings import AuditResult, Coverage, Finding, Outcome, Severity

SEVERITY_WORDS = {
    Severity.DEFINITE: "chắc chắn sai",
    Severity.LIKELY: "nhiều khả năng sai",
    Severity.ARGUABLE: "cần xem lại",
}
OUTCOME_WORDS = {
    Outcome.HOLDS: "khớp",
    Outcome.ROUNDING_ONLY: "chỉ lệch do làm tròn",
    Outcome.INCONSISTENT: "không khớp",
    Outcome.CHANGES_CONCLUSION: "làm đổi kết luận",
    Outcome.NOT_CHECKABLE: "không kiểm được",
}
FIGURE_WORDS = {"printed": "Báo cáo ghi", "computed": "Tính lại", "suggested": "Có lẽ đúng là"}
SEVERITY_ORDER = tuple(SEVERITY_WORDS)
# Turns a Vietnamese text with gaps into the reader's language; papers and the terminal stay Vietnamese.
Say = Callable[[str], str]


def place_words(place: Place, say: Say = str) -> str:
    """Where, for people: `report.md, dòng 12` or `a.docx, Bảng 2!C5`."""
    parts = [place.file]
    if place.page is not None:
        parts.append(say("trang {n}").format(n=place.page))
    if place.line is not None:
        parts.append(say("dòng {n}").format(n=place.line))
    if place.cell is not None:
        parts.append(say("ô {n}").format(n=place.cell))
    elif place.paragraph is not None:
        parts.append(say("đoạn {n}").format(n=place.paragraph))
    return ", ".join(parts)


def count_words(findings: Iterable[Finding]) -> str:
    """How many of each severity, in one line."""
    counts = dict.fromkeys(SEVERITY_ORDER, 0)
    for finding in findings:
        counts[finding.severity] += 1
    return " · ".join(f"{count} {SEVERITY_WORDS[severity]}" for severity, count in counts.items())


def coverage_words(coverage: Coverage, say: Say = str) -> list[str]:
    """What was looked at and what was not, as sentences."""
    lines = [
        say(
            "Đã thấy {seen} số liệu; gắn được với chỉ tiêu hoặc đại lượng {bound}; "
            "có thể kiểm {checkable}; đã kiểm {checked}{share}."
        ).format(
            seen=_vn(coverage.seen),
            bound=_vn(coverage.bound),
            checkable=_vn(coverage.checkable),
            checked=_vn(coverage.checked),
            share=_share(coverage.checked, coverage.seen),
        )
    ]
    if coverage.rows_expected:
        lines.append(
            say("Biểu mẫu: thấy {found} trên {expected} dòng chỉ tiêu.").format(
                found=_vn(coverage.rows_found), expected=_vn(coverage.rows_expected)
            )
        )
    if coverage.unread:
        lines.append(say("Phần chưa đọc được: {parts}.").format(parts="; ".join(coverage.unread)))
    lines.append(say("Số liệu chưa kiểm không có nghĩa là đúng."))
    return lines


def figure_words(finding: Finding) -> list[tuple[str, str]]:
    """Printed, computed and suggested values with their labels; blank ones are left out."""
    pairs = (
        (FIGURE_WORDS["printed"], finding.printed),
        (FIGURE_WORDS["computed"], finding.computed),
        (FIGURE_WORDS["suggested"], finding.suggested),
    )
    return [(label, value) for label, value in pairs if value]


def at_least(findings: Sequence[Finding], lowest: Severity) -> tuple[Finding, ...]:
    """Findings of that severity or a surer one."""
    wanted = SEVERITY_ORDER[: SEVERITY_ORDER.index(lowest) + 1]
    return tuple(finding for finding in findings if finding.severity in wanted)


def causes_first(result: AuditResult) -> list[tuple[Finding, list[Finding]]]:
    """Each finding that stands by itself, with all that follows from it, however indirectly."""
    known = {finding.id: finding for finding in result.findings}
    rolled: dict[str, list[Finding]] = {finding.id: [] for finding in result.findings}
    roots = []
    for finding in result.findings:
        root = _root(finding, known)
        if root is finding:
            roots.append(finding)
        else:
            rolled[root.id].append(finding)
    return [(finding, rolled[finding.id]) for finding in roots]


def _root(finding: Finding, known: dict[str, Finding]) -> Finding:
    passed = {finding.id}
    at = finding
    while at.caused_by in known:
        if at.caused_by in passed:
            return finding if finding.id == min(passed) else known[min(passed)]
        passed.add(at.caused_by)
        at = known[at.caused_by]
    return at


def _vn(count: int) -> str:
    return f"{count:,}".replace(",", ".")


def _share(part: int, whole: int) -> str:
    return f" ({round(100 * part / whole)}%)" if whole else ""
