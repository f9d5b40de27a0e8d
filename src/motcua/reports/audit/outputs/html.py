"""The audit as one HTML file that needs nothing else: the marked report, its findings beside it, filters."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from importlib.resources import files

from motcua.reports.audit.document import Report
from motcua.reports.audit.findings import AuditResult, Finding, Severity
from motcua.reports.audit.outputs.marked import RenderedBlock, html_id, render_blocks
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


def render_html(report: Report, result: AuditResult) -> str:
    """A complete page. Styles and script are inline and allowed by hash; nothing is fetched."""
    style, script = _asset("audit.css"), _asset("audit.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    blocks = render_blocks(report, result)
    title = escape("Kiểm tra báo cáo: " + ", ".join(result.files))
    return (
        '<!doctype html>\n<html lang="vi">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f"<header><h1>{title}</h1>{_summary(result)}{_filters()}</header>\n"
        f'<main><article aria-label="Báo cáo" class="report">{_report(blocks)}</article>\n'
        f'<aside aria-label="Phát hiện">{render_findings(result, blocks)}{_coverage(result)}</aside></main>\n'
        f"<script>{script}</script>\n</body>\n</html>\n"
    )


def render_findings(result: AuditResult, blocks: list[RenderedBlock]) -> str:
    """The findings as a list of cards with ids `finding-<id>`, linked to the marks that `blocks` contain."""
    anchors = {anchor for block in blocks for anchor in block.places}
    if not result.findings:
        return '<p class="none">Không thấy số liệu nào mâu thuẫn trong phần đã kiểm.</p>'
    cards = "".join(_card(finding, rolled, anchors) for finding, rolled in causes_first(result))
    return f'<ol class="findings">{cards}</ol>'


def _asset(name: str) -> str:
    return files("motcua.reports.audit.outputs").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return "sha256-" + base64.b64encode(digest).decode()


def _summary(result: AuditResult) -> str:
    roots = [finding for finding, _rolled in causes_first(result)]
    return f'<p class="summary">{escape(count_words(roots))}</p>'


def _filters() -> str:
    buttons = "".join(
        f'<button type="button" aria-pressed="true" data-severity="{severity.value}">'
        f'<span class="dot {severity.value}"></span>{escape(SEVERITY_WORDS[severity].capitalize())}</button>'
        for severity in SEVERITY_ORDER
    )
    hint = "Phím j: phát hiện sau, k: phát hiện trước, Enter: tới chỗ trong báo cáo."
    return f'<nav aria-label="Lọc theo mức độ">{buttons}<span class="hint">{hint}</span></nav>'


def _report(blocks: list[RenderedBlock]) -> str:
    parts, file = [], None
    for block in blocks:
        if block.file != file:
            file = block.file
            parts.append(f'<p class="file">{escape(file)}</p>')
        parts.append(block.html)
    return "\n".join(parts)


def _card(finding: Finding, rolled: list[Finding], anchors: set[str]) -> str:
    followers = "".join(_card(follower, [], anchors) for follower in rolled)
    follows = f'<p class="follows">Kéo theo:</p><ol class="rolled">{followers}</ol>' if rolled else ""
    return (
        f'<li class="finding {finding.severity.value}" id="finding-{html_id(finding.id)}" tabindex="-1" '
        f'data-severity="{finding.severity.value}">'
        f'<p class="kind">{_kind(finding)}</p><p class="message">{escape(finding.message)}</p>'
        f"{_figures(finding)}{_places(finding, anchors)}{follows}</li>"
    )


def _kind(finding: Finding) -> str:
    severity = escape(SEVERITY_WORDS[Severity(finding.severity)].capitalize())
    return (
        f'<span class="dot {finding.severity.value}"></span><strong>{severity}</strong> · '
        f"{escape(OUTCOME_WORDS[finding.outcome])} · <code>{escape(finding.rule)}</code>"
    )


def _figures(finding: Finding) -> str:
    pairs = "".join(
        f"<div><dt>{escape(label)}</dt><dd>{escape(value)}</dd></div>"
        for label, value in figure_words(finding)
    )
    return f"<dl>{pairs}</dl>" if pairs else ""


def _places(finding: Finding, anchors: set[str]) -> str:
    items = []
    for index, place in enumerate(finding.places):
        words, anchor = escape(place_words(place)), f"place-{html_id(finding.id)}-{index}"
        link = f'<a href="#{anchor}">{words}</a>' if anchor in anchors else words
        quote = f": <q>{escape(place.quote)}</q>" if place.quote else ""
        items.append(f"<li>{link}{quote}</li>")
    return f'<ul class="places">{"".join(items)}</ul>' if items else ""


def _coverage(result: AuditResult) -> str:
    sentences = "".join(f"<p>{escape(sentence)}</p>" for sentence in coverage_words(result.coverage))
    return f'<section class="coverage"><h2>Phạm vi đã kiểm</h2>{sentences}</section>'
