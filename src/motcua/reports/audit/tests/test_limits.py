"""What the web refuses to audit, so that one person cannot keep a process from all others."""

from __future__ import annotations

import time

import pytest
from django.contrib.auth.models import AnonymousUser

from motcua.engine.permissions.api import Viewer
from motcua.engine.provinces.api import Province
from motcua.reports.audit.api import audit_report, read_report
from motcua.reports.audit.models import ReportAudit
from motcua.reports.audit.operations import MAX_TEXT, AuditRefused, Submission, run_stored_audit


class Everybody(Viewer):
    """May everything; whoever it is."""

    def __init__(self) -> None:
        super().__init__(AnonymousUser())

    def may(self, permission, *, province=None, unit_path=None):
        return True


@pytest.mark.django_db
@pytest.mark.parametrize("previous", [False, True], ids=["report", "previous"])
def test_a_report_without_end_is_refused_before_it_is_audited(previous):
    province = Province.objects.create(key="p", agency_code="H05", place_code="24")
    short, endless = ("a.md", b"# A\n\n1 xe\n"), ("b.md", b"mot dong chu khong co gi\n\n" * (MAX_TEXT // 20))
    files = ([short], [endless]) if previous else ([endless], [])
    with pytest.raises(AuditRefused) as refusal:
        run_stored_audit(Everybody(), province, Submission(*files))
    assert refusal.value.code == "audit.too-long"
    assert "motcua audit" in refusal.value.message
    assert not ReportAudit.objects.exists()


@pytest.mark.parametrize("piece", ["10/20 (đạt ", "từ 5 còn 4, giảm 1 "])
def test_sentences_of_figures_alone_cost_what_their_length_says(piece):
    """Twice the text takes about twice the time: no figure is looked for among all others."""

    def seconds(times: int) -> float:
        report = read_report([("a.md", ("BÁO CÁO\n\n" + piece * times).encode())])
        began = time.process_time()
        audit_report(report)
        return time.process_time() - began

    seconds(50)
    assert seconds(1_600) < 12 * max(seconds(400), 0.05)
