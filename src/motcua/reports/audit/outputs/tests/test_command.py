"""The command as a user meets it: what it prints, where, and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from motcua.cli.audit import audit

SOUND = "Đợt này giải quyết được 1.080 hồ sơ trên tổng số 1.200 hồ sơ đã nhận (đạt 90%).\n"
WRONG = "Tính đến ngày 31/9/2025, đã có 100/200 cơ quan (đạt 75%) hoàn thành.\n"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(audit, [str(argument) for argument in arguments])


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "đúng.md"
    path.write_text(SOUND, encoding="utf-8")
    return path


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    path = tmp_path / "sai.md"
    path.write_text(WRONG, encoding="utf-8")
    return path


def test_definite_defects_end_with_two(wrong: Path) -> None:
    done = run(wrong)
    assert done.exit_code == 2
    assert "CHẮC CHẮN SAI" in done.stdout
    assert "sai.md, dòng 1" in done.stdout
    assert "PHẠM VI ĐÃ KIỂM" in done.stdout
    assert done.stderr == ""


def test_nothing_above_arguable_ends_with_zero(sound: Path) -> None:
    done = run(sound)
    assert done.exit_code == 0
    assert "0 chắc chắn sai · 0 nhiều khả năng sai" in done.stdout


def test_standard_output_then_holds_only_json(wrong: Path, sound: Path) -> None:
    done = run(wrong, sound, "--format", "json")
    answer = json.loads(done.stdout)
    assert answer["files"] == ["sai.md", "đúng.md"]
    assert any(finding["severity"] == "definite" for finding in answer["findings"])
    assert all(place["line"] == 1 for finding in answer["findings"] for place in finding["places"])


def test_an_unreadable_file_ends_with_three(tmp_path: Path) -> None:
    done = run(tmp_path / "không-có.docx")
    assert done.exit_code == 3
    assert done.stdout == ""
    assert "Không tìm thấy tệp “không-có.docx”" in done.stderr
    assert "[audit.file.missing]" in done.stderr


def test_an_unreadable_file_is_json_when_json_is_asked(sound: Path, tmp_path: Path) -> None:
    (tmp_path / "hình.docx").write_bytes(b"\x89PNG\r\n\x1a\n")
    done = run(sound, "--previous", tmp_path / "hình.docx", "--format", "json")
    assert done.exit_code == 3
    answer = json.loads(done.stdout)
    assert list(answer) == ["error"]
    assert answer["error"]["code"] == "audit.file.wrong-type"
    assert answer["error"]["file"] == "hình.docx"


@pytest.mark.parametrize("arguments", [(), ("x.md", "--format", "yaml"), ("x.md", "--min-severity", "all")])
def test_wrong_usage_is_no_result(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 64


def test_an_unknown_rule_set_is_no_result(sound: Path) -> None:
    done = run(sound, "--rule-set", "1999")
    assert done.exit_code == 64
    assert "1999" in done.stderr


def test_a_page_goes_to_the_file_named(wrong: Path, tmp_path: Path) -> None:
    target = tmp_path / "kết quả.html"
    done = run(wrong, "--format", "html", "--output", target)
    assert done.exit_code == 2
    assert done.stdout == ""
    page = target.read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "31/9/2025" in page


def test_a_place_that_cannot_be_written_is_said(wrong: Path, tmp_path: Path) -> None:
    done = run(wrong, "--output", tmp_path / "không có" / "x.txt")
    assert done.exit_code == 64
    assert "Không ghi được" in done.stderr


def test_lesser_findings_can_be_hidden_without_changing_the_end(wrong: Path) -> None:
    done = run(wrong, "--format", "json", "--min-severity", "definite")
    assert done.exit_code == 2
    assert {finding["severity"] for finding in json.loads(done.stdout)["findings"]} == {"definite"}


def test_the_command_needs_neither_django_nor_other_readers(wrong: Path) -> None:
    script = (
        "import sys; from motcua.cli.audit import audit\n"
        "try: audit([sys.argv[1]])\n"
        "except SystemExit as end: code = end.code\n"
        "heavy = {'django', 'docx', 'openpyxl', 'pdfplumber', 'pypdfium2', 'psycopg', 'lxml'} & set(sys.modules)\n"
        "print('HEAVY', sorted(heavy), code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(wrong)], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "HEAVY [] 2"


def test_reading_and_showing_take_less_than_half_a_second(report: object, result: object) -> None:
    from motcua.reports.audit.outputs.html import render_html
    from motcua.reports.audit.readers import read_report

    text = ("Toàn tỉnh giải quyết 1.079.482 hồ sơ, đạt 99,61% kế hoạch năm. " * 12 + "\n\n") * 180
    text += "STT\tChỉ tiêu\tĐơn vị\tSố liệu\n" + "1.1\tSố hồ sơ đã giải quyết\tHồ sơ\t153.771\n" * 160
    started = time.process_time()
    render_html(read_report([("a.md", text.encode())]), result)
    assert time.process_time() - started < 0.5


def test_a_fault_of_the_program_is_not_taken_for_a_finding(
    sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("motcua.cli.audit._audit", fail)
    done = run(sound)
    assert done.exit_code == 70
    assert done.stdout == ""
    assert "ZeroDivisionError" in done.stderr
