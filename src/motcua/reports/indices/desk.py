"""Everything one may ask of one index set for one window: scores, places, losses, what if; each answer scoped.

A unit's score, losses and records are for those who may see that unit (`indices.scores.view`); the other units' names
and scores for those who may see the ranking (`indices.ranking.view`). Figures are read once for all units.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from motcua.engine.permissions.api import NotPermitted, Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.periods import PeriodKind, Window
from motcua.reports.indices import queries
from motcua.reports.indices.comparing import Comparison, compare
from motcua.reports.indices.data import Failing, Inputs, Subject
from motcua.reports.indices.definition import IndexSet, Level
from motcua.reports.indices.losses import (
    Causes,
    Change,
    ComponentLoss,
    LossPart,
    changes,
    figures_to_explain,
    peers,
    unit_losses,
)
from motcua.reports.indices.measures import Measures, Pools, Routed, gather, window_to
from motcua.reports.indices.models import PortalValue
from motcua.reports.indices.permissions import RANKING, VIEW
from motcua.reports.indices.queries import PortalMeasures
from motcua.reports.indices.reaching import Pick, Plan, Step, fewest, mendable, nearest_step, picks_of
from motcua.reports.indices.scoring import (
    Placed,
    UnitScore,
    in_a_row,
    movement,
    rank,
    score_for_place,
    score_unit,
)
from motcua.reports.indices.whatif import Edit, Moved, what_if

RECEIVED = "dossiers.received"  # what units are like in size by
Factory = Callable[[Province], Measures]
_factories: list[Factory] = []


def provide_measures(factory: Factory) -> None:
    """Where the figures of the modules come from; called once, by who keeps the facts. The last one counts."""
    _factories[:] = [factory]


def measures_of(province: Province) -> Measures:
    """What the portal states, and the provided source for the rest; without one the rest is missing, not 0."""
    stated = PortalMeasures(province)
    portal: dict[str, Measures] = {"portal.": stated, "stated.": stated}
    return Routed(portal | ({"": _factories[0](province)} if _factories else {}))


@dataclass(frozen=True, slots=True)
class Moment:
    """A unit's place and score at the end of a window; `moved` places won since the moment before."""

    window: Window
    placed: Placed
    moved: int | None


@dataclass(frozen=True, slots=True)
class History:
    """Moments in order of time; `in_a_row` how many up to the last have its place."""

    moments: tuple[Moment, ...]
    in_a_row: int


@dataclass(frozen=True, slots=True)
class Compared:
    """A component beside the portal's value, and the row that holds it (None where the portal said nothing)."""

    comparison: Comparison
    value: PortalValue | None


