"""What a simulated year holds besides the dossiers themselves, counted from the rows by SQL, and as the plan wants it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, fields

from motcua.engine.statements.api import fetch
from motcua.kernel.clock import VIETNAM
from motcua.kernel.worktime import minute_of_date
from motcua.simulation.ground import Ground
from motcua.simulation.plan.api import Calibration, PlannedDossier, PlannedTicket

_NOT_PLANNED = frozenset(
    {"results_by", "electronic_by"}
)  # the plan knows the day of ending, not its last hour


@dataclass(slots=True)
class Beside:
    """Counts of dossiers, but for petitions. `*_by`: by the day of the published rates; `results`: ended with one."""

    refused: int = 0
    paid_online: int = 0
    paid_at_counter: int = 0
    digitised: int = 0
    reused: int = 0
    received_by: int = 0
    digitised_by: int = 0
    reused_by: int = 0
    results: int = 0
    electronic: int = 0
    results_by: int = 0
    electronic_by: int = 0
    rated: int = 0
    disliked: int = 0
    petitions: int = 0
    petitions_resolved: int = 0

    def differences(self, wanted: Beside) -> list[str]:
        """What is not as planned, in words."""
        return [
            f"{one.name}: {getattr(self, one.name)} ≠ {getattr(wanted, one.name)}"
            for one in fields(self)
            if one.name not in _NOT_PLANNED and getattr(self, one.name) != getattr(wanted, one.name)
        ]

    @property
    def rates(self) -> tuple[float, float, float]:
        """Percent digitised, issued electronically and reused by the day of the published rates."""
        return (
            100 * self.digitised_by / max(1, self.received_by),
            100 * self.electronic_by / max(1, self.results_by),
            100 * self.reused_by / max(1, self.received_by),
        )


class Tally:
    """Counts a plan as it goes by."""

    def __init__(self, calibration: Calibration) -> None:
        self.after = minute_of_date(calibration.rates.as_of + dt.timedelta(days=1))
        self.found = Beside()

    def note(self, one: PlannedDossier) -> None:
        found = self.found
        if one.outcome == "refused":
            found.refused += 1
            return
        early = one.filed < self.after
        found.paid_online += one.payment == "national"
        found.paid_at_counter += one.payment == "cash"
        found.digitised += one.digitised
        found.reused += one.reused
        found.received_by += early
        found.digitised_by += early and one.digitised
        found.reused_by += early and one.reused
        found.results += one.ended is not None and not one.cut
        found.electronic += one.electronic
        found.rated += bool(one.rating)
        found.disliked += one.rating == "dissatisfied"

    def with_tickets(self, tickets: Iterable[PlannedTicket]) -> Beside:
        """All of it."""
        for ticket in tickets:
            self.found.petitions += 1
            self.found.petitions_resolved += ticket.is_resolved
        return self.found


# A dossier is digitised when each of its papers was sent online, scanned and checked, or has data of a register in its
# place: what `records.facts` says too.
_DOSSIERS = """
SELECT count(*) FILTER (WHERE papers.digitised), count(*) FILTER (WHERE papers.reused),
    count(*) FILTER (WHERE dossier.received_at < %s),
    count(*) FILTER (WHERE dossier.received_at < %s AND papers.digitised),
    count(*) FILTER (WHERE dossier.received_at < %s AND papers.reused)
FROM dossiers_dossier dossier JOIN (
    SELECT paper.dossier_id, bool_or(reuse.id IS NOT NULL) AS reused,
        bool_and(coalesce(reuse.id IS NOT NULL OR scan.state = 'accepted'
            OR (scan.id IS NULL AND whose.channel = 2 AND paper.file_id IS NOT NULL), false)) AS digitised
    FROM dossiers_component paper JOIN dossiers_dossier whose ON whose.id = paper.dossier_id
    LEFT JOIN records_digitisation scan ON scan.dossier_uid = whose.uid AND scan.number = paper.number
    LEFT JOIN records_reuse reuse ON reuse.dossier_uid = whose.uid AND reuse.number = paper.number
    WHERE whose.province_id = %s GROUP BY paper.dossier_id
) papers ON papers.dossier_id = dossier.id WHERE dossier.received_at IS NOT NULL
"""
_RESULTS = """
SELECT count(*), count(electronic.id), count(*) FILTER (WHERE dossier.ended_at < %s),
    count(electronic.id) FILTER (WHERE dossier.ended_at < %s)
FROM dossiers_dossier dossier LEFT JOIN records_electronicresult electronic
    ON electronic.dossier_uid = dossier.uid AND electronic.state = 'issued'
WHERE dossier.province_id = %s AND dossier.status IN (9, 10)
"""
_OTHERS = """
SELECT (SELECT count(*) FROM dossiers_dossier WHERE province_id = %s AND status = 3 AND received_at IS NULL),
    (SELECT count(*) FROM payments_duty WHERE province_id = %s AND paid_online > 0),
    (SELECT count(*) FROM payments_duty WHERE province_id = %s AND paid > 0 AND paid_online = 0),
    (SELECT count(*) FROM feedback_rating WHERE province_id = %s),
    (SELECT count(*) FROM feedback_rating WHERE province_id = %s AND counts = 'disliked'),
    (SELECT count(*) FROM feedback_ticket WHERE province_id = %s),
    (SELECT count(*) FROM feedback_ticket WHERE province_id = %s AND resolved_at IS NOT NULL)
"""


def counted_beside(ground: Ground) -> Beside:
    """From the rows."""
    key, day = ground.province.pk, ground.calibration.rates.as_of + dt.timedelta(days=1)
    after = dt.datetime(day.year, day.month, day.day, tzinfo=VIETNAM)
    [papers] = fetch(_DOSSIERS, [after, after, after, key])
    [results] = fetch(_RESULTS, [after, after, key])
    [(refused, online, counter, rated, disliked, petitions, resolved)] = fetch(_OTHERS, [key] * 7)
    return Beside(refused, online, counter, *papers, *results, rated, disliked, petitions, resolved)
