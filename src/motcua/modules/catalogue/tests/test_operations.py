from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from motcua.engine.events.api import Event
from motcua.engine.permissions.api import NotPermitted
from motcua.kernel.clock import frozen
from motcua.modules.catalogue import flights
from motcua.modules.catalogue.api import (
    Announcement,
    CatalogueError,
    Levels,
    announce,
    counts_by_level,
    create_procedure,
    discard_draft,
    move_lifecycle,
    preview_announcement,
    procedure_on,
    procedure_version,
    save_draft,
    stop_procedure,
)
from motcua.modules.catalogue.models import Draft, Procedure, Version
from motcua.modules.catalogue.operations import settle_lifecycles

OCTOBER = dt.date(2026, 10, 1)


@pytest.fixture
def counted(monkeypatch):
    """Three dossiers on every version."""
    monkeypatch.setattr(flights, "_counters", {"Hồ sơ": lambda province, version: 3})


def refused(operation, *args, **kwargs) -> str:
    before = (
        Event.objects.count(),
        Version.objects.count(),
        Procedure.objects.values_list("lifecycle").first(),
    )
    with pytest.raises(CatalogueError) as caught:
        operation(*args, **kwargs)
    after = (
        Event.objects.count(),
        Version.objects.count(),
        Procedure.objects.values_list("lifecycle").first(),
    )
    assert before == after
    return caught.value.code


def test_announced_version_is_in_force_from_its_day(province, procedure):
    assert procedure_on(province, "1.001193", dt.date(2026, 9, 14)) is None
    info = procedure_on(province, "1.001193", dt.date(2026, 9, 15))
    assert (info.code, info.name, info.lifecycle) == ("1.001193", "Đăng ký khai sinh", "live")
    assert info.content.limit("online").limit == "04 giờ làm việc"
    assert procedure_on(province, "1.001193.000.00.00.H05", OCTOBER) == info


def test_a_future_version_waits_for_its_day(editor, province, procedure, proposal):
    first = procedure_on(province, "1.001193", OCTOBER)
    save_draft(editor, procedure, replace(proposal, name="Đăng ký khai sinh (mới)"))
    decision = Announcement("200/QĐ-UBND", dt.date(2026, 9, 30), "amended")
    announce(editor, procedure, decision, dt.date(2026, 11, 1))
    assert procedure_on(province, "1.001193", dt.date(2026, 10, 31)).version_id == first.version_id
    later = procedure_on(province, "1.001193", dt.date(2026, 11, 1))
    assert later.name == "Đăng ký khai sinh (mới)"
    assert procedure_version(first.version_id).valid_to == dt.date(2026, 11, 1)
    assert (
        refused(announce, editor, procedure, decision, dt.date(2026, 11, 1), proposal=proposal)
        == "catalogue.announce.order"
    )


def test_the_same_key_announces_once(editor, province, procedure, proposal):
    decision = Announcement("200/QĐ-UBND", dt.date(2026, 9, 30))
    first = announce(editor, procedure, decision, OCTOBER, proposal=proposal, idempotency_key="k")
    assert announce(editor, procedure, decision, OCTOBER, proposal=proposal, idempotency_key="k") == first
    assert Version.objects.filter(procedure=procedure).count() == 2


def test_what_is_in_flight_must_have_been_seen(editor, procedure, proposal, counted):
    decision = Announcement("200/QĐ-UBND", dt.date(2026, 9, 30))
    assert preview_announcement(editor, procedure, proposal).in_flight[0].count == 3
    code = refused(announce, editor, procedure, decision, dt.date(2026, 11, 1), proposal=proposal)
    assert code == "catalogue.announce.policy"
    code = refused(
        announce, editor, procedure, decision, dt.date(2026, 11, 1), proposal=proposal, policy="move"
    )
    assert code == "catalogue.announce.policy"
    announce(editor, procedure, decision, dt.date(2026, 11, 1), proposal=proposal, policy="keep")
    assert Event.objects.order_by("-pk").first().payload["in_flight"] == 3