class IndexDesk:
    """One set, one window, one viewer."""

    def __init__(
        self,
        viewer: Viewer,
        province: Province,
        index: IndexSet,
        window: Window,
        measures: Measures | None = None,
    ) -> None:
        self.viewer = viewer
        self.province = province
        self.index = index
        self.window = window
        self.measures = measures or measures_of(province)

    @cached_property
    def subjects(self) -> dict[str, Subject]:
        """Every unit at a level of the set, as on the last day of the window."""
        found = queries.subjects_on(self.province, self.window.last)
        return {each.code: each for each in found if each.level in self.index.levels}

    def visible(self) -> list[Subject]:
        """The units whose scores this viewer may open."""
        return [each for each in self.subjects.values() if self._may(VIEW, each)]

    # Scores and places.

    def unit(self, code: str) -> Placed:
        """A unit's score and its place among the units of its level. Raises NotPermitted, also for no such unit."""
        self._require(code)
        return self._placed[code]

    def ranking(self, level: Level) -> list[Placed]:
        """Every unit of a level from best to worst. Raises NotPermitted."""
        self.viewer.require(RANKING, province=self.province)
        return [each for each in self._placed.values() if each.score.subject.level is level]

    @cached_property
    def _inputs(self) -> dict[str, Inputs]:
        return gather(self.index, self.measures, list(self.subjects.values()), self.window)

    @cached_property
    def _scores(self) -> dict[str, UnitScore]:
        return {code: score_unit(self.index, each) for code, each in self._inputs.items()}

    @cached_property
    def _placed(self) -> dict[str, Placed]:
        return {
            each.score.subject.code: each
            for level in Level
            for each in rank(score for score in self._scores.values() if score.subject.level is level)
        }

    # Why points were lost.

    def losses(self, code: str) -> list[ComponentLoss]:
        """Each component that lost something, split over causes; the parts add up. Raises NotPermitted."""
        self._require(code)
        return unit_losses(self._scores[code], self._causes(code))

    def records(self, code: str, part: LossPart, limit: int | None = None) -> list[tuple[Failing, Fraction]]:
        """The records behind one part of a loss, with what each bears. Raises NotPermitted."""
        self._require(code)
        if not part.named:
            return []
        found = self.measures.failing(part.figure, code, self.window, cause=part.cause, limit=limit)
        return [(record, part.share_of(record)) for record in found]

    def steps(self, code: str) -> dict[str, Step]:
        """Component → the fewest more successes that raise its points, where there is such a step."""
        self._require(code)
        steps = {
            component.code: nearest_step(component, self._inputs[code], self.index)
            for component in self.index.components
            if component.is_scored
        }
        return {component: step for component, step in steps.items() if step is not None}

    def peers(self, code: str, count: int = 5) -> list[Placed]:
        """Units of the same level nearest in dossiers received. Raises NotPermitted."""
        self._require(code)
        self.viewer.require(RANKING, province=self.province)
        level = self.subjects[code].level
        alike = [each.code for each in self.subjects.values() if each.level is level]
        received = self.measures.values(RECEIVED, alike, self.window)
        sizes = {unit: value.exact() or Fraction() for unit, value in received.items()}
        if code not in sizes:
            return []
        return [self._placed[unit] for unit in peers(sizes, code, count)]

    def changes(self, code: str, earlier: Window, most: int | None = None) -> list[Change]:
        """What became of each component since the end of an earlier window, with the records that began or ceased
        to fail; not those of figures with more than `most` failing. The changes of points add up. Raises NotPermitted."""
        self._require(code)
        before = self.at(earlier)
        if code not in before._scores:
            return []
        figures = [
            figure
            for figure in figures_to_explain(self.index)
            if most is None
            or max(self.failing_count(figure, code), before.failing_count(figure, code)) <= most
        ]
        return changes(
            before._scores[code],
            self._scores[code],
            {figure: self.measures.failing(figure, code, earlier) for figure in figures},
            {figure: self.measures.failing(figure, code, self.window) for figure in figures},
        )

    def failing_count(self, figure: str, code: str) -> Fraction:
        """How much of a figure fails in a unit, without naming it. Raises NotPermitted."""
        self._require(code)
        return sum(self.measures.causes(figure, [code], self.window).get(code, {}).values(), Fraction())

    def count_causes(self) -> None:
        """Counts by cause, before the whole is asked for: the whole is then added up and not counted again."""
        figures = figures_to_explain(self.index)
        codes = [*self.subjects]
        self.measures.expect(self.index.figures(), codes, self.window)
        for figure in figures:
            self.measures.causes(figure, codes, self.window)

    def explained(self) -> dict[str, list[ComponentLoss]]:
        """The losses of every unit this viewer may open, each fact counted once for all."""
        codes = [each.code for each in self.visible()]
        figures = figures_to_explain(self.index)
        self.count_causes()
        causes = {figure: self.measures.causes(figure, codes, self.window) for figure in figures}
        return {
            code: unit_losses(
                self._scores[code], {figure: each.get(code, {}) for figure, each in causes.items()}
            )
            for code in codes
        }

    def _causes(self, code: str) -> Causes:
        figures = figures_to_explain(self.index)
        self.measures.expect(figures, [*self.subjects], self.window)
        return {figure: self.measures.causes(figure, [code], self.window).get(code, {}) for figure in figures}

    # Through time.

    def at(self, window: Window) -> IndexDesk:
        """The same questions of another window, by the definition of this one."""
        return IndexDesk(self.viewer, self.province, self.index, window, self.measures)

    def history(self, code: str, windows: Sequence[Window]) -> History:
        """A unit's places over windows in order of time; one in which it was not yet there is left out."""
        self._require(code)
        placed = [(window, self.at(window)._placed.get(code)) for window in windows]
        there = [(window, each) for window, each in placed if each is not None]
        moments = [
            Moment(window, each, movement(there[number - 1][1].place, each.place) if number else None)
            for number, (window, each) in enumerate(there)
        ]
        return History(tuple(moments), in_a_row([each.place for _, each in there]))

    def weeks(self, count: int, kind: PeriodKind = PeriodKind.YEAR) -> list[Window]:
        """The windows that ended a week, two weeks... before this one, the earliest first, this one last."""
        days = [self.window.last - dt.timedelta(weeks=back) for back in range(count - 1, 0, -1)]
        return [*(window_to(day, kind, self.index.cut_off) for day in days), self.window]

    # What if.

    def candidates(self, code: str) -> dict[str, Pools]:
        """How many failing records could be mended, by figure; `mending` names them. Raises NotPermitted."""
        self._require(code)
        figures = mendable(self.index)
        self.measures.expect(figures, [*self.subjects], self.window)
        found = {figure: self.measures.pools(figure, code, self.window) for figure in figures}
        return {figure: pools for figure, pools in found.items() if pools}

    def mending(
        self,
        code: str,
        figure: str,
        *,
        cause: str | None = None,
        limit: int | None = None,
        after: str = "",
        among: Collection[str] | None = None,
    ) -> Sequence[Failing]:
        """A page of the failing records of a figure that could be mended. Raises NotPermitted."""
        self._require(code)
        if figure not in mendable(self.index) or (among is not None and not among):
            return ()
        return self.measures.failing(
            figure, code, self.window, cause=cause, limit=limit, after=after, among=among
        )

    def what_if(self, code: str, edits: Iterable[Edit]) -> Moved:
        """The unit before and after the edits, its place among its level. Raises NotPermitted."""
        self._require(code)
        level = self.subjects[code].level
        inputs = {each: given for each, given in self._inputs.items() if given.subject.level is level}
        return what_if(self.index, inputs, edits)[code]

    def fewest(self, code: str, target: Fraction) -> Plan | None:
        """The fewest named records that bring the unit's score to a target; None when all of them do not.

        Raises NotPermitted.
        """
        candidates = self.candidates(code)
        return fewest(self.index, self._inputs[code], candidates, target)

    def picks(self, code: str, plan: Plan, most: int) -> list[Pick]:
        """The first records of a plan by name. Raises NotPermitted."""
        self._require(code)

        def failing(figure: str) -> Sequence[Failing]:
            alike = {weight for weight, _cause in self.measures.pools(figure, code, self.window)}
            limit = most if len(alike) == 1 else None  # of different weights the first may not be the ones
            return self.measures.failing(figure, code, self.window, limit=limit)

        return picks_of(plan, failing, most)

    def score_for_place(self, code: str, place: int) -> Fraction | None:
        """The score this unit needs for a place among its level; None when there is no such place."""
        self._require(code)
        level = self.subjects[code].level
        placed = [each for each in self._placed.values() if each.score.subject.level is level]
        return score_for_place(placed, place, without=code)

    # Beside the portal.

    def compare(self, code: str) -> list[Compared]:
        """Each component beside what the portal states for the same days. Raises NotPermitted."""
        self._require(code)
        rows = queries.portal_values(self.viewer, self.province, self.index.code, self.window)
        stated: Mapping[str, PortalValue] = {row.component: row for row in rows.filter(unit_code=code)}
        return [
            Compared(
                compare(each, queries.stated_of(stated.get(each.component.code)), self.index.places),
                stated.get(each.component.code),
            )
            for each in self._scores[code].components
        ]

    # Who may.

    def _may(self, permission: str, subject: Subject) -> bool:
        return self.viewer.may(permission, province=self.province, unit_path=subject.path)

    def _require(self, code: str) -> None:
        subject = self.subjects.get(code)
        if subject is None or not self._may(VIEW, subject):
            raise NotPermitted(VIEW)


def open_desk(
    viewer: Viewer,
    province: Province,
    set_code: str,
    window: Window,
    *,
    measures: Measures | None = None,
    choices: Mapping[str, str] | None = None,
) -> IndexDesk:
    """The desk of a set for a window, by the version in force on its last day and the province's parameters.

    `choices` tries other parameters without deciding anything. Raises NotPermitted; IndexRefused indices.set.unknown.
    """
    if not (viewer.may(VIEW, province=province) or viewer.may(RANKING, province=province)):
        raise NotPermitted(VIEW)
    index = queries.set_in_force(province, set_code, window.last, choices=choices)
    return IndexDesk(viewer, province, index, window, measures)
