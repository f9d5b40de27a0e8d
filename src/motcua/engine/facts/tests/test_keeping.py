"""Increments equal a rebuild, whatever happens in between; the manifest names whole files only."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import threading
import time
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.utils.module_loading import autodiscover_modules
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.engine.events.api import record, seal_all
from motcua.engine.facts import disk, duck, leaving, refreshing, segments, sweeping
from motcua.engine.facts import sources as sources_of_facts
from motcua.engine.facts.api import (
    FactsError,
    catch_up,
    define_source,
    lag,
    rebuild,
    refresh_all,
    refresh_province,
    reopen,
    states,
    unbuilt,
    verify,
)
from motcua.engine.facts.hashing import canonical_row, content_hash, heading, row_text
from motcua.engine.facts.jobs import build_missing
from motcua.engine.facts.models import FactTable, Segment, Touched
from motcua.engine.facts.sources import FactSource
from motcua.engine.facts.tests import things
from motcua.engine.figures.api import FactShape
from motcua.engine.figures.tests import made
from motcua.engine.jobs.api import declared_beats, declared_jobs
from motcua.engine.provinces.api import Province
from motcua.kernel.disk import digest_of
from motcua.kernel.ids import uuid7

MANY = int(os.environ.get("MOTCUA_TEST_EXAMPLES", "60")) // 4


def rows(province, source):
    """The rows of the fact as segments give them, by key."""
    memory = duck.connect()
    reading = segments.read(source.shape, segments.live(province.pk, source.name), memory)
    names = list(source.shape.columns)
    listed = ", ".join(f'epoch_us("{each}")' if each == "at" else f'"{each}"' for each in names)
    found = memory.execute(f"SELECT {listed} FROM {reading.relation} AS f ORDER BY 1").fetchall()
    memory.close()
    return [dict(zip(names, row, strict=True)) for row in found]


def hashed(province, source):
    memory = duck.connect()
    reading = segments.read(source.shape, segments.live(province.pk, source.name), memory)
    found = content_hash(memory, reading.relation, source.shape)
    memory.close()
    return found


def fresh_hash(province, source):
    """The hash of what PostgreSQL gives now."""
    memory = duck.connect()
    leaving.leave(source, province.pk, None, memory, "given")
    found = content_hash(memory, "given", source.shape)
    memory.close()
    return found


def test_a_small_fact_is_read_whole_when_something_of_it_changed(province, source, monkeypatch):
    small = FactSource(
        source.shape,
        things.SQL.replace("t.uid::text", "t.unit || '/' || t.field"),
        ("test:thing:",),
        whole=True,
    )
    monkeypatch.setattr(sources_of_facts, "_sources", {small.name: small})
    rebuild(province, small)
    uid = things.put(province, unit="H05.1", field="a")
    things.put(province, unit="H05.2", field="b")
    catch_up(province)
    assert [one["thing"] for one in rows(province, small)] == ["H05.1/a", "H05.2/b"]
    things.put(province, uid, unit="H05.3", field="c")  # the key itself is another
    catch_up(province)
    assert [one["thing"] for one in rows(province, small)] == ["H05.2/b", "H05.3/c"]
    assert hashed(province, small) == fresh_hash(province, small)
    version = FactTable.objects.get(province=province).version
    record(things.OTHER, province=province, subject="visit:1")
    catch_up(province)
    assert FactTable.objects.get(province=province).version == version and lag().behind == dt.timedelta()
    reopen(province, small.name, [uid])
    catch_up(province)
    assert FactTable.objects.get(province=province).version == version + 1 and not Touched.objects.exists()


def test_every_value_arrives_exactly(province, source):
    uid = things.put(province)
    empty = things.put(province, **dict.fromkeys(things.COLUMNS))
    blank = things.put(province, field="", unit="\\N", fee=Decimal("-0.5"), online=False, days=0)
    assert rebuild(province, source) == 3
    found = {row["thing"]: row for row in rows(province, source)}
    micros = (things.SAMPLE["at"] - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)
    assert found[str(uid)] == {
        "thing": str(uid),
        "unit": "H05.15",
        "field": 'đất "đai", \\N\n',
        "began_on": dt.date(2025, 7, 1),
        "ended_on": dt.date(2025, 8, 2),  # half past three in the morning in Viet Nam
        "at": micros,
        "days": -3,
        "fee": Decimal("12.3400000001"),
        "online": True,
    }
    assert set(found[str(empty)].values()) == {str(empty), None}
    assert found[str(blank)]["field"] == "" and found[str(blank)]["unit"] == "\\N"
    assert found[str(blank)]["fee"] == Decimal("-0.5") and found[str(blank)]["online"] is False


def test_any_text_arrives_as_it_is(province, source):
    words = [
        *made.WORDS,
        "\r",
        "a\r\nb",
        "\n",
        '"',
        '""',
        '"\n"',
        ",",
        "\t",
        " x ",
        "\\.",
        "\\N\n",
        "\u2028",
        "\ufeff",
        "'",
    ]
    uids = {str(things.put(province, field=word)): word for word in words}
    rebuild(province, source)
    assert {row["thing"]: row["field"] for row in rows(province, source)} == uids
    for word in words:
        things.put(province, field=word)
    catch_up(province)
    assert hashed(province, source) == fresh_hash(province, source)
    assert sorted(row["field"] for row in rows(province, source)) == sorted(words * 2)


@pytest.mark.parametrize("fee", ["0.00000000001", "NaN", "1e28", "-99999999999999999999999999999"])
def test_a_number_that_would_be_rounded_is_refused_and_nothing_changes(province, built, fee):
    things.put(province)
    catch_up(province)
    before = hashed(province, built)
    things.put(province, fee=Decimal(fee))
    with pytest.raises(FactsError, match="FACTS-DECIMAL"):
        rebuild(province, built)
    with pytest.raises(FactsError, match="FACTS-DECIMAL"):
        catch_up(province)
    assert hashed(province, built) == before


def test_zeros_behind_the_point_do_not_count(province, source):
    things.put(province, fee=Decimal("1.50000000000000"))
    rebuild(province, source)
    assert rows(province, source)[0]["fee"] == Decimal("1.5")


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        (things.SQL.replace("t.online", "t.online, 1"), "FACTS-SHAPE"),
        (things.SQL.replace("t.began_on", "t.at"), "FACTS-SHAPE"),
        (things.SQL.replace("t.days", "t.days::double precision"), "FACTS-SHAPE"),
        (things.SQL.replace("t.uid::text", "'same'"), "FACTS-KEY"),
    ],
)
def test_a_select_that_is_not_as_declared_is_refused(province, source, sql, code):
    things.put(province)
    things.put(province)
    with pytest.raises(FactsError) as refusal:
        rebuild(province, FactSource(source.shape, sql, source.events))
    assert refusal.value.code == code
    assert not Segment.objects.exists() and not list(disk.contents())


def test_the_hash_is_as_it_is_written_down(province, source):
    """Reckoned anew in Python from the rows of the database."""
    for number in range(5):
        things.put(
            province, days=number, field=made.WORDS[number], fee=None if number == 2 else Decimal(number)
        )
    rebuild(province, source)
    reckoned = hashlib.sha256(heading(source.shape))
    with connection.cursor() as cursor:
        cursor.execute(things.SQL + " ORDER BY 1", {"province": province.pk, "uids": None})
        for row in cursor.fetchall():
            cells = dict(zip(source.shape.columns, row, strict=True))
            reckoned.update(hashlib.sha256(canonical_row(source.shape, cells).encode()).hexdigest().encode())
    assert hashed(province, source) == (reckoned.hexdigest(), 5)
    assert "strlen" in row_text(source.shape)


def test_an_event_brings_its_row_and_only_its_row(province, built):
    first = things.put(province, days=1)
    catch_up(province)
    second = things.put(province, days=2)
    things.put(province, first, days=9, event=False)
    catch_up(province)
    assert {row["thing"]: row["days"] for row in rows(province, built)} == {str(first): 1, str(second): 2}
    reopen(province, built.name, [first])
    catch_up(province)
    assert {row["thing"]: row["days"] for row in rows(province, built)} == {str(first): 9, str(second): 2}
    assert not Touched.objects.exists()


def test_what_is_touched_in_a_transaction_that_fails_was_never_touched(province, built):
    with pytest.raises(RuntimeError), transaction.atomic():
        reopen(province, built.name, [uuid7()])
        raise RuntimeError
    assert not Touched.objects.exists()


def test_a_row_that_is_gone_goes_and_may_come_back(province, built):
    uid, other = things.put(province), things.put(province)
    catch_up(province)
    things.remove(province, uid)
    catch_up(province)
    assert [row["thing"] for row in rows(province, built)] == [str(other)]
    things.put(province, uid, days=7)
    catch_up(province)
    assert {row["thing"] for row in rows(province, built)} == {str(uid), str(other)}


def test_other_events_and_other_provinces_change_nothing(province, built):
    neighbour = Province.objects.create(key="tinh-khac", agency_code="H98", place_code="98")
    rebuild(neighbour, built)
    things.put(neighbour)
    with transaction.atomic():
        things.record(things.OTHER, province=province, subject=f"visit:{uuid7()}")
        things.record(things.CHANGED, province=province, subject="thing:không phải uid")
    catch_up(province)
    catch_up(neighbour)
    assert rows(province, built) == [] and len(rows(neighbour, built)) == 1
    assert FactTable.objects.get(province=province).position == 2


def test_what_is_not_sealed_comes_once_it_is(province, built):
    things.put(province)
    assert refresh_province(province) == 0
    assert lag().behind > dt.timedelta()
    seal_all()
    assert refresh_province(province) == 1
    assert refresh_province(province) == 0
    assert lag() == type(lag())(dt.timedelta(), 0)


def test_a_fact_that_cannot_go_on_does_not_hold_up_the_others(province, built, monkeypatch):
    shape = FactShape("another_fact", things.SHAPE.columns, "thing", "unit")
    other = define_source(shape, things.SQL.replace("t.fee", "0::numeric"), built.events)
    rebuild(province, other)
    uid = things.put(province, fee=Decimal("NaN"))
    for _round in range(2):
        with pytest.raises(FactsError, match="FACTS-DECIMAL"):
            catch_up(province)
    assert len(rows(province, other)) == 1 and rows(province, built) == []
    things.put(province, uid, fee=Decimal(1))
    catch_up(province)
    assert len(rows(province, built)) == 1


def test_a_batch_that_is_full_goes_on_in_the_next_round(province, built, monkeypatch):
    monkeypatch.setattr(refreshing, "BATCH", 3)
    for _number in range(8):
        things.put(province)
    seal_all()
    assert [refresh_all() for _round in range(4)] == [3, 3, 2, 0]
    assert len(rows(province, built)) == 8


steps = st.lists(
    st.tuples(
        st.sampled_from(
            ["put", "put", "put", "remove", "touch", "seal", "refresh", "rebuild", "sweep", "break"]
        ),
        st.integers(0, 7),
        st.integers(-5, 5),
        st.sampled_from(made.WORDS),
    ),
    max_size=25,
)


class Killed(BaseException):
    """The process ends here."""


BREAKS = (
    (duck, "write_parquet"),
    (disk, "settle"),
    (segments, "_add"),
    (segments, "supersede"),
    (refreshing, "_write_delta"),
    (refreshing, "compact"),
    (refreshing, "_fold_one"),
    (leaving, "_copy"),
)


def broken(monkeypatch, where: int, *, after: bool) -> None:
    """Lets one step of the work kill the process, before or after it was done."""
    module, name = BREAKS[where % len(BREAKS)]
    work = getattr(module, name)

    def killing(*arguments, **named):
        if after:
            work(*arguments, **named)
        raise Killed

    monkeypatch.setattr(module, name, killing)


def act(step, province, source, uids):
    name, number, days, field = step
    if name == "put":
        things.put(province, uids[number], days=days, field=field, unit=made.UNITS[number % 4])
    elif name == "remove":
        things.remove(province, uids[number])
    elif name == "touch":
        things.put(province, uids[number], event=False, days=days)
        reopen(province, source.name, [uids[number]])
    elif name == "seal":
        seal_all()
    elif name == "refresh":
        refresh_province(province)
    elif name == "rebuild":
        rebuild(province, source)
    elif name == "sweep":
        sweeping.sweep()
    else:
        with pytest.MonkeyPatch.context() as patch:
            broken(patch, number, after=days > 0)
            seal_all()
            try:
                with transaction.atomic():
                    refresh_province(province)
                    refreshing.compact(province.pk, source.name)
            except Killed:
                pass


def parts():
    return define_source(things.PARTS, things.PARTS_SQL, ("test:thing:",), lambda province_id: {"weight": 10})


def test_a_record_may_have_several_rows_and_each_change_changes_them_all(province, source):
    several = parts()
    one, other = things.put(province, days=3), things.put(province, days=1)
    assert rebuild(province, several) == 4
    assert [(row["number"], row["weight"]) for row in rows(province, several)] == [
        (1, 10),
        (2, 20),
        (3, 30),
        (1, 10),
    ]
    things.put(province, one, days=2)
    things.put(province, other, days=0)
    catch_up(province)
    assert [row["part"] for row in rows(province, several)] == [f"{one}/1", f"{one}/2"]
    assert verify(province, several).holds


@pytest.mark.parametrize("rows_a_record", ["one", "several"])
def test_increments_equal_a_rebuild_after_anything(province, source, monkeypatch, rows_a_record):
    """Random events, refreshes, rebuilds and kills between steps, with limits so small that all paths are taken."""
    built = source if rows_a_record == "one" else parts()
    rebuild(province, built)
    monkeypatch.setattr(refreshing, "MOST_DELTAS", 2)
    monkeypatch.setattr(refreshing, "LEAST_FOLD", 4)
    monkeypatch.setattr(refreshing, "BATCH", 3)
    monkeypatch.setattr(segments, "BASE_ROWS", 3)

    @settings(max_examples=MANY, deadline=None, suppress_health_check=list(HealthCheck))
    @given(steps)
    def check(sequence):
        place = transaction.savepoint()
        uids = [UUID(int=(number * 37 % 8 << 120) + number) for number in range(8)]
        for step in sequence:
            act(step, province, built, uids)
            for segment in segments.live(province.pk, built.name):
                assert digest_of(segments.path_of(segment)) == segment.digest
        catch_up(province)
        fresh = fresh_hash(province, built)
        assert hashed(province, built) == fresh
        bases = sorted(
            (each.first_key, each.last_key)
            for each in segments.live(province.pk, built.name)
            if each.kind == Segment.Kind.BASE
        )
        assert all(one[1] < two[0] for one, two in pairwise(bases))
        assert verify(province, built).holds
        rebuild(province, built)
        assert hashed(province, built) == fresh
        transaction.savepoint_rollback(place)

    check()


def test_small_deltas_are_put_together_and_large_ones_folded_in(province, built, monkeypatch):
    monkeypatch.setattr(refreshing, "MOST_DELTAS", 3)
    monkeypatch.setattr(refreshing, "LEAST_FOLD", 12)
    monkeypatch.setattr(segments, "BASE_ROWS", 4)
    kinds = []
    for number in range(14):
        things.put(province, days=number)
        catch_up(province)
        kinds.append([each.kind for each in segments.live(province.pk, built.name)])
    assert ["delta"] in kinds[3:6] and ["base"] in [kind[:1] for kind in kinds]
    assert max(kind.count("delta") for kind in kinds) <= 4
    assert len(rows(province, built)) == 14
    assert hashed(province, built) == fresh_hash(province, built)


def test_folding_leaves_the_bases_it_does_not_reach(province, source, monkeypatch):
    monkeypatch.setattr(refreshing, "LEAST_FOLD", 0)
    monkeypatch.setattr(segments, "BASE_ROWS", 3)
    uids = [things.put(province, days=number) for number in range(9)]
    seal_all()
    rebuild(province, source)
    before = {each.uid: each for each in segments.live(province.pk, source.name)}
    assert len(before) == 3
    things.put(province, uids[4], days=99)
    things.put(province, uids[5], days=99)
    catch_up(province)
    after = {each.uid for each in segments.live(province.pk, source.name)}
    assert len(after & set(before)) == 2 and len(after) == 3
    assert [row["days"] for row in rows(province, source)] == [0, 1, 2, 3, 99, 99, 6, 7, 8]


def test_replaced_files_stay_while_somebody_may_read_them_and_strays_while_they_are_young(province, built):
    things.put(province)
    rebuild(province, built)
    old = segments.path_of(segments.live(province.pk, built.name)[0])
    rebuild(province, built)
    stray = old.with_name(f"{uuid7()}.parquet")
    stray.write_bytes(b"half")
    assert sweeping.sweep() == sweeping.Swept(0, 0, 0) and old.exists()
    Segment.objects.filter(superseded_at__isnull=False).update(superseded_at=things.NOON)
    os.utime(stray, (0, 0))
    left = disk.drafts() / "left.csv"
    left.write_text("x")
    os.utime(left, (0, 0))
    for name in (duck.spill_of_this_machine() + str(os.getpid()), "spill-another-machine-1"):
        (disk.drafts() / name).mkdir(exist_ok=True)
        os.utime(disk.drafts() / name, (0, 0))
    assert sweeping.sweep() == sweeping.Swept(1, 1, 1)
    assert not old.exists() and not stray.exists() and len(rows(province, built)) == 1


def test_a_changed_declaration_and_lost_files_ask_for_a_rebuild(province, source, monkeypatch):
    assert [(each.key, one.name) for each, one in unbuilt()] == [(province.key, source.name)]
    queued = []
    monkeypatch.setattr("motcua.engine.facts.jobs._queued", {})
    monkeypatch.setattr(
        "motcua.engine.facts.jobs.defer", lambda job, given, **more: queued.append((given, more["key"]))
    )
    build_missing()
    build_missing()  # what was queued a moment ago is not queued again, whether it waits, runs or failed
    assert queued == [
        ({"province_id": province.pk, "fact": source.name}, f"facts.rebuild:{province.pk}:{source.name}")
    ]
    things.put(province)
    rebuild(province, source)
    assert unbuilt() == [] and states()[0].built and states()[0].rows == 1
    segments.path_of(segments.live(province.pk, source.name)[0]).unlink()
    assert len(unbuilt()) == 1 and not verify(province, source).holds
    rebuild(province, source)
    FactTable.objects.update(declaration="another")
    assert len(unbuilt()) == 1 and refresh_province(province) == 0 and lag().unbuilt == 1


def test_verify_names_what_differs(province, built):
    uid = things.put(province)
    things.put(province)
    catch_up(province)
    assert verify(province, built).holds
    things.put(province, uid, event=False, days=99)
    found = verify(province, built)
    assert (found.holds, found.differing, found.count) == (False, (str(uid),), 1)
    path = segments.path_of(segments.live(province.pk, built.name)[0])
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    assert verify(province, built).damaged == (path.stem,)


@pytest.mark.django_db(transaction=True)
def test_two_refreshers_and_writers_at_once_lose_and_double_nothing(province, built, monkeypatch):
    monkeypatch.setattr(refreshing, "MOST_DELTAS", 3)
    monkeypatch.setattr(refreshing, "LEAST_FOLD", 10)
    monkeypatch.setattr(segments, "BASE_ROWS", 5)
    stop, failures = threading.Event(), []

    def go_on(work):
        def run():
            try:
                while not stop.is_set():
                    work()
            except Exception as error:
                failures.append(error)
            finally:
                connection.close()

        return threading.Thread(target=run)

    uids = [uuid7() for _number in range(12)]

    def write():
        for number, uid in enumerate(uids):
            things.put(province, uid, days=int(time.monotonic() * 1000) % 1000 + number)

    def refresh():
        seal_all()
        refresh_all()

    threads = [go_on(write), go_on(refresh), go_on(refresh), go_on(lambda: rows_or_later(province, built))]
    for thread in threads:
        thread.start()
    time.sleep(4)
    stop.set()
    for thread in threads:
        thread.join(30)
    assert failures == []
    catch_up(province)
    assert hashed(province, built) == fresh_hash(province, built)
    assert len(rows(province, built)) == 12


def rows_or_later(province, source):
    keys = [row["thing"] for row in rows(province, source)]
    assert len(keys) == len(set(keys))


def test_the_worker_seals_and_refreshes_often_enough_for_five_seconds():
    autodiscover_modules("jobs")
    beats = {beat.name: beat.seconds for beat in declared_beats()}
    assert beats["events.seal"] + beats["facts.refresh"] <= 3.0 and "facts.sweep" in beats
    assert "facts.rebuild" in {job.name for job in declared_jobs()}
