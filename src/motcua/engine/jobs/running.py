"""One run of one job: in whose name, once, and what is kept of a failure."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from procrastinate import JobContext

from motcua.engine.accounts.models import User
from motcua.engine.events.api import happening
from motcua.engine.jobs.failures import cause_of
from motcua.engine.jobs.models import JobFailure
from motcua.engine.jobs.watching import tell_watchers
from motcua.kernel.clock import now

if TYPE_CHECKING:
    from motcua.engine.jobs.registry import Job


def run(job: Job, context: JobContext, envelope: dict[str, Any]) -> None:
    """Runs the job's body with the actor and correlation id of whoever deferred it. Exceptions pass on."""
    began = time.monotonic()
    job_id = context.job.id or 0
    happened: dict[str, Any] = envelope.get("happening") or {}
    person = happened.get("actor")
    actor = User.objects.filter(pk=person).first() if person else None
    outcome = "failed"
    try:
        with happening(actor, correlation_id=happened.get("correlation", "")):
            outcome = _perform(job, job_id, envelope.get("arguments") or {})
    except Exception as error:
        _keep_failure(job_id, context.job.attempts + 1, error)
        raise
    finally:
        tell_watchers(job.name, job_id, outcome, time.monotonic() - began)


def _perform(job: Job, job_id: int, arguments: dict[str, Any]) -> str:
    if not job.once:
        job.work(**arguments)
        return "succeeded"
    with transaction.atomic():
        if not _mark(job_id):
            return "already-done"
        job.work(**arguments)
    return "succeeded"


def _mark(job_id: int) -> bool:
    """Leaves the mark of this job's effect; False when an earlier run committed it.

    Waits while another run of the same job is at it, so two workers that hold one job do not both act.
    """
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO jobs_jobeffect (job_id) VALUES (%s) ON CONFLICT DO NOTHING", [job_id])
        return bool(cursor.rowcount)


def _keep_failure(job_id: int, attempt: int, error: BaseException) -> None:
    cause = cause_of(error)
    JobFailure.objects.create(
        job_id=job_id, attempt=attempt, at=now(), kind=cause.kind, reason=cause.reason, place=cause.place
    )
