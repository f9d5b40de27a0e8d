"""A made-up province: its name, size and printing habits, all drawn from one seed."""

from __future__ import annotations

import random
from dataclasses import dataclass

NAMES = (
    "Thanh Giang",
    "Lam Hà",
    "Đông Vinh",
    "Tây Lâm",
    "Hải Trung",
    "Phú Sơn Hạ",
    "Vĩnh Khê",
    "An Lộc Giang",
    "Sơn Thủy",
    "Bình Hà",
)


@dataclass(frozen=True, slots=True)
class Habits:
    """How a province prints its report."""

    tables: str  # "tab" or "pipe"
    thousands: str  # "." , " " or ""
    percent_sign: bool
    trailing_zeros: bool
    dotted_numbers: bool
    bold_tags: bool
    rows_a_page: int  # 0: tables are not cut
    repeat_header: bool
    unit_last: bool
    slips: int
    dash_for_zero: bool = False


@dataclass(frozen=True, slots=True)
class Province:
    """What a made-up report is about."""

    name: str
    year: int
    departments: int
    communes: int
    former_communes: int
    habits: Habits


def make_province(chance: random.Random, year: int = 2025) -> Province:
    """A province of plausible size."""
    communes = chance.randint(58, 128)
    return Province(
        name=chance.choice(NAMES),
        year=year,
        departments=chance.randint(12, 15),
        communes=communes,
        former_communes=communes + chance.randint(90, 220),
        habits=make_habits(chance),
    )


def make_habits(chance: random.Random) -> Habits:
    return Habits(
        tables=chance.choice(("tab", "tab", "pipe")),
        thousands=chance.choice((".", ".", ".", "", " ")),
        percent_sign=chance.random() < 0.5,
        trailing_zeros=chance.random() < 0.5,
        dotted_numbers=chance.random() < 0.6,
        bold_tags=chance.random() < 0.4,
        rows_a_page=chance.choice((0, 0, 14, 19)),
        repeat_header=chance.random() < 0.7,
        unit_last=chance.random() < 0.2,
        slips=chance.choice((0, 0, 4, 10)),
    )
