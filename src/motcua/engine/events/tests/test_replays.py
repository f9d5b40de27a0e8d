"""The helper that proves an operation's events tell all that it changed, tried on honest and dishonest ones."""

from __future__ import annotations

import pytest
from django.db import transaction

from motcua.engine.events.api import declare_event, record
from motcua.engine.events.testing import replays
from motcua.engine.provinces.api import Province

RENAMED = declare_event("test:province:renamed", "Đổi tên thành {key}")
RECOLOURED = declare_event("test:province:recoloured", "Đổi màu thành {colour}")

pytestmark = pytest.mark.django_db


class Refused(Exception):
    pass


def snapshot():
    return {str(p.pk): {"key": p.key, "colour": p.colour} for p in Province.objects.order_by("pk")}


def set_key(state, event):
    state[event.subject]["key"] = event.payload["key"]
    return state


def set_colour(state, event):
    state[event.subject]["colour"] = event.payload["colour"]
    return state


APPLY = {RENAMED: set_key, RECOLOURED: set_colour}


@pytest.fixture
def province():
    return Province.objects.create(key="old", agency_code="H05", place_code="24")


@transaction.atomic
def change(province, *, key=None, colour=None, tell=True, refuse=False):
    if key:
        Province.objects.filter(pk=province.pk).update(key=key)
        if tell:
            record(RENAMED, province=province, subject=str(province.pk), payload={"key": key})
    if colour:
        Province.objects.filter(pk=province.pk).update(colour=colour)
        record(RECOLOURED, province=province, subject=str(province.pk), payload={"colour": colour})
    if refuse:
        raise Refused


def test_honest_operations_replay(province):
    change(province, key="before")
    with replays(snapshot, APPLY) as events:
        change(province, key="new", colour="#000000")
        change(province, key="newer")
    assert [event.type for event in events] == [RENAMED, RECOLOURED, RENAMED]
    assert snapshot()[str(province.pk)] == {"key": "newer", "colour": "#000000"}


def test_a_change_that_no_event_tells_is_found(province):
    with pytest.raises(AssertionError, match="do not tell what changed"), replays(snapshot, APPLY):
        change(province, key="new", tell=False)


def test_an_event_that_tells_too_much_is_found(province):
    with pytest.raises(AssertionError, match="do not tell"), replays(snapshot, APPLY), transaction.atomic():
        record(RENAMED, province=province, subject=str(province.pk), payload={"key": "never"})


def test_an_event_nobody_can_apply_is_found(province):
    with pytest.raises(AssertionError, match="no way to apply"), replays(snapshot, {RENAMED: set_key}):
        change(province, colour="#000000")


def test_applying_must_not_peek_at_the_rows(province):
    def peek(state, event):
        return snapshot()

    with pytest.raises(AssertionError, match="asked the database"), replays(snapshot, {RENAMED: peek}):
        change(province, key="new")


def test_a_refusal_leaves_nothing_behind(province):
    with pytest.raises(Refused), replays(snapshot, APPLY):
        change(province, key="new", refuse=True)
    with pytest.raises(AssertionError, match="refused operation changed"), replays(snapshot, APPLY):
        change(province, key="new")
        raise Refused
