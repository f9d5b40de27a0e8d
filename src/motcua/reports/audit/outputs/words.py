"""The Vietnamese words for severities, outcomes and places, the same on every face of an audit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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
SEVERITY_ORDER = tuple(SEVERITY_WORDS)


def place_words(place: Place) -> str:
    """Where, for people: `report.md, dòng 12` or `a.docx, Bảng 2!C5`."""
    parts = [place.file]
    if place.page is not None:
        parts.append(f"trang {place.page}")
    if place.line is not None:
        parts.append(f"dòng {place.line}")
    if place.cell is not None:
        parts.append(f"ô {place.cell}")
    elif place.paragraph is not None:
        parts.append(f"đoạn {place.paragraph}")
    return ", ".join(parts)


def count_words(findings: Iterable[Finding]) -> str:
    """How many of each severity, in one line."""
    counts = dict.fromkeys(SEVERITY_ORDER, 0)
    for finding in findings:
        counts[finding.severity] += 1
    return " · ".join(f"{count} {SEVERITY_WORDS[severity]}" for severity, count in counts.items())


def coverage_words(coverage: Coverage) -> list[str]:
    """What was looked at and what was not, as sentences."""
    lines = [
        f"Đã thấy {_vn(coverage.seen)} số liệu; gắn được với chỉ tiêu hoặc đại lượng {_vn(coverage.bound)}; "
        f"có thể kiểm {_vn(coverage.checkable)}; đã kiểm {_vn(coverage.checked)}"
        f"{_share(coverage.checked, coverage.seen)}."
    ]
    if coverage.rows_expected:
        lines.append(
            f"Biểu mẫu: thấy {_vn(coverage.rows_found)} trên {_vn(coverage.rows_expected)} dòng chỉ tiêu."
        )
    if coverage.unread:
        lines.append("Phần chưa đọc được: " + "; ".join(coverage.unread) + ".")
    lines.append("Số liệu chưa kiểm không có nghĩa là đúng.")
    return lines


def figure_words(finding: Finding) -> list[tuple[str, str]]:
    """Printed, computed and suggested values with their labels; blank ones are left out."""
    pairs = (
        ("Báo cáo ghi", finding.printed),
        ("Tính lại", finding.computed),
        ("Có lẽ đúng là", finding.suggested),
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