def test_stop_ends_reception_on_its_day(editor, province, procedure):
    decision = Announcement("300/QĐ-UBND", dt.date(2026, 9, 30), "abolished")
    stop_procedure(editor, procedure, decision, dt.date(2026, 10, 10))
    assert procedure_on(province, "1.001193", dt.date(2026, 10, 9)) is not None
    assert procedure_on(province, "1.001193", dt.date(2026, 10, 10)) is None
    procedure.refresh_from_db()
    assert procedure.lifecycle == "live"
    assert (
        refused(stop_procedure, editor, procedure, decision, dt.date(2026, 11, 1)) == "catalogue.stop.again"
    )
    assert settle_lifecycles() == 0
    with frozen("2026-10-10T00:01"):
        assert settle_lifecycles() == 1
    procedure.refresh_from_db()
    assert procedure.lifecycle == "stopped"
    assert procedure_on(province, "1.001193", dt.date(2026, 10, 9)) is not None
    assert refused(stop_procedure, editor, procedure, decision, dt.date(2026, 11, 1)) == "catalogue.lifecycle"


def test_lifecycle_follows_the_table(editor, province, proposal, content):
    made = create_procedure(
        editor, province, "3.000001.H05", Levels(province=True), replace(proposal, content=type(content)())
    )
    assert (made.code, made.full_code, made.lifecycle) == ("3.000001", "3.000001.H05", "draft")
    assert refused(move_lifecycle, editor, made, "test") == "catalogue.incomplete"
    save_draft(editor, made, proposal)
    assert move_lifecycle(editor, made, "test").lifecycle == "test"
    assert refused(move_lifecycle, editor, made, "test") == "catalogue.lifecycle"
    assert move_lifecycle(editor, made, "redraft").lifecycle == "draft"
    assert refused(move_lifecycle, editor, made, "announce") == "catalogue.lifecycle"
    discard_draft(editor, made)
    assert Draft.objects.get(procedure=made).state == "discarded"


def test_two_editors_do_not_save_over_each_other(editor, procedure, proposal):
    first = save_draft(editor, procedure, proposal)
    second = save_draft(editor, procedure, replace(proposal, name="Tên khác"), seen=first.revision)
    assert second.revision == 2
    assert refused(save_draft, editor, procedure, proposal, seen=1) == "catalogue.draft.overtaken"


def test_codes_are_national_and_taken_once(editor, province, procedure, proposal):
    levels = Levels(commune=True)
    assert refused(create_procedure, editor, province, "abc", levels, proposal) == "catalogue.code.invalid"
    assert refused(create_procedure, editor, province, "1.001193.H05", levels, proposal) == (
        "catalogue.code.taken"
    )


@pytest.mark.parametrize("operation", ["create", "draft", "announce", "stop"])
def test_a_reader_changes_nothing(operation, reader, province, procedure, proposal, decision):
    before = Event.objects.count()
    calls = {
        "create": lambda: create_procedure(reader, province, "1.000002", Levels(commune=True), proposal),
        "draft": lambda: save_draft(reader, procedure, proposal),
        "announce": lambda: announce(reader, procedure, decision, OCTOBER, proposal=proposal),
        "stop": lambda: stop_procedure(reader, procedure, decision, OCTOBER),
    }
    with pytest.raises(NotPermitted):
        calls[operation]()
    assert (Event.objects.count(), Procedure.objects.count(), Draft.objects.filter(state="open").count()) == (
        before,
        1,
        0,
    )


def test_late_publication_is_said_with_its_clause(editor, procedure, proposal):
    decision = Announcement("200/QĐ-UBND", dt.date(2026, 9, 30))
    preview = preview_announcement(editor, procedure, proposal, decision, dt.date(2026, 10, 6))
    problem = next(one for one in preview.problems if one.code == "published-late")
    assert "4 ngày làm việc" in problem.message
    assert "63/2010" in problem.clause
    enough = preview_announcement(editor, procedure, proposal, decision, dt.date(2026, 10, 7))
    assert enough.problems == []


def test_overlap_of_levels_is_explicit(editor, province, procedure, proposal, decision):
    for code, levels in (
        ("1.000002", Levels(province=True, commune=True)),
        ("1.000003", Levels(province=True)),
    ):
        made = create_procedure(editor, province, code, levels, proposal)
        announce(editor, made, decision, dt.date(2026, 9, 15))
    totals = counts_by_level(province, OCTOBER)
    assert (totals.province, totals.commune, totals.both, totals.neither, totals.all) == (2, 2, 1, 0, 3)
