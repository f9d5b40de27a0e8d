import datetime as dt

import pytest

from motcua.engine.provinces.api import Province, ProvinceTitle

pytestmark = pytest.mark.django_db


def test_the_name_of_a_province_is_dated():
    province = Province.objects.create(key="x", agency_code="H05", place_code="24")
    assert province.title(dt.date(2025, 1, 1)) == "x"
    ProvinceTitle.objects.create(province=province, title="Tỉnh X", valid_from=dt.date(2025, 7, 1))
    ProvinceTitle.objects.create(province=province, title="Thành phố X", valid_from=dt.date(2026, 9, 20))
    told = [province.title(dt.date(*day)) for day in [(2024, 1, 1), (2026, 9, 19), (2026, 9, 20)]]
    assert told == ["Tỉnh X", "Tỉnh X", "Thành phố X"]
