from __future__ import annotations

import datetime as dt

import pytest
from django.db.models import Count

from motcua.engine.events.api import Event
from motcua.engine.provinces.api import Province
from motcua.modules.catalogue.api import forget_processes, procedure_on, process_for
from motcua.modules.catalogue.models import Link, Procedure, Process, ProcessVersion, Step, Version
from motcua.modules.catalogue.proposals import hash_content
from motcua.modules.catalogue.queries import counts_by_level
from motcua.modules.catalogue.starter.data import starter_procedures
from motcua.modules.catalogue.starter.loading import carry_starter_back, load_starter

DAY = dt.date(2025, 12, 1)


@pytest.fixture
def province(db) -> Province:
    return Province.objects.create(key="thu", agency_code="T01", place_code="01")


def test_the_demonstration_is_filled_to_the_size_of_the_report(province):
    assert load_starter(province) == 2176
    totals = counts_by_level(province, DAY)
    assert (totals.all, totals.province, totals.both) == (2176, 1754, 85)
    assert totals.commune - totals.both == 422
    assert Process.objects.filter(province=province).count() == 2026
    assert ProcessVersion.objects.filter(province=province, approved_at__isnull=False).count() == 2026


def test_loading_again_adds_nothing_and_leaves_what_was_changed(province):
    load_starter(province, fill=False)
    Procedure.objects.filter(province=province, code="1.001193").update(lifecycle="stopped")
    before = Event.objects.count()
    assert load_starter(province, fill=False) == 0
    assert Procedure.objects.get(province=province, code="1.001193").lifecycle == "stopped"
    assert Event.objects.count() == before


def test_without_filling_only_what_we_wrote_is_there(province):
    assert load_starter(province, fill=False) == len(starter_procedures())
    assert set(Procedure.objects.values_list("origin", flat=True)) == {"starter"}


def test_a_province_may_have_the_rest_of_the_starter_later(province):
    load_starter(province, fill=False)
    assert load_starter(province, fill=True) == 2176 - len(starter_procedures())


def test_rows_are_written_as_the_catalogue_writes_them(province):
    load_starter(province, fill=False)
    version = Version.objects.get(procedure__code="1.001193")
    assert version.content_hash == hash_content(version.content)
    assert version.procedure.full_code == "1.001193.000.00.00.T01"
    assert Version.objects.extra(
        where=["search @@ plainto_tsquery('simple', %s)"], params=["khai sinh"]
    ).filter(pk=version.pk)
    steps = Step.objects.filter(version__process__procedure=version.procedure)
    assert [one.kind for one in steps] == ["reception", "process", "sign", "return"]
    assert Link.objects.filter(version=steps[0].version).count() == 3


def test_simulated_ones_say_so_and_spread_over_fourteen_departments(province):
    load_starter(province)
    simulated = Version.objects.filter(procedure__origin="simulated")
    assert not simulated.exclude(name__endswith="(mô phỏng)").exists()
    assert not simulated.exclude(procedure__code__startswith="3.9").exists()
    assert simulated.values("name").distinct().count() == simulated.count()
    fields = (
        simulated.filter(procedure__at_province=True, procedure__at_commune=False)
        .values("field__code")
        .annotate(n=Count("pk"))
    )
    assert len(fields) == 14
    assert max(one["n"] for one in fields) - min(one["n"] for one in fields) <= 1


def test_for_a_simulated_year_the_starter_holds_from_earlier(province):
    load_starter(province, fill=False)
    early = dt.date(2024, 12, 1)
    assert (
        procedure_on(province, "1.001193", early) is None and process_for(province, "1.001193", early) is None
    )
    assert carry_starter_back(province, early) == len(starter_procedures())
    forget_processes()
    assert procedure_on(province, "1.001193", early).version_id and process_for(province, "1.001193", early)
    assert carry_starter_back(province, early) == 0
