"""The picture of a process: an SVG made here, no script, readable on a narrow screen.

Time runs downwards. On the left one narrow column for each performer (the swimlanes) with the steps as numbered
dots and the ways between them; on the right what each step says. A state is a colour and a sign and a word.
"""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from html import escape
from itertools import pairwise

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from motcua.modules.catalogue.data import ProcessPlan, StepLink, StepPlan
from motcua.modules.catalogue.processes.graph import CriticalPath, critical_path, in_order, is_return
from motcua.modules.catalogue.processes.words import days_text, place_name, role_name, step_time

WIDTH = 330
LANE, NARROW_LANE, MANY_LANES = 28, 22, 5
LINE, GAP, TOP = 17, 16, 12
RADIUS = 10
NAME_LETTER, SMALL_LETTER = 7.6, 6.7  # mean width of a letter at 14 and 12.5 units

INK, SOFT, LINK, GOOD, BAD, EDGE, BAND, RULE = (
    "#1c2430",
    "#4d5661",
    "#0b57a4",
    "#16683a",
    "#a01818",
    "#5b6675",
    "#f1f4f8",
    "#d8dee6",
)


@dataclass(frozen=True, slots=True)
class _Lane:
    role: str
    place: str
    unit: str


@dataclass(slots=True)
class _Row:
    step: StepPlan
    number: int
    lane: int
    lines: list[tuple[str, str]] = field(default_factory=list)  # (kind of line, text)
    top: int = 0

    @property
    def height(self) -> int:
        return LINE * len(self.lines) + GAP

    @property
    def middle(self) -> int:
        return self.top + GAP // 2 + LINE // 2


def picture(
    plan: ProcessPlan,
    done: Collection[str] = frozenset(),
    current: Collection[str] = frozenset(),
    late: Collection[str] = frozenset(),
    *,
    units: Mapping[str, str] | None = None,
    name: str = "quy-trinh",
) -> SafeString:
    """The process as inline SVG, 330 units wide, to be scaled by its container.

    done, current, late: step keys that show how far a dossier is. units: names by agency code. name: prefix of the
    ids inside, to be different for each picture on a page.
    """
    made = _Picture(plan, {"done": set(done), "current": set(current), "late": set(late)}, units or {}, name)
    return mark_safe(made.svg())  # noqa: S308 - every text in it went through escape


def summary(plan: ProcessPlan) -> str:
    """The process in one sentence, for those who do not see the picture."""
    path = critical_path(plan)
    total = days_text(path.minutes) if path else "–"
    return _("{n} bước; đường dài nhất {total}, qua các bước {keys}.").format(
        n=len(plan.steps), total=total, keys=", ".join(path.keys if path else ())
    )


