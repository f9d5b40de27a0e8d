"""An index of procedures in memory: a few thousand names are searched whole in milliseconds.

A name is scored by how much of the query it says (`coverage`, by the weight of words: rare words weigh more),
by how many of the query's neighbouring words are neighbours in it too (`phrases`), and by how little else it says
(`closeness`), so that "đăng ký kết hôn" comes before "đăng ký kết hôn có yếu tố nước ngoài".
"""

from __future__ import annotations

import heapq
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from motcua.modules.catalogue.search.language import Group, Phrase, light, said_phrases, turns_in
from motcua.modules.catalogue.search.mending import Mender
from motcua.modules.catalogue.search.words import Word, words_of

PHRASE = 0.3  # share of neighbouring words in a score
CLOSENESS = 0.3  # share that saying nothing else has in a score
WRONG_MARKS = 0.5  # a word with other marks than typed
BESIDE_NAME = 0.4  # a word of the results or the field, not of the name
IN_BRACKETS = 0.3  # weight of what a name adds in brackets
READING = 0.95  # a synonym instead of the word itself
LIGHT = 0.3  # weight of a word that says who
UNKNOWN = 0.3  # weight of a word that no name has, to that of the rarest
BEGUN = 0.8  # a word that only begins so
CONSIDERED = 300  # the nearest, of which closeness and turns are looked at
SIMULATED = 0.6
ESSENTIAL = 1.03
TURNED = 0.9  # for each turning word of the name that the query does not say
POPULAR = 0.02  # for each tenfold of uses

_BRACKETS = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Entry:
    """What is indexed of a version."""

    version_id: int
    code: str
    name: str
    field_code: str = ""
    beside: str = ""  # field and results
    at_province: bool = False
    at_commune: bool = False
    online_level: str = ""
    simulated: bool = False
    essential: bool = False
    popularity: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """An entry with its score, about 0..1 (boosts may bring it a little over)."""

    entry: Entry
    score: float


@dataclass(slots=True)
class _Document:
    entry: Entry
    marked: dict[str, set[str]]  # plain -> the forms with marks
    share: dict[str, float]  # plain -> 1, or less in brackets
    pairs: set[tuple[str, str]]
    turns: frozenset[str]
    boost: float
    weight: float = 0.0


