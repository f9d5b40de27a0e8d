"""Microseconds of a procedure asked again, milliseconds of the list, with 2,176 procedures in one process.

    python benchmarks/bench_catalogue.py

The raw limits are a dict look-up of the same key, and /healthz (the same middleware, no database, no template).
"""

from __future__ import annotations

import datetime as dt
import os
import statistics
import tempfile
import time
from pathlib import Path

COUNT = 2_176
ROUNDS = 60
PAGES = (
    "/healthz",
    "/thu-tuc/",
    "/thu-tuc/?cap=xa&truc-tuyen=toan-trinh",
    "/thu-tuc/?q=thu+tuc+100",
    "/thu-tuc/?co-quan=so",
    "/thu-tuc/3.000100/",
    "/thu-tuc/tong-hop/",
)


def main() -> None:
    from motcua.engine.database.api import EmbeddedServer

    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedServer(Path(folder) / "data", durable=False)
        os.environ |= {
            "MOTCUA_DATABASE_URL": server.start(),
            "MOTCUA_DATA_DIR": folder,
            "MOTCUA_DEMO": "1",
            "MOTCUA_LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "motcua.config.settings",
        }
        try:
            measure()
        finally:
            server.destroy()


def measure() -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    province = _province()
    _fill(province)
    _procedure(province)
    client = Client(headers={"host": "localhost"})
    for path in PAGES:
        client.get(path)
        times = sorted(_milliseconds(client, path) for _ in range(ROUNDS))
        p50, p95 = statistics.median(times), times[int(len(times) * 0.95)]
        print(f"{path:45} p50 {p50:6.1f} ms   p95 {p95:6.1f} ms")


def _province():  # type: ignore[no-untyped-def]
    from motcua.engine.provinces.api import Province, ProvinceTitle

    province = Province.objects.create(key="do", agency_code="T01", place_code="01")
    ProvinceTitle.objects.create(province=province, title="Tỉnh Đo", valid_from=dt.date(2020, 1, 1))
    return province


def _fill(province) -> None:  # type: ignore[no-untyped-def]
    """Plain procedures with a full set of parts, some three kilobytes each."""
    from django.db import connection

    from motcua.kernel.clock import now
    from motcua.modules.catalogue.content import search_vector
    from motcua.modules.catalogue.data import (
        Agency,
        Channel,
        ChannelLimit,
        Fee,
        Paper,
        PaperCase,
        ProcedureContent,
        Sequence,
    )
    from motcua.modules.catalogue.models import Field, Procedure, Version
    from motcua.modules.catalogue.operations import columns_of
    from motcua.modules.catalogue.proposals import Proposal

    fields = Field.objects.bulk_create(
        Field(province=province, code=f"f{n}", name=f"Lĩnh vực {n}") for n in range(120)
    )
    limits = (ChannelLimit("05 ngày làm việc", fees=(Fee("Lệ phí", 50_000),)),)
    content = ProcedureContent(
        sequences=(Sequence(steps=tuple("Một bước của trình tự, kể đủ lời " * 3 for _ in range(5))),),
        channels=tuple(Channel(kind, limits) for kind in ("direct", "online", "post")),
        cases=tuple(
            PaperCase(f"Trường hợp {n}", tuple(Paper(f"Giấy tờ số {m}") for m in range(6))) for n in range(3)
        ),
        agencies=(Agency("Sở Thử nghiệm"),),
    )
    made = Procedure.objects.bulk_create(
        Procedure(
            province=province,
            code=f"3.{n:06}",
            at_province=n % 5 > 0,
            at_commune=n % 5 == 0,
            lifecycle="live",
            created_at=now(),
        )
        for n in range(COUNT)
    )
    rows = []
    for n, procedure in enumerate(made):
        field = fields[n % len(fields)]
        proposal = Proposal(
            f"Thủ tục {n} về việc thử nghiệm", field.code, online_level="full", content=content
        )
        rows.append(
            Version(
                province=province,
                procedure=procedure,
                number=1,
                valid_from=dt.date(2020, 1, 1),
                field=field,
                search=search_vector(procedure.code, proposal.name, field.name),
                **columns_of(proposal),
            )
        )
    Version.objects.bulk_create(rows, batch_size=200)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _procedure(province) -> None:  # type: ignore[no-untyped-def]
    from motcua.modules.catalogue.api import procedure_on
    from motcua.modules.catalogue.caching import memory

    codes = [f"3.{n:06}" for n in range(1_000)]
    day = dt.date(2026, 1, 5)
    began = time.perf_counter()
    for code in codes:
        procedure_on(province, code, day)
    cold = (time.perf_counter() - began) / len(codes)
    began = time.perf_counter()
    for _ in range(100):
        for code in codes:
            procedure_on(province, code, day)
    warm = (time.perf_counter() - began) / (100 * len(codes))
    kept = memory()
    began = time.perf_counter()
    for code in codes:
        kept.get((province.pk, code, day, ""))
    bare = (time.perf_counter() - began) / len(codes)
    print(
        f"procedure_on: first {cold * 1e6:.0f} µs, again {warm * 1e6:.2f} µs (bare dict {bare * 1e6:.2f} µs)"
    )


def _milliseconds(client, path: str) -> float:  # type: ignore[no-untyped-def]
    began = time.perf_counter()
    response = client.get(path)
    if response.status_code != 200:
        raise SystemExit(f"{path}: {response.status_code}")
    return (time.perf_counter() - began) * 1_000


if __name__ == "__main__":
    main()
