from __future__ import annotations

import dataclasses
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from motcua.engine.permissions.api import Viewer
from motcua.kernel.clock import frozen
from motcua.modules.catalogue.api import forget_procedures, forget_processes
from motcua.modules.dossiers.tests.made import standing_world
from motcua.modules.dossiers.units import forget_units
from motcua.reference.calendars.api import forget_calendars


def _load(name: str, path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


HERE = Path(__file__)
dossier_world = _load("dossier_world", HERE.parents[2] / "dossiers" / "tests" / "world.py")
payment_world = _load("payment_world", HERE.with_name("world.py"))


def make() -> Any:
    """The world of dossiers, with fees in its catalogue."""
    world = dossier_world.make_world()
    payment_world.price(world)
    return world


@pytest.fixture(scope="module")
def shared_world(standing: Any, django_db_blocker: Any) -> Iterator[Any]:
    with django_db_blocker.unblock(), standing_world(standing) as made:
        payment_world.price(made)
        yield made


def _forget() -> None:
    for forget in (forget_calendars, forget_processes, forget_procedures, forget_units):
        forget()


@pytest.fixture
def world(shared_world: Any, db: None) -> Iterator[Any]:
    _forget()
    viewers = {name: Viewer(viewer.user) for name, viewer in shared_world.viewers.items()}
    with frozen("2026-03-02T08:15"):
        yield dataclasses.replace(shared_world, viewers=viewers)


@pytest.fixture
def committed_world(transactional_db: None) -> Iterator[Any]:
    """A committed world of its own, for tests in which other connections read it."""
    _forget()
    with frozen("2026-03-02T08:15"):
        yield make()
