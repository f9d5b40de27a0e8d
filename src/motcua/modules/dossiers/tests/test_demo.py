from __future__ import annotations

import time
from collections import Counter

import pytest

from motcua.engine.provinces.api import Province
from motcua.modules.dossiers.api import load_demo_dossiers
from motcua.modules.dossiers.models import Dossier, Task
from motcua.modules.dossiers.states import Status


@pytest.mark.django_db
def test_the_demonstration_shows_every_state_once_and_is_loaded_once(demo):
    province = Province.objects.get(key="bac-ninh")
    Dossier.objects.filter(province=province).exists() or load_demo_dossiers(province)
    statuses = Counter(Dossier.objects.values_list("status", flat=True))
    assert set(statuses) == {int(one) for one in Status}
    assert sum(statuses.values()) >= 55
    kinds = set(Task.objects.filter(closed_at__isnull=True).values_list("kind", flat=True))
    assert kinds >= {"assign", "process", "sign", "issue", "return", "joint", "consult", "reception"}
    before = time.monotonic()
    assert load_demo_dossiers(province) == 0
    assert time.monotonic() - before < 1
