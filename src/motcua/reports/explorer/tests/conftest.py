from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

from motcua.engine.facts.api import rebuild, source_of
from motcua.modules.catalogue.api import forget_procedures, forget_processes
from motcua.modules.dossiers.units import forget_units
from motcua.reference.calendars.api import forget_calendars

_FILE = Path(__file__).parents[3] / "modules" / "dossiers" / "tests" / "world.py"


def _world_module() -> Any:
    if "dossier_world" not in sys.modules:
        spec = importlib.util.spec_from_file_location("dossier_world", _FILE)
        assert spec and spec.loader
        sys.modules["dossier_world"] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules["dossier_world"])
    return sys.modules["dossier_world"]


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Path) -> Any:
    """A small province with officers and procedures, its facts in a folder of their own."""
    settings.FACTS_ROOT = tmp_path / "facts"
    for forget in (forget_calendars, forget_processes, forget_procedures, forget_units):
        forget()
    return _world_module().make_world()


@pytest.fixture
def build(world: Any) -> Any:
    """Builds the facts of dossiers as the tables are now."""
    return lambda: rebuild(world.province, source_of("dossiers"))
