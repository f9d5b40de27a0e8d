"""Putting a job in the queue, in the transaction of the rows it follows from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from procrastinate import exceptions
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager

from motcua.engine.accounts.models import User
from motcua.engine.events.api import current_happening
from motcua.engine.jobs.registry import Job
from motcua.engine.provinces.models import Province
from motcua.kernel.clock import now

# Inside the worker the app has a connection of its own; jobs must go through Django's, else they would not
# belong to the transaction of the job that defers them.
_manager = JobManager(DjangoConnector())


def defer(
    job: Job,
    arguments: Mapping[str, Any] | None = None,
    *,
    key: str | None = None,
    lock: str | None = None,
    at: dt.datetime | None = None,
    priority: int = 0,
    province: Province | None = None,
    actor: User | None = None,
) -> int | None:
    """Queues a job with the caller's transaction: rolled back, it never was; committed, it will run.

    arguments: JSON, by parameter name. key: while a job of this key waits, another is not queued (returns None). lock: jobs of one lock run one
    after another. at: not before this instant. priority: higher first. province: whose administrators see it.
    Returns the job's number.
    """
    deferrer = app.configure_task(
        job.name, lock=lock, queueing_lock=key, schedule_at=at, priority=priority, allow_unknown=False
    )
    deferrer.job_manager = _manager
    try:
        with transaction.atomic():
            return deferrer.defer(**_envelope(arguments or {}, province, actor))
    except exceptions.AlreadyEnqueued:
        return None


def retry(job_id: int) -> None:
    """Puts a failed job back in the queue, due now."""
    _manager.retry_job_by_id(job_id, now())


def manager() -> JobManager:
    """Procrastinate's manager over Django's connection."""
    return _manager


def _envelope(arguments: Mapping[str, Any], province: Province | None, actor: User | None) -> dict[str, Any]:
    context = current_happening()
    person = actor or context.actor
    return {
        "arguments": dict(arguments),
        "province": province.pk if province else None,
        "happening": {"actor": person.pk if person else None, "correlation": context.correlation_id},
    }
