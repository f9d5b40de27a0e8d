"""Slips of typing: a word is taken for another one when that is likelier, by itself and beside its neighbours.

What is known stays, unless it stands beside no neighbour it ever stands beside while a word of the same sound
would: `đăng ký tạm chú` is read `đăng ký tạm trú`, `chú` alone stays.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from motcua.modules.catalogue.search.language import Phrase
from motcua.modules.catalogue.search.words import Word, sound_of

SAME_SOUND, ONE_SLIP, TWO_SLIPS = 0.85, 0.7, 0.4
NEIGHBOUR = 1.0  # what standing beside a known neighbour adds
_SHORTEST, _LONG = 3, 6  # letters of a word that may hold one slip, two
_MOST = 20_000


class Mender:
    """Knows the words of the phrases it is given, how they are written, and what stands beside what."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        forms: dict[str, Counter[str]] = defaultdict(Counter)
        self.pairs: dict[tuple[str, str], tuple[str, str]] = {}  # without marks -> as first written
        for phrase in phrases:
            for word in phrase:
                forms[word.plain][word.marked] += 1
            for a, b in pairwise(phrase):
                self.pairs.setdefault((a.plain, b.plain), (a.marked, b.marked))
        self.usual = {plain: counted.most_common(1)[0][0] for plain, counted in forms.items()}
        self.vocabulary = sorted(forms)
        self.sounds: dict[str, list[str]] = defaultdict(list)
        for plain in self.vocabulary:
            self.sounds[sound_of(plain)].append(plain)
        self._likely: dict[str, dict[str, float]] = {}

    def mend(self, query: Phrase, *, begun: bool = False) -> tuple[Phrase, tuple[tuple[str, str], ...]]:
        """The query as it was meant, and what was taken for what. `begun`: the last word is left as it is."""
        mended: list[Word] = []
        changed: list[tuple[str, str]] = []
        for place, word in enumerate(query):
            before = mended[-1].plain if mended else ""
            after = query[place + 1].plain if place + 1 < len(query) else ""
            unfinished = begun and place == len(query) - 1
            chosen = word.plain if unfinished else self._choose(word.plain, before, after)
            if chosen == word.plain:
                mended.append(word)
            else:
                mended.append(Word(chosen, chosen))
                changed.append((word.marked, self._written(chosen, before, after)))
        return tuple(mended), tuple(changed)

    def _written(self, plain: str, before: str, after: str) -> str:
        """With marks, as it is written beside these neighbours."""
        if (before, plain) in self.pairs:
            return self.pairs[before, plain][1]
        if (plain, after) in self.pairs:
            return self.pairs[plain, after][0]
        return self.usual[plain]

    def beginning(self, plain: str) -> list[str]:
        """The known words that begin so, besides the word itself."""
        return [one for one in self.vocabulary if one.startswith(plain) and one != plain]

    def _choose(self, plain: str, before: str, after: str) -> str:
        known = plain in self.usual
        if plain.isdigit() or (known and self._beside(plain, before, after)):
            return plain
        likely = self.likely(plain)
        if not likely:
            return plain
        worth = {one: share + NEIGHBOUR * self._beside(one, before, after) for one, share in likely.items()}
        best = max(sorted(worth), key=worth.__getitem__)
        if known:
            return best if worth[best] >= NEIGHBOUR + SAME_SOUND - 1e-9 and (before or after) else plain
        return best

    def _beside(self, plain: str, before: str, after: str) -> int:
        return ((before, plain) in self.pairs) + (
            (plain, after) in self.pairs
            or any((plain, one) in self.pairs for one in self.sounds.get(sound_of(after), ()))
        )

    def likely(self, plain: str) -> dict[str, float]:
        """The other words it may stand for, with how likely."""
        if plain not in self._likely:
            if len(self._likely) >= _MOST:
                self._likely.clear()
            self._likely[plain] = self._look_up(plain)
        return self._likely[plain]

    def _look_up(self, plain: str) -> dict[str, float]:
        found = {one: SAME_SOUND for one in self.sounds.get(sound_of(plain), ()) if one != plain}
        if plain in self.usual or len(plain) < _SHORTEST:
            return found
        slips = 2 if len(plain) >= _LONG else 1
        for one, distance, _place in process.extract(
            plain, self.vocabulary, scorer=OSA.distance, score_cutoff=slips, limit=20
        ):
            found.setdefault(str(one), ONE_SLIP if distance == 1 else TWO_SLIPS)
        return found
