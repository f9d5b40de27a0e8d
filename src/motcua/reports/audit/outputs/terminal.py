"""The audit as text for a terminal: by severity, each with its place, its computation, what follows from it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from motcua.reports.audit.document import Place
from motcua.reports.audit.findings import AuditResult, Finding, Outcome, Severity
from motcua.reports.audit.outputs.words import (
    OUTCOME_WORDS,
    SEVERITY_ORDER,
    SEVERITY_WORDS,
    causes_first,
    count_words,
    coverage_words,
    figure_words,
    place_words,
)

MAX_QUOTE = 300
_COLOURS = {Severity.DEFINITE: "31;1", Severity.LIKELY: "33;1", Severity.ARGUABLE: "36"}
_BOLD, _DIM = "1", "2"


@dataclass(frozen=True)
class _Pen:
    colour: bool
    width: int

    def paint(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and text else text

    def wrap(self, text: str, indent: str, hanging: str | None = None) -> list[str]:
        rest = indent if hanging is None else hanging
        return textwrap.wrap(
            text, self.width, initial_indent=indent, subsequent_indent=rest, break_long_words=False,
            break_on_hyphens=False,
        )  # fmt: skip


def render_terminal(result: AuditResult, *, colour: bool = False, width: int = 100) -> str:
    """The whole audit as lines of at most `width` characters where words allow; ANSI colours on request."""
    pen = _Pen(colour, max(40, width))
    lines = [pen.paint("Kiểm tra báo cáo: " + ", ".join(result.files), _BOLD)]
    groups = causes_first(result)
    roots = [finding for finding, _rolled in groups]
    lines += pen.wrap(
        f"Kết quả: {count_words(roots)}" + _followers(len(result.findings) - len(roots)), "", "  "
    )
    if not result.findings:
        lines.append("Không thấy số liệu nào mâu thuẫn trong phần đã kiểm.")
    for severity in SEVERITY_ORDER:
        chosen = [group for group in groups if group[0].severity is severity]
        if chosen:
            title = f"{SEVERITY_WORDS[severity].upper()} ({len(chosen)})"
            lines += ["", pen.paint(title, _COLOURS[severity])]
            for number, (finding, rolled) in enumerate(chosen, start=1):
                lines += _finding(pen, number, finding, rolled)
    lines += ["", pen.paint("PHẠM VI ĐÃ KIỂM", _BOLD)]
    for sentence in coverage_words(result.coverage):
        lines += pen.wrap(sentence, "  ")
    return "\n".join(lines) + "\n"


def _followers(count: int) -> str:
    return f" (và {count} hệ quả kéo theo)" if count else ""


def _finding(pen: _Pen, number: int, finding: Finding, rolled: list[Finding]) -> Iterator[str]:
    yield ""
    yield from pen.wrap(finding.message, f"{number:>3}. ", "     ")
    yield from _places(pen, finding, "     ")
    yield from _figures(pen, finding, "     ")
    kind = "" if finding.outcome is Outcome.INCONSISTENT else f" · {OUTCOME_WORDS[finding.outcome]}"
    yield pen.paint(f"     [{finding.rule}{kind} · mã {finding.id}]", _DIM)
    if rolled:
        yield "     Kéo theo:"
    for follower in rolled:
        yield from pen.wrap(follower.message, "       - ", "         ")
        yield from _places(pen, follower, "         ")
        yield from _figures(pen, follower, "         ")


def _places(pen: _Pen, finding: Finding, indent: str) -> Iterator[str]:
    for place in finding.places:
        yield from pen.wrap(_place_line(place), f"{indent}↳ ", f"{indent}  ")


def _place_line(place: Place) -> str:
    quote = place.quote if len(place.quote) <= MAX_QUOTE else place.quote[: MAX_QUOTE - 1] + "…"
    return place_words(place) + (f": “{quote}”" if quote else "")


def _figures(pen: _Pen, finding: Finding, indent: str) -> Iterator[str]:
    pairs = figure_words(finding)
    if not pairs:
        return
    plain = indent + "   ".join(f"{label}: {value}" for label, value in pairs)
    if len(plain) <= pen.width:
        yield indent + "   ".join(f"{label}: {pen.paint(value, _BOLD)}" for label, value in pairs)
        return
    for label, value in pairs:
        yield from pen.wrap(f"{label}: {value}", indent, indent + "  ")
