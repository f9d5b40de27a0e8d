"""Procedures kept in memory: asked on every step of every dossier, changed a few times a day.

What all threads share is thrown away when the stamp of the catalogue (kept by database triggers) has changed;
the stamp is looked at no more than once a second. A transaction that changed the catalogue itself reads through
a memory of its own, which ends with it: nobody else sees what may yet be rolled back.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Hashable
from typing import Any

from django.db import connection

from motcua.engine.statements.api import fetch

LOOK_EVERY = 1.0  # seconds
MOST = 50_000  # answers kept

Kept = dict[Hashable, Any]


class _Shared:
    def __init__(self) -> None:
        self.kept: Kept = {}
        self.stamp: int | None = None
        self.looked = float("-inf")


_shared = _Shared()
_own = threading.local()


def memory() -> Kept:
    """Where answers may be kept now. Write into the dict that was taken before the database was asked."""
    if getattr(_own, "blocks", ()) and _still_inside():
        return _own.kept
    moment = time.monotonic()
    if moment - _shared.looked >= LOOK_EVERY:
        _look(moment)
    if len(_shared.kept) > MOST:
        _shared.kept = {}
    return _shared.kept


def forget() -> None:
    """To be called inside the transaction that changes what procedures say, after each change."""
    blocks = tuple(connection.atomic_blocks)
    if blocks:
        _own.blocks, _own.kept = blocks, {}
    else:
        _start_anew()


def _still_inside() -> bool:
    """Whether every block that was open when this thread changed something still is. One that has ended, well or
    not, takes the memory with it."""
    held, current = _own.blocks, connection.atomic_blocks
    common = 0
    for mine, now_open in zip(held, current, strict=False):
        if mine is not now_open:
            break
        common += 1
    if common < len(held):
        _own.blocks, _own.kept = held[:common], {}
        if not common:
            _start_anew()
    return common > 0


def _look(moment: float) -> None:
    rows = fetch("SELECT value FROM catalogue_stamp WHERE id = 1")
    stamp = rows[0][0] if rows else None
    if stamp != _shared.stamp:
        _shared.kept, _shared.stamp = {}, stamp
    _shared.looked = moment


def _start_anew() -> None:
    _shared.kept = {}
    _shared.looked = float("-inf")
