"""Outcomes of relations on printed values, as intervals."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.kernel.intervals import Interval
from motcua.kernel.numbers import format_number, round_half_up, truncate
from motcua.reports.audit.binding import BoundForms
from motcua.reports.audit.binding.values import read_value
from motcua.reports.audit.document import Place, Report
from motcua.reports.audit.extraction import extract
from motcua.reports.audit.findings import Outcome
from motcua.reports.audit.formcheck.outside import outside_figures
from motcua.reports.audit.formcheck.results import cell_interval, name_of, outcome_of
from motcua.reports.audit.readers import read_report
from motcua.reports.forms.definitions import form_set

FORMS = form_set()
RATE = FORMS.row("3!3.1")
COUNT = FORMS.row("3!3.1.1")


def outcome(text, part, whole):
    cell = read_value(text, Place("b.md", line=1), "%")
    return outcome_of(cell, cell_interval(cell, RATE), Interval.point(Fraction(part * 100, whole)))


@settings(max_examples=80)
@given(st.integers(0, 10**6), st.integers(1, 10**6), st.integers(0, 3))
def test_a_rounded_share_always_holds(part, whole, places):
    share = Fraction(min(part, whole) * 100, whole)
    assert outcome(f"{format_number(share, places)}%", min(part, whole), whole) is Outcome.HOLDS


@settings(max_examples=80)
@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_cut_share_is_rounding_at_worst(part, whole):
    share = Fraction(min(part, whole) * 100, whole)
    found = outcome(f"{format_number(truncate(share, 2))}%", min(part, whole), whole)
    wanted = Outcome.HOLDS if truncate(share, 2) == round_half_up(share, 2) else Outcome.ROUNDING_ONLY
    assert found is wanted


@settings(max_examples=80)
@given(st.integers(1, 10**6), st.integers(1, 10**6), st.decimals("0.02", "20", places=2))
def test_a_share_off_by_more_than_rounding_is_inconsistent(part, whole, off):
    share = round_half_up(Fraction(min(part, whole) * 100, whole), 2)
    assert outcome(f"{format_number(share + off)}%", min(part, whole), whole) is Outcome.INCONSISTENT


def test_a_count_is_itself_and_money_is_rounded():
    count = read_value("120.400", Place("b.md"), "Hồ sơ")
    assert cell_interval(count, COUNT) == Interval.point(120_400)
    money = read_value("18.402.560", Place("b.md"), "Triệu đồng")
    assert Decimal("18402559.6") in cell_interval(money, FORMS.row("6!1.1"))


def outside(text):
    report = read_report([("b.md", ("Báo cáo\n\n" + text).encode())])
    assert isinstance(report, Report)
    found = outside_figures(extract(report), BoundForms(FORMS))
    return {name: figure.value for name, figure in found.items()}


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("Nhập 240 xã và thị trấn cũ thành 96 xã, phường.", "{communes}", 96),
        ("Tỉnh hiện có 104 xã, phường, đặc khu.", "{communes}", 104),
        ("Từ 24 sở nay gộp thành 15 sở và tương đương.", "{departments}", 15),
        (
            "Toàn tỉnh tiếp nhận 2.340.517 hồ sơ; số đã trả kết quả là 2.106.300 hồ sơ.",
            "{received_total}",
            2_340_517,
        ),
        ("So với năm 2015: toàn tỉnh có 1678 ĐVSNCL.", "{service_units_2015}", 1678),
    ],
)
def test_outside_figures_are_read_where_they_are_named(text, name, value):
    assert outside(text)[name] == value


@pytest.mark.parametrize(
    "text",
    [
        "Đã kiểm tra tại 36 xã, phường.",
        "Giảm 14 sở và tương đương.",
        "Đã tập huấn cho 90 xã, phường; cấp máy cho 92 xã, phường.",
    ],
)
def test_outside_figures_stay_unknown_otherwise(text):
    assert outside(text) == {}


def test_names_in_words():
    assert name_of("3!1.4") == "biểu 3 dòng 1.4"
    assert "sở, ngành" in name_of("{departments}")
