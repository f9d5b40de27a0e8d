"""What people say for what the law says: abbreviations, synonyms, words that carry nothing, life events."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from motcua.modules.catalogue.search.words import Word, plain_of, words_of

_FOLDER = files("motcua.modules.catalogue.search") / "data"

Phrase = tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Synonym:
    """`said` by people stands for `meant` of the law. `short`: an abbreviation, always written out."""

    said: Phrase
    meant: Phrase
    short: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A part of a query: the words as typed first, then what else they may mean."""

    readings: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """Something that happens in a life, the phrases people use for it, its procedures in the order they come."""

    key: str
    name: str
    summary: str
    phrases: tuple[Phrase, ...]
    codes: tuple[str, ...]


@cache
def synonyms() -> dict[tuple[str, ...], tuple[Synonym, ...]]:
    """By the words without marks."""
    found: dict[tuple[str, ...], tuple[Synonym, ...]] = {}
    text = (_FOLDER / "synonyms.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        said = words_of(row["from"])
        one = Synonym(said, words_of(row["to"]), row["kind"] == "abbr")
        found[plain_of(said)] = (*found.get(plain_of(said), ()), one)
    return found


@cache
def filler() -> frozenset[str]:
    """Words that ask, but say nothing of what is asked for; with their marks."""
    return frozenset(_lines("filler.txt"))


@cache
def light() -> frozenset[str]:
    """Words that say who, and seldom what; with their marks."""
    return frozenset(_lines("light.txt"))


def _lines(name: str) -> Iterator[str]:
    text = (_FOLDER / name).read_text(encoding="utf-8")
    yield from (line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


@cache
def turns() -> dict[tuple[str, ...], frozenset[tuple[str, ...]]]:
    """Words that turn a procedure into a special one of its kind: without marks -> the forms with."""
    found: dict[tuple[str, ...], frozenset[tuple[str, ...]]] = {}
    for line in _lines("turns.txt"):
        words = words_of(line)
        key = plain_of(words)
        found[key] = found.get(key, frozenset()) | {tuple(one.marked for one in words)}
    return found


@cache
def life_events() -> tuple[LifeEvent, ...]:
    """In the order they are shown."""
    rows: list[dict[str, Any]] = yaml.safe_load((_FOLDER / "life-events.yaml").read_text(encoding="utf-8"))
    return tuple(
        LifeEvent(
            row["key"],
            row["name"],
            row["summary"],
            tuple(words_of(phrase) for phrase in [row["name"], *row.get("phrases", ())]),
            tuple(row["codes"]),
        )
        for row in rows
    )


def written_out(query: Phrase) -> Phrase:
    """Abbreviations written out."""
    out: list[Word] = []
    position = 0
    while position < len(query):
        step, said = _match(query, position, short=True)
        out += said[0].meant if said else query[position : position + 1]
        position += step
    return tuple(out)


def read(query: Phrase) -> tuple[Group, ...]:
    """The query in groups: the longest phrase that has synonyms, else one word. Filler is left out, unless
    nothing else is there."""
    groups: list[Group] = []
    position = 0
    while position < len(query):
        step, said = _match(query, position, short=False)
        span = query[position : position + step]
        if said or not _is_filler(span[0]):
            groups.append(Group((span, *(one.meant for one in said))))
        position += step
    return tuple(groups) or tuple(Group(((word,),)) for word in query)


def events_in(query: Phrase) -> Iterator[tuple[LifeEvent, bool]]:
    """The life events whose phrases stand in the query, and whether the query says nothing more."""
    bare = tuple(word for word in query if not _is_filler(word))
    for event in life_events():
        said = [one for one in event.phrases if _stands_in(one, query) or _stands_in(one, bare)]
        if said:
            longest = max(sum(not _is_filler(word) for word in one) for one in said)
            yield event, longest >= len(bare)


def turns_in(words: Phrase) -> frozenset[str]:
    """The turning words of a name or query, by their form without marks."""
    known, plain = turns(), plain_of(words)
    found = set()
    for length in (1, 2, 3, 4):
        for start in range(len(words) - length + 1):
            key = plain[start : start + length]
            span = words[start : start + length]
            if key in known and any(
                all(typed.marked in (typed.plain, said) for typed, said in zip(span, form, strict=True))
                for form in known[key]
            ):
                found.add(" ".join(key))
    return frozenset(found)


def said_phrases() -> Iterator[Phrase]:
    """All phrases of people that are known, for telling a slip from a word."""
    for several in synonyms().values():
        for one in several:
            yield one.said
            yield one.meant
    for event in life_events():
        yield from event.phrases
    yield from (words_of(word) for word in sorted(filler()))


def _is_filler(word: Word) -> bool:
    return word.marked in filler()


def _match(query: Phrase, position: int, *, short: bool) -> tuple[int, tuple[Synonym, ...]]:
    known = synonyms()
    for length in range(min(7, len(query) - position), 0, -1):
        span = query[position : position + length]
        said = tuple(
            one
            for one in known.get(plain_of(span), ())
            if one.short == short and all(map(_agrees, span, one.said))
        )
        if said:
            return length, said
    return 1, ()


def _agrees(typed: Word, said: Word) -> bool:
    """Typed without marks it may be anything; with marks it must be the word."""
    return not typed.has_marks or typed.marked == said.marked


def _stands_in(phrase: Phrase, query: Phrase) -> bool:
    length = len(phrase)
    return any(
        all(
            typed.plain == said.plain and _agrees(typed, said)
            for typed, said in zip(query[start : start + length], phrase, strict=True)
        )
        for start in range(len(query) - length + 1)
    )
