import os
import random
import threading
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.kernel import ids
from motcua.kernel.clock import VIETNAM, frozen, now
from motcua.kernel.ids import IdError, drawn_from, parse_uuid7, random_bits, uuid7, uuid7_time


def test_shape_is_rfc_9562_version_7():
    identifier = uuid7()
    assert identifier.version == 7
    assert identifier.variant == uuid.RFC_4122
    assert abs(uuid7_time(identifier) - now()) < timedelta(seconds=5)


def test_burst_is_strictly_increasing_even_with_time_frozen():
    with frozen("2026-01-01"):
        burst = [uuid7() for _ in range(20_000)]
    assert burst == sorted(set(burst))


def test_threads_never_share_an_identifier():
    made: list[uuid.UUID] = []
    threads = [threading.Thread(target=lambda: made.extend([uuid7() for _ in range(2000)])) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 8000


def test_clock_going_back_keeps_the_order(monkeypatch):
    first = uuid7()
    monkeypatch.setattr(ids.time, "time_ns", lambda: 0)
    assert uuid7() > first


def test_full_counter_borrows_the_next_millisecond():
    sequence = ids._Sequence()
    sequence.next(5)
    sequence.random = ids._RANDOM_LIMIT - 1
    assert sequence.next(5)[0] == 6


def test_a_forked_child_starts_its_own_sequence():
    uuid7()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, b"1" if ids._sequence.millisecond == -1 else b"0")
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reader, 1) == b"1"
    assert ids._sequence.millisecond > 0


@given(st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2500, 1, 1)))
def test_time_is_read_back_to_the_millisecond(naive):
    instant = naive.replace(tzinfo=UTC)
    read = uuid7_time(uuid7(at=instant))
    assert timedelta(0) <= instant - read < timedelta(milliseconds=1)


def test_parse_accepts_its_own_and_refuses_others():
    identifier = uuid7()
    assert parse_uuid7(f" {str(identifier).upper()} ") == identifier
    for text, code in [("abc", "kernel.ids.malformed"), (str(uuid.uuid4()), "kernel.ids.not-uuid7")]:
        with pytest.raises(IdError) as caught:
            parse_uuid7(text)
        assert caught.value.code == code
    with pytest.raises(IdError):
        uuid7_time(uuid.uuid4())
    with pytest.raises(IdError):
        uuid7(at=datetime(1960, 1, 1, tzinfo=UTC))


def test_drawn_from_a_seed_the_same_identifiers_come_again():
    def draw():
        chance = random.Random(7)
        with frozen("2025-03-04T09:15:00"), drawn_from(chance.getrandbits):
            return [uuid7(), uuid7()]

    first, second = draw()
    assert draw() == [first, second]
    assert first != second and first.version == 7
    assert uuid7_time(first) == datetime(2025, 3, 4, 9, 15, tzinfo=VIETNAM)
    assert random_bits(64) != random_bits(64) and uuid7_time(uuid7()).year > 2025
