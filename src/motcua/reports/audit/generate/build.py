"""Builds whole drafts: a province, its forms, its words, and the errors asked for."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from motcua.reports.audit.generate.draft import Draft, Line, Row
from motcua.reports.audit.generate.figures_text import count_text, percent_text
from motcua.reports.audit.generate.filler import by_commune, closing, general
from motcua.reports.audit.generate.form_values import Values, make_values
from motcua.reports.audit.generate.plants import kinds, plant, renumbered
from motcua.reports.audit.generate.prose import Writer, write
from motcua.reports.audit.generate.prose_other import write_other
from motcua.reports.audit.generate.prose_third import write_third
from motcua.reports.audit.generate.prose_unseen import write_unseen
from motcua.reports.audit.generate.province import Habits, Province, make_province
from motcua.reports.forms.definitions import FormRow, form_set

_PARAGRAPHS_A_PAGE = 7
_VOICES = {"first": write, "other": write_other, "third": write_third, "unseen": write_unseen}


@dataclass(frozen=True, slots=True)
class Wish:
    """What to generate: the seed decides everything else.

    `pages` counts paper pages, about; `voice` is whose sentences: "first", "other", "third" or "unseen".
    """

    seed: int
    errors: int = 6
    pages: int = 20
    kinds: tuple[str, ...] = ()
    voice: str = "first"


def make_draft(wish: Wish) -> Draft:
    """A draft with up to `errors` planted errors (fewer where the places run out)."""
    chance = random.Random(wish.seed)  # noqa: S311 - made-up reports, not secrets
    province = make_province(chance)
    values = make_values(chance, province)
    received = _received(chance, values)
    rows = [_row(row, values, province.habits) for row in form_set().rows()]
    writer = Writer(chance, province, values, received)
    written = list(_VOICES[wish.voice](writer))
    lines = _lines(chance, province, written, wish.pages)
    draft = Draft(province, values, lines, rows, received)
    renumbered(draft)
    _note_2015(draft)
    _plant_all(draft, chance, wish)
    return draft


def _received(chance: random.Random, values: Values) -> Decimal:
    done = values["3!3.1.1"] + values["3!3.3.1"]
    return done + Decimal(chance.randint(20_000, 70_000))


def _row(row: FormRow, values: Values, habits: Habits) -> Row:
    value = values.get(row.key)
    text = ""
    if value is not None:
        text = percent_text(value, habits) if row.kind == "percent" else count_text(value, habits)
    return Row(row.key, row.code, row.label, row.unit, text, heading=row.is_heading)


def _note_2015(draft: Draft) -> None:
    before = count_text(draft.values["{service_units_2015}"], draft.province.habits)
    draft.row("4!1.5.4").note = f"Năm 2015: các địa phương nay thuộc tỉnh có {before} ĐVSNCL"


def _lines(chance: random.Random, province: Province, written: Sequence[Line], pages: int) -> list[Line]:
    """The sentences of the report with general words between them, up to the wished length."""
    wanted = max(0, (pages - 12) * _PARAGRAPHS_A_PAGE)
    lines: list[Line] = []
    fill = 0
    share = max(1, wanted // max(1, len(written)))
    for line in written:
        lines.append(line)
        for _ in range(min(share, wanted - fill) if line.kind != "heading" else 0):
            lines.append(general(chance, f"general.{fill}"))
            fill += 1
        if line.id == "dossiers.lower" and pages >= 20:
            lines += by_commune(chance, province)
    return lines + list(closing(chance, province))


def _plant_all(draft: Draft, chance: random.Random, wish: Wish) -> None:
    wanted: Sequence[str] = wish.kinds or kinds()
    order = list(wanted) * (wish.errors // max(1, len(wanted)) + 1)
    chance.shuffle(order)
    planted = 0
    for kind in order:
        if planted >= wish.errors:
            return
        planted += plant(draft, chance, kind)


def previous_draft(draft: Draft, changed: dict[str, str]) -> Draft:
    """The report of the year before: the same province with other values."""
    rows = [replace(row, value=changed.get(row.key, row.value)) for row in draft.rows]
    province = replace(draft.province, year=draft.province.year - 1)
    return Draft(province, draft.values, [], rows, draft.received)
