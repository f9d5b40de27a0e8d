from __future__ import annotations

import datetime as dt

import pytest

from motcua.engine.provinces.api import Province
from motcua.modules.catalogue.caching import forget as forget_procedures
from motcua.modules.catalogue.models import Lifecycle, Procedure, Version
from motcua.modules.catalogue.search.finding import count_use, search_procedures
from motcua.modules.catalogue.starter.loading import load_starter


@pytest.fixture(scope="module")
def loaded(standing, django_db_blocker):
    with django_db_blocker.unblock(), standing("starter", _starter) as province:
        yield province


def _starter() -> Province:
    province = Province.objects.create(key="thu", agency_code="T01", place_code="01")
    load_starter(province, fill=False)
    return province


@pytest.fixture
def province(loaded, db) -> Province:
    forget_procedures()
    return loaded


def codes(province, text, **options) -> list[str]:
    return [hit.code for hit in search_procedures(province, text, **options)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("dang ky khai sinh", "1.001193"),
        ("Đăng ký kết hôn", "1.000894"),
        ("ket hom", "1.000894"),
        ("dăng ký tạm chú", "1.004194"),
        ("gplx bi mat", "3.000348"),
        ("sinh con", "1.001193"),
        ("tôi muốn mở quán", "1.001612"),
        ("1.001193", "1.001193"),
        ("1.001193.000.00.00.H05", "1.001193"),
        ("001193", "1.001193"),
    ],
)
def test_the_first_hit(province, text, code):
    assert codes(province, text)[0] == code


def test_a_begun_code_lists_what_begins_so(province):
    found = codes(province, "1.0131", limit=100)
    assert found
    assert all(code.startswith("1.0131") for code in found)


def test_filters_narrow(province):
    assert "1.013225" not in codes(province, "giấy phép xây dựng", level="province", limit=100)
    assert set(codes(province, "đăng ký", field="cu-tru", limit=100)) <= {
        row.procedure.code for row in Version.objects.filter(field__code="cu-tru")
    }
    online = Version.objects.filter(procedure__code__in=codes(province, "chứng thực", online="none"))
    assert set(online.values_list("online_level", flat=True)) == {"none"}
    with pytest.raises(ValueError, match="level"):
        search_procedures(province, "x", level="village")


def test_a_life_event_lists_its_procedures_in_order(province):
    hits = search_procedures(province, "", life_event="ket-hon")
    assert [hit.code for hit in hits] == ["1.000894", "1.004873", "2.000806", "1.004222"]
    assert hits[0].why == "Việc trong đời: Kết hôn"
    with pytest.raises(ValueError, match="life event"):
        search_procedures(province, "", life_event="khong-co")


def test_a_life_event_said_alone_lists_all_of_it(province):
    assert codes(province, "mở quán")[:3] == ["1.001612", "2.000117", "2.000620"]


def test_why_tells_what_was_taken_for_what(province):
    hit = search_procedures(province, "giấy phép xây dựgn")[0]
    assert hit.why == "Khớp tên thủ tục, hiểu “dựgn” là “dựng”"


def test_what_is_stopped_or_no_more_in_force_is_not_found(province):
    Procedure.objects.filter(code="1.000894").update(lifecycle=Lifecycle.STOPPED)
    Version.objects.filter(procedure__code="1.000656").update(valid_to=dt.date(2025, 8, 1))
    found = codes(province, "kết hôn", limit=100) + codes(province, "khai tử", limit=100)
    assert "1.000894" not in found
    assert "1.000656" not in found


def test_another_province_is_not_searched(province):
    other = Province.objects.create(key="khac", agency_code="T02", place_code="02")
    assert search_procedures(other, "khai sinh") == []


def test_uses_are_counted(province):
    count_use(province, "1.001193")
    count_use(province, "1.001193")
    assert Procedure.objects.get(province=province, code="1.001193").popularity == 2


def test_nothing_typed_finds_nothing(province):
    assert search_procedures(province, "  ") == []


def test_suggestions_as_fragment_and_as_page(province, client, settings):
    fragment = client.get("/thu-tuc/goi-y/", {"q": "khai si"}, headers={"HX-Request": "true"})
    assert fragment.status_code == 200
    text = fragment.content.decode()
    assert "<html" not in text
    assert "1.001193" in text
    whole = client.get("/thu-tuc/goi-y/", {"q": "khai sinh"}).content.decode()
    assert "<html" in whole
    assert "1.001193" in whole


def test_life_events_page(province, client):
    text = client.get("/thu-tuc/viec-trong-doi/").content.decode()
    assert text.count("<section") == 26
    assert 'id="sinh-con"' in text


def test_a_name_with_markup_is_shown_as_text(province, client):
    Version.objects.filter(procedure__code="1.001193").update(name="Khai sinh <b>x</b>")
    text = client.get("/thu-tuc/goi-y/", {"q": "khai sinh"}).content.decode()
    assert "<b>x</b>" not in text
    assert "&lt;b&gt;x" in text
