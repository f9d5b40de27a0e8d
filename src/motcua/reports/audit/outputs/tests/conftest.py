"""A small report and an audit of it made by hand, so that the outputs are tested without the rules."""

from __future__ import annotations

import pytest

from motcua.reports.audit.document import Place, Report
from motcua.reports.audit.findings import AuditResult, Check, Coverage, Finding, Outcome, Severity
from motcua.reports.audit.readers import read_report

FILE = "báo cáo.md"
TEXT = """Toàn tỉnh giải quyết 1.079.482 hồ sơ, đạt 99,61%, ngày 31/9/2025 & <script>alert("x")</script>.

STT\tChỉ tiêu thống kê\tĐơn vị\tSố liệu
3.1.\tTỷ lệ của các sở\t%\t99,61%
3.1.1.\tTổng số hồ sơ đã giải quyết xong\tHồ sơ\t153.771
"""
ROW = "3.1. | Tỷ lệ của các sở | % | 99,61%"


@pytest.fixture
def report() -> Report:
    return read_report([(FILE, TEXT.encode())])


@pytest.fixture
def result() -> AuditResult:
    ratio = Finding(
        "a1", "form.ratio", Severity.DEFINITE, Outcome.CHANGES_CONCLUSION,
        (Place(FILE, line=4, quote=ROW), Place(FILE, line=1, quote="đạt 99,61%")),
        "Tỷ lệ in 99,61% nhưng tính được 98,60%.", "99,61%", "98,60%", "98,60%",
    )  # fmt: skip
    copied = Finding(
        "b/2", "prose.copied", Severity.LIKELY, Outcome.INCONSISTENT, (Place(FILE, line=4, quote="99,61%"),),
        "Số này chép từ <b>toàn tỉnh</b>.", "99,61%", caused_by="a1",
    )  # fmt: skip
    date = Finding(
        "c3", "prose.impossible_date", Severity.LIKELY, Outcome.INCONSISTENT,
        (Place(FILE, line=1, quote="31/9/2025"),), "Tháng 9 chỉ có 30 ngày.", "31/9/2025", "", "30/9/2025",
    )  # fmt: skip
    minor = Finding(
        "=d4", "prose.rounding", Severity.ARGUABLE, Outcome.ROUNDING_ONLY, (Place("khác.docx", paragraph=7),),
        "Lệch do làm tròn.", "-1", "+2", "@3",
    )  # fmt: skip
    checks = (
        Check("form.bounds", Outcome.HOLDS, (Place(FILE, line=5, quote="153.771"),)),
        Check(
            "prose.ratio", Outcome.NOT_CHECKABLE, (Place(FILE, line=1, quote="1.079.482"),), "không rõ mẫu số"
        ),
    )
    coverage = Coverage(1200, 900, 300, 240, 136, 130, ("hình ở trang 3",))
    return AuditResult((FILE,), coverage, (ratio, copied, date, minor), checks, "2025")
