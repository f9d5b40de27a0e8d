"""The packaged register says what the resolutions say."""

import datetime as dt
from collections import Counter

import pytest

from motcua.reference.places.api import provinces, register
from motcua.reference.places.loading import EQUAL_SHARES, replay

BEFORE, AFTER, CITY = dt.date(2025, 6, 30), dt.date(2025, 7, 1), dt.date(2026, 9, 20)


def kinds(ledger, day, level):
    return Counter(v.state.kind for v in ledger.on(day) if v.state.level == level)


@pytest.fixture(scope="module")
def bac_ninh():
    return replay(register("bac-ninh"))[0]


def test_packaged_provinces():
    assert provinces() == ["bac-ninh", "thai-nguyen"]
    with pytest.raises(LookupError):
        register("ha-noi")


def test_313_communes_become_99(bac_ninh):
    before = kinds(bac_ninh, BEFORE, "commune")
    assert before == {"commune": 209, "ward": 85, "township": 19} and before.total() == 313
    assert kinds(bac_ninh, AFTER, "commune") == {"commune": 66, "ward": 33}
    assert kinds(bac_ninh, BEFORE, "district").total() == 18
    assert kinds(bac_ninh, AFTER, "district").total() == 0


def test_twelve_wards_and_a_city_in_2026(bac_ninh):
    eve = CITY - dt.timedelta(days=1)
    assert kinds(bac_ninh, eve, "province") == {"province": 1}
    assert kinds(bac_ninh, CITY, "province") == {"city": 1}
    assert kinds(bac_ninh, CITY, "commune") == {"commune": 54, "ward": 45}
    became = [v for v in bac_ninh.on(CITY) if v.valid_from == CITY]
    assert len(became) == 13
    assert all(bac_ninh.at(v.subject, eve).state.code == v.state.code for v in became)


def test_a_commune_left_alone_keeps_its_identity(bac_ninh):
    kept = bac_ninh.coded("07663", BEFORE)
    assert bac_ninh.coded("07663", AFTER).subject == kept.subject
    assert (kept.path, bac_ninh.coded("07663", AFTER).path) == ("/24/220/07663/", "/24/07663/")


def test_a_code_may_pass_to_another_commune(bac_ninh):
    assert bac_ninh.coded("07210", BEFORE).state.name == "Phường Hoàng Văn Thụ"
    assert bac_ninh.coded("07210", AFTER).state.name == "Phường Bắc Giang"
    assert bac_ninh.coded("07210", BEFORE).subject != bac_ninh.coded("07210", AFTER).subject


def test_thai_nguyen_has_the_only_real_splits():
    ledger, _changes = replay(register("thai-nguyen"))
    shared = Counter(link.predecessor for link in ledger.links if link.share != 1)
    names = {ledger.last(subject).state.name for subject in shared}
    assert names == {"Phường Gia Sàng", "Phường Cam Giá", "Xã Thượng Đình"}
    assert set(shared.values()) == {2}
    assert {link.basis for link in ledger.links if link.share != 1} == {EQUAL_SHARES}
    assert kinds(ledger, BEFORE, "commune").total() == 280
    assert kinds(ledger, AFTER, "commune").total() == 92
