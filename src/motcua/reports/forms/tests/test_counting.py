"""Rows counted from dossiers: beside what was declared, taken over on request, climbing through a merger."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from motcua.engine.accounts.api import User
from motcua.engine.facts.api import rebuild, source_of
from motcua.engine.figures.api import REGISTRY
from motcua.engine.permissions.api import NotPermitted, RolePermission, Viewer
from motcua.kernel.clock import frozen
from motcua.modules.catalogue.models import Procedure
from motcua.modules.dossiers import api
from motcua.modules.dossiers.data import ResultDraft
from motcua.modules.dossiers.tests.made import dossier_world
from motcua.reference.people.api import Installer
from motcua.reports.forms import operations, queries
from motcua.reports.forms.counting import count_row, count_rows, counted_rows
from motcua.reports.forms.definitions import DEFAULT_VERSION, form_set
from motcua.reports.forms.errors import FormsError

pytestmark = pytest.mark.django_db
YEAR = {"period_kind": "year", "period_from": dt.date(2025, 12, 15), "period_to": dt.date(2026, 12, 14)}


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Path) -> Any:
    settings.FACTS_ROOT = tmp_path / "facts"
    made = dossier_world()
    for permission in ("reports.forms.view", "reports.forms.edit"):
        RolePermission.objects.get_or_create(role=_role("unit-leader"), permission=permission)
    return made


def _role(code: str) -> Any:
    from motcua.engine.permissions.api import Role

    return Role.objects.get(code=code)


@pytest.fixture
def leader(world) -> Viewer:
    return Viewer(world.viewers["leader"].user)


@pytest.fixture
def sheet(world, leader) -> Any:
    """The ward's forms of the year, in which two dossiers were resolved, one of them late."""
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
    return operations.open_sheet(
        leader, world.province, unit_code=world.ward.code, unit_path=world.ward.path, **YEAR
    )


def value_of(sheet: Any, key: str) -> Any:
    return queries.current_values(sheet)[key]


def test_every_counted_row_takes_a_value_and_its_figure_exists():
    forms = form_set(DEFAULT_VERSION)
    for key, (figure, part) in counted_rows(DEFAULT_VERSION).items():
        assert not forms.row(key).is_heading
        known = REGISTRY.figure(figure, dt.date(2026, 1, 1))
        assert part == "value" or (part in ("numerator", "denominator") and known.is_ratio)
        numbers = known.is_ratio and part == "value"
        assert numbers == (forms.row(key).unit == "%"), key
    for number in ("3", "7"):
        operational = {row.key for row in forms.forms[number].rows if not row.is_heading}
        left = operational - set(counted_rows(DEFAULT_VERSION))
        assert (number == "7" and all(key < "7!6" for key in left)) or not left, left


def test_rows_are_counted_within_the_sheets_period_and_unit(world, sheet):
    rebuild(world.province, source_of("dossiers"))
    forms = form_set(sheet.form_version)
    found = {key: count_row(sheet, forms.row(key)) for key in counted_rows(sheet.form_version)}
    numbers = {key: one.value.numerator for key, one in found.items() if one and one.part != "value"}
    assert (numbers["3!3.3.1"], numbers["3!3.3.2"], numbers["3!3.1.1"]) == (2, 1, 0)
    assert found["3!3.3"].value.exact(100) == 50
    assert "3!3.4.1" not in {key for key, one in found.items() if one}, "petitions are not built yet"
    for fact in ("catalogue_services", "feedback_tickets", "catalogue_processes"):
        rebuild(world.province, source_of(fact))
    assert count_row(sheet, forms.row("3!3.4.1")).value.numerator == 0
    assert count_row(sheet, forms.row("3!1.4")) is None, "the province's alone"
    whole = operations.open_sheet(Installer(), world.province, unit_code="H05", unit_path="/H05/", **YEAR)
    found = count_rows(whole, [forms.row(key) for key in counted_rows(whole.form_version)])
    assert found["3!1.4"].value.numerator == Procedure.objects.filter(province=world.province).count() > 2
    assert found["3!2.3"].value.numerator == found["3!1.4"].value.numerator - 1
    assert "3!2.2" in found and "7!6.5" not in found
    assert (found["7!6.2.1"].value.numerator, found["7!6.2.2"].value.numerator) == (0, 0)


def test_a_counted_value_is_taken_over_with_its_moment_and_once(world, sheet, leader):
    with pytest.raises(FormsError) as refusal:
        operations.count_value(leader, sheet, "3!3.3.1")
    assert refusal.value.code == "forms.count.none", "facts not built yet are not 0"
    rebuild(world.province, source_of("dossiers"))
    operations.record_value(leader, sheet, "3!3.3.1", "7")
    operations.count_all(leader, sheet)
    taken = value_of(sheet, "3!3.3.1")
    assert (taken.value, taken.source, taken.revision) == (Decimal(2), "counted", 2)
    assert "dossiers.on-time-commune" in taken.reason
    assert value_of(sheet, "3!3.3").value == Decimal(50)
    assert value_of(sheet, "3!3.1").status == "not_applicable", "no department's dossier: not 0 %"
    operations.count_all(leader, sheet)
    assert value_of(sheet, "3!3.3.1").revision == 2, "the same again writes nothing"
    with pytest.raises(FormsError):
        operations.count_value(leader, sheet, "3!3.3.1", base_revision=1)


def test_who_may_not_edit_takes_nothing_over(world, sheet):
    with pytest.raises(NotPermitted):
        operations.count_value(world.viewers["officer"], sheet, "3!3.3.1")


def test_the_cell_shows_the_count_beside_what_was_declared(world, sheet, leader):
    rebuild(world.province, source_of("dossiers"))
    operations.record_value(leader, sheet, "3!3.3.1", "7")
    User.objects.filter(pk=leader.user_id).update(must_change_password=False)
    client = Client()
    client.force_login(
        User.objects.get(pk=leader.user_id), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    address = reverse("forms:cell", args=[sheet.uid, "3", "3.3.1"])
    page = client.get(address).content.decode()
    assert "Đếm từ hồ sơ" in page and "lệch 5" in page and "/so-lieu/dossiers.on-time-commune/" in page
    client.post(reverse("forms:count", args=[sheet.uid, "3", "3.3.1"]), {"base": "1"})
    assert value_of(sheet, "3!3.3.1").value == Decimal(2)
    assert "khớp với ô này" in client.get(address).content.decode()
