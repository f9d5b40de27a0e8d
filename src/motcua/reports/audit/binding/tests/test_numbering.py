"""Row numbers in their many writings."""

import pytest

from motcua.reports.audit.binding.labels import split_number
from motcua.reports.audit.binding.numbering import canonical


@pytest.mark.parametrize(
    ("printed", "plain"),
    [
        ("1.", "1"),
        ("1.4.2.", "1.4.2"),
        ("II.1", "2.1"),
        ("IV", "4"),
        ("a)", "a"),
        ("1,2", "1.2"),
        ("", ""),
        ("03", "3"),
    ],
)
def test_canonical(printed, plain):
    assert canonical(printed) == plain


@pytest.mark.parametrize(
    ("label", "number", "rest"),
    [
        ("2.1. Số nhiệm vụ", "2.1.", "Số nhiệm vụ"),
        ("3 Kiểm tra", "3", "Kiểm tra"),
        ("a) Số người", "a)", "Số người"),
        ("Số nhiệm vụ", "", "Số nhiệm vụ"),
        ("I. Chung", "I.", "Chung"),
    ],
)
def test_a_number_before_the_label_is_split_off(label, number, rest):
    assert split_number(label) == (number, rest)
