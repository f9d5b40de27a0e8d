"""A worker of its own process for the crash tests: sends what is due to a local address, and may be killed."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import django


def main(url: str, folder: Path, when: str) -> None:
    django.setup()
    import httpx

    from motcua.engine.outbox.api import Sender, Sent, Temporary, register_sender, send_due

    class Poster(Sender):
        lease = (
            120.0 if when == "never" else 1.0
        )  # who is killed is waited for shortly; a slow machine is no death
        first_wait = 0.1

        def send(self, outgoing):
            if when == "before":
                (folder / "reached").touch()
                time.sleep(120)
            answer = httpx.post(url, json=outgoing.payload, headers={"Idempotency-Key": str(outgoing.uid)})
            if when == "after":
                (folder / "reached").touch()
                time.sleep(120)
            if answer.status_code != 200:
                raise Temporary(f"http.{answer.status_code}")
            return Sent()

    register_sender("crash", Poster())
    send_due()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
