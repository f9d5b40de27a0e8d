"""Values for every form row that agree with each other in all relations."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction

from motcua.kernel.numbers import round_half_up
from motcua.reports.audit.generate.province import Province

Values = dict[str, Decimal]


def make_values(chance: random.Random, province: Province) -> Values:
    """A number for each row that takes one, by key; percentages rounded half up to two decimals."""
    values: Values = {}
    for fill in (_steering, _institutions, _procedures, _apparatus, _service, _finance, _digital):
        fill(chance, province, values)
    return values


def percent(part: Decimal | int, whole: Decimal | int, places: int = 2) -> Decimal:
    """part of whole as a percentage, rounded half up."""
    return round_half_up(Fraction(part) * 100 / Fraction(whole), places)


def _put(values: Values, form: str, **numbers: int | Decimal) -> None:
    """`_put(values, "1", c2_1=4)` sets row 2.1 of form 1."""
    for code, number in numbers.items():
        values[f"{form}!{code[1:].replace('_', '.')}"] = Decimal(number)


def _steering(chance: random.Random, province: Province, values: Values) -> None:
    tasks, found, inspected = chance.randint(42, 95), chance.randint(11, 48), chance.randint(2, 9)
    done, solved = tasks - chance.randint(1, 4), found - chance.randint(1, 3)
    given = chance.randint(80, 190)
    late, overdue = chance.randint(0, 3), chance.randint(0, 2)
    on_time = given - late - overdue - chance.randint(8, 40)
    _put(values, "1", c1=chance.randint(28, 96), c2_1=tasks, c2_2=done, c2=percent(done, tasks))
    _put(values, "1", c3_1=chance.randint(4, province.departments - 2), c3_2=chance.randint(15, 40))
    _put(values, "1", c3_3_1=found, c3_3_2=solved, c3_3=percent(solved, found))
    _put(values, "1", c4_1=inspected, c4_2=100, c5_1=given, c5_2=on_time, c5_3=late, c5_4=overdue)
    _put(values, "1", c6=1, c6_1=chance.randint(9, 60) * 50, c6_2=chance.randint(0, 2), c7=1)


def _institutions(chance: random.Random, province: Province, values: Values) -> None:
    upper, lower = chance.randint(70, 210), chance.randint(6, 60)
    checked, reviewed = chance.randint(110, 240), chance.randint(130, 320)
    to_handle, to_review = chance.randint(9, 30), chance.randint(11, 60)
    handled, finished = to_handle - chance.randint(1, 4), to_review - chance.randint(1, 6)
    _put(values, "2", c1=upper + lower, c1_1=upper, c1_2=lower)
    _put(values, "2", c2_1=checked, c2_2=percent(handled, to_handle), c2_2_1=to_handle, c2_2_2=handled)
    _put(values, "2", c3_1=reviewed, c3_2=percent(finished, to_review), c3_2_1=to_review, c3_2_2=finished)


def _procedures(chance: random.Random, province: Province, values: Values) -> None:
    upper, lower = chance.randint(1480, 1890), chance.randint(360, 470)
    total = upper + lower
    _put(
        values,
        "3",
        c1_1=chance.randint(210, 690),
        c1_2=chance.randint(420, 1290),
        c1_3=chance.randint(90, 310),
    )
    _put(values, "3", c1_4=total, c1_4_1=upper, c1_4_2=lower, c2_1=chance.randint(120, 290))
    _put(values, "3", c2_2=chance.randint(310, 930), c2_3=total - chance.randint(4, 40))
    for code, low, high in (("3_1", 96_000, 190_000), ("3_3", 520_000, 1_150_000)):
        done = chance.randint(low, high)
        on_time = done - chance.randint(done // 900, done // 45)
        _put(values, "3", **{f"c{code}_1": done, f"c{code}_2": on_time, f"c{code}": percent(on_time, done)})
    asked = chance.randint(420, 1900)
    answered = asked - chance.randint(11, 80)
    _put(values, "3", c3_4_1=asked, c3_4_2=answered, c3_4=percent(answered, asked))


def _apparatus(chance: random.Random, province: Province, values: Values) -> None:
    parts = (chance.randint(6, 18), chance.randint(130, 260), chance.randint(760, 1290))
    units = sum(parts)
    before = units + chance.randint(210, 480)
    _put(values, "4", c1_1=100, c1_2=100, c1_3=chance.randint(1, 3), c1_4=chance.randint(1, 6), c1_5=units)
    _put(
        values, "4", c1_5_1=parts[0], c1_5_2=parts[1], c1_5_3=parts[2], c1_5_4=percent(before - units, before)
    )
    quota, staff = chance.randint(5200, 9400), chance.randint(38_000, 61_000)
    values["{service_units_2015}"] = Decimal(before)
    _put(values, "4", c2_1=quota, c2_2=quota - chance.randint(210, 900), c2_3=chance.randint(210, 720))
    _put(values, "4", c2_4=chance.randint(60, 300), c2_5=Decimal(chance.randint(1010, 1890)) / 100)
    _put(values, "4", c3_1=staff, c3_2=staff - chance.randint(700, 2900), c3_3=chance.randint(150, 900))
    _put(values, "4", c3_4=Decimal(chance.randint(1020, 1480)) / 100)


def _service(chance: random.Random, province: Province, values: Values) -> None:
    units = int(values["4!1.5"])
    _put(values, "5", c1_1=province.departments + province.communes, c1_2=units - chance.randint(5, 90))
    _put(values, "5", c1_3=chance.randint(0, 3), c2_1=chance.randint(24, 190), c2_2=chance.randint(0, 4))
    _put(values, "5", c2_3=chance.randint(0, 12), c2_4=chance.randint(310, 1900), c2_5=chance.randint(0, 9))
    _put(values, "5", c3=chance.randint(0, 14), c4_1=0, c4_2=chance.randint(0, 3), c4_3=chance.randint(0, 9))
    _put(values, "5", c4_4=chance.randint(4, 46))


def _finance(chance: random.Random, province: Province, values: Values) -> None:
    plan = chance.randint(6_200_000, 19_800_000)
    spent = plan * chance.randint(610, 960) // 1000
    units = int(values["4!1.5"])
    first, second = chance.randint(3, 14), chance.randint(38, 110)
    bands = (chance.randint(6, 30), chance.randint(14, 60), chance.randint(90, 210))
    _put(values, "6", c1_1=plan, c1_2=spent, c1=percent(spent, plan), c2_1=units, c2_2=first, c2_3=second)
    _put(values, "6", c2_4=sum(bands), c2_4_1=bands[0], c2_4_2=bands[1], c2_4_3=bands[2])
    _put(values, "6", c2_5=units - first - second - sum(bands), c2_6=chance.randint(1, 6))


def _digital(chance: random.Random, province: Province, values: Values) -> None:
    _put(values, "7", c1=1, c2=1, c3=100, c4=2, c5_1_1=100, c5_1_2=100)
    upper, lower = Decimal(chance.randint(9820, 9995)) / 100, Decimal(chance.randint(9510, 9800)) / 100
    _put(
        values,
        "7",
        c5_2=round_half_up((upper + lower) / 2, 2),
        c5_2_1=upper,
        c5_2_2=lower,
        c5_3_1=100,
        c5_3_2=100,
    )
    procedures = int(values["3!1.4"])
    done = int(values["3!3.1.1"] + values["3!3.3.1"])
    for code, low, high in (
        ("6_1", procedures // 3, procedures // 2),
        ("6_2", procedures // 2, procedures - 60),
        ("6_3", done // 5, done // 3),
        ("6_4", done // 4, done // 3),
        ("6_5", 310, 740),
    ):
        whole = chance.randint(low, high)
        part = whole - chance.randint(max(1, whole // 140), max(2, whole // 11))
        _put(values, "7", **{f"c{code}_1": whole, f"c{code}_2": part, f"c{code}": percent(part, whole)})
