"""All of the real procedures collected from public lists, when they are at hand."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from motcua.engine.events.api import Event
from motcua.modules.catalogue.api import counts_by_level, procedure_on
from motcua.modules.catalogue.importing.operations import (
    apply_import,
    apply_step,
    read_import,
    start_import,
)
from motcua.modules.catalogue.models import Version

REFERENCE = Path(os.environ.get("MOTCUA_REFERENCE_DIR", Path(__file__).parents[6] / "shared"))
LIST = REFERENCE / "data" / "reference-only" / "procedures-all.csv"
OCTOBER = dt.date(2026, 10, 1)


@pytest.fixture
def content() -> bytes:
    if not LIST.exists():
        pytest.skip("the list of real procedures is not at hand (MOTCUA_REFERENCE_DIR)")
    return LIST.read_bytes()


def test_all_are_imported_once(editor, province, content):
    """2,134 rows: 9 have no code, 213 no level; 271 times have no unit; what is unclear is counted."""
    batch = read_import(editor, province, "danh-muc.csv", content)
    assert batch.report["counts"] == {"missing": 2125, "changed": 0, "same": 0, "extra": 0, "invalid": 9}
    assert batch.report["notes"] == {
        "fee.several": 39,
        "fee.text": 556,
        "field.none": 69,
        "level.none": 213,
        "level.other": 28,
        "online.unclear": 1393,
        "time.no-unit": 271,
        "time.several": 58,
        "time.text": 20,
    }
    assert Version.objects.filter(province=province).count() == 0

    start_import(editor, batch, range(len(batch.rows)), OCTOBER)
    assert apply_step(batch.pk) is True  # killed after a step, the next run goes on
    apply_import(batch.pk)
    apply_import(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.done, batch.report["results"]) == ("applied", 2125, {"created": 2125})
    assert Version.objects.filter(province=province).count() == 2125
    assert Event.objects.filter(province=province, type="catalogue:version:announced").count() == 2125
    totals = counts_by_level(province, OCTOBER)
    assert (totals.province, totals.commune, totals.both, totals.neither) == (1464, 732, 276, 205)
    assert totals.all == totals.province + totals.commune - totals.both + totals.neither == 2125

    again = read_import(editor, province, "danh-muc.csv", content)
    assert again.report["counts"] == {"missing": 0, "changed": 0, "same": 2125, "extra": 0, "invalid": 9}
    real = procedure_on(province, "1.014783", OCTOBER)
    assert {one.kind: one.limits[0].limit for one in real.content.channels} == {
        "online": "04 ngày làm việc",
        "post": "04 ngày làm việc",
        "direct": "04 ngày làm việc",
    }
    assert {fee.amount for one in real.content.channels for fee in one.limits[0].fees} == {0}
