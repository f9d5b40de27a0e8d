"""The door of the explorer."""

from motcua.reports.explorer.permissions import VIEW

__all__ = ["VIEW"]
