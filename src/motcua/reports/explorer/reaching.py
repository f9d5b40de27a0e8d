"""Addresses of figures and of their records, for rooms that show a number and let it be opened here."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urlencode

from django.urls import get_script_prefix, reverse

from motcua.kernel.periods import Window


def figure_address(code: str, window: Window, unit: str = "", *, mode: str = "now") -> str:
    """The page of a figure for days and a unit ("" all that may be seen), units as they are now."""
    return f"{_page('figure', code, get_script_prefix())}?{_question(window, unit, mode)}"


def records_address(
    code: str,
    window: Window,
    unit: str = "",
    *,
    part: str = "count",
    cuts: Mapping[str, str] | None = None,
    mode: str = "now",
) -> str:
    """The records a part of a figure counts, narrowed to values of columns."""
    pairs = [
        (name, text)
        for column, value in (cuts or {}).items()
        for name, text in (("cot", column), ("gia-tri", value))
    ]
    more = "&" + urlencode(pairs) if pairs else ""
    return f"{_page('records', code, get_script_prefix())}?{_question(window, unit, mode)}&phan={part}{more}"


@lru_cache(maxsize=512)
def _page(name: str, code: str, _prefix: str) -> str:
    """Kept, for a dashboard has hundreds of these links to a handful of figures."""
    return reverse(f"explorer:{name}", args=[code])


@lru_cache(maxsize=512)
def _question(window: Window, unit: str, mode: str) -> str:
    parts = {"tu": window.first.isoformat(), "den": window.last.isoformat(), "don-vi": unit, "che-do": mode}
    return urlencode({key: value for key, value in parts.items() if value})
