"""The menu: each room adds its entries; a viewer sees those whose page they may open."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

from motcua.engine.permissions.api import PUBLIC, SIGNED_IN, Viewer

# What an entry is by its order: the work of every day, what is looked up, what is counted, what is administered.
_GROUPS = ((10, "main"), (35, "lookup"), (60, "reports"))
_BAR = 6  # entries that stand in the bar one by one; of more, each group folds into one


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu. `rule` is the same as the page's; `order` sorts within `group`: "main", the work of
    every day, "lookup", what is looked up (by default from order 10 on), "reports", what is counted (from 35 on), or
    "more", what is kept and administered (from 60 on)."""

    label: str | Promise
    route: str
    rule: str
    description: str | Promise = ""
    group: str = ""
    order: int = 50

    @property
    def place(self) -> str:
        return self.group or next((name for end, name in _GROUPS if self.order < end), "more")


_entries: dict[str, Entry] = {}


def add_entry(entry: Entry) -> None:
    """Called from a room's AppConfig.ready."""
    _entries[entry.route] = entry


@dataclass(frozen=True, slots=True)
class Bell:
    """How many notices a person has not read (a hundred: at least as many), and where they are."""

    url: str
    unread: int


_bell: tuple[str, Callable[[Viewer], int]] | None = None


def provide_bell(route: str, unread: Callable[[Viewer], int]) -> None:
    """Names the page of notices and the function that counts unread ones; called from an AppConfig.ready."""
    global _bell
    _bell = (route, unread)


def bell_of(viewer: Viewer | None) -> Bell | None:
    """The bell of the header for somebody signed in; None for a visitor."""
    if _bell is None or viewer is None or not viewer.signed_in:
        return None
    route, unread = _bell
    return Bell(reverse(route), unread(viewer))


def menu(viewer: Viewer) -> list[dict[str, object]]:
    """The entries this viewer may open, in order, as {label, url, route, group}; whoever may open few has all but "more"
    in "main"."""
    seen = [entry for entry in _sorted(_entries.values()) if _visible(entry, viewer)]
    few = sum(entry.place != "more" for entry in seen) <= _BAR
    return [
        {
            "label": entry.label,
            "url": reverse(entry.route),
            "route": entry.route,
            "group": "main" if few and entry.place != "more" else entry.place,
            "description": entry.description,
        }
        for entry in seen
    ]


def _sorted(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: (entry.order, entry.route))


def _visible(entry: Entry, viewer: Viewer) -> bool:
    if entry.rule == PUBLIC:
        return True
    return viewer.signed_in if entry.rule == SIGNED_IN else viewer.may(entry.rule)
