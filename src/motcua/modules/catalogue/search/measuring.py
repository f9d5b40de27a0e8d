"""Measuring the search on queries whose answers are known."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from motcua.modules.catalogue.search.finding import Hit
from motcua.modules.catalogue.search.index import Entry
from motcua.modules.catalogue.starter.data import StarterProcedure, starter_procedures
from motcua.modules.catalogue.starter.filling import simulated_procedures


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody types, and the codes any of which answers it."""

    text: str
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Quality:
    """Shares 0..1 of the queries answered by the first hit, by one of the first five; those not first."""

    first: float
    five: float
    missed: tuple[str, ...]


def read_queries(text: str) -> list[Query]:
    """CSV with the columns query, codes (parted by spaces)."""
    return [Query(row["query"], frozenset(row["codes"].split())) for row in csv.DictReader(text.splitlines())]


def measure(queries: Sequence[Query], search: Callable[[str], Sequence[Hit]]) -> Quality:
    """Asks every query once."""
    first, five, missed = 0, 0, []
    for query in queries:
        codes = [hit.code for hit in search(query.text)[:5]]
        first += bool(codes and codes[0] in query.codes)
        five += not query.codes.isdisjoint(codes)
        if not codes or codes[0] not in query.codes:
            missed.append(query.text)
    return Quality(first / len(queries), five / len(queries), tuple(missed))


def entries_of_starter(*, simulated: bool, more: Iterable[Mapping[str, str]] = ()) -> list[Entry]:
    """The packaged procedures as entries, and distractors: simulated ones, and rows {code, name, field}."""
    rows = [*starter_procedures(), *(simulated_procedures() if simulated else ())]
    found = {one.code: _entry(place, one) for place, one in enumerate(rows)}
    for place, row in enumerate(more, start=len(rows)):
        found.setdefault(row["code"], Entry(place, row["code"], row["name"], beside=row["field"]))
    return list(found.values())


def _entry(place: int, one: StarterProcedure) -> Entry:
    results = " ".join(result.name for result in one.content.results)
    return Entry(
        version_id=place,
        code=one.code,
        name=one.name,
        field_code=one.field_code,
        beside=f"{one.field_name} {results}",
        at_province=one.at_province,
        at_commune=one.at_commune,
        online_level=one.online_level,
        simulated=one.origin == "simulated",
        essential=bool(one.essential),
    )
