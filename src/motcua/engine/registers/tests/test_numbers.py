"""Numbers are given without gaps and without doubles, whoever fails, waits or is killed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.engine.events.api import Event
from motcua.engine.events.testing import replays
from motcua.engine.permissions.api import NotPermitted
from motcua.engine.provinces.api import Province
from motcua.engine.registers.api import (
    Number,
    RegisteredNumber,
    RegisterRefused,
    Series,
    gaps,
    last_number,
    numbers_of,
    take_number,
    take_number_cte,
    withdraw_number,
)
from motcua.engine.registers.models import Counter
from motcua.engine.registers.permissions import VIEW, WITHDRAW
from motcua.kernel.clock import frozen

PATH = "/H05/H05.15/"


def daily(province, period="251001", kind="dossier", unit="H05.15"):
    return Series(province.pk, kind, unit, period, PATH)


def given_numbers(series):
    return list(numbers_of(series).values_list("number", flat=True))


@pytest.mark.django_db
class TestOneAfterTheOther:
    def test_every_series_counts_for_itself_from_one(self, province):
        other = Province.objects.create(key="q", agency_code="H06", place_code="25")
        first = daily(province)
        every = [first, daily(other), daily(province, "251002"), daily(province, kind="slip:02")]
        every.append(daily(province, unit="H05.16"))
        for series in every:
            assert take_number(series, subject="dossier:a") == Number(series, 1)
        assert take_number(first, subject="dossier:b").number == 2
        assert (last_number(first), last_number(every[1])) == (2, 1)
        assert [gaps(series) for series in every] == [[]] * 5

    def test_the_row_says_to_what_and_when(self, province):
        with frozen("2025-10-01T08:15"):
            take_number(daily(province), subject="dossier:a")
        row = numbers_of(daily(province)).get()
        assert (row.subject, row.unit_path, row.given_at.isoformat()) == (
            "dossier:a",
            PATH,
            "2025-10-01T01:15:00+00:00",
        )

    def test_one_round_trip(self, province, django_assert_num_queries):
        take_number(daily(province), subject="dossier:a")
        with django_assert_num_queries(1):
            take_number(daily(province), subject="dossier:b")

    def test_as_part_of_a_larger_statement(self, province):
        take_number(daily(province), subject="dossier:a")
        text, values = take_number_cte(daily(province), subject="dossier:b")
        with connection.cursor() as cursor:
            cursor.execute(f"WITH {text} SELECT 'H05.15-251001-' || number FROM register_number", values)
            assert cursor.fetchone() == ("H05.15-251001-2",)
        assert given_numbers(daily(province)) == [1, 2]

    def test_rolled_back_it_was_never_given(self, province):
        series = daily(province)
        take_number(series, subject="dossier:a")
        with contextlib.suppress(ZeroDivisionError), transaction.atomic():
            assert take_number(series, subject="dossier:b").number == 2
            1 / 0  # noqa: B018
        assert take_number(series, subject="dossier:c").number == 2
        assert list(numbers_of(series).values_list("subject", flat=True)) == ["dossier:a", "dossier:c"]

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
    @given(takes=st.lists(st.tuples(st.sampled_from("ab"), st.booleans()), max_size=25))
    def test_whatever_is_rolled_back_no_gap_is_left(self, province, takes):
        kept = {"a": 0, "b": 0}
        with contextlib.suppress(InterruptedError), transaction.atomic():
            for unit, keep in takes:
                with contextlib.suppress(ZeroDivisionError), transaction.atomic():
                    given_now = take_number(daily(province, unit=unit), subject="dossier:x").number
                    assert given_now == kept[unit] + 1
                    if not keep:
                        1 / 0  # noqa: B018
                    kept[unit] += 1
            for unit, count in kept.items():
                assert given_numbers(daily(province, unit=unit)) == list(range(1, count + 1))
                assert gaps(daily(province, unit=unit)) == [] and last_number(daily(province, unit=unit)) == (
                    count
                )
            raise InterruptedError

    def test_a_missing_row_is_found(self, province):
        """The check itself sees what the database does not let happen."""
        Counter.objects.create(province=province, kind="dossier", unit_code="H05.15", period="251001", last=4)
        take_number(daily(province), subject="dossier:a")
        assert gaps(daily(province)) == [1, 2, 3, 4]

    @pytest.mark.parametrize(
        "statement",
        [
            "DELETE FROM registers_registerednumber",
            "UPDATE registers_registerednumber SET number = 7",
            "UPDATE registers_registerednumber SET subject = 'dossier:other'",
            "DELETE FROM registers_counter",
            "UPDATE registers_counter SET period = '251002'",
        ],
    )
    def test_the_database_removes_and_changes_none(self, province, statement):
        take_number(daily(province), subject="dossier:a")
        with pytest.raises(DatabaseError, match="never removed"), transaction.atomic():
            connection.cursor().execute(statement)
        assert given_numbers(daily(province)) == [1]


@pytest.mark.django_db(transaction=True)
class TestAtTheSameTime:
    def test_outside_a_transaction_is_a_fault(self, province):
        with pytest.raises(RuntimeError):
            take_number(daily(province), subject="dossier:a")
        assert not RegisteredNumber.objects.exists()

    def test_threads_that_also_fail(self, province):
        series, each, threads = daily(province), 40, 6
        got, lock, problems = [], threading.Lock(), []

        def work(me):
            try:
                for turn in range(each):
                    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
                        taken = take_number(series, subject=f"dossier:{me}-{turn}").number
                        if (me + turn) % 4 == 0:
                            1 / 0  # noqa: B018
                        with lock:
                            got.append(taken)
            except BaseException as problem:
                problems.append(problem)
            finally:
                connection.close()

        running = [threading.Thread(target=work, args=(me,)) for me in range(threads)]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join(60)
        assert not problems
        assert sorted(got) == list(range(1, threads * each * 3 // 4 + 1))
        assert given_numbers(series) == sorted(got) and gaps(series) == []

    def test_the_second_waits_and_gets_the_number_given_back(self, province):
        series, taken, go_on, second = daily(province), threading.Event(), threading.Event(), []

        def first():
            with contextlib.suppress(ZeroDivisionError), transaction.atomic():
                take_number(series, subject="dossier:a")
                taken.set()
                go_on.wait(30)
                1 / 0  # noqa: B018
            connection.close()

        def other():
            with transaction.atomic():
                second.append(take_number(series, subject="dossier:b").number)
            connection.close()

        one, two = threading.Thread(target=first), threading.Thread(target=other)
        one.start()
        assert taken.wait(30)
        two.start()
        wait_for(lambda: waiting_for_locks() == 1)
        assert second == []
        go_on.set()
        one.join(30)
        two.join(30)
        assert second == [1] and given_numbers(series) == [1]

    def test_a_process_killed_in_its_transaction_leaves_no_gap(self, province, tmp_path):
        series, reached = daily(province), tmp_path / "reached"
        with transaction.atomic():
            take_number(series, subject="dossier:a")
        name = connection.settings_dict["NAME"]
        url = urlsplit(os.environ["MOTCUA_TEST_DATABASE_URL"])._replace(path=f"/{name}").geturl()
        environment = {
            **os.environ,
            "MOTCUA_DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "motcua.config.settings",
        }
        script = Path(__file__).with_name("killed.py")
        process = subprocess.Popen(
            [sys.executable, str(script), str(province.pk), str(reached)], env=environment
        )
        try:
            wait_for(lambda: reached.exists() and reached.read_text())
            assert reached.read_text() == "2"
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
        with transaction.atomic():
            assert take_number(series, subject="dossier:b").number == 2
        assert list(numbers_of(series).values_list("subject", flat=True)) == ["dossier:a", "dossier:b"]
        assert gaps(series) == []


def waiting_for_locks():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        return cursor.fetchone()[0]


def wait_for(condition, seconds=60):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)


@pytest.mark.django_db
class TestWithdrawing:
    @pytest.fixture
    def number(self, province):
        take_number(daily(province), subject="dossier:a")
        return take_number(daily(province), subject="dossier:b")

    def snapshot(self):
        rows = RegisteredNumber.objects.order_by("number").select_related("withdrawn_by")
        return [
            [row.number, row.subject, row.withdrawn_at is not None, str(row.withdrawn_by or "")]
            for row in rows
        ]

    def tell(self, state, event):
        for row in state:
            if row[0] == event.payload["number"] and row[1] == event.subject:
                row[2:] = [True, "an"]
        return state

    def test_it_stays_with_its_reason_and_is_not_given_again(self, province, person, number):
        viewer = person("an", province, WITHDRAW)
        with replays(self.snapshot, {"registers:number:withdrawn": self.tell}) as events:
            row = withdraw_number(viewer, number, "  Cấp nhầm   cho hồ sơ trùng ")
        assert row.withdrawn_reason == "Cấp nhầm cho hồ sơ trùng"
        assert [(event.subject, event.unit_path, event.payload) for event in events] == [
            ("dossier:b", PATH, {"kind": "dossier", "unit": "H05.15", "period": "251001", "number": 2})
        ]
        assert take_number(daily(province), subject="dossier:c").number == 3
        assert gaps(daily(province)) == []

    @pytest.mark.parametrize(
        ("which", "reason", "code"),
        [
            (2, "  x ", "registers.reason.length"),
            (2, "x" * 501, "registers.reason.length"),
            (9, "Cấp nhầm", "registers.number.unknown"),
            (1, "Cấp nhầm", "registers.number.withdrawn"),
        ],
    )
    def test_refused_with_a_reason_in_words(self, province, person, number, which, reason, code):
        viewer = person("an", province, WITHDRAW)
        withdraw_number(viewer, Number(number.series, 1), "Cấp nhầm từ đầu")
        with pytest.raises(RegisterRefused) as refusal, replays(self.snapshot, {}):
            withdraw_number(viewer, Number(number.series, which), reason)
        assert refusal.value.code == code and refusal.value.message.endswith(".")

    @pytest.mark.parametrize(
        ("permission", "path"),
        [(VIEW, "/"), (WITHDRAW, "/H05/H05.16/"), (WITHDRAW, "/H05/H05.15/H05.15.02/")],
    )
    def test_not_by_a_stranger(self, province, person, number, permission, path):
        viewer = person("an", province, permission, path=path)
        with pytest.raises(NotPermitted), replays(self.snapshot, {}):
            withdraw_number(viewer, number, "Cấp nhầm")
        assert not Event.objects.filter(type="registers:number:withdrawn").exists()
