"""Slips per second, beside a raw Typst compilation of an empty page with the same fonts and PDF standard.

Run: ``python benchmarks/bench_documents.py``. No database. Every rendering has data of its own, so nothing but the fonts
and the templates is found in a cache.
"""

from __future__ import annotations

import dataclasses
import os
import resource
import statistics
import threading
import time
from collections.abc import Callable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")

import typst

from motcua.engine.documents import rendering
from motcua.engine.documents.api import merge_pdfs
from motcua.engine.documents.fonts import fonts
from motcua.modules.dossiers.slips.api import KINDS, render_many, render_slip
from motcua.modules.dossiers.slips.samples import SAMPLES


@dataclasses.dataclass(frozen=True)
class Cost:
    """Of one run: median wall time and mean processor time, in ms. The second hardly minds what else runs."""

    wall: float
    cpu: float


def cost(times: int, work: Callable[[int], object]) -> Cost:
    walls, cpu = [], time.process_time()
    for turn in range(times):
        started = time.perf_counter()
        work(turn)
        walls.append(1000 * (time.perf_counter() - started))
    return Cost(statistics.median(walls), 1000 * (time.process_time() - cpu) / times)


def line(name: str, one: Cost, per: int = 1, raw: Cost | None = None) -> None:
    ratio = f"   x{one.cpu / raw.cpu:.0f} of the empty page" if raw else ""
    print(f"{name:58.58} {one.wall / per:8.2f} ms  {one.cpu / per:8.2f} ms cpu{ratio}")


def numbered(kind: str, turn: int) -> object:
    content = SAMPLES[kind]
    if hasattr(content, "code"):
        return dataclasses.replace(content, code=f"H05.15-260303-{turn % 10_000:04d}")
    return dataclasses.replace(content, issuer=dataclasses.replace(content.issuer, phone=str(turn)))


def register(lines: int) -> object:
    first = SAMPLES["07"].lines[0]
    rows = tuple(
        dataclasses.replace(first, number=n, code=f"H05.15-260303-{n:04d}") for n in range(1, lines + 1)
    )
    return dataclasses.replace(SAMPLES["07"], lines=rows)


def empty(turn: int) -> bytes:
    source = f'#set text(font: "Tinos", lang: "vi")\n#set document(title: "{turn}")\n'.encode()
    made = typst.compile(
        source, font_paths=fonts(), format="pdf", pdf_standards=rendering.STANDARDS, timestamp=0
    )
    assert isinstance(made, bytes)
    return made


def main() -> None:
    """Measure and print."""
    first = cost(1, lambda _turn: render_slip("01", SAMPLES["01"]))
    raw = cost(200, empty)
    line("raw Typst, empty page", raw)
    line("first slip of a process (fonts read)", first)
    for kind in KINDS:
        one = cost(60, lambda turn, kind=kind: render_slip(kind, numbered(kind, turn)))
        line(f"{kind} {KINDS[kind].label}", one, raw=raw)
    bulk(100)
    line("register of 500 lines", cost(1, lambda _turn: render_slip("07", register(500))))
    threads(2, 100)
    print(f"most memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def bulk(count: int) -> None:
    slips = [("01", numbered("01", 5000 + turn)) for turn in range(count)]
    line(f"a receipt of {count}, one compilation", cost(1, lambda _turn: render_many(slips)), per=count)
    merged = cost(1, lambda _turn: merge_pdfs([render_slip(*slip) for slip in slips]))
    line(f"a receipt of {count}, one by one and merged", merged, per=count)


def threads(workers: int, each: int) -> None:
    def work(worker: int) -> None:
        for turn in range(each):
            render_slip("01", numbered("01", 7000 + worker * each + turn))

    started = time.perf_counter()
    running = [threading.Thread(target=work, args=(worker,)) for worker in range(workers)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    rate = workers * each / (time.perf_counter() - started)
    print(f"receipts, {workers} threads: {rate:.0f}/s")


if __name__ == "__main__":
    main()
