"""What every writer of versions fills in beside the content: the search vector and the order in lists."""

from __future__ import annotations

from django.contrib.postgres.search import SearchVector
from django.db.models import Value

from motcua.kernel.text import collation_key, search_key

SORT_KEY_LENGTH = 4000


def search_vector(code: str, name: str, field_name: str) -> SearchVector:
    """The value of `Version.search`, for inserts and updates: words without diacritics, name before field.

    Ask it with `search_key` of the reader's text and the configuration "simple".
    """
    first = SearchVector(Value(f"{code} {search_key(name)}"), config="simple", weight="A")
    return first + SearchVector(Value(search_key(field_name)), config="simple", weight="C")


def sort_key(name: str) -> str:
    """The value of `Version.sort_key`: Vietnamese dictionary order."""
    return collation_key(name)[:SORT_KEY_LENGTH]
