"""Chance that can be drawn again: every number hangs on the seed and on what it is for, never on what came before."""

from __future__ import annotations

from hashlib import blake2b

_BITS = 128


class Draws:
    """The chance of one simulated year."""

    def __init__(self, province: str, seed: int) -> None:
        self._key = blake2b(f"{province}:{seed}".encode(), digest_size=32).digest()

    def number(self, text: str) -> int:
        """128 bits for a purpose."""
        return int.from_bytes(blake2b(text.encode(), key=self._key, digest_size=16).digest(), "big")

    def stream(self, text: str) -> Stream:
        """Bits for identifiers of one purpose (an act of a dossier), one draw after the other."""
        return Stream(self, text)


class Stream:
    """Gives `kernel.ids.drawn_from` its bits: the k-th draw of a purpose is always the same."""

    def __init__(self, draws: Draws, text: str) -> None:
        self._draws, self._text, self._count = draws, text, 0

    def __call__(self, count: int) -> int:
        drawn = self._draws.number(f"{self._text}:{self._count}") >> (_BITS - count)
        self._count += 1
        return drawn
