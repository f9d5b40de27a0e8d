"""Open forms follow a unit that becomes one other, and come back when the change is undone."""

import datetime as dt

import pytest

from motcua.kernel.clock import frozen
from motcua.reference.organisations.api import followers
from motcua.reference.organisations.data import Move
from motcua.reports.forms import api
from motcua.reports.forms.following import OpenForms

pytestmark = pytest.mark.django_db
FOLLOWER = OpenForms()


@pytest.fixture
def open_for(coordinator, province):
    def make(code, year=2026):
        sheet = api.open_sheet(
            coordinator,
            province,
            unit_code=code,
            unit_path=f"/H05/{code}/",
            period_kind="year",
            period_from=dt.date(year - 1, 12, 15),
            period_to=dt.date(year, 12, 14),
        )
        api.record_value(coordinator, sheet, "2!1.2", "3")
        return sheet

    return make


def move(old, new):
    return Move(old, f"/H05/{old}/", new, f"/H05/{new}/")


def places(sheet):
    sheet.refresh_from_db()
    return {sheet.unit_path, *sheet.values.values_list("unit_path", flat=True)}


@pytest.fixture(autouse=True)
def _summer():
    with frozen("2026-07-01T08:00"):
        yield


def test_the_room_is_known_to_organisations():
    assert "forms:open-sheets" in {each.code for each in followers()}


def test_open_forms_move_and_come_back(province, open_for):
    sheet, past = open_for("H05.1"), open_for("H05.1", 2025)
    assert FOLLOWER.count(province, ["/H05/H05.1/"]) == 1 and FOLLOWER.count(province, []) == 0
    memento = FOLLOWER.move(province, [move("H05.1", "H05.9")])
    assert places(sheet) == {"/H05/H05.9/"} and sheet.unit_code == "H05.9"
    assert places(past) == {"/H05/H05.1/"}
    FOLLOWER.restore(province, memento)
    assert places(sheet) == {"/H05/H05.1/"} and sheet.unit_code == "H05.1"


def test_forms_of_merged_or_split_units_stay(province, open_for):
    first, second = open_for("H05.1"), open_for("H05.2")
    assert FOLLOWER.move(province, [move("H05.1", "H05.9"), move("H05.2", "H05.9")]) == []
    assert FOLLOWER.move(province, [move("H05.1", "H05.7"), move("H05.1", "H05.8")]) == []
    assert places(first) == {"/H05/H05.1/"} and places(second) == {"/H05/H05.2/"}


def test_forms_the_new_unit_opened_itself_are_not_doubled(province, open_for):
    old, own = open_for("H05.1"), open_for("H05.9")
    assert FOLLOWER.move(province, [move("H05.1", "H05.9")]) == []
    assert places(old) == {"/H05/H05.1/"} and places(own) == {"/H05/H05.9/"}
