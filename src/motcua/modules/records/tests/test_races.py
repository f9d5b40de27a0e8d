"""Two at once: one is done, the other is told so; nothing twice, nothing half."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from record_world import DAY, file_of, filed, resolved

from motcua.engine.events.api import Event, seal_all
from motcua.engine.permissions.api import Viewer
from motcua.kernel.clock import frozen
from motcua.modules.records import api
from motcua.modules.records.data import Checks, Consent, PaperDraft, ScannedPaper
from motcua.modules.records.following import follow_dossiers
from motcua.modules.records.models import ElectronicResult, Paper, Reuse

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """What each left: its answer, or the code it was refused by."""
    start, left = threading.Barrier(len(works)), [None] * len(works)

    def run(number: int, work: Callable[[], Any]) -> None:
        try:
            start.wait(10)
            left[number] = work()
        except api.RecordsRefused as refused:
            left[number] = refused.code  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number, work)) for number, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
    return left


def again(viewer: Viewer) -> Viewer:
    """The same person in another request."""
    return Viewer(viewer.user)


def test_one_component_takes_one_paper(committed_world):
    world = committed_world
    desk, officer = world.viewers["desk"], world.viewers["officer"]
    uid, other = filed(world), filed(world)
    api.scan_papers(desk, uid, [ScannedPaper(1, file_of(world, desk), checks=Checks(True, True))])
    paper = api.keep_paper(desk, uid, PaperDraft("Giấy", component=1)).uid

    def use(viewer: Viewer) -> Any:
        return lambda: api.reuse_paper(again(viewer), other, 2, paper, Consent("account", DAY))

    left = at_once(use(desk), use(officer), use(desk))
    assert [one for one in left if one == "records.reuse.already"] == ["records.reuse.already"] * 2
    assert Reuse.objects.count() == 1 and Event.objects.filter(type="records:reuse:used").count() == 1


def test_a_paper_withdrawn_meanwhile_is_used_or_refused_never_both(committed_world):
    world = committed_world
    desk, leader = world.viewers["desk"], world.viewers["leader"]
    uid, other = filed(world), filed(world)
    api.scan_papers(desk, uid, [ScannedPaper(1, file_of(world, desk), checks=Checks(True, True))])
    paper = api.keep_paper(desk, uid, PaperDraft("Giấy", component=1)).uid
    used, _ended = at_once(
        lambda: api.reuse_paper(again(desk), other, 2, paper, Consent("account", DAY)),
        lambda: api.withdraw_paper(again(leader), paper, "Sai"),
    )
    row = Paper.objects.get()
    assert row.state == "withdrawn"
    assert (used == "records.reuse.withdrawn") == (not Reuse.objects.exists())


def test_the_same_key_at_once_is_done_once(committed_world):
    world = committed_world
    uid = filed(world)
    resolved(world, uid, file_id=file_of(world, world.viewers["officer"], signed=True))
    clerk = world.viewers["clerk"]
    left = at_once(*[lambda: api.issue_result(again(clerk), uid, idempotency_key="k")] * 3)
    assert len({one.uid for one in left}) == 1
    assert ElectronicResult.objects.count() == 1


def test_two_followers_and_the_clerk_issue_one_result(committed_world):
    world = committed_world
    uid = filed(world)
    resolved(world, uid, file_id=file_of(world, world.viewers["officer"], signed=True))
    seal_all()
    clerk = world.viewers["clerk"]
    with frozen("2026-03-03T11:00"):
        left = at_once(follow_dossiers, follow_dossiers, lambda: api.issue_result(again(clerk), uid))
    assert ElectronicResult.objects.filter(state="issued").count() == ElectronicResult.objects.count() == 1
    assert left[2] == "records.state" or left[2].state == "issued"
