"""Jobs whose worker died: back in the queue, or failed for good when they keep killing workers."""

from __future__ import annotations

import datetime as dt

from asgiref.sync import async_to_sync
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job as Queued
from procrastinate.jobs import Status

from motcua.engine.jobs.deferring import manager
from motcua.engine.jobs.models import BeatState, JobEffect, JobFailure
from motcua.engine.jobs.registry import job_named
from motcua.kernel.clock import now

HEARTBEAT = 5.0  # seconds between two signs of life of a worker
STALLED = 20.0  # seconds of silence after which a worker counts as dead
KEEP_DONE_HOURS = 72
KEEP_FAILED_HOURS = 24 * 90
_A_MONTH = dt.timedelta(days=30)

_KILLED = "jobs.worker.killed"
_KILLED_WORDS = (
    "Tiến trình chạy công việc bị dừng đột ngột (mất điện, hết bộ nhớ hoặc bị tắt) khi việc chưa xong."
)


def rescue_stalled(silence: float = STALLED) -> int:
    """Hands out again the jobs of workers silent for `silence` seconds; returns how many were found.

    Safe beside a worker that was only slow: the mark of a job's effect lets one run win.
    """
    stalled = list(async_to_sync(manager().get_stalled_jobs)(seconds_since_heartbeat=silence))
    for job in stalled:
        _rescue(job)
    async_to_sync(manager().prune_stalled_workers)(silence)
    return len(stalled)


def _rescue(job: Queued) -> None:
    declared = job_named(job.task_name)
    attempt = job.attempts + 1
    JobFailure.objects.create(
        job_id=job.id or 0, attempt=attempt, at=now(), kind=_KILLED, reason=_KILLED_WORDS, place=""
    )
    if declared is None or attempt >= declared.attempts:
        async_to_sync(manager().finish_job)(job, Status.FAILED, False)
    else:
        async_to_sync(manager().retry_job)(job, retry_at=now())


def forget_old() -> None:
    """Removes finished jobs after three days, failed ones after ninety, and what was kept about them."""
    delete = async_to_sync(manager().delete_old_jobs)
    delete(KEEP_DONE_HOURS)
    delete(KEEP_FAILED_HOURS, include_failed=True, include_cancelled=True, include_aborted=True)
    kept = ProcrastinateJob.objects.values("id")
    JobEffect.objects.exclude(job_id__in=kept).delete()
    JobFailure.objects.exclude(job_id__in=kept).delete()
    BeatState.objects.filter(last_run__lt=now() - _A_MONTH).delete()
