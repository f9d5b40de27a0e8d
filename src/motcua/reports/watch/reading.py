"""What rules find: for each unit watched the value, what it was made of and compared with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from motcua.engine.facts.api import (
    FactsError,
    Measurement,
    Part,
    Snapshot,
    measure_figures,
    open_records,
    whole_province,
)
from motcua.engine.figures.api import (
    REGISTRY,
    UNIT,
    Figure,
    FigureError,
    Filter,
    Measured,
    Operator,
    failing_filters,
    nothing,
)
from motcua.engine.provinces.api import Province
from motcua.kernel.periods import Window
from motcua.reports.explorer.api import Places, places
from motcua.reports.watch.judging import median, weeks_before, window_of
from motcua.reports.watch.rules import Rule

MOST_RECORDS = 200
OPEN_STEPS = "dossiers.steps-open"  # what a bottleneck reads


# How figures are counted: `measure_figures` over facts, `measure_live` over the rows themselves.
Measure = Callable[..., Measurement]


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of a rule. `value` None: fewer records than the rule judges by. `unit`, `path`: "" and "/" for the whole
    province. `against`: the median a jump is measured from."""

    unit: str
    path: str
    value: Fraction | None
    numerator: Fraction | None
    denominator: Fraction | None
    window: Window
    shown: Fraction | None = None
    against: Fraction | None = None
    part: str = ""

    def document(self, rule: Rule) -> dict[str, Any]:
        """As kept with an alert: exact fractions as text."""
        return {
            "value": _text(self.value),
            "shown": _text(self.shown),
            "numerator": _text(self.numerator),
            "denominator": _text(self.denominator),
            "against": _text(self.against),
            "limit": rule.raise_at,
        }


@dataclass(frozen=True, slots=True)
class Readings:
    """Everything a rule says of a province on a day."""

    snapshot: Snapshot | None
    found: tuple[Reading, ...]


def figure_of(rule: Rule, day: dt.date) -> Figure | None:
    """The figure a rule watches; None where it is not in force."""
    try:
        return REGISTRY.figure(rule.figure or OPEN_STEPS, day)
    except FigureError:
        return None


def read_rule(
    province: Province,
    rule: Rule,
    day: dt.date,
    measure: Measure = measure_figures,
    standing: Collection[tuple[str, str]] = (),
) -> Readings:
    """The values of a rule; of a `standing` alert's unit and part also where nothing is counted any more.

    Raises FactsError while facts are not built."""
    if rule.kind == "bottleneck":
        return _bottlenecks(province, rule, day, measure, standing)
    figure = figure_of(rule, day)
    if figure is None:
        return Readings(None, ())
    known = places(province, "now", day)
    window = window_of(rule.period, day)
    counted, snapshot = _lines(province, rule, figure, window, known, measure)
    lines = {**{unit: nothing(figure) for unit, _part in standing}, **counted}
    if rule.kind == "threshold":
        found = [_threshold(rule, figure, unit, known, one, window) for unit, one in sorted(lines.items())]
        return Readings(snapshot, tuple(found))
    before = [
        _lines(province, rule, figure, each, known, measure)[0] for each in weeks_before(day, rule.weeks)
    ]
    found = [
        _jump(rule, figure, unit, known, one, window, [week.get(unit) for week in before])
        for unit, one in sorted(lines.items())
    ]
    return Readings(snapshot, tuple(found))


def keys_behind(province: Province, rule: Rule, reading: Reading, day: dt.date) -> tuple[list[str], int]:
    """The first records that make a reading what it is, by key, and how many there are in all."""
    figure = figure_of(rule, day)
    if figure is None:
        return [], 0
    known = places(province, "now", day)
    codes = known.codes_of(reading.unit) if reading.unit else None
    filters = (failing_filters(figure) or ()) if rule.side == "below" and figure.is_ratio else ()
    part: Part = "denominator" if filters else "numerator" if figure.is_ratio else "count"
    if reading.part:
        filters = (Filter("kind", Operator.EQUAL, reading.part),)
    try:
        opening = open_records(
            province, figure, part, reading.window, filters, codes, "", MOST_RECORDS, scope=whole_province(province)
        )  # fmt: skip
    except FactsError:
        return [], 0
    # A step's key begins with its dossier's.
    keys = dict.fromkeys(key.partition("/")[0] for key, _number in opening.records)
    return list(keys), int(opening.tally.rows)


