"""Refusals of this room: a stable code and a Vietnamese sentence that says what, where and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class IndexRefused(ValueError):
    """`code` reads indices.subject.reason and is stable; `message` is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a definition: a stable code (IDX-...), where it stands, and a Vietnamese sentence."""

    code: str
    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.code} · {self.where}: {self.message}"


class DefinitionRefused(IndexRefused):
    """A definition with everything that is wrong with it, so that it is mended in one go."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("indices.definition.refused", "\n".join(str(each) for each in self.problems))

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(each.code for each in self.problems)
