"""Forecasts made, tested on past weeks, and held against what happened. Done by the system; repeating does nothing twice."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import islice

from django.db import transaction
from django.db.models import Exists, OuterRef

from motcua.engine.events.api import record
from motcua.engine.facts.api import Snapshot
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import local, now, today
from motcua.kernel.numbers import round_half_up
from motcua.modules.dossiers.api import Listed, listed
from motcua.reports.explorer.api import Places, places
from motcua.reports.forecast import events
from motcua.reports.forecast.counting import (
    Group,
    became,
    history,
    last_resolved,
    mondays_before,
    rest_of_week,
    stands,
)
from motcua.reports.forecast.model import VERSION, Estimate, History, Score, interval, score
from motcua.reports.forecast.models import DossierForecast, Run, UnitForecast

WEEKS = 26  # of history
TESTED = 8  # past weeks a new province is tested on
KEPT = dt.timedelta(days=60)  # rows of dossiers, after the week
_CHUNK = 1_000


def make_forecast(province: Province, day: dt.date | None = None) -> Run | None:
    """The forecast of a day (None: today) for the rest of its week; the one that stands where it was made already.

    None where no dossier of earlier weeks is known: then nothing can be said. Raises FactsError while facts are not built.
    """
    day = day or today()
    with transaction.atomic():
        done = _standing(province, Run.Kind.DAILY, day)
        if done is not None:
            return done
        known = places(province, "now", day)
        past = history(province, day, known, WEEKS)
        groups, snapshot = stands(province, day, known)
        told = _told(groups, past)
        if past.share is None:
            return None
        run = _keep(province, Run.Kind.DAILY, day, known, told, past, snapshot)
        DossierForecast.objects.bulk_create(
            [_line(run, known, group, estimate) for group, estimate in told], batch_size=2_000
        )
        _tell(events.MADE, run, {"dossiers": run.dossiers})
    return run


def test_on_week(province: Province, monday: dt.date) -> Run | None:
    """The forecast a Monday of a past week would have had, from what was known then, and how right it was.

    Facts hold the appointment a dossier has now: one moved within that week is not among those due in it.
    """
    with transaction.atomic():
        done = _standing(province, Run.Kind.BACKTEST, monday)
        if done is not None:
            return done
        known = places(province, "now", monday)
        past = history(province, monday, known, WEEKS)
        groups = became(province, monday, known)
        if past.share is None or not groups:
            return None
        told = _told(groups, past)
        run = _keep(province, Run.Kind.BACKTEST, monday, known, told, past, None)
        _settle(run, told, past.share)
    return run


test_on_week.__test__ = False  # type: ignore[attr-defined]  # an operation, no test


def test_past_weeks(province: Province, count: int = TESTED) -> list[Run]:
    """Tests on the last whole weeks in which anything was resolved, the latest first."""
    last = last_resolved(province, today() - dt.timedelta(days=today().weekday() + 1))
    if last is None:
        return []
    mondays = islice(mondays_before(last + dt.timedelta(days=7), count), count)
    return [run for monday in mondays if (run := test_on_week(province, monday)) is not None]


test_past_weeks.__test__ = False  # type: ignore[attr-defined]


def score_due(province: Province) -> list[Run]:
    """Holds every daily forecast whose week is over against what happened; returns those it scored."""
    waiting = Run.objects.filter(
        province=province, kind=Run.Kind.DAILY, scored_at__isnull=True, last_on__lt=today()
    )
    return [_score(run_id) for run_id in waiting.order_by("day").values_list("pk", flat=True)]


def sweep(province: Province) -> int:
    """Removes rows of dossiers two months after their week; sums and scores stay. Returns how many."""
    old = Run.objects.filter(pk=OuterRef("run"), scored_at__isnull=False, last_on__lt=today() - KEPT)
    rows, _each = DossierForecast.objects.filter(Exists(old), province=province).delete()
    return rows


@transaction.atomic
def _score(run_id: int) -> Run:
    run = Run.objects.select_for_update(of=("self",)).select_related("province").get(pk=run_id)
    if run.scored_at is not None:
        return run
    lines = list(run.lines.all())
    for start in range(0, len(lines), _CHUNK):
        part = lines[start : start + _CHUNK]
        found = listed(run.province, [str(line.dossier) for line in part])
        for line in part:
            line.was_late = _was_late(found.get(str(line.dossier)), run.last_on)
    DossierForecast.objects.bulk_update(lines, ["was_late"], batch_size=_CHUNK)
    _set_actuals(run, _by_unit((line.unit_code, int(bool(line.was_late))) for line in lines))
    forecasts = [(Fraction(line.probability), 1, int(bool(line.was_late))) for line in lines]
    _set_score(run, score(forecasts, Fraction(run.share)))
    _tell(events.SCORED, run, _scored(run))
    return run


def _was_late(found: Listed | None, last_on: dt.date) -> bool:
    """Late by the appointment it has now: one given a new date after the week was not late in it."""
    if found is None or found.promised is None or local(found.promised).date() > last_on:
        return False
    return found.ended_at is None or found.ended_at > found.promised


def _settle(run: Run, told: Sequence[tuple[Group, Estimate]], share: Fraction) -> None:
    _set_actuals(run, _by_unit((group.at.unit, group.late) for group, _estimate in told))
    _set_score(
        run, score([(estimate.probability, group.seen, group.late) for group, estimate in told], share)
    )
    _tell(events.SCORED, run, {**_scored(run), "dossiers": run.dossiers})


def _set_actuals(run: Run, actual: Mapping[str, int]) -> None:
    units = list(run.units.all())
    for unit in units:
        unit.actual = actual.get(unit.unit_code, 0)
    UnitForecast.objects.bulk_update(units, ["actual"])


def _set_score(run: Run, found: Score) -> None:
    run.scored_at, run.actual = now(), found.actual
    run.brier = None if found.brier is None else round_half_up(found.brier, 10)
    run.base = None if found.base is None else round_half_up(found.base, 10)
    run.bins = [
        [str(each.least), each.dossiers, str(round_half_up(each.expected, 4)), each.actual]
        for each in found.bins
    ]
    run.save(update_fields=["scored_at", "actual", "brier", "base", "bins"])


def _standing(province: Province, kind: Run.Kind, day: dt.date) -> Run | None:
    """The run that was made already; one writer of a province's forecasts at a time."""
    Province.objects.select_for_update(no_key=True).get(pk=province.pk)
    return Run.objects.filter(province=province, kind=kind, day=day, version=VERSION).first()