def _bottlenecks(
    province: Province, rule: Rule, day: dt.date, measure: Measure, standing: Collection[tuple[str, str]]
) -> Readings:
    """Of each unit the kind of step whose queue grew most, in percent of its median at the ends of the weeks before; a
    queue that was empty counts as one. Other kinds only where an alert stands."""
    known = places(province, "now", day)
    now, snapshot = _queues(province, rule, Window(day, day), known, measure)
    before = [
        _queues(province, rule, Window(each.last, each.last), known, measure)[0]
        for each in weeks_before(day, rule.weeks)
    ]
    found: dict[str, list[Reading]] = {}
    for unit, kind in sorted({*now, *standing}):
        waiting = now.get((unit, kind), Fraction())
        middle = median([week.get((unit, kind), Fraction()) for week in before]) or Fraction()
        growth = (waiting - middle) / max(middle, Fraction(1)) * 100
        found.setdefault(unit, []).append(
            Reading(unit, _path(unit, known), growth, waiting, None, Window(day, day), waiting, middle, kind)
        )
    chosen = []
    for unit, readings in found.items():
        enough = [each for each in readings if (each.numerator or 0) >= rule.least]
        worst = max(enough, key=lambda each: (each.value or 0, each.part), default=None)
        chosen += [each for each in readings if each is worst or (unit, each.part) in standing]
    return Readings(snapshot, tuple(chosen))


def _queues(
    province: Province, rule: Rule, window: Window, known: Places, measure: Measure
) -> tuple[dict[tuple[str, str], Fraction], Snapshot | None]:
    """Open steps at the end of a day, by unit and kind, within the rule's subtree."""
    figure = REGISTRY.figure(OPEN_STEPS, window.last)
    counted = measure(province, [figure], window, (UNIT, "kind"), scope=whole_province(province))
    found: dict[tuple[str, str], Fraction] = {}
    for (code, kind), one in counted.of(figure).items():
        owner = known.owner_of(code)
        if not owner or not known.units[owner].path.startswith(rule.unit_path):
            continue
        place = (rule.unit_code if rule.subject == "whole" else owner, str(kind))
        found[place] = found.get(place, Fraction()) + (one.numerator or 0)
    return found, counted.snapshot


def _lines(
    province: Province, rule: Rule, figure: Figure, window: Window, known: Places, measure: Measure
) -> tuple[Mapping[str, Measured], Snapshot | None]:
    """The figure by unit as now, within the rule's subtree; of a rule over the whole one line of its own unit."""
    counted = measure(province, [figure], window, (UNIT,), scope=whole_province(province))
    lines: dict[str, Measured] = {}
    for (code,), one in counted.of(figure).items():
        owner = known.owner_of(code)
        if rule.unit_path != "/" and not (
            owner in known.units and known.units[owner].path.startswith(rule.unit_path)
        ):
            continue
        key = rule.unit_code if rule.subject == "whole" else owner
        lines[key] = lines.get(key, nothing(figure)) + one
    if rule.subject == "units":
        lines.pop("", None)
    return lines, counted.snapshot


def _threshold(
    rule: Rule, figure: Figure, unit: str, known: Places, one: Measured, window: Window
) -> Reading:
    value = one.value.exact(figure.scale)
    judged = value if _enough(rule, one) else None
    return Reading(unit, _path(unit, known), judged, one.numerator, one.denominator, window, shown=value)


def _jump(
    rule: Rule,
    figure: Figure,
    unit: str,
    known: Places,
    one: Measured,
    window: Window,
    before: list[Measured | None],
) -> Reading:
    value = one.value.exact(figure.scale)
    past = [each.value.exact(figure.scale) for each in before if each is not None]
    middle = median([each for each in past if each is not None])
    change = None
    if value is not None and middle is not None and _enough(rule, one):
        change = value - middle
    return Reading(
        unit, _path(unit, known), change, one.numerator, one.denominator, window, shown=value, against=middle
    )


def _enough(rule: Rule, one: Measured) -> bool:
    """A ratio is judged by its denominator; a count judges itself."""
    return not one.figure.is_ratio or (one.denominator or 0) >= rule.least


def _path(unit: str, known: Places) -> str:
    return known.units[unit].path if unit in known.units else "/"


def _text(number: Fraction | None) -> str | None:
    return None if number is None else str(number)
