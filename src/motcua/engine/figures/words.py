"""How the columns of a fact and their values are said to people; declared by the module that owns the fact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from motcua.engine.figures.errors import FigureError
from motcua.engine.figures.registry import REGISTRY


@dataclass(frozen=True, slots=True)
class FactWords:
    """`record`: what one row is ("hồ sơ"). `columns`: a noun by column, a condition for a flag ("đúng hạn"). `values`: a
    word by column and value. All Vietnamese (gettext_noop); `cuts`: columns worth cutting a figure by, in order."""

    record: str
    columns: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    cuts: tuple[str, ...] = ()


_words: dict[str, FactWords] = {}


def describe_fact(fact: str, words: FactWords) -> None:
    """Declares the words of a fact. Raises FIG-COLUMN for a column it does not have."""
    columns = REGISTRY.fact(fact).columns
    for name in (*words.columns, *words.values, *words.cuts):
        if name not in columns:
            raise FigureError("FIG-COLUMN", f"Dữ kiện “{fact}” không có cột “{name}”.")
    _words[fact] = words


def words_of(fact: str) -> FactWords:
    """The words of a fact; bare names where its module declared none."""
    return _words.get(fact) or FactWords(fact, {})
