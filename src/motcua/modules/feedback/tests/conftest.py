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
from motcua.modules.dossiers import api as dossiers
from motcua.modules.dossiers.tests.made import standing_world
from motcua.modules.dossiers.units import forget_units
from motcua.reference.calendars.api import forget_calendars

_WORLD = Path(dossiers.__file__).parent / "tests" / "world.py"
_spec = importlib.util.spec_from_file_location("feedback_world", _WORLD)
assert _spec and _spec.loader
world_module = importlib.util.module_from_spec(_spec)
sys.modules["feedback_world"] = world_module
_spec.loader.exec_module(world_module)


def _make() -> Any:
    """The province of the dossiers' tests, with people of this room beside its own."""
    return _peopled(world_module.make_world())


def _peopled(made: Any) -> Any:
    for name, role, unit in (
        ("coordinator", "commune-coordinator", made.ward),
        ("dept_desk", "reception-officer", made.department),
        ("dept_second", "processing-officer", made.department),
        ("other_leader", "unit-leader", made.other_ward),
        ("dept_head", "department-head", made.department),
    ):
        made.viewers[name] = world_module.officer(made.province, name, role, unit)
    return made


@pytest.fixture(scope="module")
def shared_world(standing: Any, django_db_blocker: Any) -> Iterator[Any]:
    """The world of a module's tests, made once and taken back at its end; each test runs in a savepoint on it."""
    with django_db_blocker.unblock(), standing_world(standing) as made:
        yield _peopled(made)


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
    return _make()
