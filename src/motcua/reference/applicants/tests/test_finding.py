"""Applicants are found by name without marks, by whole number, and nobody else's are."""

from __future__ import annotations

import pytest

from motcua.engine.permissions.api import NotPermitted
from motcua.engine.privacy.api import Reading
from motcua.engine.provinces.api import Province
from motcua.reference.applicants.api import (
    Applicant,
    after,
    applicant_by_uid,
    find_applicants,
    ids_of_person,
    load_demo_applicants,
    masked,
    merge_applicants,
    reveal,
)
from motcua.reference.applicants.permissions import MANAGE, VIEW

pytestmark = pytest.mark.django_db


def names(viewer, province, text):
    return [row.display_name for row in find_applicants(viewer, province, text)]


def test_one_is_read_in_one_statement_as_the_model_reads_it(people):
    known = Applicant.objects.get(pk=people["an"].pk)
    read = applicant_by_uid(known.province_id, known.uid)
    assert read is not None and read.__dict__ | {"_state": None} == known.__dict__ | {"_state": None}
    assert (read.identity_number, read.phone) == ("027000000001", "0900000001")
    assert applicant_by_uid(known.province_id + 1, known.uid) is None


@pytest.fixture
def people(enter):
    return {
        "an": enter("Nguyễn Mẫu Ân", identity_number="027 000 000 001", phone="0900 000 001"),
        "anh": enter("Đỗ Mẫu Ánh", identity_number="027000000002", phone="+84 900 000 002"),
        "firm": enter(
            "Công ty TNHH Mẫu 24/7",
            kind="enterprise",
            identity_kind="tax_code",
            identity_number="0300588569",
            phone="0900000001",
        ),
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("nguyen mau", ["Nguyễn Mẫu Ân"]),
        ("mẫu ÂN", ["Nguyễn Mẫu Ân", "Đỗ Mẫu Ánh"]),
        ("do mau anh", ["Đỗ Mẫu Ánh"]),
        ("an mau nguy", ["Nguyễn Mẫu Ân"]),
        ("mau", ["Công ty TNHH Mẫu 24/7", "Nguyễn Mẫu Ân", "Đỗ Mẫu Ánh"]),
        ("", ["Công ty TNHH Mẫu 24/7", "Nguyễn Mẫu Ân", "Đỗ Mẫu Ánh"]),
        ("cong ty 24", ["Công ty TNHH Mẫu 24/7"]),
        ("nguy mau", []),
        ("027000000001", ["Nguyễn Mẫu Ân"]),
        ("027-000-000-002", ["Đỗ Mẫu Ánh"]),
        ("02700000000", []),
        ("0300588569", ["Công ty TNHH Mẫu 24/7"]),
        ("+84900000001", ["Công ty TNHH Mẫu 24/7", "Nguyễn Mẫu Ân"]),
        ("0900.000.002", ["Đỗ Mẫu Ánh"]),
        ("0900 000 009", []),
        ("!!! ''", []),
        ("an' | 'do", []),
        ("\x00", []),
    ],
)
def test_by_words_and_numbers(people, officer, province, text, found):
    assert sorted(names(officer, province, text)) == sorted(found)


def test_in_order_of_given_names(enter, officer, province):
    for name in ("Lê Mẫu Bình", "Trần Mẫu Ấn", "Lê Mẫu An", "Lý Mẫu Đào", "Vũ Mẫu Dũng"):
        enter(name)
    assert names(officer, province, "mau") == [
        "Lê Mẫu An",
        "Trần Mẫu Ấn",
        "Lê Mẫu Bình",
        "Vũ Mẫu Dũng",
        "Lý Mẫu Đào",
    ]


