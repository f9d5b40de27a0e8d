"""Jobs by name: what a room's `jobs.py` declares."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from procrastinate import BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job as Queued

Work = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Job:
    """`label` is shown to the administrator; `attempts` counts all runs; `lock` keeps runs apart.

    `once`: the body and its mark are one transaction, so the effect happens exactly once whatever is killed
    when. A long job sets it to False, commits in steps, and must itself bear to be run again.
    """

    name: str
    label: str
    work: Work
    attempts: int = 5
    wait: float = 3.0
    lock: str | None = None
    once: bool = True

    def __call__(self, **arguments: Any) -> None:
        self.work(**arguments)


_jobs: dict[str, Job] = {}


def job(
    name: str,
    label: str,
    *,
    attempts: int = 5,
    wait: float = 3.0,
    lock: str | None = None,
    once: bool = True,
    queue: str = "default",
) -> Callable[[Work], Job]:
    """Declares a job in a room's `jobs.py`; the worker finds it there.

    name: "room.verb", stable: waiting jobs refer to it. label: Vietnamese. attempts: runs in all, the first
    included. wait: seconds before the second run, tripled (with some chance) before each later one. lock: no two
    jobs of the same lock run at the same time. Arguments must be JSON and hold codes and ids, not personal data.
    Raises ValueError when the name is taken.
    """

    def declare(work: Work) -> Job:
        if name in _jobs:
            raise ValueError(f"job {name!r} is declared twice")
        declared = Job(name, label, work, attempts, wait, lock, once)
        _jobs[name] = declared
        _register(declared, queue)
        return declared

    return declare


def job_named(name: str) -> Job | None:
    return _jobs.get(name)


def declared_jobs() -> tuple[Job, ...]:
    return tuple(_jobs[name] for name in sorted(_jobs))


def label_of(name: str) -> str:
    """The label of a job; its name when no room declares it any more."""
    known = _jobs.get(name)
    return known.label if known else name


class BackOff(BaseRetryStrategy):
    """Waits `wait`, 3 × wait, 9 × wait ... A refusal (an error of the house with a code) is final: a rule does
    not heal by waiting."""

    def __init__(self, attempts: int, wait: float) -> None:
        self.attempts = attempts
        self.wait = wait

    def get_retry_decision(self, *, exception: BaseException, job: Queued) -> RetryDecision | None:
        if job.attempts + 1 >= self.attempts or is_refusal(exception):
            return None
        seconds = self.wait * 3**job.attempts * random.uniform(0.8, 1.2)  # noqa: S311 - spreads retries, no secret
        return RetryDecision(retry_in={"milliseconds": round(seconds * 1000)})


def is_refusal(error: BaseException) -> bool:
    return type(error).__module__.startswith("motcua.") and isinstance(getattr(error, "code", None), str)


def _register(declared: Job, queue: str) -> None:
    from motcua.engine.jobs.running import run

    def perform(context: JobContext, /, **envelope: Any) -> None:
        run(declared, context, envelope)

    app.task(
        name=declared.name,
        queue=queue,
        lock=declared.lock,
        pass_context=True,
        retry=BackOff(declared.attempts, declared.wait),
    )(perform)
