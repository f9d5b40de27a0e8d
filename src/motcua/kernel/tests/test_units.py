from decimal import Decimal
from fractions import Fraction

import pytest

from motcua.kernel.units import (
    BILLION_VND,
    MILLION_VND,
    PERCENT,
    UnitMismatchError,
    comparable,
    convert,
    in_base,
    read_unit,
    unit_named,
)


@pytest.mark.parametrize(
    ("text", "code", "label"),
    [
        (" tỷ đồng, đạt 118%", "billion_vnd", "tỷ đồng"),
        (" triệu đồng/tháng", "million_vnd", "triệu đồng"),
        (" tỷ, bằng 127%", "billion_vnd", "tỷ đồng"),
        (" tỷ USD vốn", "usd_1000000000", "tỷ USD"),
        (" nghìn hồ sơ", "dossier", "nghìn hồ sơ"),
        (" hồ sơ trực tuyến", "dossier", "hồ sơ"),
        (" TTHC đủ điều kiện", "procedure", "thủ tục"),
        (" đơn vị sự nghiệp công lập.", "service_unit", "đơn vị sự nghiệp công lập"),
        (" đơn vị", "unit", "đơn vị"),
        (" văn bản QPPL về", "legal_document", "văn bản quy phạm pháp luật"),
        (" xã, phường, thị trấn thành", "commune", "xã, phường"),
        ("ha, diện tích", "hectare", "ha"),
        (" điểm phần trăm", "percentage_points", "điểm phần trăm"),
        (" lần bình quân", "times", "lần"),
    ],
)
def test_unit_after_a_number(text: str, code: str, label: str) -> None:
    found = read_unit(text)
    assert found is not None
    assert (found.unit.code, found.unit.label) == (code, label)
    assert 0 < found.length <= len(text)


@pytest.mark.parametrize(
    "text", ["", " và các", " lan tỏa", " số 1", " nắm vững", ". Đến nay", " cấp huyện và", " năm 2021 xuống"]
)
def test_no_unit(text: str) -> None:
    assert read_unit(text) is None


def test_conversion_is_exact() -> None:
    assert convert(Decimal("20991.71"), BILLION_VND, MILLION_VND) == 20991710
    assert in_base(Decimal("0.5"), PERCENT) == Fraction(1, 200)
    with pytest.raises(UnitMismatchError, match="Không đổi được"):
        convert(1, BILLION_VND, PERCENT)


def test_comparable_figures() -> None:
    assert comparable(unit_named("Triệu đồng"), BILLION_VND)
    assert not comparable(unit_named("Thủ tục"), unit_named("Hồ sơ"))
    assert not comparable(None, PERCENT)
