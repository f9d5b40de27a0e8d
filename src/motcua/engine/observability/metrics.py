"""Counts for Prometheus. Every process writes its own into one folder; a scrape adds them up."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError

_PID = re.compile(r"_(\d+)\.db$")
_DAY = 86_400.0


def _prepare_folder() -> Path:
    """The folder that prometheus_client reads from the environment when it is first imported."""
    folder = Path(os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(settings.METRICS_ROOT)))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in folder.glob("*.db"):
        _forget_dead(path)
    return folder


def _forget_dead(path: Path) -> None:
    """Removes counts of a process that ended more than a day ago."""
    match = _PID.search(path.name)
    try:
        if match and time.time() - path.stat().st_mtime > _DAY:
            os.kill(int(match.group(1)), 0)
    except ProcessLookupError:
        path.unlink(missing_ok=True)
    except (PermissionError, FileNotFoundError):
        return


_prepare_folder()

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest  # noqa: E402
from prometheus_client.core import GaugeMetricFamily, Metric  # noqa: E402
from prometheus_client.multiprocess import MultiProcessCollector  # noqa: E402
from prometheus_client.registry import Collector  # noqa: E402

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)

REQUESTS = Counter(
    "motcua_requests", "Yêu cầu theo trang, phương thức và mã trả lời", ["route", "method", "status"]
)
REQUEST_SECONDS = Histogram("motcua_request_seconds", "Thời gian trả lời, giây", ["route"], buckets=_SECONDS)
JOBS = Counter("motcua_jobs", "Lần chạy công việc nền theo kết quả", ["job", "outcome"])
JOB_SECONDS = Histogram(
    "motcua_job_seconds", "Thời gian một lần chạy công việc nền, giây", ["job"], buckets=_SECONDS
)


def count_request(route: str, method: str, status: int, seconds: float) -> None:
    REQUESTS.labels(route, method, str(status)).inc()
    REQUEST_SECONDS.labels(route).observe(seconds)


def count_job(name: str, job_id: int, outcome: str, seconds: float) -> None:
    JOBS.labels(name, outcome).inc()
    JOB_SECONDS.labels(name).observe(seconds)


class StateCollector(Collector):
    """What the database knows at the moment of the scrape: queue, seals, worker."""

    def collect(self) -> Iterator[Metric]:
        try:
            yield from self._read()
        except DatabaseError:
            yield GaugeMetricFamily("motcua_database_up", "1 khi cơ sở dữ liệu trả lời", value=0)
            return
        yield GaugeMetricFamily("motcua_database_up", "1 khi cơ sở dữ liệu trả lời", value=1)

    def _read(self) -> Iterator[Metric]:
        from motcua.engine.events.api import unsealed_tail
        from motcua.engine.facts.api import lag
        from motcua.engine.jobs.api import count_jobs, worker_silence

        waiting, oldest = unsealed_tail()
        counts, silence = count_jobs(), worker_silence()
        age = oldest.total_seconds() if oldest else 0.0
        queue = GaugeMetricFamily("motcua_queue", "Công việc nền theo trạng thái", labels=["state"])
        for state in ("todo", "doing", "failed"):
            queue.add_metric([state], getattr(counts, state))
        yield queue
        yield GaugeMetricFamily("motcua_unsealed_events", "Sự kiện chưa niêm phong", value=waiting)
        yield GaugeMetricFamily(
            "motcua_unsealed_oldest_seconds", "Tuổi sự kiện chưa niêm phong cũ nhất", value=age
        )
        facts = lag()
        yield GaugeMetricFamily(
            "motcua_facts_lag_seconds",
            "Tuổi sự kiện cũ nhất mà dữ kiện chưa có",
            value=facts.behind.total_seconds(),
        )
        yield GaugeMetricFamily("motcua_facts_unbuilt", "Dữ kiện chưa dựng", value=facts.unbuilt)
        if silence is not None:
            yield GaugeMetricFamily(
                "motcua_worker_silence_seconds",
                "Giây từ lần báo gần nhất của tiến trình công việc nền",
                value=silence.total_seconds(),
            )


def exposition() -> bytes:
    """All processes' counts and the present state, in Prometheus's text format."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    registry.register(StateCollector())
    return generate_latest(registry)
