from __future__ import annotations

import pytest

from motcua.engine.provinces.api import Province
from motcua.modules.feedback.api import load_demo_feedback
from motcua.modules.feedback.models import Grievance, Rating, Ticket

pytestmark = pytest.mark.django_db


def test_the_demonstration_shows_how_petitions_go(demo):
    province = Province.objects.get(key="bac-ninh")
    assert set(Ticket.objects.values_list("state", flat=True)) == {
        "received", "accepted", "assigned", "clarifying", "answered", "published", "closed", "refused",
    }  # fmt: skip
    assert Ticket.objects.filter(on_time=False).exists() and Ticket.objects.filter(reopenings=1).exists()
    levels = set(Rating.objects.values_list("level", flat=True))
    assert levels == {"very-satisfied", "satisfied", "neutral", "dissatisfied"}
    assert Grievance.objects.filter(dislikes=1).exists()
    before = Ticket.objects.count(), Rating.objects.count()
    assert load_demo_feedback(province) == 0
    assert (Ticket.objects.count(), Rating.objects.count()) == before
