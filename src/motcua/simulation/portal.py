"""What the national portal would state of a simulated year: taken in through the import of the index sets, and marked as
made up wherever its source is shown.

For the year, its last quarter and its last whole month every unit has values of the components that the portal alone knows,
and of progress, where the portal counts fewer dossiers on time than the province: with the reason written beside it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from motcua.engine.provinces.api import Province
from motcua.engine.statements.api import fetch
from motcua.kernel.clock import VIETNAM, now
from motcua.kernel.periods import CALENDAR_MONTHS, PeriodKind, Window, period_of
from motcua.reference.organisations.api import keepers_of, latest_by_code
from motcua.reference.people.api import Installer
from motcua.reports.indices.api import (
    Component,
    Level,
    Line,
    Reading,
    Subject,
    explain_difference,
    import_portal_values,
    set_in_force,
    subjects_on,
)
from motcua.simulation.draws import Draws

SET = "qd766"
SOURCE = "Mô phỏng: số liệu của Cổng do phần mềm tạo ra, không phải của Cổng Dịch vụ công quốc gia"
REASON = "Mô phỏng: {count} hồ sơ giải quyết đúng hạn chưa được đồng bộ lên Cổng lúc Cổng chốt số"
PROGRESS, AVERAGE = "PROCESSED_ON_TIME", "AVERAGE_TIME"
_COUNTED = """
SELECT unit_code,
    count(*) FILTER (WHERE (received_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date BETWEEN %s AND %s),
    count(*) FILTER (WHERE status IN (7, 8, 9, 10) AND received_at IS NOT NULL AND day BETWEEN %s AND %s),
    count(*) FILTER (
        WHERE status IN (7, 8, 9, 10) AND received_at IS NOT NULL AND day BETWEEN %s AND %s
            AND (promised IS NULL OR ended_at <= promised)
    )
FROM (
    SELECT *, (ended_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day FROM dossiers_dossier WHERE province_id = %s
) AS d
GROUP BY unit_code
"""
# Of each component: the least share the portal states, in thousandths; the rest is chance.
_LEAST = {
    "PUBLISH_ON_TIME": 930, "PUBLIC_UPDATE_ON_TIME": 900, "PUBLIC_CONTENT_FULL": 960, "DOSSIER_SYNC": 940,
    "PETITION_CLASSIFICATION_TTHC": 0, "PETITION_CLASSIFICATION_STAFF": 0, "SYNCED_WITH_DVCQG_PERSONAL_STORAGE": 350,
    "CITIZEN_DATA_CONNECTED_DOSSIER": 700, "CITIZEN_DATA_CONNECTED_FORMALITY": 600, "ELECTRONIC_CERTIFIED_COPY": 100,
}  # fmt: skip
# Components whose denominator is procedures, not dossiers; how many a unit of each level has.
_OF_PROCEDURES = frozenset(
    {"PUBLISH_ON_TIME", "PUBLIC_UPDATE_ON_TIME", "PUBLIC_CONTENT_FULL", "CITIZEN_DATA_CONNECTED_FORMALITY"}
)
_PROCEDURES = {Level.PROVINCE: 2_176, Level.DEPARTMENT: 120, Level.COMMUNE: 470}


@dataclass(frozen=True, slots=True)
class Counts:
    """Dossiers of a unit within some days."""

    received: int = 0
    resolved: int = 0
    on_time: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.received + other.received, self.resolved + other.resolved, self.on_time + other.on_time
        )


def state_portal(province: Province, last: dt.date, draws: Draws) -> int:
    """Takes in the portal's values of the year that ends by `last`; returns how many readings were new or known.

    Deterministic by seed; done again it changes nothing.
    """
    windows = _windows(last)
    for window in windows:
        _state(province, window, draws)
    return len(windows)


def _windows(last: dt.date) -> list[Window]:
    """The year, its last quarter, and the last month that ended by the year's last day."""
    year, quarter, month = (
        period_of(kind, last, CALENDAR_MONTHS)
        for kind in (PeriodKind.YEAR, PeriodKind.QUARTER, PeriodKind.MONTH)
    )
    whole = month if month.window(CALENDAR_MONTHS).last <= last else month.previous()
    return [each.window(CALENDAR_MONTHS) for each in (year, quarter, whole)]


def _state(province: Province, window: Window, draws: Draws) -> None:
    index, viewer = set_in_force(province, SET, window.last), Installer()
    counts = _counts(province, window)
    subjects = [each for each in subjects_on(province, window.last) if each.level in index.levels]
    lines: list[Line] = []
    missing: dict[str, int] = {}
    for subject in subjects:
        own = counts.get(subject.code, Counts())
        chance = _Chance(draws, f"portal:{window.first}:{window.last}:{subject.code}")
        lines += _lines(subject, own, index.components, chance)
        if own.resolved:
            missing[subject.code] = min(own.on_time, chance.between("missing", 1, 1 + own.on_time // 200))
            lines.append(_progress(subject, own, missing[subject.code]))
    shown_at = dt.datetime.combine(window.last + dt.timedelta(days=2), dt.time(8), VIETNAM)
    batch = import_portal_values(
        viewer, province, SET, window, lines, Reading(SOURCE, min(shown_at, now())),
        idempotency_key=f"simulated-portal:{window.first}:{window.last}",
    )  # fmt: skip
    for value in batch.values.filter(component=PROGRESS):
        if not value.explained:
            explain_difference(viewer, value, REASON.format(count=missing[value.unit_code]))


def _lines(subject: Subject, own: Counts, components: Iterable[Component], chance: _Chance) -> Iterator[Line]:
    for component in components:
        if component.code not in _LEAST or subject.level not in component.levels:
            continue
        below = _PROCEDURES[subject.level] if component.code in _OF_PROCEDURES else own.received
        above = below * chance.between(component.code, _LEAST[component.code], 1_000) // 1_000
        if below:
            yield Line(subject.code, component.code, Decimal(above), Decimal(below))
    average = next((each for each in components if each.code == AVERAGE), None)
    if average is not None and subject.level in average.levels and own.resolved:
        days = own.resolved * chance.between(AVERAGE, 15, 60) // 10
        yield Line(subject.code, AVERAGE, Decimal(days), Decimal(own.resolved))


def _progress(subject: Subject, own: Counts, missing: int) -> Line:
    above = own.on_time - missing
    points = round(Decimal(20 * above) / own.resolved, 2)
    return Line(subject.code, PROGRESS, Decimal(above), Decimal(own.resolved), points)


@dataclass(frozen=True, slots=True)
class _Chance:
    draws: Draws
    purpose: str

    def between(self, what: str, least: int, most: int) -> int:
        """A whole number from `least` to `most`, the same each time it is asked for."""
        return least + self.draws.number(f"{self.purpose}:{what}") % (most - least + 1)


def _counts(province: Province, window: Window) -> Mapping[str, Counts]:
    """By the unit that keeps the files at the window's end, and of the whole under the province's own code."""
    days = [window.first, window.last]
    known = latest_by_code(province, window.last)
    keepers = keepers_of(province, known.keys(), window.last)
    found: dict[str, Counts] = {}
    for code, *numbers in fetch(_COUNTED, [*days, *days, *days, province.pk]):
        keeper = keepers.get(code)
        for owner in (keeper.code if keeper else code, province.agency_code):
            found[owner] = found.get(owner, Counts()) + Counts(*numbers)
    return found
