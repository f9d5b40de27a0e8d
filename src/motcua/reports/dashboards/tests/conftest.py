"""A ward and a department with five dossiers, once for a file of tests; what a test writes is rolled back on top."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from motcua.engine.facts.api import rebuild, source_of
from motcua.engine.facts.testing import fresh_facts
from motcua.kernel.clock import frozen, today
from motcua.modules.dossiers import api
from motcua.modules.dossiers.data import ResultDraft
from motcua.modules.dossiers.tests.made import standing_world
from motcua.reference.organisations.api import units_on


@pytest.fixture(scope="module")
def bare(standing: Any, django_db_blocker: Any) -> Iterator[Any]:
    """The world without facts."""
    with django_db_blocker.unblock(), standing_world(standing) as made:
        from dossier_world import officer

        [top] = units_on(made.province, today(), kind="province_committee")
        made.viewers["coordinator"] = officer(made.province, "coordinator", "reform-coordinator", top)
        yield made


@pytest.fixture(scope="module")
def told(bare: Any, django_db_blocker: Any) -> Iterator[Any]:
    """Of the ward: one in time, one late, one open and overdue, one waiting; of the department: one open. With facts."""
    with (
        tempfile.TemporaryDirectory() as folder,
        override_settings(FACTS_ROOT=folder),
        django_db_blocker.unblock(),
    ):
        place = transaction.savepoint()
        found = _dossiers(bare)
        for fact in ("dossiers", "dossier_steps"):
            rebuild(bare.province, source_of(fact))
        yield SimpleNamespace(found=found, folder=folder)
        transaction.savepoint_rollback(place)


@pytest.fixture
def world(bare: Any, db: None, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    fresh_facts(settings, tmp_path, monkeypatch)
    return bare


@pytest.fixture
def story(told: Any, world: Any, settings: Any) -> dict[str, Any]:
    settings.FACTS_ROOT = told.folder
    found: dict[str, Any] = told.found
    return found


def _dossiers(world: Any) -> dict[str, Any]:
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
    return found
