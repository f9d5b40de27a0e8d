"""Figures measured and opened over the facts of a province, always within a stated scope."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from django.db import connection

from motcua.engine.facts import engines, leaving
from motcua.engine.facts.engines import Engine, PostgresEngine
from motcua.engine.facts.errors import FactsError
from motcua.engine.facts.homes import homeward
from motcua.engine.facts.scopes import Scope, required
from motcua.engine.facts.shelf import SHELF, Snapshot, ready, snapshot_of_tables
from motcua.engine.facts.sources import source_of
from motcua.engine.figures.api import (
    REGISTRY,
    Figure,
    Filter,
    Key,
    Measure,
    Measured,
    MeasureKind,
    Operator,
    Quantity,
    Selection,
    Spread,
    Spreads,
    Tally,
    nothing,
)
from motcua.engine.provinces.api import Province
from motcua.kernel.periods import Window

Part = Literal["count", "numerator", "denominator"]


@dataclass(frozen=True, slots=True)
class Measurement:
    """Figures by group, in the order they were asked for, and the snapshot they were counted from.

    Keys are tuples of the values of the cuts, `()` without cuts; a missing value is None. A group no term reaches is
    not there. Each `Measured` has exact `numerator`, `denominator`, `terms`, `value` and `blank`.
    """

    snapshot: Snapshot | None
    figures: tuple[Figure, ...]
    groups: tuple[Mapping[Key, Measured], ...]

    def of(self, figure: Figure | str) -> Mapping[Key, Measured]:
        """The groups of a figure, by itself or by its code. Raises KeyError."""
        return self._found(figure)[1]

    def at(self, figure: Figure | str, *key: object) -> Measured:
        """One group of a figure; nothing where no term reaches it. Raises KeyError."""
        known, groups = self._found(figure)
        return groups.get(key) or nothing(known)

    def _found(self, figure: Figure | str) -> tuple[Figure, Mapping[Key, Measured]]:
        code = figure if isinstance(figure, str) else figure.code
        for known, groups in zip(self.figures, self.groups, strict=True):
            if known.code == code:
                return known, groups
        raise KeyError(code)


@contextmanager
def one_state(province: Province, facts: Sequence[str]) -> Iterator[None]:
    """Whatever is measured of these facts within it is counted from one state of them: for pages of many parts.

    Raises FACTS-NOT-READY, FACTS-FILES.
    """
    with SHELF.sitting(province.pk, facts):
        yield


def measure_figures(
    province: Province,
    figures: Sequence[Figure],
    window: Window | None,
    cuts: Sequence[str] = (),
    units: Iterable[str] | None = None,
    filters: Sequence[Filter] = (),
    *,
    scope: Scope,
    homes: Mapping[str, str] | None = None,
) -> Measurement:
    """Figures by group over the facts as last refreshed: all figures of one fact in one scan.

    `cuts`: columns, or UNIT for the unit a row counts for (as the unit was then). `units`: only these unit codes.
    `filters` narrow every term. `scope`: what the caller may count, see `scope_of`; rows outside do not exist for it.
    `homes`: code -> the code its rows are counted for (units below one, former units it keeps); others for themselves.
    Raises FactsError FACTS-SCOPE, FACTS-NOT-READY, FACTS-FILES; FigureError FIG-CUT, FIG-COLUMN, FIG-OPERAND,
    FIG-PERIOD.
    """
    bound = required(scope, province).narrowed(units)
    with SHELF.open(province.pk, facts_of(figures)) as (engine, snapshot):
        if homes is not None:
            engine, bound = homeward(engine, figures, homes, bound), None
        groups = engines.measure(engine, figures, window, cuts=cuts, filters=filters, units=bound)
    return Measurement(snapshot, tuple(figures), tuple(groups))


def measure_apart(
    province: Province,
    figures: Iterable[Figure],
    window: Window,
    cuts: Sequence[str] = (),
    units: Iterable[str] | None = None,
    *,
    scope: Scope,
) -> dict[str, Measurement]:
    """By figure code, as `measure_figures`: figures that read the same facts in one scan, and those whose facts are not
    built yet left out, so that a fact not built hides no other's figures."""
    by_facts: dict[frozenset[str], list[Figure]] = {}
    for figure in figures:
        by_facts.setdefault(frozenset(facts_of([figure])), []).append(figure)
    found: dict[str, Measurement] = {}
    for alike in by_facts.values():
        try:
            one = measure_figures(province, alike, window, cuts, units, scope=scope)
        except FactsError:
            continue
        found |= {figure.code: one for figure in alike}
    return found


def measure_live(
    province: Province,
    figures: Sequence[Figure],
    window: Window | None,
    cuts: Sequence[str] = (),
    units: Iterable[str] | None = None,
    filters: Sequence[Filter] = (),
    *,
    scope: Scope,
) -> Measurement:
    """The same over the operational tables of PostgreSQL, as they are within this transaction: for pages of one unit
    that may not lag, and as the proof that facts are true. Slow for a whole province."""
    bound = required(scope, province).narrowed(units)
    with connection.cursor() as cursor:
        engine = _postgres(cursor, province, facts_of(figures))
        groups = engines.measure(engine, figures, window, cuts=cuts, filters=filters, units=bound)
    return Measurement(None, tuple(figures), tuple(groups))


