from __future__ import annotations

from django.db import models
from django.db.models import Func
from django.db.models.fields import DateTimeField


class _Now(Func):
    template = "now()"
    output_field = DateTimeField()


class JobEffect(models.Model):
    """The mark a job leaves in the very transaction of its effect: a job run twice finds it and does nothing.

    `job_id` is Procrastinate's. Story: the worker is killed after the commit and before it could say so; the job
    is handed out again, finds its mark, and ends at once.
    """

    job_id = models.BigIntegerField(primary_key=True)
    done_at = models.DateTimeField(db_default=_Now())

    def __str__(self) -> str:
        return str(self.job_id)


class JobFailure(models.Model):
    """Why one attempt failed, without personal data: a kind, a place in the code, and the sentence of a refusal."""

    job_id = models.BigIntegerField()
    attempt = models.PositiveIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=200)
    reason = models.CharField(max_length=1000, blank=True)
    place = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["job_id", "id"], name="failure_of_job")]

    def __str__(self) -> str:
        return f"{self.job_id}/{self.attempt}: {self.kind}"


class BeatState(models.Model):
    """The latest sign of life of something done every few seconds beside the jobs (the sealer, the rescuer)."""

    name = models.CharField(max_length=100, primary_key=True)
    last_run = models.DateTimeField()
    last_failure = models.DateTimeField(null=True)
    failure_kind = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name
