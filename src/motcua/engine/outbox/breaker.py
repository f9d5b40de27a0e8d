"""The circuit breaker of a lane: after some failures in a row it is left alone for a while."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from motcua.engine.events.api import record
from motcua.engine.outbox.events import LANE_CLOSED, LANE_OPENED
from motcua.engine.outbox.models import Lane
from motcua.engine.provinces.models import Province
from motcua.kernel.clock import now

OPENS_AFTER = 5  # failures in a row
FIRST_REST = 30.0  # seconds; doubled by each failed probe
LONGEST_REST = 900.0


def allowance(province_id: int, lane: str, probe_lease: float) -> int | None:
    """How many messages may be taken now: None without limit, 0 while open, 1 as a probe.

    Only one worker gets the probe: it moves the end of the rest past its own lease.
    """
    found = (
        Lane.objects.filter(province_id=province_id, lane=lane).values_list("open_until", flat=True).first()
    )
    if found is None:
        return None
    moment = now()
    if found > moment:
        return 0
    until = moment + dt.timedelta(seconds=probe_lease)
    won = Lane.objects.filter(province_id=province_id, lane=lane, open_until=found).update(open_until=until)
    return 1 if won else 0


def give_back(province_id: int, lane: str) -> None:
    """The probe found nothing to send: the next one may come at once."""
    Lane.objects.filter(province_id=province_id, lane=lane, open_until__isnull=False).update(open_until=now())


def is_open(province_id: int, lane: str) -> bool:
    rows = Lane.objects.filter(province_id=province_id, lane=lane, open_until__isnull=False)
    return rows.exists()


def tell_success(province_id: int, lane: str) -> None:
    """Closes the breaker. Writes at most once a minute while all is well."""
    moment = now()
    row = Lane.objects.filter(province_id=province_id, lane=lane).first()
    if row is None:
        Lane.objects.bulk_create(
            [Lane(province_id=province_id, lane=lane, last_success_at=moment)], ignore_conflicts=True
        )
        return
    quiet = row.last_success_at is not None and moment - row.last_success_at < dt.timedelta(minutes=1)
    if not row.failures and row.open_until is None and quiet:
        return
    close(province_id, lane, success_at=moment)


def close(province_id: int, lane: str, *, success_at: dt.datetime | None = None) -> None:
    """Lets the lane be sent again at once."""
    with transaction.atomic():
        row = Lane.objects.select_for_update().filter(province_id=province_id, lane=lane).first()
        if row is None:
            return
        was_open = row.opened_at is not None
        row.failures, row.open_until, row.opened_at = 0, None, None
        if success_at is not None:
            row.last_success_at, row.last_error = success_at, ""
        row.save()
        if was_open:
            _record(LANE_CLOSED, row)


def tell_failure(province_id: int, lane: str, reason: str) -> None:
    """One more failure in a row; opens the breaker at the fifth, and for longer after each failed probe."""
    with transaction.atomic():
        Lane.objects.bulk_create([Lane(province_id=province_id, lane=lane)], ignore_conflicts=True)
        row = Lane.objects.select_for_update().get(province_id=province_id, lane=lane)
        row.failures += 1
        row.last_error = reason[:100]
        if row.failures >= OPENS_AFTER:
            moment = now()
            first = row.opened_at is None
            row.opened_at = row.opened_at or moment
            row.open_until = moment + dt.timedelta(seconds=rest_after(row.failures))
            if first:
                _record(LANE_OPENED, row)
        row.save()


def rest_after(failures: int) -> float:
    """Seconds a lane rests after that many failures in a row."""
    return min(FIRST_REST * float(2 ** min(max(failures - OPENS_AFTER, 0), 20)), LONGEST_REST)


def _record(type_: str, row: Lane) -> None:
    record(
        type_,
        province=Province.objects.get(pk=row.province_id),
        subject=f"lane:{row.lane}",
        payload={"lane": row.lane, "error": row.last_error, "failures": row.failures},
    )
