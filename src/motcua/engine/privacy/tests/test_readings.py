"""Every reading is noted and stays; who oversees finds who read whose data, in his units only."""

from __future__ import annotations

import pytest
from django.urls import reverse

from motcua.engine.events.api import happening
from motcua.engine.permissions.api import Viewer
from motcua.engine.privacy import readings
from motcua.engine.privacy.api import declare_purpose, declare_subjects, log_reading, readings_of
from motcua.engine.privacy.models import Reading
from motcua.engine.privacy.permissions import VIEW
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import frozen

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def words(monkeypatch):
    for name in ("_purposes", "_fields", "_describers"):
        monkeypatch.setattr(readings, name, dict(getattr(readings, name)))
    declare_purpose("test.counter", "Tiếp nhận tại quầy")
    declare_subjects(
        "thu", lambda found: {"thu:1": ("Người Mẫu Một", "/nguoi/1")} if "thu:1" in found else {}
    )


@pytest.fixture
def overseer(province, person):
    return person("giamsat", province, VIEW)


@pytest.fixture
def read(province, person):
    reader = person("docgia", province)

    def note(subject="thu:1", at="2026-03-02T09:00", **more):
        options = {"fields": ("phone",), "purpose": "test.counter", "province": province} | more
        with frozen(at):
            return log_reading(options.pop("viewer", reader), subject=subject, **options)

    return note


def test_what_is_noted(province, read, person):
    viewer = Viewer(person("khac", province).user)
    with happening(viewer.user, correlation_id="c-1"):
        row = read(viewer=viewer, fields=("phone", "address"), through="dossier:9", unit_path="/H05/")
    row.refresh_from_db()
    assert (row.viewer.username, row.fields, row.purpose) == ("khac", ["phone", "address"], "test.counter")
    assert (row.correlation_id, row.through, row.unit_path) == ("c-1", "dossier:9", "/H05/")
    assert f"{row.at:%Y-%m-%d %H:%M}" == "2026-03-02 02:00"


@pytest.mark.parametrize("wrong", [{"fields": ()}, {"purpose": "  "}])
def test_a_reading_without_field_or_purpose_is_a_fault(read, wrong):
    with pytest.raises(ValueError, match="names its fields"):
        read(**wrong)
    assert not Reading.objects.exists()


def test_whose_readings_are_seen_by_whom(province, read, person, overseer):
    elsewhere = Province.objects.create(key="q", agency_code="H06", place_code="25")
    read(), read("thu:2"), read(unit_path="/H05/H05.15/"), read(province=elsewhere)
    ward = person("phuong", province, VIEW, path="/H05/H05.15/")
    assert readings_of(overseer, province, "thu:1").count() == 2
    assert [row.unit_path for row in readings_of(ward, province, "thu:1")] == ["/H05/H05.15/"]
    assert not readings_of(person("khong", province), province, "thu:1").exists()
    assert not readings_of(overseer, elsewhere, "thu:1").exists()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["thu:3", "thu:2", "thu:1"]),
        ("?cua=thu:2", ["thu:2"]),
        ("?nguoi=docgia", ["thu:3", "thu:2", "thu:1"]),
        ("?nguoi=khac", []),
        ("?muc-dich=test.counter", ["thu:2", "thu:1"]),
        ("?tu=2026-03-03", ["thu:3", "thu:2"]),
        ("?tu=2026-03-03&den=2026-03-03", ["thu:2"]),
        ("?den=2026-03-02", ["thu:1"]),
        ("?tu=hôm nay", ["thu:3", "thu:2", "thu:1"]),
        ("?truoc=1", []),
    ],
)
def test_searched(read, overseer, browse, query, found):
    read("thu:1")
    read("thu:2", at="2026-03-03T23:59")
    read("thu:3", at="2026-03-04T00:00", purpose="Đối chiếu theo đơn")
    page = browse(overseer).get(reverse("privacy:readings") + query)
    assert [line["row"].subject for line in page.context["lines"]] == found
    assert ("Ngày không đọc được" in page.content.decode()) == ("hôm" in query)


def test_the_page_says_who_whose_what_and_why(read, overseer, browse):
    read(through="dossier:9")
    page = browse(overseer).get(reverse("privacy:readings")).content.decode()
    for words in (
        "docgia",
        'href="/nguoi/1"',
        "Người Mẫu Một",
        "Tiếp nhận tại quầy",
        "dossier:9",
        "09:00:00 02/03/2026",
    ):
        assert words in page


def test_a_page_at_a_time(read, overseer, browse, django_assert_max_num_queries):
    for number in range(53):
        read(f"thu:{number}")
    client = browse(overseer)
    client.get(reverse("privacy:readings"))
    with django_assert_max_num_queries(12):
        first = client.get(reverse("privacy:readings"))
    second = client.get("?".join((reverse("privacy:readings"), first.context["next_query"])))
    subjects = [line["row"].subject for page in (first, second) for line in page.context["lines"]]
    assert subjects == [f"thu:{number}" for number in reversed(range(53))]
    assert second.context["next_query"] == ""


def test_a_stranger_gets_nothing(province, read, person, browse):
    read()
    client = browse(person("khong", province))
    for name in ("readings", "retention"):
        assert client.get(reverse(f"privacy:{name}")).status_code == 404
