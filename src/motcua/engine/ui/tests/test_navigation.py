"""The menu folds into groups for whoever may open much."""

from __future__ import annotations

import pytest

from motcua.engine.permissions.api import PUBLIC, SIGNED_IN
from motcua.engine.ui import navigation
from motcua.engine.ui.context import _groups
from motcua.engine.ui.navigation import Entry, menu


class Somebody:
    def __init__(self, signed_in):
        self.signed_in = signed_in


@pytest.fixture(autouse=True)
def entries(monkeypatch):
    made = [
        Entry("Hồ sơ", "work", SIGNED_IN, order=5),
        Entry("Thủ tục", "list", PUBLIC, order=10),
        Entry("Đơn vị", "units", PUBLIC, order=20),
        Entry("Kiểm tra", "audit", PUBLIC, group="reports", order=20),
        *(
            Entry(f"Số liệu {number}", f"figures-{number}", SIGNED_IN, order=35 + number)
            for number in range(4)
        ),
        Entry("Nhân sự", "people", SIGNED_IN, order=70),
    ]
    monkeypatch.setattr(navigation, "_entries", {each.route: each for each in made})
    monkeypatch.setattr(navigation, "reverse", lambda route: f"/{route}/")


def test_many_entries_are_grouped_each_in_its_order():
    found = menu(Somebody(True))
    assert [each["label"] for each in found if each["group"] == "main"] == ["Hồ sơ"]
    assert [(title, [each["label"] for each in ones]) for title, ones in _groups(found)] == [
        ("Tra cứu", ["Thủ tục", "Đơn vị"]),
        ("Số liệu, báo cáo", ["Kiểm tra", "Số liệu 0", "Số liệu 1", "Số liệu 2", "Số liệu 3"]),
        ("Quản lý", ["Nhân sự"]),
    ]


def test_few_stand_in_the_bar_in_order():
    found = menu(Somebody(False))
    assert [(each["label"], each["group"]) for each in found] == [
        ("Thủ tục", "main"),
        ("Kiểm tra", "main"),
        ("Đơn vị", "main"),
    ]
    assert _groups(found) == []
