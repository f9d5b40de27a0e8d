"""Milliseconds of the main pages in one process, as the person they are for, beside the bare round of a request.

    python benchmarks/bench_pages.py

The raw limit is /healthz: the same middleware, no database, no template.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from pathlib import Path

ROUNDS = 40
PAGES = [
    ("", "/"),
    ("", "/don-vi/?ngay=2025-06-30"),
    ("", "/don-vi/?ngay=2025-07-01"),
    ("phantich", "/bieu-mau/"),
    ("phantich", "/kiem-tra-bao-cao/"),
    ("quantri", "/nhan-su/"),
    ("quantri", "/nhat-ky/"),
]


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

    for command in (["migrate"], ["collectstatic", "--noinput"], ["load_demo"]):
        call_command(*command, verbosity=0)
    floor = statistics.median(timed(client_of(""), "/healthz"))
    print(f"{'who':10} {'page':32} {'p50 ms':>8} {'p95 ms':>8} {'× raw':>7}")
    print(f"{'':10} {'/healthz (raw)':32} {floor:8.1f}")
    for who, path in PAGES:
        times = sorted(timed(client_of(who), path))
        middle, high = statistics.median(times), times[int(len(times) * 0.95)]
        print(f"{who or 'anyone':10} {path:32} {middle:8.1f} {high:8.1f} {middle / floor:7.1f}")


def client_of(who: str):
    from django.test import Client

    from motcua.engine.accounts.api import User

    client = Client(SERVER_NAME="localhost")
    if who:
        client.force_login(
            User.objects.get(username=who), backend="allauth.account.auth_backends.AuthenticationBackend"
        )
    return client


def timed(client, path: str) -> list[float]:
    times = []
    for number in range(ROUNDS + 3):
        start = time.perf_counter()
        answer = client.get(path)
        elapsed = (time.perf_counter() - start) * 1000
        assert answer.status_code == 200, (path, answer.status_code)
        if number >= 3:
            times.append(elapsed)
    return times


if __name__ == "__main__":
    main()
