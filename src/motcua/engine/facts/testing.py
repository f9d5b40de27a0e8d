"""For tests that count over facts and take back what they wrote."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from motcua.engine.facts import shelf


def fresh_facts(settings: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Facts in a folder of the test's own, and nothing held open: a manifest taken back has its versions again."""
    settings.FACTS_ROOT = folder / "facts"
    monkeypatch.setattr(shelf.SHELF, "_held", {})
    monkeypatch.setattr(shelf.SHELF, "_memory", None)
