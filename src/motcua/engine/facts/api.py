"""The door of facts."""

from motcua.engine.facts.errors import FactsError
from motcua.engine.facts.sources import FactSource, define_source, source_of, sources

__all__ = ["FactSource", "FactsError", "define_source", "source_of", "sources"]
