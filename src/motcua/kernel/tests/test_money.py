from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.kernel.money import ZERO, Dong, MoneyError, in_words, parse_dong, total

WORDS = {
    0: "không",
    4: "bốn",
    5: "năm",
    10: "mười",
    11: "mười một",
    14: "mười bốn",
    15: "mười lăm",
    20: "hai mươi",
    21: "hai mươi mốt",
    24: "hai mươi tư",
    25: "hai mươi lăm",
    44: "bốn mươi tư",
    100: "một trăm",
    101: "một trăm linh một",
    105: "một trăm linh năm",
    110: "một trăm mười",
    111: "một trăm mười một",
    115: "một trăm mười lăm",
    121: "một trăm hai mươi mốt",
    555: "năm trăm năm mươi lăm",
    1000: "một nghìn",
    1005: "một nghìn không trăm linh năm",
    1015: "một nghìn không trăm mười lăm",
    1050: "một nghìn không trăm năm mươi",
    21_000: "hai mươi mốt nghìn",
    1_000_000: "một triệu",
    1_000_005: "một triệu không trăm linh năm",
    1_005_000: "một triệu không trăm linh năm nghìn",
    1_234_567: "một triệu hai trăm ba mươi tư nghìn năm trăm sáu mươi bảy",
    10**9: "một tỷ",
    10**9 + 1: "một tỷ không trăm linh một",
    10**12: "một nghìn tỷ",
    1_005 * 10**9 + 15: "một nghìn không trăm linh năm tỷ không trăm mười lăm",
    10**18: "một tỷ tỷ",
    -21: "âm hai mươi mốt",
}
DIGITS = {
    w: n for n, w in enumerate(["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"])
}
DIGITS |= {"mốt": 1, "tư": 4, "lăm": 5}


def read_words(text: str) -> int:
    """An independent reader: units multiply what stands before them, billions multiply everything so far."""
    whole = group = digit = 0
    below_billion = 0
    for word in text.split():
        if word in DIGITS:
            digit = DIGITS[word]
            continue
        if word == "linh":
            continue
        if word in ("mươi", "trăm"):
            group += digit * (10 if word == "mươi" else 100)
        elif word == "mười":
            group += 10
        elif word in ("nghìn", "triệu"):
            below_billion += (group + digit) * (1000 if word == "nghìn" else 10**6)
            group = 0
        else:
            whole = (whole + below_billion + group + digit) * 10**9
            group = below_billion = 0
        digit = 0
    return whole + below_billion + group + digit


@pytest.mark.parametrize(("number", "words"), WORDS.items())
def test_words(number, words):
    assert in_words(number) == words


@given(st.one_of(st.integers(0, 10**6), st.integers(0, 10**13), st.sampled_from([10**k for k in range(17)])))
def test_words_read_back(number):
    assert read_words(in_words(number)) == number


@given(st.integers(-(10**15), 10**15))
def test_figures_read_back(amount):
    assert parse_dong(str(Dong(amount))) == Dong(amount)


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 1000), min_size=1, max_size=8).filter(any))
def test_parts_sum_to_the_whole_and_stay_within_one_dong(amount, weights):
    parts = Dong(amount).split(weights)
    assert total(parts) == Dong(amount)
    exact = [Decimal(amount) * w / sum(weights) for w in weights]
    assert all(abs(part.amount - value) < 1 for part, value in zip(parts, exact, strict=True))


def test_money_shown():
    assert str(Dong(1_234_567)) == "1.234.567 đồng"
    assert Dong(1_005).in_words() == "Một nghìn không trăm linh năm đồng"
    assert Dong(20_991_710_000_000).short() == "20.991,71 tỷ đồng"
    assert Dong(1_500_000).short() == "1,5 triệu đồng"
    assert Dong(-2_345_678).short() == "-2,35 triệu đồng"
    assert Dong(999).short() == "999 đồng"


def test_money_arithmetic():
    assert Dong(5) + Dong(3) - Dong(1) == Dong(7)
    assert 3 * Dong(5) == Dong(5) * 3 == Dong(15)
    assert -Dong(5) < ZERO
    assert not ZERO
    assert Dong(5)
    assert Dong(25).percent(50) == Dong(13)
    assert Dong(-25).percent(Decimal(50)) == Dong(-13)
    with pytest.raises(TypeError):
        Dong(5) + 3
    with pytest.raises(TypeError):
        Dong(5) * 1.5


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("20.991,71 tỷ đồng", 20_991_710_000_000),
        ("50 nghìn đồng", 50_000),
        ("1,5 nghìn tỷ", 1_500_000_000_000),
        ("120000đ", 120_000),
        ("-5.000 VND", -5000),
    ],
)
def test_money_read(text, amount):
    assert parse_dong(text) == Dong(amount)


@pytest.mark.parametrize(
    ("build", "code"),
    [
        (lambda: Dong(1.5), "kernel.money.not-whole"),
        (lambda: Dong(True), "kernel.money.not-whole"),
        (lambda: parse_dong("1,5 đồng"), "kernel.money.not-whole"),
        (lambda: parse_dong("1.23 triệu"), "kernel.money.text"),
        (lambda: parse_dong("mười đồng"), "kernel.money.text"),
        (lambda: Dong(5).split([0, 0]), "kernel.money.weights"),
        (lambda: Dong(5).split([2, -1]), "kernel.money.weights"),
    ],
)
def test_money_refused(build, code):
    with pytest.raises(MoneyError) as caught:
        build()
    assert caught.value.code == code
