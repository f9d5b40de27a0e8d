"""Errors put into a draft on purpose, one class a function; each leaves its mark on the list of what was planted."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal

from motcua.reports.audit.generate import prose
from motcua.reports.audit.generate.draft import Draft, Planted
from motcua.reports.audit.generate.figures_text import count_text, percent_text

RATIO = "form_ratio"
TOTAL = "form_sum"
PART = "part_above_whole"
UNNUMBERED = "row_without_number"
SKIPPED = "skipped_row"
SWAPPED = "transposed_digits"
WRONG_DIGIT = "wrong_digit"
EMPTY_BASE = "empty_base_rate"
BOUND = "out_of_bounds"
TWO_FORMS = "form_against_form"

PROSE_KINDS = {
    prose.PERCENT: "definite",
    prose.SUM: "definite",
    prose.FROM_TO: "definite",
    prose.DATE: "definite",
    prose.CLAIM: "definite",
    prose.LEFT: "likely",
    prose.PROSE_FORM: "likely",
    prose.PROSE_PROSE: "likely",
}
_RATIOS = (
    "1!2",
    "1!3.3",
    "2!2.2",
    "2!3.2",
    "3!3.1",
    "3!3.3",
    "3!3.4",
    "7!6.1",
    "7!6.2",
    "7!6.3",
    "7!6.4",
    "7!6.5",
)
_TOTALS = {
    "2!1": ("2!1.1", "2!1.2"),
    "6!2.4": ("6!2.4.1", "6!2.4.2", "6!2.4.3"),
    "6!2.1": ("6!2.2", "6!2.3", "6!2.4", "6!2.5"),
    "4!1.5": ("4!1.5.1", "4!1.5.2", "4!1.5.3"),
}
# A claim is measured against these rows: one error a row, or the two would explain each other away.
_ABOUT = {"petitions": ("3!3.4", "3!3.4.1", "3!3.4.2"), "beyond": ("3!2.3", "3!1.4")}
_EMPTY = ("2!2.2", "2!3.2", "1!3.3")
_UNNUMBERED = ("1!4.1", "1!5.2", "2!1.2", "3!2.2", "4!2.3", "5!2.4", "6!2.3", "7!5.3.1")
_SKIPPED = ("1!3.2", "2!1.2", "3!2.2", "4!1.4", "5!2.2", "5!4.3", "7!5.3.2")


def plant(draft: Draft, chance: random.Random, kind: str) -> bool:
    """Puts one error of a class where nothing was touched yet. False where there is no such place left."""
    if kind in PROSE_KINDS:
        return _in_prose(draft, chance, kind)
    return _FORM_KINDS[kind](draft, chance)


def kinds() -> tuple[str, ...]:
    """Every class of error that can be planted in one report."""
    return (*PROSE_KINDS, *_FORM_KINDS)


def _in_prose(draft: Draft, chance: random.Random, kind: str) -> bool:
    free = [line for line in draft.lines if kind in line.wrong and not _taken(draft, line.id)]
    if not free:
        return False
    line = chance.choice(free)
    draft.touched.update((line.id, *_ABOUT.get(line.id, ())))
    line.text = line.wrong[kind]
    _note(draft, kind, PROSE_KINDS[kind], (line.id,), f"câu “{line.text}”")
    return True


def _taken(draft: Draft, id: str) -> bool:
    return bool(draft.touched & {id, *_ABOUT.get(id, ())})


def _note(draft: Draft, kind: str, level: str, ids: tuple[str, ...], remark: str) -> None:
    draft.planted.append(Planted(kind, level, ids, remark))
    draft.touched.update(ids)


def _free(draft: Draft, chance: random.Random, keys: tuple[str, ...]) -> str | None:
    """A row none of whose family was touched."""
    free = [key for key in keys if not _family(key) & draft.touched]
    return chance.choice(free) if free else None


def _family(key: str) -> set[str]:
    """A row with what it is computed from."""
    parts = set(_TOTALS.get(key, ()))
    return {key, f"{key}.1", f"{key}.2", *parts}


def _ratio(draft: Draft, chance: random.Random) -> bool:
    key = _free(draft, chance, _RATIOS)
    if key is None:
        return False
    others = [other for other in _RATIOS if other != key and draft.values[other] != draft.values[key]]
    copied = draft.values[chance.choice(others)]
    moved = draft.values[key] - Decimal(chance.randint(60, 500)) / 100
    wrong = copied if chance.random() < 0.4 and abs(copied - draft.values[key]) > Decimal("0.3") else moved
    _set_percent(draft, key, wrong)
    _note(draft, RATIO, "definite", (key, f"{key}.1", f"{key}.2"), f"dòng {key}: tỷ lệ sai")
    return True


def _set_percent(draft: Draft, key: str, value: Decimal) -> None:
    draft.row(key).value = percent_text(value, draft.province.habits)


def _set_count(draft: Draft, key: str, value: int) -> None:
    draft.row(key).value = count_text(value, draft.province.habits)


def _total(draft: Draft, chance: random.Random) -> bool:
    key = _free(draft, chance, tuple(_TOTALS))
    if key is None:
        return False
    _set_count(draft, key, int(draft.values[key]) + chance.randint(6, 29))
    _note(draft, TOTAL, "definite", (key, *_TOTALS[key]), f"dòng {key}: tổng sai")
    return True


def _part(draft: Draft, chance: random.Random) -> bool:
    key = _free(draft, chance, _RATIOS)
    if key is None:
        return False
    whole = int(draft.values[f"{key}.1"])
    _set_count(draft, f"{key}.2", whole + max(1, whole // 50))
    _note(draft, PART, "definite", (key, f"{key}.1", f"{key}.2"), f"dòng {key}.2 lớn hơn dòng {key}.1")
    return True


def _unnumbered(draft: Draft, chance: random.Random) -> bool:
    key = _free(draft, chance, _UNNUMBERED)
    if key is None:
        return False
    draft.row(key).number = ""
    _note(draft, UNNUMBERED, "definite", (key,), f"dòng {key}: không có số thứ tự")
    return True


def _skipped(draft: Draft, chance: random.Random) -> bool:
    key = _free(draft, chance, _SKIPPED)
    if key is None:
        return False
    place = draft.rows.index(draft.row(key))
    before = draft.rows[place - 1].key
    draft.rows.pop(place)
    _note(draft, SKIPPED, "likely", (before, key), f"dòng {key}: bỏ hẳn")
    return True


def _swapped(draft: Draft, chance: random.Random) -> bool:
    """Two neighbouring digits of a total change places."""
    key = _free(draft, chance, tuple(_TOTALS))
    if key is None:
        return False
    digits = list(str(int(draft.values[key])))
    places = [i for i in range(len(digits) - 1) if digits[i] != digits[i + 1] and (i or digits[1] != "0")]
    if not places:
        return False
    place = chance.choice(places)
    digits[place], digits[place + 1] = digits[place + 1], digits[place]
    _set_count(draft, key, int("".join(digits)))
    _note(draft, SWAPPED, "definite", (key, *_TOTALS[key]), f"dòng {key}: đảo hai chữ số")
    return True


def _wrong_digit(draft: Draft, chance: random.Random) -> bool:
    """One digit of the base of a rate is wrong."""
    key = _free(draft, chance, ("3!3.1", "3!3.3", "7!6.3", "7!6.4"))
    if key is None:
        return False
    digits = list(str(int(draft.values[f"{key}.1"])))
    digits[1] = str((int(digits[1]) + chance.randint(2, 7)) % 10)
    _set_count(draft, f"{key}.1", int("".join(digits)))
    _note(draft, WRONG_DIGIT, "definite", (key, f"{key}.1", f"{key}.2"), f"dòng {key}.1: sai một chữ số")
    return True


def _empty_base(draft: Draft, chance: random.Random) -> bool:
    key = _free(draft, chance, _EMPTY)
    if key is None:
        return False
    for part in (f"{key}.1", f"{key}.2"):
        _set_count(draft, part, 0)
    _set_percent(draft, key, Decimal(100))
    _note(draft, EMPTY_BASE, "definite", (key, f"{key}.1"), f"dòng {key}: 100% trên cơ sở bằng 0")
    return True


def _bound(draft: Draft, chance: random.Random) -> bool:
    key = _free(draft, chance, ("1!6.2", "7!4", "1!7", "7!5.1.1", "4!1.2"))
    if key is None:
        return False
    if draft.row(key).unit == "%":
        _set_percent(draft, key, Decimal(chance.randint(101, 130)))
    else:
        _set_count(draft, key, chance.randint(4, 9))
    _note(draft, BOUND, "definite", (key,), f"dòng {key}: ngoài miền cho phép")
    return True


def _two_forms(draft: Draft, chance: random.Random) -> bool:
    """The autonomy table speaks of more units than the table of units."""
    keys = ("4!1.5", "6!2.1", "6!2.5")
    if any(_family(key) & draft.touched for key in keys):
        return False
    more = chance.randint(15, 60)
    for key in ("6!2.1", "6!2.5"):
        _set_count(draft, key, int(draft.values[key]) + more)
    _note(draft, TWO_FORMS, "likely", ("4!1.5", "6!2.1", "6!2.5"), "biểu 4 dòng 1.5 khác biểu 6 dòng 2.1")
    return True


_FORM_KINDS: dict[str, Callable[[Draft, random.Random], bool]] = {
    RATIO: _ratio,
    TOTAL: _total,
    PART: _part,
    UNNUMBERED: _unnumbered,
    SKIPPED: _skipped,
    SWAPPED: _swapped,
    WRONG_DIGIT: _wrong_digit,
    EMPTY_BASE: _empty_base,
    BOUND: _bound,
    TWO_FORMS: _two_forms,
}


def age(draft: Draft, chance: random.Random) -> tuple[dict[str, str], list[Planted]]:
    """Values of the report before, by key, and what is planted between the two: a count ten times as large."""
    changed: dict[str, str] = {}
    planted: list[Planted] = []
    candidates = ("5!2.4", "1!6.1", "3!1.2", "3!1.1", "2!2.1", "2!3.1")
    jumped = chance.choice([key for key in candidates if key not in draft.touched])
    for row in draft.rows:
        value = draft.values.get(row.key)
        if value is not None and "%" not in row.unit and value >= 30:
            factor = Decimal(chance.randint(820, 990)) / 1000
            changed[row.key] = str(int(value * factor))
    changed[jumped] = str(max(1, int(draft.values[jumped]) // 12))
    planted.append(Planted("previous_report", "likely", (jumped,), f"dòng {jumped}: tăng hơn 10 lần"))
    return changed, planted


def renumbered(draft: Draft) -> None:
    """Closes the gap that the printed form leaves after row 3.1 of form 3."""
    for row in draft.rows:
        for old, new in (("3.3", "3.2"), ("3.4", "3.3")):
            if row.form == "3" and (row.number == old or row.number.startswith(old + ".")):
                row.number = new + row.number[len(old) :]
                break
