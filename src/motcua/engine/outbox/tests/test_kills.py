"""Workers killed at the worst moments: nothing is lost, and what repeats carries the same key."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.db import connection, transaction

from motcua.engine.outbox import senders
from motcua.engine.outbox.api import Message, State, put, register_sender, send_all
from motcua.engine.outbox.sending import send_lane

pytestmark = pytest.mark.django_db(transaction=True)

CRASH = Path(__file__).with_name("crash_sender.py")


def start(gate, folder, when):
    name = connection.settings_dict["NAME"]
    url = os.environ["MOTCUA_DATABASE_URL"]
    base, _slash, _old = url.partition("?")[0].rpartition("/")
    query = url.partition("?")[2]
    environment = os.environ | {
        "MOTCUA_DATABASE_URL": f"{base}/{name}" + (f"?{query}" if query else ""),
        "DJANGO_SETTINGS_MODULE": "motcua.config.settings",
    }
    return subprocess.Popen([sys.executable, str(CRASH), gate.url, str(folder), when], env=environment)


def put_committed(province, count):
    with transaction.atomic():
        return [
            put("crash", "k", {"n": n}, province=province, key=f"k{n}", subject="s") for n in range(count)
        ]


def finish(gate, deadline=60.0):
    """Starts workers until nothing is open."""
    began = time.monotonic()
    while Message.objects.exclude(state=State.SENT).exists():
        assert time.monotonic() - began < deadline
        start(gate, Path("/nonexistent"), "never").wait(30)
        time.sleep(0.3)


def wait_for(condition):
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < 30
        time.sleep(0.02)


@pytest.mark.parametrize("when", ["before", "during", "after"])
def test_killed(province, gate, tmp_path, when):
    messages = put_committed(province, 3)
    if when == "during":
        gate.opened.clear()
    worker = start(gate, tmp_path, when)
    if when == "during":
        assert gate.knocked.wait(30)
    else:
        wait_for((tmp_path / "reached").exists)
    worker.send_signal(signal.SIGKILL)
    worker.wait(10)
    gate.opened.set()
    assert Message.objects.filter(state=State.SENDING).count() == 1
    finish(gate)
    expected = [str(message.uid) for message in messages]
    repeats = 0 if when == "before" else 1
    assert gate.knocks == [expected[0]] * repeats + expected
    assert set(Message.objects.values_list("attempts", flat=True)) == {1, 2}


def test_a_failing_server_is_tried_again_until_it_answers(province, gate):
    gate.status = 503
    put_committed(province, 2)
    start(gate, Path("/nonexistent"), "never").wait(30)
    assert Message.objects.get(key="k0").state == State.FAILED
    assert Message.objects.get(key="k0").last_error == "http.503"
    gate.status = 200
    finish(gate)
    assert len(set(gate.knocks)) == 2


def test_two_workers_never_send_the_same(province, gate):
    with transaction.atomic():
        for number in range(40):
            put("crash", "k", {}, province=province, key=f"k{number}")
    workers = [start(gate, Path("/nonexistent"), "never") for _ in range(2)]
    for worker in workers:
        assert worker.wait(60) == 0
    assert len(gate.knocks) == len(set(gate.knocks)) == 40


def test_lanes_are_sent_beside_each_other(province):
    """Each sender waits for the other: were lanes sent one by one, neither would end."""
    meeting = threading.Barrier(2, timeout=20)

    class Meeting(senders.Sender):
        def send(self, outgoing):
            meeting.wait()
            return senders.Sent()

    register_sender("meet", Meeting())
    try:
        with transaction.atomic():
            put("meet:a", "k", {}, province=province, key="1")
            put("meet:b", "k", {}, province=province, key="1")
        assert send_all() == 2
    finally:
        del senders._senders["meet"]
    assert Message.objects.filter(state=State.SENT).count() == 2
    assert send_lane(province.pk, "meet:a") == 0