def test_of_the_province_whatever_the_unit_and_of_no_other(people, province, person):
    elsewhere = Province.objects.create(key="q", agency_code="H06", place_code="25")
    of_a_ward = person("phuong", province, VIEW, path="/H05/H05.15/")
    stranger = person("la", elsewhere, VIEW, MANAGE)
    powerless = person("khong", province, MANAGE)
    assert names(of_a_ward, province, "027000000001") == ["Nguyễn Mẫu Ân"]
    for viewer in (stranger, powerless):
        assert names(viewer, province, "mau") == names(viewer, province, "027000000001") == []
        with pytest.raises(NotPermitted):
            reveal(viewer, people["an"], purpose="applicants.receive")
    assert not Reading.objects.exists()


def test_a_merged_record_is_found_as_the_one_kept(people, enter, officer, province):
    twin = enter("Nguyễn Mẫu Ân", identity_kind="old_id", identity_number="123456789")
    merge_applicants(officer, people["an"], twin, "Hai giấy tờ của một người")
    assert names(officer, province, "nguyen mau an") == ["Nguyễn Mẫu Ân"]
    assert list(find_applicants(officer, province, "123456789")) == [people["an"]]
    assert ids_of_person(twin) == ids_of_person(people["an"]) == [people["an"].pk, twin.pk]


def test_masked_and_revealed(people, officer, province):
    shown = masked(people["an"])
    assert (shown.identity, shown.phone, str(shown)) == ("•••• 001", "•••• 001", "•••• 001 · •••• 001")
    assert not Reading.objects.exists()
    data = reveal(officer, people["an"], purpose="applicants.receive", subject="dossier:1")
    assert (data.identity_number, data.phone, data.address) == ("027000000001", "0900000001", "")
    reading = Reading.objects.get()
    assert (reading.viewer, reading.subject, reading.through) == (
        officer.user,
        people["an"].subject,
        "dossier:1",
    )
    assert reading.fields == ["identity_number", "phone"]


def test_the_demonstration_is_always_the_same(province, officer):
    first = load_demo_applicants(province)
    assert [row.pk for row in load_demo_applicants(province)] == [row.pk for row in first]
    assert len(first) == 60 and all("Mẫu" in row.display_name for row in first)
    assert first[0].identity_number == "027000000001" and first[0].phone == "0900000001"
    assert sum(row.kind == "enterprise" for row in first) == 10
    assert first[5].representative and "Mẫu" in first[5].representative


def test_many_of_one_name_come_newest_first_and_few_by_name(enter, officer, province, monkeypatch):
    rows = [enter(f"Nguyễn Mẫu {name}") for name in ("Yến", "An", "Lan", "Bình")]
    assert names(officer, province, "mau") == [f"Nguyễn Mẫu {name}" for name in ("An", "Bình", "Lan", "Yến")]
    monkeypatch.setattr("motcua.reference.applicants.queries.MOST_ORDERED", 3)
    assert names(officer, province, "mau nguyen") == names(officer, province, "mau")
    assert names(officer, province, "mau") == [f"Nguyễn Mẫu {name}" for name in ("Bình", "Lan", "An", "Yến")]
    assert names(officer, province, "mau an") == ["Nguyễn Mẫu An"]
    for many in (True, False):
        monkeypatch.setattr("motcua.reference.applicants.queries.MOST_ORDERED", 3 if many else 1000)
        every = list(find_applicants(officer, province, "mau"))
        for place, last in enumerate(every):
            assert list(after(find_applicants(officer, province, "mau"), last)) == every[place + 1 :]
    assert set(every) == set(rows)


def test_words_are_known_however_a_name_was_written(enter, officer, province):
    row = enter("Nguyễn Mẫu Quỳnh")
    assert names(officer, province, "quy") == ["Nguyễn Mẫu Quỳnh"]
    Applicant.objects.filter(pk=row.pk).update(search_text="nguyen mau khuong")
    assert (
        names(officer, province, "khuo") == ["Nguyễn Mẫu Quỳnh"] and names(officer, province, "quynh") == []
    )
    for other in ("khu", "khuong", "khuongx"):
        assert (names(officer, province, other) != []) == (other != "khuongx")
