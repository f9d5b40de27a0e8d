"""The chain itself, without a database: how a link is made, and how exported rows are checked."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

GENESIS = bytes(32)


def digest_of_content(content: list[Any]) -> bytes:
    """SHA-256 over an event's canonical content (32 bytes)."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).digest()


def link(previous: bytes, position: int, uid: str, digest: bytes) -> bytes:
    """The next chain digest (32 bytes)."""
    return hashlib.sha256(previous + position.to_bytes(8, "big") + uid.encode() + digest).digest()


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where a chain does not hold. `reason`: content, link or gap."""

    province_id: int | None
    position: int
    event_uid: str
    reason: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What verify found: events checked, breaks (one a chain at most), and the tail not yet sealed."""

    checked: int
    heads: dict[int | None, tuple[int, str]]
    breaks: tuple[Break, ...]
    unsealed: int = 0
    oldest_unsealed: dt.timedelta | None = None

    @property
    def holds(self) -> bool:
        return not self.breaks


def verify_rows(rows: Iterable[dict[str, Any]]) -> Verification:
    """Checks content digests and links of rows in chain order (as `export_rows` writes them)."""
    heads: dict[int | None, tuple[int, str]] = {}
    breaks: list[Break] = []
    checked = 0
    for province_id, chain in groupby(rows, key=lambda row: row["province"]):
        checker = _Chain(province_id)
        for row in chain:
            checked += 1
            checker.take(row)
        heads[province_id] = (checker.position, checker.digest.hex())
        if checker.broken is not None:
            breaks.append(checker.broken)
    return Verification(checked, heads, tuple(breaks))


class _Chain:
    def __init__(self, province_id: int | None) -> None:
        self.province_id = province_id
        self.position = 0
        self.digest = GENESIS
        self.broken: Break | None = None

    def take(self, row: dict[str, Any]) -> None:
        expected = self.position + 1
        content = digest_of_content(row["content"])
        self.position = row["position"]
        if row["position"] != expected:
            self._break(row, "gap")
        elif content.hex() != row["digest"]:
            self._break(row, "content")
        elif link(self.digest, expected, row["content"][0], content).hex() != row["chain"]:
            self._break(row, "link")
        self.digest = bytes.fromhex(row["chain"])

    def _break(self, row: dict[str, Any], reason: str) -> None:
        if self.broken is None:
            self.broken = Break(self.province_id, row["position"], row["content"][0], reason)
