"""Milliseconds of one search among the procedures of a full province, beside a bare scan of their names.

    python benchmarks/bench_search.py [procedures.csv]

The raw limit: for every name without marks, whether each word of the query stands in it. With a CSV of the columns
code, name, field those procedures stand among the 2,176 too. Prints quality on both lists of queries as well.
"""

from __future__ import annotations

import csv
import os
import statistics
import sys
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

ROUNDS = 5


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")
    os.environ.setdefault("MOTCUA_DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")
    django.setup()
    text = Path(sys.argv[1]).read_text(encoding="utf-8") if len(sys.argv) > 1 else ""
    more = csv.DictReader(text.splitlines(keepends=True))
    run([row for row in more if row["code"]])


def run(more: list[dict[str, str]]) -> None:
    from motcua.kernel.text import search_key
    from motcua.modules.catalogue.search.finding import catalogue_of, search_catalogue
    from motcua.modules.catalogue.search.measuring import entries_of_starter, measure, read_queries

    entries = entries_of_starter(simulated=True, more=more)
    started = time.perf_counter()
    catalogue = catalogue_of(entries)
    print(f"{len(entries)} procedures, index built in {time.perf_counter() - started:.2f} s")
    names = [search_key(one.name) for one in entries]

    def scan(text: str) -> list[str]:
        words = search_key(text).split()
        return [name for name in names if all(word in name for word in words)]

    def search(text: str) -> list[object]:
        return list(search_catalogue(catalogue, text, limit=8))

    def typing(text: str) -> list[object]:
        return list(search_catalogue(catalogue, text[: max(2, len(text) * 2 // 3)], limit=8, begun=True))

    cases = files("motcua.modules.catalogue.search") / "tests" / "cases"
    texts = []
    for name in ("asked.csv", "queries.csv"):
        queries = read_queries((cases / name).read_text(encoding="utf-8"))
        texts += [one.text for one in queries]
        quality = measure(queries, lambda text: search_catalogue(catalogue, text, limit=5))
        print(f"{name:12} n={len(queries):3} hit@1={quality.first:6.1%} hit@5={quality.five:6.1%}")
    raw = timed("raw scan", scan, texts, 0.0)
    timed("search", search, texts, raw)
    timed("while typing", typing, texts, raw)


def timed(label: str, call: Callable[[str], object], texts: list[str], raw: float) -> float:
    """Prints p50, p95 in ms, and the ratio to `raw`; returns p50."""
    times = []
    for _round in range(ROUNDS):
        for text in texts:
            started = time.perf_counter()
            call(text)
            times.append((time.perf_counter() - started) * 1000)
    times.sort()
    middle, high = statistics.median(times), times[int(len(times) * 0.95)]
    ratio = f"{middle / raw:6.1f} × raw" if raw else ""
    print(f"{label:14} p50 {middle:7.2f} ms  p95 {high:7.2f} ms  {ratio}")
    return middle


if __name__ == "__main__":
    main()
