import itertools
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.kernel.numbers import (
    FIGURE_KINDS,
    NumberFormatError,
    Token,
    format_number,
    format_percent,
    parse_number,
    parse_number_words,
    percentage,
    round_half_up,
    scan,
    scan_words,
    truncate,
)

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "numbers.yaml").read_text(encoding="utf-8"))


def described(token: Token) -> list[object]:
    if token.kind in FIGURE_KINDS:
        values = "/".join(str(number.value) for number in token.numbers)
        return [token.kind.value, values, token.number.places, token.hedge.value]
    if token.date and token.kind.value != "period":
        parts = (token.date.day, token.date.month, token.date.year)
        return [token.kind.value, "/".join("" if part is None else str(part) for part in parts)]
    return [token.kind.value]


@pytest.mark.parametrize("case", CASES, ids=[case["text"] for case in CASES])
def test_digits_are_told_apart(case: dict[str, object]) -> None:
    assert [described(token) for token in scan(str(case["text"]))] == case["tokens"]


decimals = st.decimals(min_value=0, max_value=10**10, places=3, allow_nan=False)


@given(decimals, st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_read_back(value: Decimal, places: int) -> None:
    rounded = round_half_up(value, places)
    printed = parse_number(format_number(rounded, places))
    assert (printed.value, printed.places) == (rounded, places)


@given(decimals, st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_rounding_and_cutting_stay_in_their_range(value: Decimal, places: int) -> None:
    rounded, cut = round_half_up(value, places), truncate(value, places)
    assert Fraction(value) in parse_number(format_number(rounded, places)).rounding()
    assert Fraction(value) in parse_number(format_number(cut, places)).truncation()


@given(st.text(alphabet="0123456789.,/- %abđ ngày", max_size=30))
@settings(max_examples=80, deadline=None)
def test_tokens_never_overlap_and_quote_the_text(text: str) -> None:
    tokens = scan(text)
    assert all(left.end <= right.start for left, right in itertools.pairwise(tokens))
    assert all(text[token.start : token.end] == token.text for token in tokens)


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("hai mươi lăm", 25),
        ("mười", 10),
        ("mười một", 11),
        ("một nghìn không trăm linh năm", 1005),
        ("ba trăm", 300),
        ("hai triệu một trăm nghìn", 2_100_000),
    ],
)
def test_numbers_in_words(words: str, value: int) -> None:
    assert parse_number_words(words) == value


def test_word_counts_before_nouns_only() -> None:
    found = scan_words("hai đơn vị và ba năm, một số sở", "đơn vị|sở")
    assert [(token.text, token.number.value) for token in found] == [("hai", Decimal(2))]


@pytest.mark.parametrize("text", ["", "abc", "1.2.3", "12%", "1,2,3"])
def test_what_is_no_figure_is_refused(text: str) -> None:
    with pytest.raises(NumberFormatError):
        parse_number(text)
    with pytest.raises(NumberFormatError):
        parse_number_words("mười tá")


def test_impossible_dates_are_known() -> None:
    assert [
        token.date.impossible for token in scan("31/9/2025; 30/9/2025; 29/02/2025; 29/02/2024") if token.date
    ] == [
        True,
        False,
        True,
        False,
    ]


def test_formats() -> None:
    assert format_number(Decimal("1234.5")) == "1.234,5"
    assert format_number(Fraction(1, 3), 2) == "0,33"
    assert format_number(Fraction(1, 8)) == "0,125"
    assert format_number(-1500) == "-1.500"
    assert format_percent(percentage(151619, 153771)) == "98,60%"
    assert round_half_up(Decimal("0.125"), 2) == Decimal("0.13")
    assert round_half_up(Decimal("-0.125"), 2) == Decimal("-0.13")


def test_a_dot_that_cannot_group_is_a_decimal_dot() -> None:
    assert parse_number("4.0").value == Decimal("4.0")
    assert parse_number("1.234").value == 1234
    assert parse_number("1,234,567").value == 1234567


def test_endless_digits_are_no_figure() -> None:
    assert [token.kind.value for token in scan("mã 1" + "0" * 5000)] == ["code"]
    with pytest.raises(NumberFormatError):
        parse_number("9" * 31)
