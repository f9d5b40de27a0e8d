from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from motcua.engine.facts.api import rebuild, source_of
from motcua.modules.dossiers.tests.made import dossier_world


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Path) -> Any:
    """A small province with officers and procedures, its facts in a folder of their own."""
    settings.FACTS_ROOT = tmp_path / "facts"
    return dossier_world()


@pytest.fixture
def build(world: Any) -> Any:
    """Builds the facts of dossiers as the tables are now."""
    return lambda: rebuild(world.province, source_of("dossiers"))
