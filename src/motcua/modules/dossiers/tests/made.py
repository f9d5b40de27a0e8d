"""The tiny province of `world.py` for tests of rooms above."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

from motcua.modules.catalogue.api import forget_procedures, forget_processes
from motcua.modules.dossiers.units import forget_units
from motcua.reference.calendars.api import forget_calendars

NAME = "dossier_world"


def dossier_world() -> Any:
    """Made anew: call in a test with a database. `from dossier_world import officer` works afterwards."""
    if NAME not in sys.modules:
        spec = importlib.util.spec_from_file_location(NAME, Path(__file__).with_name("world.py"))
        assert spec and spec.loader
        sys.modules[NAME] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[NAME])
    for forget in (forget_calendars, forget_processes, forget_procedures, forget_units):
        forget()
    return sys.modules[NAME].make_world()
