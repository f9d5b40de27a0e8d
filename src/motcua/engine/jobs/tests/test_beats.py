"""Beats: regular work that survives its own failures, and the sealer among them."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import transaction

from motcua.engine.events.api import declare_event, record, unsealed_tail
from motcua.engine.jobs.beats import Beat, Pulse, declared_beats
from motcua.engine.jobs.models import BeatState
from motcua.engine.jobs.worker import worker_silence

DONE = declare_event("test:beat:done", "Xong")

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_broken_beat_is_told_slowed_and_healed():
    broken = [True]

    def work() -> None:
        if broken:
            raise RuntimeError("Nguyễn Văn Bí Mật")

    beat = Beat("test.beat", "Thử", 2.0, work)
    assert beat.run() is False and beat.run() is False
    assert beat.pause == 8.0
    state = BeatState.objects.get(name="test.beat")
    assert state.failure_kind == "RuntimeError" and state.last_failure is not None
    broken.clear()
    assert beat.run() is True
    assert beat.pause == 2.0
    state.refresh_from_db()
    assert state.last_run > state.last_failure


def test_the_pulse_stops_when_told():
    ran = threading.Event()
    with Pulse((Beat("test.quick", "Nhanh", 0.01, ran.set),)) as pulse:
        assert ran.wait(10)
    assert not any(thread.is_alive() for thread in pulse._threads)


def test_the_sealer_seals_within_seconds(province):
    sealer = next(beat for beat in declared_beats() if beat.name == "events.seal")
    assert sealer.seconds <= 2
    with Pulse((sealer,)):
        with transaction.atomic():
            record(DONE, province=province)
        began = time.monotonic()
        while unsealed_tail()[0]:
            assert time.monotonic() - began < 10
            time.sleep(0.05)
    assert time.monotonic() - began < 5


def test_no_worker_no_sign_of_life():
    assert worker_silence() is None
