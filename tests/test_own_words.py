"""No sentence of the published report kept for reference may stand in the project; facts and form labels may."""

from __future__ import annotations

import os
import re
import subprocess
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).resolve()
ROOT = HERE.parents[1]
REFERENCE = Path(os.environ.get("MOTCUA_REFERENCE_DIR", ROOT.parent / "shared"))
REPORT = REFERENCE / "cases" / "bac-ninh-2025" / "report.md"
FORMS = REFERENCE / "domain" / "forms.csv"
RUN = 9
KINDS = {".py", ".md", ".yaml", ".csv", ".html", ".txt", ".json", ".po", ".toml", ".js"}

# What every report of this kind says because a law, a form or the naming of documents says it.
FORMULAS = (
    # The official names of procedures 2.000884 and 2.000815.
    "Chứng thực chữ ký trong các giấy tờ, văn bản",
    "Chứng thực bản sao từ bản chính giấy tờ, văn bản do cơ quan, tổ chức có thẩm quyền của Việt Nam; cơ quan, tổ chức "
    "có thẩm quyền của nước ngoài; cơ quan, tổ chức có thẩm quyền của Việt Nam liên kết với cơ quan, tổ chức có thẩm "
    "quyền của nước ngoài cấp hoặc chứng nhận",
    "báo cáo kết quả công tác cải cách hành chính năm 0",
    "thực hiện không phụ thuộc địa giới hành chính",
    "Công văn 4625/BNV-CCHC ngày 02/7/2025 của Bộ Nội vụ",
    "Ban Quản lý các khu công nghiệp tỉnh",
    # How every report cites a plan and prints the same few statistics.
    "UBND tỉnh ban hành Kế hoạch số 0/KH-UBND ngày 0",
    "trước và đúng hạn 0 hồ sơ, đạt 0, quá hạn 0 hồ sơ",
    "0 nhiệm vụ đã hoàn thành, 0 nhiệm vụ",
    "0 dự toán, tăng 0 so với cùng kỳ",
)

Run = tuple[str, ...]


def words(text: str) -> list[str]:
    """Lower-case words; every number and every placeholder reads 0, so that figures do not hide a sentence."""
    text = unicodedata.normalize("NFC", text).lower()
    text = re.sub(r'"\s*\n\s*[fr]{0,2}"', "", text)
    text = re.sub(r"\d[\d.,/]*", " 0 ", re.sub(r"\{[^{}]*\}", " 0 ", text))
    return re.findall(r"[^\W_]+", text)


def runs(text: str) -> Iterator[Run]:
    """Every run of nine words in a row."""
    found = words(text)
    return (tuple(found[i : i + RUN]) for i in range(len(found) - RUN + 1))


def shared_runs(text: str, theirs: set[Run]) -> list[str]:
    """The runs of a text that stand in the report, formulas masked out."""
    allowed = [" ".join(words(formula)) for formula in FORMULAS]
    return [
        " ".join(run)
        for run in runs(text)
        if run in theirs and not any(" ".join(run) in f or f in " ".join(run) for f in allowed)
    ]


@pytest.fixture(scope="module")
def theirs() -> set[Run]:
    """The report's runs, cell by cell in its tables, without those of the official forms."""
    if not REPORT.is_file() or not FORMS.is_file():
        pytest.skip("the published report is not at hand (MOTCUA_REFERENCE_DIR)")
    cells = (cell for line in REPORT.read_text("utf-8").splitlines() for cell in line.split("\t"))
    return {run for cell in cells for run in runs(cell)} - set(runs(FORMS.read_text("utf-8")))


def tracked() -> Iterator[Path]:
    """The text files of the project, but for this one, which must name the formulas."""
    names = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True).split("\0")
    return (
        path for path in map(ROOT.joinpath, names) if path.suffix in KINDS and path.is_file() and path != HERE
    )


def test_no_file_repeats_a_sentence_of_the_published_report(theirs: set[Run]) -> None:
    found = {
        str(path.relative_to(ROOT)): hits
        for path in tracked()
        if (hits := shared_runs(path.read_text("utf-8", errors="ignore"), theirs))
    }
    assert not found, "\n".join(f"{name}: {run}" for name, hits in found.items() for run in hits)


def test_a_copied_sentence_is_seen_whatever_its_figures(theirs: set[Run]) -> None:
    paragraphs = [line for line in REPORT.read_text("utf-8").splitlines() if len(words(line)) > 3 * RUN]
    seen = sum(1 for line in paragraphs if shared_runs(re.sub(r"\d", "7", line), theirs))
    assert len(paragraphs) > 50
    assert seen > 0.95 * len(paragraphs)
