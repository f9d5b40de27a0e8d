"""Prose rules on any words at all: they never fail, their places are real, and consistent sentences stay clean."""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from casebook import context_of, findings_of

from motcua.kernel.numbers import format_number, format_percent, percentage
from motcua.reports.audit.findings import Finding, Severity
from motcua.reports.audit.rules.making import typing_slip
from motcua.reports.audit.rules.registry import all_rules

PROSE = [rule for rule in all_rules() if rule.code.startswith("prose.")]

WORDS = st.sampled_from(
    [
        "Toàn tỉnh",
        "cấp xã",
        "đã giải quyết",
        "hồ sơ",
        "TTHC",
        "tỷ đồng",
        "(",
        ")",
        ", trong đó",
        "; gồm",
        "đạt",
        "%",
        "giảm",
        "từ",
        "còn",
        "thành",
        "100%",
        "tất cả",
        "trừ",
        "không có",
        "quá hạn",
        "đúng hạn",
        "PAKN",
        "31/9/2025",
        "đến ngày 30/11/2025",
        "mỗi",
        "khoảng",
        "0",
        "0,0",
        "0/0",
        "12",
        "1.234",
        "1.120/1.125",
        "99,5%",
        ".",
        ";",
        ":",
        "tổng số",
        "cấp tỉnh",
        "nhiệm vụ",
        "hoàn thành",
        "kế hoạch",
        "dự toán",
        "và",
        "Trong đó",
        "đơn vị",
        "(giảm",
        "tương ứng",
        "CCHC",
        "kiểm tra",
    ]
)
FORMS = {
    "3!1.4": "1.900",
    "3!2.3": "1897",
    "3!3.4.1": "0",
    "3!3.4.2": "0",
    "2!1": "",
    "7!1": "1",
    "5!4.1": "2",
}
counts = st.integers(1, 900_000)


@given(st.lists(WORDS, max_size=40))
@settings(max_examples=60, deadline=None)
def test_no_words_make_a_rule_fail(words: list[str]) -> None:
    context = context_of({"text": " ".join(words) or "trống", "forms": FORMS})
    for rule in PROSE:
        for item in rule.run(context):
            assert item.places
            assert not isinstance(item, Finding) or (item.message and len(item.id) == 16)


@given(counts, counts, st.integers(0, 3))
@settings(max_examples=40, deadline=None)
def test_a_rightly_rounded_share_is_never_a_finding(part: int, more: int, places: int) -> None:
    whole = part + more
    rate = format_percent(percentage(part, whole), places)
    text = f"Đã giải quyết {format_number(part)}/{format_number(whole)} hồ sơ, đạt {rate}."
    assert findings_of("prose.percent", {"text": text}) == []


@given(counts, counts)
@settings(max_examples=40, deadline=None)
def test_a_share_far_off_is_always_definite(part: int, more: int) -> None:
    whole = part + more
    wrong = percentage(part, whole) / 2 + 51
    if abs(wrong - percentage(part, whole)) < 1:
        return
    text = (
        f"Đã giải quyết {format_number(part)}/{format_number(whole)} hồ sơ (đạt {format_percent(wrong, 1)})."
    )
    found = findings_of("prose.percent", {"text": text})
    assert [finding.severity for finding in found] == [Severity.DEFINITE]


@given(st.lists(counts, min_size=2, max_size=5), st.integers(1, 5000))
@settings(max_examples=40, deadline=None)
def test_sums_hold_or_do_not(parts: list[int], off: int) -> None:
    items = ", ".join(f"{format_number(part)} văn bản của nhóm" for part in parts)
    right = f"Ban hành {format_number(sum(parts))} văn bản, gồm {items}."
    assert findings_of("prose.sum", {"text": right}) == []
    total = sum(parts) + max(parts) + off
    wrong = f"Ban hành {format_number(total)} văn bản, gồm {items}."
    assert [finding.severity for finding in findings_of("prose.sum", {"text": wrong})] == [Severity.DEFINITE]


@given(counts, counts)
@settings(max_examples=30, deadline=None)
def test_differences_hold(after: int, moved: int) -> None:
    before = after + moved
    text = f"Giảm từ {format_number(before)} phòng xuống còn {format_number(after)} phòng, giảm {{}} phòng."
    assert findings_of("prose.difference", {"text": text.format(format_number(moved))}) == []
    assert len(findings_of("prose.difference", {"text": text.format(format_number(moved + 1))})) == 1


@pytest.mark.parametrize(
    ("printed", "wanted", "slip"),
    [
        ("67668", "57668", "sai một chữ số"),
        ("164", "146", "đảo hai chữ số"),
        ("1408", "140.8", "lệch đúng một lũy thừa của 10"),
        ("12345", "1245", "thừa hoặc thiếu một chữ số"),
        ("100", "100", ""),
        ("123", "456", ""),
        ("0", "10", ""),
    ],
)
def test_slips_of_the_hand(printed: str, wanted: str, slip: str) -> None:
    assert typing_slip(Decimal(printed), Decimal(wanted)) == slip


@given(st.integers(10, 10**9), st.integers(0, 8), st.integers(1, 9))
@settings(max_examples=60, deadline=None)
def test_one_changed_digit_is_always_seen(value: int, place: int, step: int) -> None:
    digits = list(str(value))
    position = place % len(digits)
    digits[position] = str((int(digits[position]) + step) % 10)
    changed = int("".join(digits))
    if changed >= 10 and len(str(changed)) == len(str(value)):
        assert typing_slip(Decimal(changed), Decimal(value))


@pytest.mark.parametrize(
    "text",
    [
        "1" * 50_000,
        "1.234" * 5_000,
        "5 xã; " * 1_500,
        "(" * 20_000 + "5 xã",
        "31/9/2025 " * 500,
        "các PAKN " * 2_000,
    ],
    ids=["digits", "groups", "list", "brackets", "dates", "words"],
)
def test_hostile_text_is_read_in_bounded_steps(text: str) -> None:
    context = context_of({"text": text})
    assert all(len(sentence.text) <= 3_000 for sentence in context.extraction.sentences)
    for rule in PROSE:
        assert sum(1 for _ in rule.run(context)) <= len(text)
