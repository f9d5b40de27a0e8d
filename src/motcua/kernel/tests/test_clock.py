import contextvars
import threading
from datetime import UTC, date, datetime, timedelta

import pytest

from motcua.kernel.clock import ClockError, frozen, local, now, today, using


def test_now_is_vietnamese_and_close_to_the_machine_clock():
    instant = now()
    assert instant.utcoffset() == timedelta(hours=7)
    assert abs(instant - datetime.now(UTC)) < timedelta(seconds=5)


def test_frozen_accepts_text_date_and_instant():
    with frozen("2026-02-14T09:30"):
        assert now().isoformat() == "2026-02-14T09:30:00+07:00"
    with frozen(date(2026, 2, 14)):
        assert now().isoformat() == "2026-02-14T00:00:00+07:00"
    with frozen(datetime(2026, 2, 14, 20, tzinfo=UTC)):
        assert today() == date(2026, 2, 15)


def test_frozen_moves_and_nests():
    with frozen("2026-01-01T08:00") as outer:
        outer.advance(timedelta(hours=2))
        assert now().hour == 10
        with frozen("2025-01-01"):
            assert today().year == 2025
        assert now().hour == 10
        outer.move_to(datetime(2024, 1, 1, tzinfo=UTC))
        assert today() == date(2024, 1, 1)
    assert today().year != 2024


def test_naive_instant_and_negative_step_are_refused():
    with pytest.raises(ClockError) as caught:
        local(datetime(2026, 1, 1))
    assert caught.value.code == "kernel.clock.naive"
    with frozen("2026-01-01") as clock, pytest.raises(ClockError) as caught:
        clock.advance(timedelta(seconds=-1))
    assert caught.value.code == "kernel.clock.backwards"


def test_another_thread_keeps_its_own_clock():
    seen = []
    with frozen("2001-01-01"):
        worker = threading.Thread(target=contextvars.Context().run, args=(lambda: seen.append(today()),))
        worker.start()
        worker.join()
    assert seen[0].year > 2001


def test_source_is_restored_after_an_error():
    with pytest.raises(RuntimeError), using(lambda: datetime(1999, 1, 1, tzinfo=UTC)):
        raise RuntimeError
    assert today().year > 1999
