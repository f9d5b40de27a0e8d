"""What the events tell is all that changed of the versions in force."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from motcua.engine.events.testing import replays
from motcua.modules.catalogue.api import (
    Announcement,
    CatalogueError,
    announce,
    save_draft,
    stop_procedure,
)
from motcua.modules.catalogue.importing.operations import apply_import, read_import, start_import
from motcua.modules.catalogue.models import Override, Version
from motcua.modules.catalogue.overrides import end_override, set_override

OCTOBER, NOVEMBER = dt.date(2026, 10, 1), dt.date(2026, 11, 1)
DECISION = Announcement("200/QĐ-UBND", dt.date(2026, 9, 20))


def versions():
    """{code: [[number, from, until, hash]...]}"""
    found: dict[str, list] = {}
    for row in Version.objects.select_related("procedure").order_by("procedure__code", "number"):
        span = [row.number, row.valid_from.isoformat(), row.valid_to and row.valid_to.isoformat()]
        found.setdefault(row.procedure.code, []).append([*span, row.content_hash])
    return found


def announced(state, event):
    said = event.payload
    rows = state.setdefault(said["code"], [])
    if rows and rows[-1][2] is None:
        rows[-1][2] = said["valid_from"]
    rows.append([said["number"], said["valid_from"], None, said["hash"]])
    return state


def stopped(state, event):
    state[event.payload["code"]][-1][2] = event.payload["day"]
    return state


def same(state, event):
    return state


APPLY = {
    "catalogue:version:announced": announced,
    "catalogue:procedure:stopped": stopped,
    "catalogue:procedure:moved": same,
    "catalogue:draft:saved": same,
    "catalogue:import:read": same,
    "catalogue:import:started": same,
    "catalogue:import:applied": same,
    "files:file:stored": same,
}


def test_announcing_and_stopping(editor, procedure, proposal):
    with replays(versions, APPLY):
        save_draft(editor, procedure, replace(proposal, name="Tên mới"))
        announce(editor, procedure, DECISION, OCTOBER)
        stop_procedure(editor, procedure, DECISION, NOVEMBER)


def test_a_refusal_tells_nothing(editor, procedure, proposal):
    with pytest.raises(CatalogueError), replays(versions, APPLY):
        announce(editor, procedure, DECISION, dt.date(2026, 9, 1), proposal=proposal)


def test_importing(editor, province, procedure):
    text = "code,name,processing_time_text\n1.001193,Tên khác,Trực tiếp: 3 Ngày\n1.000002,Mới,\n"
    with replays(versions, APPLY):
        batch = read_import(editor, province, "a.csv", text.encode())
        start_import(editor, batch, range(2), OCTOBER)
        apply_import(batch.pk)
    assert Version.objects.filter(procedure=procedure).count() == 2


def overrides():
    rows = Override.objects.select_related("procedure").order_by("unit_code", "valid_from")
    return [
        [
            one.procedure.code,
            one.unit_code,
            one.valid_from.isoformat(),
            one.valid_to and one.valid_to.isoformat(),
        ]
        for one in rows
    ]


def was_set(state, event):
    return [*state, [event.payload["code"], event.payload["unit"], event.payload["valid_from"], None]]


def was_ended(state, event):
    state[-1][3] = event.payload["day"]
    return state


def test_overriding(editor, procedure):
    apply = {"catalogue:override:set": was_set, "catalogue:override:ended": was_ended}
    with replays(overrides, apply):
        changes = {"content": {"place": "Nhà văn hoá"}}
        row = set_override(editor, procedure, "T01.21", "/T01/T01.21/", changes, OCTOBER, "QĐ 5")
        end_override(editor, row, NOVEMBER)


def test_a_row_overtaken_since_is_left_out(editor, province, procedure, proposal):
    """Somebody announces between the comparison and the application: that row waits, with the reason."""
    batch = read_import(editor, province, "a.csv", b"code,name\n1.001193,Ten khac\n")
    start_import(editor, batch, [0], NOVEMBER)
    announce(editor, procedure, DECISION, OCTOBER, proposal=replace(proposal, name="Tên mới"))
    apply_import(batch.pk)
    batch.refresh_from_db()
    assert batch.report["results"] == {"skipped": 1}
    assert "đã thay đổi" in batch.report["skipped"][0]["reason"]
    assert Version.objects.filter(procedure=procedure).count() == 2
