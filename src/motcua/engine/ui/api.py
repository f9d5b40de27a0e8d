"""The door of the screen kit."""

from motcua.engine.ui.navigation import Entry, add_entry, menu

__all__ = ["Entry", "add_entry", "menu"]
