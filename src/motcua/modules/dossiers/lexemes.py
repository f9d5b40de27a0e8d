"""The search vector of a dossier."""

from __future__ import annotations

from django.contrib.postgres.search import SearchQuery

from motcua.kernel.text import search_key


class LexemeQuery(SearchQuery):
    """A query of lexemes as they are stored: `to_tsquery` would take a unit's lexeme apart."""

    template = "%(expressions)s::tsquery"

    def __init__(self, text: str) -> None:
        super().__init__(text, search_type="raw")


def lexemes(name: str, *paths: str) -> str:
    """A text-search vector as text: the folded words of a name, and one lexeme for every unit on the paths."""
    words = [f"'{word}':{position}" for position, word in enumerate(search_key(name).split(), start=1)]
    units = sorted({f"'u:{code.lower()}'" for path in paths for code in path.split("/") if code})
    return " ".join([*words[:60], *units])
