from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("dossier_world", Path(__file__).with_name("world.py"))
assert _spec and _spec.loader
world_module = importlib.util.module_from_spec(_spec)
sys.modules["dossier_world"] = world_module
_spec.loader.exec_module(world_module)


@pytest.fixture
def world(db):
    return world_module.make_world()
