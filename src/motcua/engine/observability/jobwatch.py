"""How jobs end, in logs and counts."""

from __future__ import annotations

import logging

from motcua.engine.observability.metrics import count_job

_log = logging.getLogger("motcua.jobs")


def job_ended(name: str, job_id: int, outcome: str, seconds: float) -> None:
    """One line and one count a run."""
    count_job(name, job_id, outcome, seconds)
    level = logging.WARNING if outcome == "failed" else logging.INFO
    fields = {"job": name, "job_id": job_id, "outcome": outcome, "ms": round(seconds * 1000, 1)}
    _log.log(level, "job ended", extra=fields)
