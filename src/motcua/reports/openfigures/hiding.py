"""Which shares are left out of a public table so that no small number of people can be reckoned from it. Pure.

Counts of dossiers are told always. A share (how many of them were on time, online, content) is hidden where it is of fewer
than `least` records; and because months add up to a year and units to a province, a number hidden alone in a row or column
could be had by subtraction: there the smallest other one is hidden as well.
"""

from __future__ import annotations

from collections.abc import Mapping

Place = tuple[str, str]  # unit, month
WHOLE = ""  # the sum of a row or column


def hidden_places(records: Mapping[Place, int], least: int) -> set[Place]:
    """The places whose share is not told. `records`: how many records each place has, sums (`WHOLE`) included; a place
    that is not there has none."""
    hidden = {place for place, number in records.items() if 0 < number < least}
    lines = _lines(records)
    changed = True
    while changed:
        changed = False
        for line in lines:
            inside = [place for place in line if place in hidden]
            if len(inside) != 1:
                continue
            others = [place for place in line if place not in hidden]
            if others:
                # A sum is hidden only where nothing else is left to hide.
                hidden.add(min(others, key=lambda place: (WHOLE in place, records[place], place)))
                changed = True
    return hidden


def _lines(records: Mapping[Place, int]) -> list[list[Place]]:
    """Every row and every column with its sum, of places that have records."""
    rows: dict[str, list[Place]] = {}
    columns: dict[str, list[Place]] = {}
    for place, number in records.items():
        if number:
            rows.setdefault(place[0], []).append(place)
            columns.setdefault(place[1], []).append(place)
    return [*rows.values(), *columns.values()]
