"""The real province, loaded: counts by day, once only, quickly, and the same rows as operations make."""

import datetime as dt
import time
import uuid
from collections import Counter

import pytest
from django.db import IntegrityError, transaction

from motcua.engine.events.api import Event, tell
from motcua.reference.organisations import loading
from motcua.reference.organisations.api import (
    as_now,
    find_unit,
    load_reference,
    predecessors,
    resolve,
    search_units,
    subtree,
    successors,
    unit_at,
    units_on,
    versions_of,
)
from motcua.reference.organisations.loading import replay
from motcua.reference.organisations.models import UNITS, UnitLink, UnitVersion
from motcua.reference.places.api import places_on, register
from motcua.reference.timeline.api import Act, Ledger

BEFORE, AFTER, CITY = dt.date(2025, 6, 30), dt.date(2025, 7, 1), dt.date(2026, 9, 20)


def kinds(province, day):
    return Counter(unit.kind for unit in units_on(province, day))


def test_counts_by_day(loaded):
    before, after = kinds(loaded.province, BEFORE), kinds(loaded.province, AFTER)
    heads = ("office", "department", "inspectorate", "board")
    assert before["commune_committee"] == 313 and sum(before[kind] for kind in heads) == 28
    assert after["commune_committee"] == 99 and sum(after[kind] for kind in heads) == 14
    assert after["centre"] == 100 and after["point"] == 1 and after["district_committee"] == 0
    assert len(places_on(loaded.province, BEFORE, "commune")) == 313
    assert len(places_on(loaded.province, AFTER, "commune")) == 99


def test_titles_are_dated(loaded):
    assert loaded.province.title(CITY - dt.timedelta(days=1)) == "Tỉnh Bắc Ninh"
    assert loaded.province.title(CITY) == "Thành phố Bắc Ninh"
    assert unit_at(loaded.province, "H05", CITY).name == "UBND thành phố Bắc Ninh"
    assert unit_at(loaded.province, "H05", AFTER).name == "UBND tỉnh Bắc Ninh"


def test_loading_again_changes_nothing(loaded):
    events = Event.objects.count()
    again = load_reference("bac-ninh")
    assert (again.places, again.units, Event.objects.count()) == (0, 0, events)


def test_loading_is_quick(db):
    started = time.perf_counter()
    load_reference("thai-nguyen")
    assert time.perf_counter() - started < 5


def test_every_change_has_an_event_in_words(loaded):
    told = [tell(event) for event in Event.objects.filter(type="organisations:unit:merged")]
    assert len(told) == 98 + 14 + 1
    assert any("Phường Bắc Giang" in text or "UBND phường Bắc Giang" in text for text in told)
    assert all("1658/NQ-UBTVQH15" in text or "202/2025/QH15" in text for text in told)


def test_where_a_former_commune_is_now(loaded):
    old = find_unit(loaded.province, "Phường Thọ Xương", BEFORE)
    (holding,) = as_now(loaded.province, old.uid, CITY)
    assert (holding.unit.name, holding.share) == ("UBND phường Bắc Giang", 1)
    assert len(predecessors(loaded.province, holding.unit.uid)) == 7
    assert successors(loaded.province, old.uid)[0].unit.code == "H05.07210"


def test_one_code_two_units(loaded):
    assert resolve(loaded.province, "H02.213.07210", BEFORE).name == "UBND phường Hoàng Văn Thụ"
    assert resolve(loaded.province, "H05.07210", BEFORE) is None
    assert resolve(loaded.province, "H05.07210", AFTER).short_name == "Phường Bắc Giang"


def test_a_ward_since_2026_is_the_same_unit(loaded):
    unit = find_unit(loaded.province, "Phường Hiệp Hoà", CITY)
    assert [span.short_name for span in versions_of(loaded.province, unit.uid)] == [
        "Xã Hiệp Hoà",
        "Phường Hiệp Hoà",
    ]
    centre = subtree(loaded.province, unit.path, CITY)[1]
    assert centre.name == "Trung tâm Phục vụ hành chính công phường Hiệp Hoà"


@pytest.mark.parametrize("text", ["tho xuong", "THỌ XƯƠNG", "thọ xuong", "07201"])
def test_search_without_diacritics_finds_former_names(loaded, text):
    assert "UBND phường Thọ Xương" in [unit.name for unit in search_units(loaded.province, text)]


class Recording(Ledger):
    """A ledger that remembers what was asked of it, change by change."""

    asked: dict[uuid.UUID, list[list[Act]]]

    def reorganise(self, acts):
        self.__dict__.setdefault("asked", {}).setdefault(acts[0].change.uid, []).append(list(acts))
        return super().reorganise(acts)


def test_bulk_gives_the_rows_that_operations_give(province, monkeypatch):
    """Thái Nguyên, with its splits: all saved at once, or read and saved anew for every change."""
    monkeypatch.setattr(loading, "Ledger", Recording)
    ledger, _changes = replay(register("thai-nguyen"))
    with transaction.atomic():
        UNITS.save(province, ledger)
        bulk = _rows(province), _links(province)
        transaction.set_rollback(True)
    assert UnitVersion.objects.filter(province=province).count() == 0
    for batches in ledger.asked.values():
        with transaction.atomic():
            read = UNITS.ledger(province)
            for acts in batches:
                read.reorganise(acts)
            UNITS.save(province, read)
    assert (_rows(province), _links(province)) == bulk


def _rows(province):
    names = ("code", "name", "short_name", "kind", "level", "path", "place_code", "valid_from", "valid_to")
    names = ("subject__uid", "parent__uid", *names)
    more = ("search", "sort_key", "opened_by__uid", "closed_by__uid")
    return sorted(UnitVersion.objects.filter(province=province).values_list(*names, *more), key=str)


def _links(province):
    columns = ("predecessor__uid", "successor__uid", "share_numerator", "share_denominator", "basis")
    return sorted(UnitLink.objects.filter(province=province).values_list(*columns), key=str)


def test_the_replay_itself_is_deterministic_but_for_identities():
    one, two = (replay(register("bac-ninh"))[0] for _ in range(2))
    paths = [
        sorted((v.path, v.valid_from) for spans in led.versions.values() for v in spans) for led in (one, two)
    ]
    assert paths[0] == paths[1]


@pytest.mark.parametrize("same", ["subject", "code"])
def test_the_database_itself_forbids_overlap(loaded, same):
    row = UnitVersion.objects.filter(
        province=loaded.province, valid_to__isnull=True, kind="department"
    ).first()
    other = UnitVersion.objects.filter(province=loaded.province, kind="board").first()
    row.pk = None
    if same == "code":
        row.subject_id = other.subject_id
        row.valid_from = dt.date(2030, 1, 1)
    else:
        row.code = "H05.99"
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