def _told(groups: Iterable[Group], past: History) -> list[tuple[Group, Estimate]]:
    return [(group, estimate) for group in groups if (estimate := past.estimate(group.at)) is not None]


def _keep(
    province: Province,
    kind: Run.Kind,
    day: dt.date,
    known: Places,
    told: Sequence[tuple[Group, Estimate]],
    past: History,
    snapshot: Snapshot | None,
) -> Run:
    """The run with the rows of its units."""
    by_unit: dict[str, list[Fraction]] = defaultdict(list)
    for group, estimate in told:
        by_unit[group.at.unit] += [estimate.probability] * group.seen
    chances = [chance for each in by_unit.values() for chance in each]
    low, high = interval(chances)
    run = Run.objects.create(
        province=province,
        kind=kind,
        day=day,
        last_on=rest_of_week(day).last,
        version=VERSION,
        weeks=WEEKS,
        seen=past.seen,
        share=round_half_up(past.share or Fraction(), 10),
        dossiers=len(chances),
        expected=round_half_up(sum(chances, Fraction()), 4),
        low=low,
        high=high,
        position=snapshot.position if snapshot else 0,
        counted_at=snapshot.as_of if snapshot else now(),
        made_at=now(),
    )
    UnitForecast.objects.bulk_create(
        [_unit(run, known, code, each) for code, each in sorted(by_unit.items())]
    )
    return run


def _unit(run: Run, known: Places, code: str, chances: Sequence[Fraction]) -> UnitForecast:
    low, high = interval(chances)
    return UnitForecast(
        province_id=run.province_id,
        run=run,
        unit_code=code,
        unit_path=_path(known, code),
        dossiers=len(chances),
        expected=round_half_up(sum(chances, Fraction()), 4),
        low=low,
        high=high,
    )


def _line(run: Run, known: Places, group: Group, estimate: Estimate) -> DossierForecast:
    return DossierForecast(
        province_id=run.province_id,
        run=run,
        unit_code=group.at.unit,
        unit_path=_path(known, group.at.unit),
        dossier=group.dossier,
        procedure=group.at.procedure[:60],
        promised_on=group.promised_on,
        days=max(0, group.at.days),
        level=estimate.level,
        late=estimate.late,
        seen=estimate.seen,
        probability=round_half_up(estimate.probability, 10),
    )


def _path(known: Places, code: str) -> str:
    return known.units[code].path if code in known.units else "/"


def _by_unit(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for unit, late in pairs:
        found[unit] += late
    return found


def _scored(run: Run) -> dict[str, object]:
    return {"actual": run.actual, "brier": _text(run.brier), "base": _text(run.base), "bins": run.bins}


def _tell(event: str, run: Run, payload: Mapping[str, object]) -> None:
    record(
        event,
        province=run.province,
        subject=f"forecast:{run.uid}",
        payload={
            "kind": run.kind,
            "day": run.day,
            "last_on": run.last_on,
            "version": run.version,
            "expected": _text(run.expected),
            **payload,
        },
    )


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)
