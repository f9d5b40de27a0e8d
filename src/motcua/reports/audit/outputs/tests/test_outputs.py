from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from motcua.reports.audit.document import Report, UnreadableReport
from motcua.reports.audit.findings import AuditResult, Finding, Severity
from motcua.reports.audit.outputs.as_csv import HEADER, render_csv, safe_cell
from motcua.reports.audit.outputs.as_json import render_error_json, render_json
from motcua.reports.audit.outputs.html import render_html
from motcua.reports.audit.outputs.marked import render_blocks
from motcua.reports.audit.outputs.terminal import render_terminal
from motcua.reports.audit.outputs.words import at_least, causes_first

FINDING_KEYS = {
    "id", "rule", "severity", "outcome", "places", "printed", "computed", "suggested", "message", "caused_by",
}  # fmt: skip


class Balanced(HTMLParser):
    """Collects ids and links, and fails on tags that do not nest."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in {"meta", "br"}:
            self.open.append(tag)
        found = dict(attrs)
        self.ids += [found["id"]] if found.get("id") else []
        self.links += [found["href"]] if found.get("href") else []

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def parsed(html: str) -> Balanced:
    parser = Balanced()
    parser.feed(html)
    parser.close()
    assert parser.open == []
    return parser


def test_json_has_exactly_the_promised_keys(result: AuditResult) -> None:
    answer = json.loads(render_json(result))
    assert set(answer) == {"files", "rule_set", "coverage", "findings"}
    assert all(set(finding) == FINDING_KEYS for finding in answer["findings"])
    assert answer["findings"][0]["places"][0] == {
        "file": "báo cáo.md", "line": 4, "quote": "3.1. | Tỷ lệ của các sở | % | 99,61%",
    }  # fmt: skip
    assert answer["findings"][3]["places"][0] == {"file": "khác.docx", "paragraph": 7, "quote": ""}
    assert answer["coverage"]["figures_checked"] == 240


def test_an_error_is_json_too() -> None:
    error = UnreadableReport("audit.file.empty", "Tệp “a” trống.", "a")
    assert json.loads(render_error_json(error)) == {
        "error": {"code": "audit.file.empty", "message": "Tệp “a” trống.", "file": "a"}
    }


def test_the_terminal_rolls_up_and_states_coverage(result: AuditResult) -> None:
    text = render_terminal(result, width=200)
    assert "1 chắc chắn sai · 1 nhiều khả năng sai · 1 cần xem lại (và 1 hệ quả kéo theo)" in text
    lines = text.splitlines()
    cause = next(index for index, line in enumerate(lines) if "Tỷ lệ in 99,61%" in line)
    follower = next(index for index, line in enumerate(lines) if "chép từ" in line)
    later = next(index for index, line in enumerate(lines) if "Tháng 9" in line)
    assert cause < lines.index("     Kéo theo:") < follower < later
    assert lines[follower].startswith("       - ")
    assert "↳ báo cáo.md, dòng 1: “31/9/2025”" in text
    assert "Báo cáo ghi: 31/9/2025   Có lẽ đúng là: 30/9/2025" in text
    assert "đã kiểm 240 (20%)" in text
    assert "Đã thấy 1.200 số liệu" in text
    assert "thấy 130 trên 136 dòng" in text
    assert "hình ở trang 3" in text


def test_colours_only_on_request(result: AuditResult) -> None:
    assert "\x1b[" not in render_terminal(result)
    coloured = render_terminal(result, colour=True, width=200)
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == render_terminal(result, width=200)
    assert "\x1b[31;1mCHẮC CHẮN SAI (1)\x1b[0m" in coloured


def test_lines_keep_to_the_width(result: AuditResult) -> None:
    assert max(len(line) for line in render_terminal(result, width=60).splitlines()) <= 60


def test_an_audit_without_findings_says_what_that_means(result: AuditResult) -> None:
    text = render_terminal(replace(result, findings=()))
    assert "Không thấy số liệu nào mâu thuẫn trong phần đã kiểm." in text
    assert "Số liệu chưa kiểm không có nghĩa là đúng." in text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "＝1", "\r\n=1"])
def test_cells_that_could_run_are_made_text(text: str) -> None:
    assert safe_cell(text) == "'" + text


@pytest.mark.parametrize("text", ["99,61%", "a=b", "", "'x", "Tỷ lệ -1"])
def test_other_cells_stay(text: str) -> None:
    assert safe_cell(text) == text


def test_the_csv_opens_in_a_spreadsheet_and_runs_nothing(result: AuditResult) -> None:
    text = render_csv(result)
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text[1:])))
    assert tuple(rows[0]) == HEADER
    assert rows[4][5:8] == ["'-1", "'+2", "'@3"]
    assert rows[4][9] == "'=d4"
    assert len(rows) == 5


def test_the_page_is_whole_closed_and_safe(report: Report, result: AuditResult) -> None:
    page = render_html(report, result)
    tree = parsed(page)
    assert len(tree.ids) == len(set(tree.ids))
    assert {link[1:] for link in tree.links} <= set(tree.ids)
    assert all(link.startswith("#") for link in tree.links)
    assert tree.tags.count("script") == 1
    assert "&lt;b&gt;toàn tỉnh&lt;/b&gt;" in page
    assert not re.search(r"https?://|url\(|@import|<link|<img|<iframe", page)
    assert not re.search(r"\son\w+=|\sstyle=", page)


def test_the_policy_allows_just_the_inline_style_and_script(report: Report, result: AuditResult) -> None:
    page = render_html(report, result)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1]
    assert policy.startswith("default-src 'none';")
    for tag in ("style", "script"):
        content = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.S)[1]
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_hostile_text_stays_text(result: AuditResult) -> None:
    from motcua.reports.audit.readers import read_report

    evil = '&lt;img src=x onerror=alert(1)&gt; "><svg onload=alert(1)> 99,61%'
    report = read_report([('<b>"x.md', f"{evil}\n\n|{evil}|2|\n|---|---|\n".encode())])
    place = replace(result.findings[0].places[0], file='<b>"x.md', line=1, quote="99,61%")
    finding = replace(result.findings[0], id='"><script>', message="<script>1</script>", places=(place,))
    tree = parsed(render_html(report, replace(result, files=('<b>"x.md',), findings=(finding,))))
    assert tree.tags.count("script") == 1
    assert not {"img", "svg", "b"} & set(tree.tags)


def test_marks_say_the_outcome_and_link_both_ways(report: Report, result: AuditResult) -> None:
    blocks = render_blocks(report, result)
    assert [block.anchor for block in blocks] == ["block-0-0", "block-0-1"]
    prose, table = (block.html for block in blocks)
    assert 'id="place-a1-1" href="#finding-a1">đạt 99,61%<span' in prose
    assert (
        'id="place-c3-0" href="#finding-c3">31/9/2025<span class="m-word"> [không khớp]</span></a>' in prose
    )
    assert 'title="không kiểm được: không rõ mẫu số">1.079.482<' in prose
    assert '<span class="m m-holds" title="khớp">153.771<' in table
    assert 'id="place-a1-0" href="#finding-a1">99,61%<' in table
    assert '<span id="place-b-2-0"></span>' in table
    assert blocks[1].findings == ("b/2", "a1")
    assert blocks[1].places == ("place-b-2-0", "place-a1-0")


def test_a_quoted_row_marks_its_figure_and_not_its_number(report: Report, result: AuditResult) -> None:
    table = render_blocks(report, result)[1].html
    assert "<td>3.1.</td><td>Tỷ lệ của các sở</td><td>%</td>" in table


def test_marked_text_is_the_text_of_the_report(report: Report, result: AuditResult) -> None:
    html = render_blocks(report, result)[0].html
    bare = re.sub(r'<span class="(?:m-word|where)">.*?</span>|<[^>]+>', "", html)
    assert (
        bare == "Toàn tỉnh giải quyết 1.079.482 hồ sơ, đạt 99,61%, ngày 31/9/2025 &amp; alert(&quot;x&quot;)."
    )


def test_only_severities_asked_for(result: AuditResult) -> None:
    assert [finding.id for finding in at_least(result.findings, Severity.LIKELY)] == ["a1", "b/2", "c3"]
    assert [finding.id for finding in at_least(result.findings, Severity.DEFINITE)] == ["a1"]


def test_causes_in_a_circle_or_lost_are_still_shown(result: AuditResult) -> None:
    def caused(finding_id: str, by: str) -> Finding:
        return replace(result.findings[0], id=finding_id, caused_by=by)

    circle = replace(result, findings=(caused("x", "y"), caused("y", "x"), caused("z", "gone")))
    groups = [(root.id, [one.id for one in rolled]) for root, rolled in causes_first(circle)]
    assert groups == [("x", ["y"]), ("z", [])]
