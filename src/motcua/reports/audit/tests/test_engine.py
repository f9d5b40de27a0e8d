"""The engine: order, causes, coverage, and reports that are right in themselves."""

import random

import pytest

from motcua.reports.audit.api import audit_report, read_report, rules
from motcua.reports.audit.audit import run_audit
from motcua.reports.audit.document import Block, BlockKind, Document, Place, Report
from motcua.reports.audit.findings import Finding, Outcome, Severity
from motcua.reports.audit.generate.build import Wish, make_draft, previous_draft
from motcua.reports.audit.generate.plants import age
from motcua.reports.audit.generate.printing import as_markdown
from motcua.reports.audit.rollup import roll_up


def audited(seed, **wish):
    return audit_report(
        read_report([("bao-cao.md", as_markdown(make_draft(Wish(seed, **wish)), seed).text.encode())])
    )


def finding(id, rule, severity=Severity.DEFINITE, line=1, caused_by=None, printed="10"):
    place = Place("b.md", line=line)
    return Finding(id, rule, severity, Outcome.INCONSISTENT, (place,), "…", printed, caused_by=caused_by)


@pytest.mark.parametrize("seed", range(40, 46))
def test_a_report_without_planted_errors_has_no_definite_finding(seed):
    result = audited(seed, errors=0, pages=20)
    definite = [found.message for found in result.findings if found.severity is Severity.DEFINITE]
    assert definite == []


def test_findings_stand_by_severity_and_followers_after_their_cause():
    findings = audited(7, errors=10).findings
    order = {"definite": 0, "likely": 1, "arguable": 2}
    heads = [order[found.severity.value] for found in findings if found.caused_by is None]
    assert heads == sorted(heads)
    ids = [found.id for found in findings]
    assert len(ids) == len(set(ids))
    for index, found in enumerate(findings):
        if found.caused_by:
            assert found.caused_by in ids[:index]


def test_the_same_report_gives_the_same_findings():
    assert audited(9, errors=8) == audited(9, errors=8)


def test_coverage_narrows_from_seen_to_checked():
    coverage = audited(4, errors=4, pages=20).coverage
    assert coverage.seen >= coverage.bound >= coverage.checkable >= coverage.checked > 0
    assert coverage.rows_found == coverage.rows_expected == 136


def test_a_report_without_forms_is_audited_in_its_words_and_says_so():
    text = "Báo cáo\n\nĐã hoàn thành 45/60 nhiệm vụ (đạt 95%).\n"
    result = audit_report(read_report([("loi.md", text.encode())]))
    assert result.coverage.rows_found == 0
    assert result.exit_code() == 2


def test_the_report_before_is_compared():
    draft = make_draft(Wish(12, errors=0))
    changed, planted = age(draft, random.Random(12))
    now = read_report([("b.md", as_markdown(draft, 12).text.encode())])
    before = read_report([("truoc.md", as_markdown(previous_draft(draft, changed), 12).text.encode())])
    found = audit_report(now, previous=before).findings
    assert planted[0].ids[0].split("!")[0] in {
        f.message.split("Biểu ")[1][0] for f in found if f.rule == "previous.jump"
    }
    assert not any(f.rule.startswith("previous.") for f in audit_report(now).findings)


def test_unknown_rule_set_is_refused():
    with pytest.raises(FileNotFoundError):
        audit_report(read_report([("b.md", b"Bao cao\n")]), rule_set="1999")


def test_a_disagreement_with_a_wrong_row_follows_from_the_row():
    rolled = roll_up([finding("a", "form.sum"), finding("b", "prose.form_value", Severity.LIKELY)])
    assert [found.caused_by for found in rolled] == [None, "a"]


def test_another_line_is_another_cause():
    rolled = roll_up([finding("a", "form.sum"), finding("b", "prose.form_value", Severity.LIKELY, line=2)])
    assert [found.caused_by for found in rolled] == [None, None]


def test_in_one_sentence_only_the_same_figure_is_the_same_cause():
    root = finding("a", "prose.percent", printed="10/20: 70%")
    same = finding("b", "prose.form_value", Severity.LIKELY, printed="70%")
    other = finding("c", "prose.form_value", Severity.LIKELY, printed="33")
    assert [found.caused_by for found in roll_up([root, same, other])] == [None, "a", None]


def test_one_defect_that_two_rules_tell_is_one_finding():
    first = finding("a", "prose.complement", Severity.LIKELY, printed="210 = 180 + 14")
    second = finding("b", "prose.sum", printed="210 = 180 + 14")
    other = finding("c", "prose.sum", printed="99 = 50 + 48")
    rolled = {found.id: found.caused_by for found in roll_up([first, second, other])}
    assert rolled == {"a": "b", "b": None, "c": None}


def test_chains_of_causes_end_at_the_first():
    chain = [
        finding("a", "form.sum"),
        finding("b", "form.ratio", caused_by="a"),
        finding("c", "x", caused_by="b"),
    ]
    assert [found.caused_by for found in roll_up(chain)] == [None, "a", "a"]


def test_a_cause_that_is_not_there_is_dropped():
    assert roll_up([finding("b", "form.ratio", caused_by="gone")])[0].caused_by is None


def test_every_rule_says_what_it_checks_and_leaves_out():
    for rule in rules():
        assert rule.title
        assert rule.checks
        assert rule.excludes


def test_what_a_reader_could_not_read_is_said_in_the_coverage():
    block = Block(0, BlockKind.PARAGRAPH, Place("b.docx", paragraph=1), "Tiếp nhận 120 hồ sơ.")
    document = Document("b.docx", (block,), "application/msword", "0" * 64, warnings=("Có hình ảnh.",))
    assert run_audit(Report((document,))).coverage.unread == ("Có hình ảnh",)
