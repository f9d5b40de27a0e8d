"""What is hidden cannot be had by subtraction: pure."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.reports.openfigures.hiding import WHOLE, hidden_places

LEAST = 5
UNITS, MONTHS = ("A", "B", "C"), ("1", "2", "3", "4")


def table(numbers: list[int]) -> dict[tuple[str, str], int]:
    """Twelve numbers as three units by four months, with their sums."""
    inside = {
        (unit, month): numbers[at * len(MONTHS) + number]
        for at, unit in enumerate(UNITS)
        for number, month in enumerate(MONTHS)
    }
    whole = dict(inside)
    for (unit, month), number in inside.items():
        for place in ((unit, WHOLE), (WHOLE, month), (WHOLE, WHOLE)):
            whole[place] = whole.get(place, 0) + number
    return {place: number for place, number in whole.items() if number}


@settings(deadline=None)
@given(st.lists(st.sampled_from([0, 1, 4, 5, 9, 40, 300]), min_size=12, max_size=12))
def test_small_ones_are_hidden_and_no_line_hides_only_one(numbers):
    records = table(numbers)
    hidden = hidden_places(records, LEAST)
    assert {place for place, number in records.items() if number < LEAST} <= hidden
    for at in (0, 1):
        for name in {place[at] for place in records}:
            line = [place for place in records if place[at] == name]
            inside = sum(place in hidden for place in line)
            # A line of one place says nothing of others: there the place and its sum are one number.
            assert inside != 1 or len(line) == 1


def test_nothing_is_hidden_where_nothing_is_small():
    assert hidden_places(table([40] * 12), LEAST) == set()
    assert hidden_places({}, LEAST) == set()


def test_the_smallest_neighbour_is_hidden_with_it():
    records = table([2, 40, 50, 60, 70, 80, 90, 95, 300, 310, 320, 330])
    assert hidden_places(records, LEAST) == {("A", "1"), ("A", "2"), ("B", "1"), ("B", "2")}