class Index:
    """Says the same once built."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.documents = [_document(one) for one in entries]
        self.postings: dict[str, list[int]] = defaultdict(list)
        self.beside: dict[str, list[int]] = defaultdict(list)
        self.pairs: dict[tuple[str, str], list[int]] = defaultdict(list)
        for number, document in enumerate(self.documents):
            for word in document.marked:
                self.postings[word].append(number)
            for pair in document.pairs:
                self.pairs[pair].append(number)
            for word in {one.plain for one in words_of(document.entry.beside)} - document.marked.keys():
                self.beside[word].append(number)
        total = len(self.documents)
        self.rarity = {word: _rarity(total, len(where)) for word, where in self.postings.items()}
        self.unknown = UNKNOWN * _rarity(total, 0)
        for document in self.documents:
            document.weight = sum(self.rarity[word] * share for word, share in document.share.items())
        names = (words_of(text) for one in self.documents for text in (one.entry.name, one.entry.beside))
        self.mender = Mender([*names, *said_phrases()])

    def find(self, groups: Sequence[Group], *, begun: bool = False) -> list[Found]:
        """The entries that say most of the query (300 at most), the best first. `begun`: the last word may be unfinished."""
        last = groups[-1].readings[0][-1] if begun and groups else None
        weights = [self._weight(one.readings[0]) * (LIGHT if _is_light(one) else 1.0) for one in groups]
        total = sum(weights)
        matches: dict[int, float] = defaultdict(float)
        for group, weight in zip(groups, weights, strict=True):
            share_of_group = (1 - PHRASE) * weight / total
            for number, share in self._best_reading(group, last).items():
                matches[number] += share_of_group * share
        for number, share in self._phrases(groups).items():
            if number in matches:
                matches[number] += PHRASE * share
        near = heapq.nlargest(CONSIDERED, matches, key=lambda one: matches[one] * self.documents[one].boost)
        asked, said = _asked(groups), self._said(groups, last)
        found = [self._found(number, matches[number], said, asked) for number in near]
        return sorted(found, key=lambda one: (-one.score, len(one.entry.name), one.entry.code))

    def _found(self, number: int, match: float, said: frozenset[str], asked: frozenset[str]) -> Found:
        document = self.documents[number]
        close = sum(self.rarity[word] * document.share[word] for word in said & document.share.keys())
        closeness = math.sqrt(close / document.weight) if document.weight else 0.0
        turned = TURNED ** min(2, len(document.turns - asked))
        return Found(
            document.entry, match * (1 - CLOSENESS + CLOSENESS * closeness) * turned * document.boost
        )

    def _said(self, groups: Sequence[Group], last: Word | None) -> frozenset[str]:
        """All words of the query in any reading, and what its unfinished word may become."""
        words = {word.plain for group in groups for reading in group.readings for word in reading}
        return frozenset(words.union(self._beginning(last)))

    def _beginning(self, last: Word | None) -> Sequence[str]:
        return self.mender.beginning(last.plain) if last is not None and len(last.plain) >= 2 else ()

    def _weight(self, words: Phrase) -> float:
        return sum(self._weighs(word) for word in words)

    def _weighs(self, word: Word) -> float:
        return self.rarity.get(word.plain, self.unknown)

    def _best_reading(self, group: Group, last: Word | None) -> dict[int, float]:
        """By document, the share of the group that it says, in the reading that it says most of."""
        best = self._read(group.readings[0], last)
        for reading in group.readings[1:]:
            for number, share in self._read(reading, None).items():
                if share * READING > best.get(number, 0.0):
                    best[number] = share * READING
        return best

    def _read(self, reading: Phrase, last: Word | None) -> dict[int, float]:
        shares: dict[int, float] = defaultdict(float)
        total = self._weight(reading)
        for word in reading:
            weight = self._weighs(word) / total
            heard = self._hear(word)
            if word is last:
                for longer in self._beginning(last):
                    for number, share in self._hear(Word(longer, longer)).items():
                        heard[number] = max(heard.get(number, 0.0), share * BEGUN)
            for number, share in heard.items():
                shares[number] += weight * share
        return shares

    def _hear(self, word: Word) -> dict[int, float]:
        heard = dict.fromkeys(self.beside.get(word.plain, ()), BESIDE_NAME)
        where = self.postings.get(word.plain, ())
        if not word.has_marks:
            heard |= dict.fromkeys(where, 1.0)
            return heard
        for number in where:
            right = word.marked in self.documents[number].marked[word.plain]
            heard[number] = 1.0 if right else WRONG_MARKS
        return heard

    def _phrases(self, groups: Sequence[Group]) -> dict[int, float]:
        """By document, the share of the neighbouring words that are neighbours there: as typed, or as read."""
        typed = [word for group in groups for word in group.readings[0]]
        best = self._neighbours(typed)
        for place in range(1, max((len(group.readings) for group in groups), default=1)):
            read = [word for group in groups for word in group.readings[min(place, len(group.readings) - 1)]]
            for number, share in self._neighbours(read).items():
                best[number] = max(best.get(number, 0.0), READING * share)
        return best

    def _neighbours(self, words: Sequence[Word]) -> dict[int, float]:
        total = sum(self._weighs(a) + self._weighs(b) for a, b in pairwise(words))
        out: dict[int, float] = Counter()
        for first, second in pairwise(words):
            weight = (self._weighs(first) + self._weighs(second)) / total
            for number in self.pairs.get((first.plain, second.plain), ()):
                forms = self.documents[number].marked
                wrong = any(one.has_marks and one.marked not in forms[one.plain] for one in (first, second))
                out[number] += weight * (WRONG_MARKS if wrong else 1.0)
        return out


def _is_light(group: Group) -> bool:
    return len(group.readings) == 1 and all(word.marked in light() for word in group.readings[0])


def _asked(groups: Sequence[Group]) -> frozenset[str]:
    """The turning words of the query, in any reading."""
    together = tuple(word for group in groups for word in group.readings[0])
    return turns_in(together).union(*(turns_in(one) for group in groups for one in group.readings))


def _document(entry: Entry) -> _Document:
    words = words_of(entry.name)
    if [one.plain for one in words[:2]] == ["thu", "tuc"]:
        words = words[2:]
    outside = {one.plain for one in words_of(_BRACKETS.sub(" ", entry.name))}
    marked: dict[str, set[str]] = defaultdict(set)
    for one in words:
        marked[one.plain].add(one.marked)
    share = {one: 1.0 if one in outside else IN_BRACKETS for one in marked}
    pairs = {(a.plain, b.plain) for a, b in pairwise(words)}
    return _Document(entry, dict(marked), share, pairs, turns_in(words), _boost(entry))


def _boost(entry: Entry) -> float:
    boost = 1 + POPULAR * math.log10(1 + entry.popularity)
    if entry.essential:
        boost *= ESSENTIAL
    return boost * SIMULATED if entry.simulated else boost


def _rarity(total: int, where: int) -> float:
    return math.log(1 + (total - where + 0.5) / (where + 0.5))
