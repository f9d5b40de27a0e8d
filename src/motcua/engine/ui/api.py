"""The door of the screen kit."""

from motcua.engine.ui.navigation import Bell, Entry, add_entry, bell_of, menu, provide_bell

__all__ = ["Bell", "Entry", "add_entry", "bell_of", "menu", "provide_bell"]
