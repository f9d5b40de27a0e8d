"""A worker of its own process for the crash test: its job stops half-way and waits to be killed."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import django


def main(folder: Path, wait: bool) -> None:
    django.setup()
    from motcua.engine.events.api import declare_event, record
    from motcua.engine.jobs.api import job, run_worker
    from motcua.engine.provinces.api import Province

    counted = declare_event("test:crash:counted", "Đếm")

    @job("test.crash", "Việc thử bị ngắt")
    def count(province: int) -> None:
        record(counted, province=Province.objects.get(pk=province), subject="crash")
        (folder / f"reached-{time.time_ns()}").touch()
        if not (folder / "go-on").exists():
            time.sleep(120)

    run_worker(wait=wait)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] == "stay")
