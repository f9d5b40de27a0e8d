"""A whole campaign of a small province: derived, declared, submitted, approved, published; nothing typed twice."""

from __future__ import annotations

from decimal import Decimal

import pytest

from motcua.reports.forms.api import Judgement, checks, current_values, form_set, own_rows
from motcua.reports.submissions.judging import asked_rows, findings_of
from motcua.reports.submissions.models import Version
from motcua.reports.submissions.operations import derive_submission
from motcua.reports.submissions.planning import plan_of
from motcua.reports.submissions.seeding import run_campaign, seed_declared

pytestmark = pytest.mark.django_db


def test_a_campaign_asks_every_row_of_one_unit_or_of_the_units_of_its_levels(cycle):
    campaign, forms = cycle.campaign, form_set()
    assert campaign.submissions.count() == 9 and {each.state for each in campaign.submissions.all()} == {
        "derived"
    }
    assert campaign.owners == {
        "so-noi-vu": "H99.11", "van-phong": "H99.12", "so-tu-phap": "H99.13", "so-tai-chinh": "H99.14",
        "so-khoa-hoc-cong-nghe": "H99.15",
    }  # fmt: skip
    department, commune = asked_rows(cycle.of("H99.11")), asked_rows(cycle.of("H99.1"))
    assert {"1!1", "4!2.1"} <= {row.key for row in department} and "2!1.1" not in {
        row.key for row in department
    }
    assert "2!1.2" in {row.key for row in commune} and not {"1!1", "3!3.1.1"} & {row.key for row in commune}
    asked = [row.key for each in campaign.submissions.exclude(level="province") for row in asked_rows(each)]
    once = {row.key for row in forms.rows() if row.levels == ("province",)}
    assert all(asked.count(key) <= 1 for key in once), "a row of the province is asked once"
    assert own_rows(forms, "province") == tuple(row for row in forms.rows() if not row.is_heading)


def test_the_whole_campaign_passes_every_relation_and_adds_up(cycle):
    own = run_campaign(cycle.campaign, tell=lambda _text: None)
    values = current_values(own.sheet)
    assert own.state == "published" and {each.state for each in cycle.campaign.submissions.all()} == {
        "published"
    }
    found = checks(own.sheet, values)
    assert [each.message for each in found if each.judgement in {Judgement.BROKEN, Judgement.EXPLAIN}] == []
    assert [each for each in findings_of(own) if each.blocks] == []
    rows = own_rows(form_set(), "province")
    assert {row.key for row in rows} <= set(values)
    communes = [current_values(cycle.of(code).sheet)["2!1.2"].value for code in ("H99.1", "H99.2", "H99.3")]
    assert values["2!1.2"].value == sum(communes) and values["2!1"].value == values["2!1.1"].value + sum(
        communes
    )
    assert values["1!1"].source == "adopted" and "Sở Nội vụ" in values["1!1"].reason
    declared = current_values(cycle.of("H99.1").sheet)["4!2.2"]
    assert declared.source_file == "so-lieu-gia-lap" and "giả lập" in declared.reason
    assert set(Version.objects.values_list("stage", flat=True)) == {"published"}


def test_the_same_seed_gives_the_same_values(cycle):
    seed_declared(cycle.campaign, 7)
    first = {code: current_values(cycle.of(code).sheet)["4!2.2"].value for code in ("H99.1", "H99.2")}
    assert seed_declared(cycle.campaign, 7) == 0
    from motcua.reports.submissions.seeding import Unit, drawn, unit_values

    again = unit_values(Unit("H99.1", "commune", frozenset()), drawn(7, "H99.1"))
    assert first["H99.1"] == Decimal(again["4!2.2"]) and first["H99.1"] != first["H99.2"]


def test_the_province_waits_and_names_the_units(cycle):
    own = cycle.own()
    assert derive_submission(None, own) == 0
    own.refresh_from_db()
    assert (
        own.given["2!1.2"]["missing"] == ["H99.1", "H99.2", "H99.3"] and own.given["2!1.2"]["state"] is None
    )
    assert own.given["1!1"]["missing"] == ["H99.11"]
    waiting = [each for each in findings_of(own) if each.row == "2!1.2"]
    assert waiting[0].severity == "explain" and plan_of(own).below[0].sheet is None
