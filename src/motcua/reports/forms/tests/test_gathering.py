"""Rows gathered from units: sums and recomputed ratios, whole or said not to be."""

from decimal import Decimal

import pytest

from motcua.engine.figures.api import State
from motcua.reports.forms import api
from motcua.reports.forms.definitions import form_set
from motcua.reports.forms.errors import FormsError
from motcua.reports.forms.permissions import EDIT, VIEW

pytestmark = pytest.mark.django_db
FORMS = form_set()


@pytest.fixture
def communes(coordinator, province, sheet):
    """Forms of three communes for the province's period."""
    return [
        api.open_sheet(
            coordinator,
            province,
            unit_code=code,
            unit_path=f"/H05/{code}/",
            period_kind=sheet.period_kind,
            period_from=sheet.period_from,
            period_to=sheet.period_to,
        )
        for code in ("H05.101", "H05.102", "H05.103")
    ]


def fill(viewer, sheets, key, texts):
    for each, text in zip(sheets, texts, strict=True):
        if text is not None:
            api.record_value(viewer, each, key, text)


def test_a_ratio_is_recomputed_from_added_parts(coordinator, sheet, communes):
    fill(coordinator, communes, "3!3.3.1", ["100", "300", "0"])
    fill(coordinator, communes, "3!3.3.2", ["100", "150", "0"])
    found = api.gather(coordinator, sheet, FORMS.row("3!3.3"))
    assert (found.result.value.numerator, found.result.value.denominator) == (250, 400)
    value = api.gather_value(coordinator, sheet, "3!3.3")
    assert (value.value, value.source, value.reason) == (Decimal("62.5"), "computed", "Tổng hợp từ 3 đơn vị")
    assert api.gather_value(coordinator, sheet, "3!3.3") == value


def test_a_sum_counts_zero_and_not_applicable_and_waits_for_blank(coordinator, sheet, communes):
    fill(coordinator, communes, "2!1.2", ["4", "0", None])
    found = api.gather(coordinator, sheet, FORMS.row("2!1.2"))
    assert found.result.value.numerator == 4 and found.missing == (communes[2],) and found.units == 3
    with pytest.raises(FormsError) as refusal:
        api.gather_value(coordinator, sheet, "2!1.2")
    assert refusal.value.code == "forms.gather.incomplete" and "H05.103" in refusal.value.message
    api.record_value(coordinator, communes[2], "2!1.2", "không áp dụng")
    assert api.gather_value(coordinator, sheet, "2!1.2").value == 4


def test_absence_everywhere_is_not_zero(coordinator, sheet, communes):
    fill(coordinator, communes, "2!1.2", ["không áp dụng"] * 3)
    assert api.gather_value(coordinator, sheet, "2!1.2").status == "not_applicable"
    fill(coordinator, communes, "5!4.3", ["chưa đến kỳ"] * 3)
    found = api.gather(coordinator, sheet, FORMS.row("5!4.3"))
    assert found.result.value.state is State.NOT_DUE and not found.result.complete


def test_what_belongs_to_the_province_or_has_no_units_is_not_gathered(coordinator, sheet, communes):
    assert api.gather(coordinator, sheet, FORMS.row("1!1")) is None
    assert api.gather(coordinator, communes[0], FORMS.row("2!1.2")) is None
    with pytest.raises(FormsError) as refusal:
        api.gather_value(coordinator, sheet, "1!1")
    assert refusal.value.code == "forms.gather.none"


def test_a_viewer_gathers_only_what_it_may_see(person, province, coordinator, sheet, communes):
    fill(coordinator, communes, "2!1.2", ["1", "2", "3"])
    commune = person("xa", province, [VIEW, EDIT], path="/H05/H05.101/")
    found = api.gather(commune, sheet, FORMS.row("2!1.2"))
    assert found.units == 1 and found.result.value.numerator == 1


def test_gathering_takes_two_statements(coordinator, sheet, communes, django_assert_num_queries):
    fill(coordinator, communes, "3!3.3.1", ["100", "300", "0"])
    fill(coordinator, communes, "3!3.3.2", ["100", "150", "0"])
    with django_assert_num_queries(2):
        api.gather(coordinator, sheet, FORMS.row("3!3.3"))
