"""The door of observability; importable before Django is ready, since settings call it."""

from motcua.engine.observability.logs import FIELDS, configure_logging

__all__ = ["FIELDS", "configure_logging"]
