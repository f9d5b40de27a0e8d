from __future__ import annotations

import dataclasses
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from motcua.engine.permissions.api import Viewer
from motcua.modules.catalogue.api import forget_procedures, forget_processes
from motcua.modules.dossiers.tests.made import standing_world
from motcua.modules.dossiers.units import forget_units
from motcua.modules.records.work import province_of
from motcua.reference.calendars.api import forget_calendars

TESTS = Path(__file__).parent


def _load(name: str, path: Path) -> Any:
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec and spec.loader
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


dossier_world = _load("dossier_world", TESTS.parents[1] / "dossiers" / "tests" / "world.py")
_load("record_signing", TESTS / "signing.py")
record_world = _load("record_world", TESTS / "record_world.py")


@pytest.fixture(scope="module")
def shared_world(standing: Any, django_db_blocker: Any) -> Iterator[Any]:
    """The world of a module's tests, made once and taken back at its end; each test runs in a savepoint on it."""
    with django_db_blocker.unblock(), standing_world(standing) as made:
        yield made


@pytest.fixture
def world(shared_world: Any, db: None) -> Any:
    forget()
    viewers = {name: Viewer(viewer.user) for name, viewer in shared_world.viewers.items()}
    return dataclasses.replace(shared_world, viewers=viewers)


@pytest.fixture
def committed_world(transactional_db: None) -> Any:
    """A committed world of its own, for tests in which other connections read it."""
    forget()
    return dossier_world.make_world()


def forget() -> None:
    for one in (forget_calendars, forget_processes, forget_procedures, forget_units, province_of.cache_clear):
        one()