def measure_spread(
    province: Province,
    spread: Spread,
    window: Window | None,
    cuts: Sequence[str] = (),
    units: Iterable[str] | None = None,
    filters: Sequence[Filter] = (),
    *,
    scope: Scope,
) -> tuple[Spreads, Snapshot]:
    """A spread by group over the facts as last refreshed, and the snapshot it was measured from.

    Otherwise as `measure_figures`; a group without numbers is not there.
    """
    bound = required(scope, province).narrowed(units)
    with SHELF.open(province.pk, [spread.fact]) as (engine, snapshot):
        groups = engines.measure_spread(engine, spread, window, cuts=cuts, filters=filters, units=bound)
    return groups, snapshot


@dataclass(frozen=True, slots=True)
class Opening:
    """A page of the records that one term of a figure takes.

    `records`: keys (uids as text) with their number, 1 where records are counted; `tally`: of the whole list, which is
    the term's own; `factor`: the term's in the quantity; `next`: `after` of the next page, "" at the end.
    """

    records: tuple[tuple[str, Fraction | None], ...]
    tally: Tally
    factor: int
    next: str
    snapshot: Snapshot


def open_records(
    province: Province,
    figure: Figure,
    part: Part,
    window: Window | None,
    filters: Sequence[Filter] = (),
    units: Iterable[str] | None = None,
    after: str = "",
    limit: int = 50,
    *,
    scope: Scope,
    term: int = 0,
    value: str | None = None,
) -> Opening:
    """The records behind a part of a figure, by key, from after a key on.

    `term`: which term of the part's quantity (most have one). A term that counts different values opens to them, each
    with the number of its records; `value` names one of them and opens to its records. The list's count and sum are reckoned over the list itself
    and held against the figure: raises FACTS-OPENED if they differ. Otherwise as `measure_figures`.
    """
    bound = required(scope, province).narrowed(units)
    factor, selection, place = _term(figure, part, term)
    shape = REGISTRY.fact(selection.fact)
    if value is not None:
        figure, selection, place = _of_value(figure, selection, value), _records_of(selection, value), 0
    with SHELF.open(province.pk, facts_of([figure])) as (engine, snapshot):
        [groups] = engines.measure(engine, [figure], window, filters=filters, units=bound)
        tally = engines.tally(engine, selection, shape, window, filters=filters, units=bound)
        if tally != groups[()].tallies[place]:
            raise FactsError(
                "FACTS-OPENED",
                f"Danh sách mở ra ({tally.rows}) khác con số ({groups[()].tallies[place].rows}) của chỉ tiêu "
                f"“{figure.code}”. Hãy báo quản trị: motcua facts verify.",
            )
        found = engines.records(
            engine, selection, shape, window, after=after, most=limit, filters=filters, units=bound
        )
    following = found[-1][0] if len(found) == limit else ""
    return Opening(tuple(found), tally, factor, following, snapshot)


def snapshot_of(province: Province, facts: Sequence[str]) -> Snapshot:
    """How far these facts have come: what every page states as its cut-off. Raises FACTS-NOT-READY."""
    return snapshot_of_tables([ready(province.pk, fact) for fact in facts])


def facts_of(figures: Sequence[Figure]) -> list[str]:
    """The facts that figures read, by name."""
    return sorted({selection.fact for figure in figures for selection in figure.selections()})


def _postgres(cursor: object, province: Province, facts: Sequence[str]) -> Engine:
    relations = {fact: leaving.relation(source_of(fact)) for fact in facts}
    given: dict[str, object] = {}
    for fact in facts:
        given |= source_of(fact).parameters(province.pk, None)
    return PostgresEngine(cursor, relations, given)


def _term(figure: Figure, part: Part, term: int) -> tuple[int, Selection, int]:
    """The factor and selection of a term of a part, and its place among the figure's terms."""
    terms = _quantity(figure, part).terms
    if not 0 <= term < len(terms):
        raise FactsError(
            "FACTS-PART", f"Chỉ tiêu “{figure.code}”, phần “{part}” chỉ có {len(terms)} số hạng."
        )
    before = len(figure.numerator.terms) if part == "denominator" and figure.numerator else 0
    factor, selection = terms[term]
    return factor, selection, before + term


def _records_of(selection: Selection, value: str) -> Selection:
    """The records of one of the different values a selection counts. Raises FACTS-PART."""
    if selection.measure.kind is not MeasureKind.DISTINCT:
        raise FactsError("FACTS-PART", "Phần này đếm từng bản ghi, không nhóm theo giá trị.")
    one = Filter(selection.measure.column, Operator.EQUAL, value)
    return replace(selection, filters=(*selection.filters, one), measure=Measure())


def _of_value(figure: Figure, selection: Selection, value: str) -> Figure:
    """What the records of one value are held against: their number."""
    counted = Quantity(((1, _records_of(selection, value)),))
    return replace(figure, count=counted, numerator=None, denominator=None, scale=1)


def _quantity(figure: Figure, part: Part) -> Quantity:
    quantity: Quantity | None = getattr(figure, part)
    if quantity is None:
        raise FactsError("FACTS-PART", f"Chỉ tiêu “{figure.code}” không có phần “{part}”.")
    return quantity
