import pytest

from motcua.engine.jobs.beats import declared_beats
from motcua.reference.organisations.api import load_reference
from motcua.reference.organisations.jobs import carry_all_due
from motcua.reference.organisations.models import UnitChange


def test_the_worker_looks_for_changes_that_have_come_due():
    assert "organisations.carry-due" in {beat.name for beat in declared_beats()}


@pytest.mark.django_db
def test_a_change_whose_day_has_come_is_carried_once():
    load_reference("thai-nguyen")
    UnitChange.objects.update(moved_at=None)
    waiting = UnitChange.objects.filter(undone_at__isnull=True).count()
    assert waiting > 0
    assert carry_all_due() == waiting
    assert carry_all_due() == 0
