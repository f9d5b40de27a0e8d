"""Workers of their own connections, a killed one, and the province that is nowhere."""

from __future__ import annotations

import multiprocessing
import os
import re
from fractions import Fraction
from typing import Any

import pytest

from motcua.engine.statements.api import fetch
from motcua.modules.dossiers.models import Dossier
from motcua.simulation import loading
from motcua.simulation.api import BULK, Wanted, simulate
from motcua.simulation.capturing import all_tables
from motcua.simulation.loading import Writer
from motcua.simulation.models import Block, Run
from motcua.simulation.plan.api import load_calibration

MADE_UP = Wanted("mau", 2025, Fraction(1, 1500), 3, BULK)

_CASTS = re.compile(r"[()]|::[a-z ]+(\[\])?")  # read back, a statement may spell its casts otherwise


def indexes() -> list[tuple[str, str]]:
    """Every index and constraint of the tables that stories write."""
    tables = [table.name for table in all_tables()]
    found = [
        *fetch("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) ORDER BY 1", [tables]),
        *fetch(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conrelid::regclass::text = ANY(%s) ORDER BY 1",
            [tables],
        ),
    ]
    return [(name, _CASTS.sub("", says)) for name, says in found]


@pytest.mark.full
@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_leaves_whole_blocks_and_the_next_run_the_rest(monkeypatch, caplog):
    monkeypatch.setattr(loading, "BLOCK", 40)
    monkeypatch.setattr(loading, "_WORTH", 1)
    stood = indexes()
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
    blocks, played = (Block.objects.filter(kind=kind).count() for kind in ("dossiers", "played"))
    assert killed.value and blocks * 40 <= 201 and Dossier.objects.count() <= 40 * blocks + played
    run = Run.objects.get()
    assert len(indexes()) < len(stood) - 80 and len(run.indexes) > 40 and len(run.keys) > 40
    caplog.clear()
    outcome = simulate(MADE_UP)
    # What stands there already, later in time than what is learned, must not show in what is learned.
    assert "beside a dossier is played one by one" not in caplog.text
    assert outcome.finished and outcome.counted.differences(outcome.planned) == []
    assert set(indexes()) == set(stood)
    assert Run.objects.get().indexes == [] == Run.objects.get().keys
    small = load_calibration("mau").at(MADE_UP.scale)
    received = Dossier.objects.filter(received_at__isnull=False)
    assert received.count() == sum(one.received for one in small.outcomes.values())
