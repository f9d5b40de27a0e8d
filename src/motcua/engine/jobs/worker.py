"""The worker process: runs jobs, and beats beside them, until a signal says to stop."""

from __future__ import annotations

import asyncio
import datetime as dt

from django.db.models import Max
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateWorker

from motcua.engine.jobs.beats import Pulse
from motcua.engine.jobs.rescue import HEARTBEAT, STALLED
from motcua.kernel.clock import now


def run_worker(*, concurrency: int = 2, wait: bool = True) -> None:
    """Works until SIGTERM or SIGINT (with `wait` False: until the queue is empty).

    concurrency: jobs at the same time, each in a thread with a database connection of its own.
    """
    with Pulse(), app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
        asyncio.run(_work(working, concurrency, wait))


async def _work(working: object, concurrency: int, wait: bool) -> None:
    async with working.open_async():  # type: ignore[attr-defined]
        await working.run_worker_async(  # type: ignore[attr-defined]
            concurrency=concurrency,
            wait=wait,
            fetch_job_polling_interval=2.0,
            update_heartbeat_interval=HEARTBEAT,
            stalled_worker_timeout=STALLED,
            name="motcua",
        )


def worker_silence() -> dt.timedelta | None:
    """How long ago the liveliest worker gave its last sign; None when there is none at all."""
    last = ProcrastinateWorker.objects.aggregate(last=Max("last_heartbeat"))["last"]
    return now() - last if last else None
