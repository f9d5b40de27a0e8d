"""What has been kept long enough goes, by dated rules; each thing with its event, once, and told beforehand."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from motcua.engine.events.api import Event
from motcua.engine.privacy import retention
from motcua.engine.privacy.api import apply_retention, declare_retention, read_rules
from motcua.engine.privacy.permissions import VIEW
from motcua.engine.privacy.retention import Retention, Rule
from motcua.kernel.clock import VIETNAM, frozen

RULES = (Rule(dt.date(2026, 1, 1), 10, "Luật A"), Rule(dt.date(2028, 7, 1), 5, "Luật B"))


@pytest.fixture(autouse=True)
def only_ours(monkeypatch):
    monkeypatch.setattr(retention, "_declared", {})


@pytest.fixture
def kept():
    """Things by subject with the day they were last used, and the room that erases them."""
    things = {f"thu:{year}": dt.datetime(year, 6, 1, tzinfo=VIETNAM) for year in range(2010, 2026)}

    def purge(province, before, *, limit, dry_run):
        found = sorted(subject for subject, used in things.items() if used < before)[:limit]
        if not dry_run:
            for subject in found:
                del things[subject]
        return found

    declare_retention("thu.cu", "Bản ghi thử", RULES, purge)
    return things


@pytest.mark.parametrize(
    ("day", "before"),
    [
        (dt.date(2025, 12, 31), None),
        (dt.date(2026, 1, 1), dt.datetime(2016, 1, 1, tzinfo=VIETNAM)),
        (dt.date(2028, 2, 29), dt.datetime(2018, 3, 1, tzinfo=VIETNAM)),
        (dt.date(2028, 6, 30), dt.datetime(2018, 6, 30, tzinfo=VIETNAM)),
        (dt.date(2028, 7, 1), dt.datetime(2023, 7, 1, tzinfo=VIETNAM)),
    ],
)
def test_the_rule_of_the_day(day, before):
    assert Retention("x", "x", RULES, lambda *_a, **_k: []).before(day) == before


@given(st.dates(dt.date(2000, 1, 1), dt.date(2200, 1, 1)), st.integers(1, 100))
def test_never_before_the_years_have_passed(day, years):
    before = Retention("x", "x", (Rule(dt.date.min, years, "y"),), lambda *_a, **_k: []).before(day)
    kept = before.date()
    assert kept.year == day.year - years
    assert dt.timedelta(0) <= (dt.date(day.year, kept.month, kept.day) - day) <= dt.timedelta(1)


@pytest.mark.django_db
def test_told_beforehand_and_nothing_gone(province, kept):
    with frozen("2026-05-01"):
        (outcome,) = apply_retention(dry_run=True)
    assert outcome.subjects == tuple(f"thu:{year}" for year in range(2010, 2016))
    assert len(kept) == 16 and not Event.objects.exists()
    with frozen("2026-05-01"):
        (outcome,) = apply_retention(dry_run=True, limit=2)
    assert outcome.subjects == ("thu:2010", "thu:2011") and outcome.more


@pytest.mark.django_db
def test_gone_once_each_with_its_event(province, kept):
    with frozen("2026-05-01"):
        (outcome,) = apply_retention(dry_run=False, limit=4)
        assert apply_retention(dry_run=False)[0].subjects == ()
    assert outcome.subjects == tuple(f"thu:{year}" for year in range(2010, 2016))
    assert min(kept) == "thu:2016"
    events = Event.objects.order_by("pk")
    assert [event.subject for event in events] == list(outcome.subjects)
    assert events[0].payload == {"rule": "thu.cu", "before": "01/05/2016"} and events[0].province == province


@pytest.mark.django_db(transaction=True)
def test_a_second_worker_leaves_it_to_the_first(province, kept):
    held, go_on = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            assert retention._alone()
            held.set()
            go_on.wait(30)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    assert held.wait(30)
    with frozen("2026-05-01"):
        assert apply_retention(dry_run=False)[0].subjects == ()
    go_on.set()
    other.join(30)
    assert len(kept) == 16
    with frozen("2026-05-01"):
        assert len(apply_retention(dry_run=False)[0].subjects) == 6


@pytest.mark.django_db
def test_the_command_and_the_page_tell_the_same(province, person, browse, kept, capsys):
    with frozen("2026-05-01"):
        call_command("apply_retention", dry_run=True)
        told = capsys.readouterr().out
        page = browse(person("giamsat", province, VIEW)).get(reverse("privacy:retention")).content.decode()
        ward = browse(person("phuong", province, VIEW, path="/H05/H05.15/"))
        local = ward.get(reverse("privacy:retention")).content.decode()
    assert "sẽ xóa 6 bản ghi trước 01/05/2016" in told and "thu:2015" in told and "thu:2016" not in told
    assert (
        "6 bản ghi không dùng đến từ trước ngày 01/05/2016" in page
        and "thu:2015" in page
        and "Luật B" in page
    )
    assert "thu:2015" not in local and "Luật B" in local
    assert len(kept) == 16


def test_rules_are_read_with_their_source(tmp_path):
    path = tmp_path / "retention.yaml"
    path.write_text("rules:\n  a.b:\n    - {valid_from: 2026-01-01, years: 5, source: Luật A}\n", "utf-8")
    assert read_rules(path) == {"a.b": (Rule(dt.date(2026, 1, 1), 5, "Luật A"),)}
    for line in (
        "{valid_from: 2026-01-01, years: 5}",
        "{years: 5, source: A}",
        "{valid_from: 2026-01-01, years: 0, source: A}",
    ):
        path.write_text(f"rules:\n  a.b:\n    - {line}\n", "utf-8")
        with pytest.raises(ValueError, match=r"a\.b"):
            read_rules(path)
