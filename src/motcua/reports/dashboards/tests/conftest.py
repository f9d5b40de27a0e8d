from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from motcua.engine.facts.api import rebuild, source_of
from motcua.kernel.clock import frozen, today
from motcua.modules.dossiers import api
from motcua.modules.dossiers.data import ResultDraft
from motcua.modules.dossiers.tests.made import dossier_world
from motcua.reference.organisations.api import units_on


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Path) -> Any:
    """A small province with officers and procedures, its facts in a folder of their own."""
    settings.FACTS_ROOT = tmp_path / "facts"
    made = dossier_world()
    from dossier_world import officer

    [top] = units_on(made.province, today(), kind="province_committee")
    made.viewers["coordinator"] = officer(made.province, "coordinator", "reform-coordinator", top)
    return made


@pytest.fixture
def build(world: Any) -> Any:
    """Builds the facts of dossiers and of their steps as the tables are now."""

    def work() -> None:
        for fact in ("dossiers", "dossier_steps"):
            rebuild(world.province, source_of(fact))

    return work


@pytest.fixture
def story(world: Any, build: Any) -> dict[str, Any]:
    """Of the ward: one in time, one late, one open and overdue, one waiting; of the department: one open."""
    v = world.viewers

    def file(**changes: Any) -> Any:
        with frozen("2026-03-02T08:15"):
            return api.file_dossier(v["desk"], world.province, world.filing(**changes), hand_over=True).uid

    def resolve(uid: Any, moment: str) -> None:
        with frozen(moment):
            api.forward_dossier(v["leader"], uid)
            api.submit_dossier(v["officer"], uid, ResultDraft("Giấy xác nhận"))
            api.approve_dossier(v["leader"], uid)
            api.sign_dossier(v["leader"], uid)
            api.record_result(v["clerk"], uid)

    found = {
        "in time": file(), "late": file(), "overdue": file(), "waiting": file(),
        "department": file(handling=world.department.code),
    }  # fmt: skip
    resolve(found["in time"], "2026-03-03T09:00")
    resolve(found["late"], "2026-03-20T09:00")
    with frozen("2026-03-03T10:00"):
        api.forward_dossier(v["leader"], found["waiting"])
        api.request_supplement(v["officer"], found["waiting"], ["Giấy A"], "Thiếu")
    build()
    return found
