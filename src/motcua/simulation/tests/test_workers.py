"""Workers of their own connections, a killed one, and the province that is nowhere."""

from __future__ import annotations

import multiprocessing
import os
from fractions import Fraction
from typing import Any

import pytest

from motcua.modules.dossiers.models import Dossier
from motcua.simulation import loading
from motcua.simulation.api import BULK, Wanted, simulate
from motcua.simulation.loading import Writer
from motcua.simulation.models import Block
from motcua.simulation.plan.api import load_calibration

MADE_UP = Wanted("mau", 2025, Fraction(1, 1500), 3, BULK)


@pytest.mark.full
@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_leaves_whole_blocks_and_the_next_run_the_rest(monkeypatch):
    monkeypatch.setattr(loading, "BLOCK", 40)
    killed = multiprocessing.get_context("fork").Value("i", 0)
    write = Writer.write

    def dying(self: Writer, number: int, stories: Any) -> None:
        if number == 2 and not killed.value:
            killed.value = 1
            os._exit(9)
        write(self, number, stories)

    monkeypatch.setattr(Writer, "write", dying)
    with pytest.raises(RuntimeError, match="worker"):
        simulate(MADE_UP)
    blocks = Block.objects.filter(kind="dossiers").count()
    assert killed.value and Dossier.objects.count() <= 40 * blocks < 201
    outcome = simulate(MADE_UP)
    assert outcome.finished and outcome.counted.differences(outcome.planned) == []
    small = load_calibration("mau").at(MADE_UP.scale)
    assert Dossier.objects.count() == sum(one.received for one in small.outcomes.values())
