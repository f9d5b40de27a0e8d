"""The menu: each room adds its entries; a viewer sees those whose page they may open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

from motcua.engine.permissions.api import PUBLIC, SIGNED_IN, Viewer


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu. `rule` is the same as the page's; `order` sorts within `group`."""

    label: str | Promise
    route: str
    rule: str
    description: str | Promise = ""
    group: str = "main"
    order: int = 50


_entries: dict[str, Entry] = {}


def add_entry(entry: Entry) -> None:
    """Called from a room's AppConfig.ready."""
    _entries[entry.route] = entry


def menu(viewer: Viewer) -> list[dict[str, object]]:
    """The entries this viewer may open, in order, as {label, url, route, group}."""
    return [
        {
            "label": entry.label,
            "url": reverse(entry.route),
            "route": entry.route,
            "group": entry.group,
            "description": entry.description,
        }
        for entry in _sorted(_entries.values())
        if _visible(entry, viewer)
    ]


def _sorted(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: (entry.group, entry.order, entry.route))


def _visible(entry: Entry, viewer: Viewer) -> bool:
    if entry.rule == PUBLIC:
        return True
    return viewer.signed_in if entry.rule == SIGNED_IN else viewer.may(entry.rule)
