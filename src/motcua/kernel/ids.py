"""Identifiers that leave the system: UUID version 7 (RFC 9562), ordered by time, made by the application."""

from __future__ import annotations

import os
import secrets
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

from motcua.kernel.clock import VIETNAM, local, now
from motcua.kernel.errors import KernelError

_RANDOM_BITS = 74
_RANDOM_LIMIT = 1 << _RANDOM_BITS
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


Bits = Callable[[int], int]
# None: the machine's own chance and clock.
_drawn: ContextVar[Bits | None] = ContextVar("motcua_chance", default=None)


@contextmanager
def drawn_from(bits: Bits) -> Iterator[None]:
    """Let ``bits(count)`` give every random bit of identifiers inside the block, and the injected clock their moment.

    For simulated years alone: what is drawn from a seed can be drawn again, hence guessed. This context only.
    """
    token = _drawn.set(bits)
    try:
        yield
    finally:
        _drawn.reset(token)


def random_bits(count: int) -> int:
    """``count`` random bits: the machine's, not to be guessed; or those of :func:`drawn_from`."""
    source = _drawn.get()
    return secrets.randbits(count) if source is None else source(count)


class IdError(KernelError):
    """A text that is not the identifier it should be."""

    code = "kernel.ids"


class _Sequence:
    """Last identifier given by this process: the next one is always greater."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.millisecond = -1
        self.random = 0

    def next(self, millisecond: int) -> tuple[int, int]:
        with self.lock:
            if millisecond > self.millisecond:
                self.millisecond, self.random = millisecond, _fresh_random()
            else:
                self.random += 1 + secrets.randbits(32)
                if self.random >= _RANDOM_LIMIT:
                    self.millisecond, self.random = self.millisecond + 1, _fresh_random()
            return self.millisecond, self.random


def _fresh_random() -> int:
    # The top bit starts clear, so that a burst within one millisecond has room to count upwards.
    return secrets.randbits(_RANDOM_BITS - 1)


_sequence = _Sequence()


def _forget_parent() -> None:
    global _sequence
    _sequence = _Sequence()


os.register_at_fork(after_in_child=_forget_parent)


def uuid7(at: datetime | None = None) -> uuid.UUID:
    """Return a new UUIDv7; without ``at``, strictly greater than every earlier one of this process.

    ``at`` (aware) stamps another moment, for imports and simulated years: unique, and ordered between
    different milliseconds only. The default reads the machine's clock, never the injected one: an
    identifier must stay unique while a test holds time still.
    """
    if at is None and _drawn.get() is None:
        return _assemble(*_sequence.next(time.time_ns() // 1_000_000))
    moment = now() if at is None else at
    millisecond = (local(moment) - _EPOCH) // _MILLISECOND
    if not 0 <= millisecond < 1 << 48:
        raise IdError(f"Thời điểm {at} nằm ngoài phạm vi của UUIDv7.", code="kernel.ids.time-out-of-range")
    return _assemble(millisecond, random_bits(_RANDOM_BITS))


def _assemble(millisecond: int, random: int) -> uuid.UUID:
    high, low = random >> 62, random & ((1 << 62) - 1)
    return uuid.UUID(int=millisecond << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)


def uuid7_time(identifier: uuid.UUID) -> datetime:
    """Return the moment stamped in a UUIDv7, to the millisecond, in Asia/Ho_Chi_Minh."""
    if identifier.version != 7:
        raise IdError(
            f"Mã định danh {identifier} không phải UUID phiên bản 7 nên không mang thời điểm tạo.",
            code="kernel.ids.not-uuid7",
        )
    return (_EPOCH + (identifier.int >> 80) * _MILLISECOND).astimezone(VIETNAM)


def parse_uuid7(text: str) -> uuid.UUID:
    """Read a UUIDv7 from its canonical text (any case, surrounding spaces allowed)."""
    try:
        identifier = uuid.UUID(text.strip())
    except ValueError:
        raise IdError(
            f"“{text}” không phải mã định danh hợp lệ; mã gồm 32 chữ số thập lục phân.",
            code="kernel.ids.malformed",
        ) from None
    if identifier.version != 7:
        raise IdError(f"Mã “{text}” không phải UUID phiên bản 7.", code="kernel.ids.not-uuid7")
    return identifier
