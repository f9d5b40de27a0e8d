"""Finding dossiers by name: the search vector, and the newest that hold some words, flat at ten million dossiers.

A vector holds every word of the folded name, and every word once for every unit on the dossier's paths ("u:h05.15 hoa"):
whoever looks for a common name within one unit then reads the entries of that unit alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.postgres.search import SearchQuery

from motcua.engine.statements.api import fetch
from motcua.kernel.text import search_key

MOST_IN_NAME = 24  # words of a name that are searched; companies have some twelve
MOST_FOUND = 100
_NEWEST = 10_000
# Matches among the newest, from which on walking back through all dossiers meets enough of them sooner than fetching
# whatever the index has: at this share both read some 70,000 rows of ten million.
_COMMON = 15
_AMONG_NEWEST = """
SELECT id FROM (SELECT id, search FROM dossiers_dossier WHERE province_id = %s ORDER BY id DESC LIMIT %s) AS newest
WHERE search @@ %s::tsquery ORDER BY id DESC LIMIT %s
"""
# No index serves "IS TRUE", and none serves an order by a sum: each statement has the one plan it is meant for.
_BY_WALKING = """
SELECT id FROM dossiers_dossier WHERE province_id = %s AND (search @@ %s::tsquery) IS TRUE ORDER BY id DESC LIMIT %s
"""
_BY_INDEX = """
SELECT id FROM dossiers_dossier WHERE province_id = %s AND search @@ %s::tsquery ORDER BY id + 0 DESC LIMIT %s
"""


class LexemeQuery(SearchQuery):
    """A query of lexemes as they are stored: `to_tsquery` would take a unit's lexeme apart."""

    template = "%(expressions)s::tsquery"

    def __init__(self, text: str) -> None:
        super().__init__(text, search_type="raw")


def lexemes(name: str, *paths: str) -> str:
    """The search vector of a dossier, as text: the name's words, and each again for every unit below the province."""
    words = list(dict.fromkeys(search_key(name).split()[:MOST_IN_NAME]))
    units = sorted({code for path in paths for code in units_of_path(path)})
    return " ".join(
        [*(f"'{word}'" for word in words), *(f"'{_in_unit(u, word)}'" for u in units for word in words)]
    )


def units_of_path(path: str) -> list[str]:
    """The codes on a path, folded, without the first: all of a province have that one."""
    return [code.lower() for code in path.strip("/").split("/")[1:] if code]


def newest_named(province_id: int, words: Sequence[str], units: Sequence[str]) -> list[int]:
    """Keys of the newest dossiers, at most MOST_FOUND, whose name has all the words, the last perhaps unfinished.

    units: folded codes, one of which must be on the dossier's paths; none: the whole province.
    """
    query = _query(words, units)
    found = _keys(_AMONG_NEWEST, [province_id, _NEWEST, query, MOST_FOUND])
    if len(found) == MOST_FOUND:
        return found
    if len(found) >= _COMMON:
        return _keys(_BY_WALKING, [province_id, query, MOST_FOUND])
    if not units:  # the beginning of a word may have millions of entries: first as whole words
        exact = _keys(_BY_INDEX, [province_id, _query(words, units, begun=False), MOST_FOUND])
        if exact:
            return exact
    return _keys(_BY_INDEX, [province_id, query, MOST_FOUND])


def _keys(sql: str, parameters: list[object]) -> list[int]:
    return [key for (key,) in fetch(sql, parameters)]


def _query(words: Sequence[str], units: Sequence[str], *, begun: bool = True) -> str:
    mark = ":*" if begun else ""
    if not units:
        return _all([f"'{word}'" for word in words], mark)
    within = [[f"'{_in_unit(unit, word)}'" for word in words] for unit in units]
    return " | ".join(f"({_all(quoted, mark)})" for quoted in within)


def _all(quoted: Sequence[str], mark: str) -> str:
    return " & ".join(quoted) + mark


def _in_unit(unit: str, word: str) -> str:
    return f"u:{unit} {word}"
