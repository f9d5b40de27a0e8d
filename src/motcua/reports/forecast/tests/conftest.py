"""A ward with three dossiers each of two Mondays, once for a file of tests; each test's own rows are rolled back on top.

Those of 2 March 2026 are due on the 5th: one is withdrawn in time, one after, one stays open. Those of the 9th are due on
the 12th and open.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from motcua.kernel.clock import frozen
from motcua.modules.dossiers import api
from motcua.modules.dossiers.tests.made import standing_world
from motcua.reports.tests.made import world  # noqa: F401


@pytest.fixture(scope="module")
def made(standing: Any, django_db_blocker: Any) -> Iterator[Any]:
    with django_db_blocker.unblock(), standing_world(standing) as made_world:
        for day, name in (("02", "first"), ("09", "second")):
            with frozen(f"2026-03-{day}T08:15"):
                uids = [
                    api.file_dossier(
                        made_world.viewers["desk"], made_world.province, made_world.filing(), hand_over=True
                    ).uid
                    for _number in range(3)
                ]
            setattr(made_world, name, uids)
        for uid, moment in zip(made_world.first, ("2026-03-04T09:00", "2026-03-06T09:00"), strict=False):
            with frozen(moment):
                api.withdraw_dossier(made_world.viewers["desk"], uid, "Xin rút hồ sơ")
        yield made_world
