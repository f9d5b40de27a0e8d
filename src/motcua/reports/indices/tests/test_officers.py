"""The figures of the rating over facts as they are built, and officers rated by them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from motcua.engine.facts.api import rebuild, source_of
from motcua.engine.permissions.api import NotPermitted
from motcua.kernel.clock import frozen
from motcua.kernel.periods import Window
from motcua.modules.dossiers import api
from motcua.modules.dossiers.data import ResultDraft
from motcua.modules.dossiers.tests.made import dossier_world
from motcua.reports.indices import queries
from motcua.reports.indices.counted import CountedMeasures
from motcua.reports.indices.officers import rated_officers
from motcua.reports.indices.whatif import Edit

pytestmark = pytest.mark.django_db
WINDOW = Window(dt.date(2026, 1, 1), dt.date(2026, 12, 31))
FACTS = ("dossiers", "dossier_agencies", "feedback_dossiers")


class Everyone:
    def may(self, *_: Any, **__: Any) -> bool:
        return True


class Nobody:
    def may(self, *_: Any, **__: Any) -> bool:
        return False


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Path) -> Any:
    """Of two dossiers of the ward, both filed at the counter, one ended early and one late."""
    settings.FACTS_ROOT = tmp_path / "facts"
    world = dossier_world()
    v = world.viewers
    for moment in ("2026-03-03T09:00", "2026-03-20T09:00"):
        with frozen("2026-03-02T08:15"):
            uid = api.file_dossier(v["desk"], world.province, world.filing(), hand_over=True).uid
        with frozen(moment):
            api.forward_dossier(v["leader"], uid)
            api.submit_dossier(v["officer"], uid, ResultDraft("Giấy xác nhận"))
            api.approve_dossier(v["leader"], uid)
            api.sign_dossier(v["leader"], uid)
            api.record_result(v["clerk"], uid)
    for fact in FACTS:
        rebuild(world.province, source_of(fact))
    return world


def ratio(measures: CountedMeasures, figure: str, unit: str) -> tuple[Any, Any]:
    value = measures.values(figure, [unit], WINDOW)[unit]
    return value.numerator, value.denominator


def test_the_rating_counts_parts_places_and_complaints(world):
    measures, ward = CountedMeasures(world.province), world.ward.code
    assert ratio(measures, "dossiers.one-stop-only", ward) == (2, 2)
    assert ratio(measures, "dossiers.no-agency-contacted", ward) == (0, 2)
    assert ratio(measures, "feedback.on-time-without-complaint", ward) == (1, 2)
    on_time, parts = ratio(measures, "dossiers.legs-on-time", ward)
    early, _parts = ratio(measures, "dossiers.legs-early", ward)
    assert parts == 2 and 0 <= early <= on_time <= 2


def test_officers_are_rated_by_what_they_processed(world):
    index = queries.set_in_force(world.province, "rating-officer", WINDOW.last)
    unit, placed = rated_officers(Everyone(), world.province, index, world.ward.code, WINDOW)
    assert unit.code == world.ward.code
    uids = {each.score.subject.code for each in placed}
    officer = str(world.viewers["officer"].user.uid)
    assert officer in uids
    mine = next(each.score for each in placed if each.score.subject.code == officer)
    assert mine.component("ATTITUDE").reading.denominator == 2
    with pytest.raises(NotPermitted):
        rated_officers(Nobody(), world.province, index, world.ward.code, WINDOW)


def test_failing_records_are_read_by_page_and_by_name(world):
    measures, ward = CountedMeasures(world.province), world.ward.code
    every = [each.key for each in measures.failing("dossiers.no-agency-contacted", ward, WINDOW)]
    assert len(every) == 2 and measures.pools("dossiers.no-agency-contacted", ward, WINDOW) == {(1, ""): 2}
    first = measures.failing("dossiers.no-agency-contacted", ward, WINDOW, limit=1)
    rest = measures.failing("dossiers.no-agency-contacted", ward, WINDOW, after=first[0].key)
    assert [each.key for each in (*first, *rest)] == every
    named = measures.failing("dossiers.no-agency-contacted", ward, WINDOW, among=[every[1], "khong-co"])
    assert [each.key for each in named] == [every[1]]
    assert Edit(ward, "dossiers.no-agency-contacted", tuple(named)).records[0].weight == 1