class _Picture:
    def __init__(
        self, plan: ProcessPlan, states: Mapping[str, set[str]], units: Mapping[str, str], name: str
    ) -> None:
        self.plan, self.states, self.units, self.name = plan, states, units, name
        self.path = critical_path(plan)
        self.steps: Sequence[StepPlan] = in_order(plan) or sorted(plan.steps, key=lambda one: one.order)
        self.lanes = list(dict.fromkeys(_lane_of(one) for one in self.steps))
        self.lane_width = LANE if len(self.lanes) < MANY_LANES else NARROW_LANE
        self.left = min(len(self.lanes) * self.lane_width, 140)
        self.lane_width = self.left // max(len(self.lanes), 1)
        self.text_x = self.left + 10
        self.rows = self._rows()
        self.by_key = {row.step.key: row for row in self.rows}

    # -- measuring

    def _rows(self) -> list[_Row]:
        top = TOP + 24
        numbers = {step.key: place for place, step in enumerate(self.steps, start=1)}
        rows = []
        for step in self.steps:
            row = _Row(step, numbers[step.key], self.lanes.index(_lane_of(step)))
            row.lines = self._lines(step, numbers)
            row.top = top
            top += row.height
            rows.append(row)
        return rows

    def _lines(self, step: StepPlan, numbers: Mapping[str, int]) -> list[tuple[str, str]]:
        room = WIDTH - self.text_x - 4
        lines = [("name", text) for text in _wrap(step.name or step.key, room / NAME_LETTER)]
        small = room / SMALL_LETTER
        who = f"{role_name(step.role)} · {self._place(step)}"
        lines += [("small", text) for text in _wrap(who, small)]
        time = _("Thời gian: {time}").format(time=step_time(step))
        lines += [("time", text) for text in _wrap(time, small)]
        if self.path is not None:
            ends = _("Cộng dồn: {time}").format(time=days_text(self.path.ends[step.key]))
            lines += [("small", text) for text in _wrap(ends, small)]
        if step.waits_for_all:
            lines.append(("way", _("Chờ mọi nhánh đến")))
        for way in self._ways(step, numbers):
            lines += [("way", text) for text in _wrap(way, small)]
        state = self._state(step.key)
        if state:
            lines.append((state, _STATES[state]()))
        return lines

    def _place(self, step: StepPlan) -> str:
        return self.units.get(step.unit_code, step.unit_code) if step.unit_code else place_name(step.place)

    def _ways(self, step: StepPlan, numbers: Mapping[str, int]) -> list[str]:
        ordinary = [
            numbers[one.target]
            for one in self.plan.links
            if one.source == step.key and not one.outcome and one.target in numbers
        ]
        told = []
        if len(ordinary) > 1:
            told.append(
                _("Mở song song các bước {numbers}").format(numbers=", ".join(map(str, sorted(ordinary))))
            )
        for link in self.plan.links:
            if link.source == step.key and link.outcome and link.target in numbers:
                text = (
                    _("↩ {condition}: về bước {n}") if is_return(link) else _("→ {condition}: đến bước {n}")
                )
                told.append(text.format(condition=link.label or link.outcome, n=numbers[link.target]))
        return told

    def _state(self, key: str) -> str:
        return next((state for state in ("late", "current", "done") if key in self.states[state]), "")

    # -- drawing

    def svg(self) -> str:
        bottom = (self.rows[-1].top + self.rows[-1].height) if self.rows else TOP + 24
        legend = self._legend(bottom + 8)
        height = bottom + 8 + 20 * len(self.lanes) + 8
        title = _("Quy trình: {name}").format(name=self.plan.name)
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="mc-process-picture" viewBox="-4 0 {WIDTH + 4} {height}" '
            f'role="img" aria-labelledby="{self.name}-title {self.name}-desc" width="100%">'
            f'<title id="{self.name}-title">{escape(title)}</title>'
            f'<desc id="{self.name}-desc">{escape(summary(self.plan))}</desc>'
        )
        marker = (
            f'<defs><marker id="{self.name}-tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" '
            f'markerHeight="6" orient="auto"><path d="M0 0 L8 4 L0 8 z" fill="{EDGE}"/></marker></defs>'
        )
        parts = [head, marker, *self._bands(bottom), *self._edges()]
        for row in self.rows:
            parts += self._row(row)
        return "".join([*parts, *legend, "</svg>"])

    def _bands(self, bottom: int) -> list[str]:
        parts = []
        for place in range(len(self.lanes)):
            x = place * self.lane_width
            fill = BAND if place % 2 == 0 else "#ffffff"
            parts.append(
                f'<rect x="{x}" y="{TOP}" width="{self.lane_width}" height="{bottom - TOP}" fill="{fill}" '
                f'stroke="{RULE}" stroke-width="0.5"/>'
                f'<text x="{self._x(place)}" y="{TOP + 15}" text-anchor="middle" font-size="12" '
                f'font-weight="600" fill="{SOFT}">{_letter(place)}</text>'
            )
        return parts

    def _legend(self, top: int) -> list[str]:
        return [
            f'<text x="4" y="{top + 14 + 20 * place}" font-size="12.5" fill="{INK}">'
            f'<tspan font-weight="600">{_letter(place)}</tspan> '
            f"{escape(textwrap.shorten(self._lane_name(lane), 50, placeholder='…'))}</text>"
            for place, lane in enumerate(self.lanes)
        ]

    def _lane_name(self, lane: _Lane) -> str:
        where = self.units.get(lane.unit, lane.unit) if lane.unit else place_name(lane.place)
        return f"{role_name(lane.role)} – {where}"

    def _x(self, lane: int) -> int:
        return lane * self.lane_width + self.lane_width // 2

    def _edges(self) -> list[str]:
        return [
            self._edge(link, self.by_key[link.source], self.by_key[link.target])
            for link in self.plan.links
            if link.source in self.by_key and link.target in self.by_key and link.source != link.target
        ]

    def _edge(self, link: StepLink, source: _Row, target: _Row) -> str:
        sx, tx = self._x(source.lane), self._x(target.lane)
        back = is_return(link) or target.middle < source.middle
        start, end = source.middle, target.middle
        if back:
            bend = max(min(sx, tx) - self.lane_width // 2 - 2, 2)
            way = f"M{sx - RADIUS} {start} C{bend} {start} {bend} {end} {tx - RADIUS} {end}"
        elif self._crosses(source, target):
            # Around what stands between.
            bend = min(max(sx, tx) + self.lane_width // 2 + 1, self.left + 6)
            way = f"M{sx} {start + RADIUS} C{bend} {start + 40} {bend} {end - 40} {tx} {end - RADIUS - 2}"
        else:
            middle = (start + end) // 2
            way = f"M{sx} {start + RADIUS} C{sx} {middle} {tx} {middle} {tx} {end - RADIUS - 2}"
        dash = ' stroke-dasharray="4 3"' if link.outcome else ""
        width = 2.4 if not link.outcome and self._critical(link) else 1.3
        return (
            f'<path d="{way}" fill="none" stroke="{EDGE}" stroke-width="{width}"{dash} '
            f'marker-end="url(#{self.name}-tip)"/>'
        )

    def _crosses(self, source: _Row, target: _Row) -> bool:
        between = (row for row in self.rows if source.middle < row.middle < target.middle)
        return any(row.lane in (source.lane, target.lane) for row in between)

    def _critical(self, link: StepLink) -> bool:
        keys = self.path.keys if self.path else ()
        return any(pair == (link.source, link.target) for pair in pairwise(keys))

    def _row(self, row: _Row) -> list[str]:
        x, state = self._x(row.lane), self._state(row.step.key)
        fill, ink = _DOTS.get(state, ("#ffffff", LINK))
        ring = f'<circle cx="{x}" cy="{row.middle}" r="{RADIUS + 3}" fill="none" stroke="{fill}" stroke-width="1.5"/>'
        parts = [
            *([ring] if state in ("current", "late") else []),
            f'<circle cx="{x}" cy="{row.middle}" r="{RADIUS}" fill="{fill}" stroke="{fill if state else LINK}" '
            'stroke-width="1.6"/>',
            f'<text x="{x}" y="{row.middle + 4}" text-anchor="middle" font-size="11.5" font-weight="600" '
            f'fill="{ink}">{"✓" if state == "done" else row.number}</text>',
        ]
        for place, (kind, text) in enumerate(row.lines):
            y = row.top + GAP // 2 + LINE * place + 13
            parts.append(
                f'<text x="{self.text_x}" y="{y}" {_LINES[kind]}>{escape(self._named(row, place, text))}</text>'
            )
        return parts

    def _named(self, row: _Row, place: int, text: str) -> str:
        return f"{row.number}. {text}" if place == 0 else text


_DOTS = {"done": (GOOD, "#ffffff"), "current": (LINK, "#ffffff"), "late": (BAD, "#ffffff")}
_STATES = {
    "done": lambda: _("✓ Đã xong"),
    "current": lambda: _("▶ Đang thực hiện"),
    "late": lambda: _("! Đang thực hiện, đã quá hạn"),
}
_LINES = {
    "name": f'lang="vi" font-size="14" font-weight="600" fill="{INK}"',
    "small": f'font-size="12.5" fill="{SOFT}"',
    "time": f'font-size="12.5" fill="{INK}"',
    "way": f'font-size="12.5" fill="{LINK}"',
    "done": f'font-size="12.5" font-weight="600" fill="{GOOD}"',
    "current": f'font-size="12.5" font-weight="600" fill="{LINK}"',
    "late": f'font-size="12.5" font-weight="600" fill="{BAD}"',
}


def _lane_of(step: StepPlan) -> _Lane:
    return _Lane(step.role, "" if step.unit_code else step.place, step.unit_code)


def _letter(place: int) -> str:
    return chr(ord("A") + place) if place < 26 else str(place + 1)


def _wrap(text: str, letters: float) -> list[str]:
    return textwrap.wrap(text, max(int(letters), 8)) or [""]


@dataclass(frozen=True, slots=True)
class TableRow:
    """The same as the picture in a table: `ways` in words, `ends` the cumulated time."""

    step: StepPlan
    number: int
    role: str
    place: str
    kind: str
    time: str
    ends: str
    ways: list[str]
    critical: bool


def as_table(plan: ProcessPlan, units: Mapping[str, str] | None = None) -> list[TableRow]:
    """The table alternative of `picture`, in the same order and with the same numbers."""
    made = _Picture(plan, {"done": set(), "current": set(), "late": set()}, units or {}, "bang")
    numbers = {row.step.key: row.number for row in made.rows}
    return [
        TableRow(
            step=row.step,
            number=row.number,
            role=role_name(row.step.role),
            place=made._place(row.step),
            kind=row.step.kind,
            time=step_time(row.step),
            ends=_ends(made.path, row.step.key),
            ways=_onward(plan, row.step, numbers) + made._ways(row.step, numbers),
            critical=made.path is not None and row.step.key in made.path.keys,
        )
        for row in made.rows
    ]


def _onward(plan: ProcessPlan, step: StepPlan, numbers: Mapping[str, int]) -> list[str]:
    ordinary = [one.target for one in plan.links if one.source == step.key and not one.outcome]
    if len(ordinary) != 1 or ordinary[0] not in numbers:
        return []
    return [_("đến bước {n}").format(n=numbers[ordinary[0]])]


def _ends(path: CriticalPath | None, key: str) -> str:
    return days_text(path.ends[key] if path else Fraction(0)) if path else "–"
