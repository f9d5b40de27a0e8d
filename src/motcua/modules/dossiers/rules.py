"""Rules of dossiers that are data: causes of lateness, dated and sourced."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import yaml


@lru_cache(maxsize=1)
def late_causes() -> Mapping[str, str]:
    """Causes of lateness: code to words, in the order they are offered."""
    text = (Path(__file__).parent / "late-causes.yaml").read_text(encoding="utf-8")
    return {entry["code"]: entry["label"] for entry in yaml.safe_load(text)["causes"]}
