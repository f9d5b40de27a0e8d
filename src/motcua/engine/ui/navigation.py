"""The menu: each room adds its entries; a viewer sees those whose page they may open."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

from motcua.engine.permissions.api import PUBLIC, SIGNED_IN, Viewer

_MORE_FROM = 60


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu. `rule` is the same as the page's; `order` sorts within `group`: "main", the work of
    every day, or "more", what is kept and administered (by default from order 60 on)."""

    label: str | Promise
    route: str
    rule: str
    description: str | Promise = ""
    group: str = ""
    order: int = 50

    @property
    def place(self) -> str:
        return self.group or ("main" if self.order < _MORE_FROM else "more")


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
    """The entries this viewer may open, in order, as {label, url, route, group}."""
    return [
        {
            "label": entry.label,
            "url": reverse(entry.route),
            "route": entry.route,
            "group": entry.place,
            "description": entry.description,
        }
        for entry in _sorted(_entries.values())
        if _visible(entry, viewer)
    ]


def _sorted(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: (entry.place, entry.order, entry.route))


def _visible(entry: Entry, viewer: Viewer) -> bool:
    if entry.rule == PUBLIC:
        return True
    return viewer.signed_in if entry.rule == SIGNED_IN else viewer.may(entry.rule)
