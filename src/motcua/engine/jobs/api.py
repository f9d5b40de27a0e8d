"""The door of jobs: declare one, queue it, do something every few seconds, ask whether a worker lives."""

from motcua.engine.jobs.beats import declared_beats, every
from motcua.engine.jobs.deferring import defer
from motcua.engine.jobs.errors import JobsError
from motcua.engine.jobs.failures import Cause, cause_of
from motcua.engine.jobs.operations import retry_job
from motcua.engine.jobs.queries import Counts, count_jobs
from motcua.engine.jobs.registry import Job, declared_jobs, job
from motcua.engine.jobs.watching import watch_jobs
from motcua.engine.jobs.worker import run_worker, worker_silence

__all__ = [
    "Cause",
    "Counts",
    "Job",
    "JobsError",
    "cause_of",
    "count_jobs",
    "declared_beats",
    "declared_jobs",
    "defer",
    "every",
    "job",
    "retry_job",
    "run_worker",
    "watch_jobs",
    "worker_silence",
]
