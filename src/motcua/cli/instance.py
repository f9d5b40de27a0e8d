"""One running motcua per data folder: who it is, and how the next one finds out."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from motcua.cli.problems import Problem
from motcua.engine.database.api import FolderLock

_HANDOVER = 45.0  # seconds the children of a killed instance may take to stop


class Instance:
    """The lock of a running motcua. Its children hold it too: it is free only when all of them are gone."""

    def __init__(self, data: Path) -> None:
        self._lock = FolderLock(data / "run.lock")
        self._card = data / "run.json"
        self._data = data

    def claim(self) -> None:
        """Take the folder. Raises RUN-ALREADY with the address of the one that has it."""
        until = time.monotonic() + _HANDOVER
        while not self._lock.take():
            address = self._living_owner()
            if address is not None or time.monotonic() >= until:
                raise Problem(
                    "RUN-ALREADY",
                    f"motcua đang chạy trên thư mục {self._data}"
                    + (f" tại {address}. Hãy mở địa chỉ đó, " if address else ". Hãy ")
                    + "dừng nó (Ctrl-C), hoặc chọn thư mục khác bằng MOTCUA_DATA_DIR.",
                    f"motcua is already running on {self._data}" + (f" at {address}." if address else "."),
                )
            time.sleep(0.1)

    @property
    def descriptor(self) -> int:
        return self._lock.descriptor

    def announce(self, address: str) -> None:
        """Say where this instance answers."""
        card = {"pid": os.getpid(), "born": psutil.Process().create_time(), "address": address}
        self._card.write_text(json.dumps(card), encoding="utf-8")

    def leave(self) -> None:
        self._card.unlink(missing_ok=True)
        self._lock.release()

    def _living_owner(self) -> str | None:
        try:
            card = json.loads(self._card.read_text(encoding="utf-8"))
            born = psutil.Process(card["pid"]).create_time()
        except (OSError, ValueError, KeyError, psutil.Error):
            return None
        return str(card["address"]) if abs(born - card["born"]) < 1 else None
