"""The example reports that ship with the project, offered in the browser with one click."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import motcua

PREVIOUS_MARK = "truoc"
READABLE = {".md", ".docx"}


@dataclass(frozen=True, slots=True)
class Example:
    """One example report, with its report of the period before when that ships too."""

    slug: str
    title: str
    path: Path
    previous: Path | None = None


def examples_dir() -> Path:
    return Path(motcua.__file__).resolve().parents[2] / "examples"


@lru_cache(maxsize=1)
def examples() -> tuple[Example, ...]:
    """Every readable report of the folder; none where the project was installed without it."""
    folder = examples_dir()
    if not folder.is_dir():
        return ()
    found = sorted(
        path for path in folder.rglob("*") if path.suffix in READABLE and path.stem.lower() != "readme"
    )
    previous = [path for path in found if PREVIOUS_MARK in path.stem]
    return tuple(
        Example(
            slug=f"{path.stem}-{path.suffix[1:]}".lower(),
            title=path.name,
            path=path,
            previous=_previous(path, previous),
        )
        for path in found
        if path not in previous
    )


def _previous(path: Path, candidates: list[Path]) -> Path | None:
    near = [candidate for candidate in candidates if candidate.parent == path.parent]
    same_kind = [candidate for candidate in near if candidate.suffix == path.suffix]
    return next(iter([*same_kind, *near]), None)
