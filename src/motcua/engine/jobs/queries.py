"""Reads of the queue, narrowed to what the viewer may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Count, Max, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.translation import gettext
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

from motcua.engine.jobs.models import BeatState, JobFailure
from motcua.engine.jobs.permissions import VIEW
from motcua.engine.jobs.registry import label_of
from motcua.engine.permissions.api import Viewer

PAGE = 50
STATES = ("todo", "doing", "failed", "succeeded")


@dataclass(frozen=True, slots=True)
class Counts:
    """Jobs by state: waiting, running, failed, done (kept for three days)."""

    todo: int
    doing: int
    failed: int
    succeeded: int


@dataclass(frozen=True, slots=True)
class Line:
    """One job as the administrator sees it; its arguments are not shown."""

    id: int
    name: str
    label: str
    status: str
    attempts: int
    due: dt.datetime | None
    changed: dt.datetime | None
    failure: JobFailure | None


def visible(viewer: Viewer) -> QuerySet[Any]:
    """Jobs of the provinces where the viewer may, and those of the installation itself."""
    jobs: QuerySet[Any] = ProcrastinateJob.objects.annotate(
        owner=Cast(KeyTextTransform("province", "args"), BigIntegerField())
    )
    if not viewer.may(VIEW):
        return jobs.none()
    mine = viewer.within(jobs, VIEW, province="owner", unit_path=None)
    return jobs.filter(Q(pk__in=mine.values("pk")) | Q(owner__isnull=True))


def count_jobs(jobs: QuerySet[Any] | None = None) -> Counts:
    """How many jobs stand in each state (all of the installation when `jobs` is not given)."""
    rows = ProcrastinateJob.objects.all() if jobs is None else jobs
    found = dict(rows.order_by().values_list("status").annotate(n=Count("id")))
    return Counts(*(found.get(state, 0) for state in STATES))


def lines(viewer: Viewer, state: str, before: int | None = None) -> tuple[list[Line], int | None]:
    """A page of jobs in one state, newest first, and the number from which the next page goes on."""
    jobs = visible(viewer).filter(status=state).order_by("-id")
    if before is not None:
        jobs = jobs.filter(id__lt=before)
    found = list(jobs[: PAGE + 1])
    page = found[:PAGE]
    ids = [job.pk for job in page]
    failures, changes = _failures(ids), _changes(ids)
    shown = [_line(job, failures.get(job.pk), changes.get(job.pk)) for job in page]
    return shown, (ids[-1] if len(found) > PAGE else None)


def beats() -> list[BeatState]:
    return list(BeatState.objects.order_by("name"))


def _line(job: ProcrastinateJob, failure: JobFailure | None, changed: dt.datetime | None) -> Line:
    return Line(
        job.pk,
        job.task_name,
        gettext(label_of(job.task_name)),
        job.status,
        job.attempts,
        job.scheduled_at,
        changed,
        failure,
    )


def _failures(ids: Iterable[int]) -> dict[int, JobFailure]:
    latest = JobFailure.objects.filter(job_id__in=list(ids)).order_by("job_id", "-id").distinct("job_id")
    return {failure.job_id: failure for failure in latest}


def _changes(ids: Iterable[int]) -> dict[int, dt.datetime]:
    rows = ProcrastinateEvent.objects.filter(job_id__in=list(ids)).values_list("job_id")
    return dict(rows.annotate(at=Max("at")))
