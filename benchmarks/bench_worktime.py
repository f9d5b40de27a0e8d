"""Evaluations a second of working-time arithmetic, each with its ratio to a raw bisect of the same run.

Run: ``python benchmarks/bench_worktime.py [evaluations]`` (default 200 000).
"""

from __future__ import annotations

import random
import sys
import time
from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from motcua.kernel.clock import VIETNAM
from motcua.kernel.worktime import Duration, due, parse_limit, rule_on, vietnam


def rate(evaluate: Callable[[Any], object], arguments: Sequence[Any]) -> float:
    """Best of three: calls a second over the arguments, the loop included."""
    best = float("inf")
    for _ in range(3):
        begun = time.perf_counter()
        for argument in arguments:
            evaluate(argument)
        best = min(best, time.perf_counter() - begun)
    return len(arguments) / best


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    calendar = vietnam()
    table = calendar.table
    random.seed(1)
    first = datetime(2025, 1, 1, tzinfo=VIETNAM)
    instants = [first + timedelta(minutes=random.randrange(500_000)) for _ in range(count)]
    minutes = [table.first + 526_000 + random.randrange(500_000) for _ in range(count)]
    pairs = list(zip(instants, reversed(instants), strict=True))
    limit, rule = parse_limit("5 ngày làm việc"), rule_on(first.date())
    day = Duration.of_days(1)
    few = instants[: max(1, count // 100)]

    starts = table.starts
    raw = rate(lambda minute: bisect_right(starts, minute), minutes)
    rows = [
        ("raw bisect in the session table", raw),
        ("table.worked (minutes before an instant)", rate(table.worked, minutes)),
        ("table.add, 2 250 working minutes", rate(lambda minute: table.add(minute, 2250), minutes)),
        ("minutes_between, instants in and out", rate(lambda pair: calendar.minutes_between(*pair), pairs)),
        ("add one working day, instant in and out", rate(lambda at: calendar.add(at, day).at, instants)),
        ("legal due time, 5 working days", rate(lambda at: due(calendar, at, limit, rule).at, instants)),
        ("the same with its explanation", rate(lambda at: due(calendar, at, limit, rule).explanation, few)),
    ]
    print(f"{count:,} evaluations, {len(starts):,} sessions")
    for name, result in rows:
        print(f"{name:44} {result:12,.0f}/s {1e6 / result:8.2f} µs {raw / result:8.1f} × raw")


if __name__ == "__main__":
    main()
