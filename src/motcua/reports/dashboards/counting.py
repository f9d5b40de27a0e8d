"""What a dashboard counts: figures of dossiers and of their steps over the facts, for one unit and what is below it.

Facts, not the tables: they follow within seconds, the page says up to when, and what costs the tables seconds for a whole
province costs the facts milliseconds. Numbers of the same days are one call and one scan: facts lie in the order in which
dossiers came, so that a scan of a few weeks reads those weeks alone, and one of what goes on no done rows.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from motcua.engine.facts.api import Measurement, Scope, Snapshot, measure_figures, measure_spread
from motcua.engine.figures.api import REGISTRY, SPREADS, UNIT, Figure, Measured, Ranked, nothing
from motcua.engine.provinces.api import Province
from motcua.kernel.periods import Window
from motcua.reports.dashboards.asking import Question
from motcua.reports.explorer.api import Places, ranked

GOING_ON = ("open", "waiting", "open-late", "due")
FACTS = ("dossiers", "dossier_steps")
Series = dict[str, list[int]]


@dataclass(frozen=True, slots=True)
class OfficerLine:
    """What one officer has open, of that late, and has done this week. `uid`: of the account, "" nobody."""

    uid: str
    open: int
    late: int
    closed: int


@dataclass(frozen=True, slots=True)
class StepLine:
    """A kind of step: open now, done in the four weeks, and how its working time is spread (None: none done)."""

    kind: str
    open: int
    closed: int
    spread: Ranked | None


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit of the ranking; `place` 0 has none. `before`: its place in the four weeks before."""

    code: str
    place: int
    before: int
    rate: Measured
    received: int


