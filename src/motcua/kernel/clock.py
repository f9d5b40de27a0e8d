"""The one clock. Everything that asks what time it is asks here, so that a test or a simulation can answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from motcua.kernel.errors import KernelError

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

Source = Callable[[], datetime]


class ClockError(KernelError):
    """An instant without a time zone, or a clock moved in a way that makes no sense."""

    code = "kernel.clock"


def _system() -> datetime:
    return datetime.now(UTC)


_source: ContextVar[Source] = ContextVar("motcua_clock", default=_system)


def local(instant: datetime) -> datetime:
    """Return the same instant on the clock of Viet Nam; refuse a naive one (``kernel.clock.naive``)."""
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise ClockError(
            f"Thời điểm {instant:%d/%m/%Y %H:%M} không có múi giờ; hãy ghi rõ múi giờ (ví dụ +07:00).",
            code="kernel.clock.naive",
        )
    return instant.astimezone(VIETNAM)


def now() -> datetime:
    """Return the present instant, aware, in Asia/Ho_Chi_Minh."""
    return _source.get()().astimezone(VIETNAM)


def today() -> date:
    """Return the present calendar day in Viet Nam."""
    return now().date()


class FrozenClock:
    """A clock that stands still until told to move. Given by :func:`frozen`."""

    def __init__(self, instant: datetime) -> None:
        self._instant = local(instant)

    def __call__(self) -> datetime:
        return self._instant

    def move_to(self, instant: datetime) -> None:
        """Set the clock to ``instant``, forwards or backwards."""
        self._instant = local(instant)

    def advance(self, step: timedelta) -> None:
        """Move the clock forwards by ``step``; a negative step is refused (``kernel.clock.backwards``)."""
        if step < timedelta(0):
            raise ClockError(
                "Bước thời gian âm; muốn lùi đồng hồ hãy dùng move_to với thời điểm cụ thể.",
                code="kernel.clock.backwards",
            )
        self._instant += step


@contextmanager
def using(source: Source) -> Iterator[None]:
    """Let ``source`` answer for the time inside the block, in this context (thread or task) only."""
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)


@contextmanager
def frozen(instant: datetime | date | str) -> Iterator[FrozenClock]:
    """Hold the clock at ``instant`` inside the block; yields a clock that can be moved.

    A date means its midnight, a text is ISO 8601; either without an offset is read as Vietnamese time.
    A ``datetime`` object must be aware (``kernel.clock.naive``).
    """
    clock = FrozenClock(_as_instant(instant))
    with using(clock):
        yield clock


def _as_instant(value: datetime | date | str) -> datetime:
    if isinstance(value, str):
        parsed = datetime.fromisoformat(value)
        return parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=VIETNAM)
    if isinstance(value, datetime):
        return value
    return datetime(value.year, value.month, value.day, tzinfo=VIETNAM)
