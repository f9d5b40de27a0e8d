"""The tiny province of `world.py` for tests of rooms above."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
    _forget()
    return sys.modules[NAME].make_world()


@contextmanager
def standing_world(standing: Callable[..., Any]) -> Iterator[Any]:
    """The same, made once a process; what is done inside is taken back. Takes the fixture `standing`."""
    with standing("dossiers", dossier_world) as world:
        _forget()
        yield world


def _forget() -> None:
    for forget in (forget_calendars, forget_processes, forget_procedures, forget_units):
        forget()