@dataclass
class Board:
    """One dashboard. Every part is counted when first asked for; `snapshots` are those the parts came from."""

    province: Province
    scope: Scope
    question: Question
    known: Places
    snapshots: list[Snapshot] = field(default_factory=list)

    @cached_property
    def units(self) -> frozenset[str] | None:
        """The codes whose records count here; None: all in scope."""
        return self.known.codes_of(self.question.unit) if self.question.unit else None

    # -- today -----------------------------------------------------------------------------------

    @cached_property
    def now(self) -> Mapping[str, int]:
        """Open, waiting, late, due, received and resolved on the day; `week`: due by Sunday."""
        today = self.question.today
        asked = ((GOING_ON, today), (("received",), today), (("resolved",), today))
        found = {
            code: _whole(measured.at(f"dossiers.{code}"))
            for codes, window in asked
            for measured in (self._measure(codes, window),)
            for code in codes
        }
        week = self._measure(("due",), self.question.rest_of_week)
        return found | {"week": _whole(week.at("dossiers.due"))}

    # -- trend -----------------------------------------------------------------------------------

    @cached_property
    def trend(self) -> Series:
        """Received, resolved and late for each span of the question."""
        spans = self.question.spans()
        window = Window(spans[0].first, spans[-1].last)
        came = self._measure(("received",), window, ("received_on",))
        went = self._measure(("resolved", "resolved-late"), window, ("resolved_on",))
        return {
            code: _in_spans(measured.of(f"dossiers.{code}"), spans)
            for measured, codes in ((came, ("received",)), (went, ("resolved", "resolved-late")))
            for code in codes
        }

    @cached_property
    def arrivals(self) -> Mapping[tuple[int, int], int]:
        """Dossiers received in the four weeks by (weekday from 1 Monday, hour)."""
        counted = self._measure(("received",), self.question.recent, ("received_weekday", "received_hour"))
        return {
            (int(key[0]), int(key[1])): _whole(one)
            for key, one in counted.of("dossiers.received").items()
            if None not in key
        }

    # -- steps and officers ------------------------------------------------------------------------

    @cached_property
    def _open_steps(self) -> Measurement:
        return self._measure(("steps-open", "steps-open-late"), self.question.today, ("officer", "kind"))

    @cached_property
    def officers(self) -> list[OfficerLine]:
        """Who has steps open or did some this week; most late first, then most open."""
        held = self._open_steps
        closed = self._measure(("steps-closed",), self.question.week, ("officer",))
        opened, late = _by(held.of("dossiers.steps-open"), 0), _by(held.of("dossiers.steps-open-late"), 0)
        done = _by(closed.of("dossiers.steps-closed"), 0)
        lines = [
            OfficerLine(uid or "", opened.get(uid, 0), late.get(uid, 0), done.get(uid, 0))
            for uid in {*opened, *done}
        ]
        return sorted(lines, key=lambda line: (-line.late, -line.open, -line.closed, line.uid))

    @cached_property
    def steps(self) -> dict[str, StepLine]:
        """Kinds of steps: open now, done in the four weeks, and their working time."""
        opened = _by(self._open_steps.of("dossiers.steps-open"), 1)
        closed = _by(self._measure(("steps-closed",), self.question.recent, ("kind",)).of("dossiers.steps-closed"), 0)  # fmt: skip
        spread, snapshot = measure_spread(
            self.province, SPREADS.spread("dossiers.step-minutes", self.question.day), self.question.recent, ("kind",),
            self.units, scope=self.scope,
        )  # fmt: skip
        self.snapshots.append(snapshot)
        return {
            kind: StepLine(kind, opened.get(kind, 0), closed.get(kind, 0), spread.get((kind,)))
            for kind in {*opened, *closed}
        }

    # -- units -----------------------------------------------------------------------------------

    @cached_property
    def ranking(self) -> list[UnitLine]:
        """The units in scope by share on time in the four weeks, with their place in the four weeks before."""
        now, received = self._by_unit(self.question.recent)
        before, _received = self._by_unit(self.question.before)
        former = {code: place for place, code, _one in ranked(before)}
        return [
            UnitLine(code, place, former.get(code, 0), one, received.get(code, 0))
            for place, code, one in ranked(now)
            if code
        ]

    @property
    def rate(self) -> Figure:
        """What units are ranked by."""
        return self._figure("on-time")

    def _by_unit(self, window: Window) -> tuple[dict[str, Measured], dict[str, int]]:
        counted = self._measure(("on-time",), window, (UNIT,))
        came = self._measure(("received",), window, (UNIT,))
        rate = self.rate
        rates: dict[str, Measured] = {}
        received: dict[str, int] = defaultdict(int)
        for (code,), one in counted.of(rate).items():
            owner = self.known.owner_of(code)
            rates[owner] = rates.get(owner, nothing(rate)) + one
        for (code,), one in came.of("dossiers.received").items():
            received[self.known.owner_of(code)] += _whole(one)
        return {code: rates.get(code, nothing(rate)) for code in {*rates, *received}}, received

    # -- shared ----------------------------------------------------------------------------------

    @property
    def snapshot(self) -> Snapshot | None:
        """The cut-off of what was counted so far: of the part that lags most."""
        return min(self.snapshots, key=lambda each: each.position, default=None)

    def _figure(self, code: str) -> Figure:
        return REGISTRY.figure(f"dossiers.{code}", self.question.day)

    def _measure(self, codes: Iterable[str], window: Window, cuts: Sequence[str] = ()) -> Measurement:
        figures = [self._figure(code) for code in codes]
        measured = measure_figures(self.province, figures, window, cuts, self.units, scope=self.scope)
        if measured.snapshot is not None:
            self.snapshots.append(measured.snapshot)
        return measured


def _whole(one: Measured) -> int:
    return int(one.numerator or 0)


def _by(groups: Mapping[Any, Measured], place: int) -> dict[Any, int]:
    """Groups added up over all cuts but one."""
    found: dict[Any, int] = defaultdict(int)
    for key, one in groups.items():
        found[key[place]] += _whole(one)
    return {key: number for key, number in found.items() if number}


def _in_spans(groups: Mapping[Any, Measured], spans: Sequence[Window]) -> list[int]:
    by_day: dict[dt.date, int] = {key[0]: _whole(one) for key, one in groups.items() if key[0] is not None}
    return [sum(number for day, number in by_day.items() if day in span) for span in spans]
