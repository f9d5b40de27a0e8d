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
from motcua.reference.calendars.api import forget_calendars


def _load(name: str, file: str) -> Any:
    """A helper of these tests, importable by its name."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(file))
    assert spec and spec.loader
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


world_module = _load("dossier_world", "world.py")
_load("dossier_programs", "programs.py")


@pytest.fixture(scope="module")
def shared_world(standing: Any, django_db_blocker: Any) -> Iterator[Any]:
    """The world of a module's tests, made once and taken back at its end; each test runs in a savepoint on it."""
    with django_db_blocker.unblock(), standing_world(standing) as made:
        yield made


@pytest.fixture
def world(shared_world: Any, db: None) -> Any:
    """The world as made, with viewers who have asked for nothing yet."""
    for forget in (forget_calendars, forget_processes, forget_procedures, forget_units):
        forget()
    viewers = {name: Viewer(viewer.user) for name, viewer in shared_world.viewers.items()}
    return dataclasses.replace(shared_world, viewers=viewers)


@pytest.fixture
def committed_world(transactional_db: None) -> Any:
    """A committed world of its own, for tests in which other connections read it."""
    return world_module.make_world()
