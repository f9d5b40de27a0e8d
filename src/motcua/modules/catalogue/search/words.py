"""Words of queries and names: one form with marks, one without, and what sounds the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from motcua.kernel.text import nfc, search_key, unify_tone_placement

_WORD = re.compile(r"\w+")
# What hands and ears of the north and the south mix up, on words without marks.
_SOUNDS = (
    (re.compile(r"^tr"), "ch"),
    (re.compile(r"^s"), "x"),
    (re.compile(r"^(gi|r)(?=[aeiouy])"), "d"),
    (re.compile(r"^n(?=[aeiouy])"), "l"),
    (re.compile(r"^(k|q)"), "c"),
    (re.compile(r"^ngh"), "ng"),
    (re.compile(r"^gh"), "g"),
    (re.compile(r"y"), "i"),
    (re.compile(r"ng$"), "n"),
    (re.compile(r"t$"), "c"),
)


@dataclass(frozen=True, slots=True)
class Word:
    """`marked` in lower case with its marks, tones in one place; `plain` without."""

    marked: str
    plain: str

    @property
    def has_marks(self) -> bool:
        return self.marked != self.plain


@lru_cache(maxsize=32768)
def words_of(text: str) -> tuple[Word, ...]:
    """The words of a text in order."""
    marked = _WORD.findall(unify_tone_placement(nfc(text)).lower())
    return tuple(Word(one, search_key(one)) for one in marked)


def plain_of(words: tuple[Word, ...]) -> tuple[str, ...]:
    return tuple(one.plain for one in words)


@lru_cache(maxsize=8192)
def sound_of(plain: str) -> str:
    """What is the same for words that are mixed up in writing: `tru` and `chu`, `ky` and `ki`."""
    for pattern, to in _SOUNDS:
        plain = pattern.sub(to, plain)
    return plain
