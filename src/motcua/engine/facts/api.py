"""The door of facts: declare a source, measure figures, open them to their records, freeze evidence."""

from motcua.engine.facts.distributed import spark_engine
from motcua.engine.facts.engines import measure
from motcua.engine.facts.errors import FactsError
from motcua.engine.facts.evidence import freeze, verify_evidence, verify_folder
from motcua.engine.facts.jobs import rebuild_later
from motcua.engine.facts.keeping_up import Lag, catch_up, lag
from motcua.engine.facts.measuring import (
    Measurement,
    Opening,
    Part,
    measure_apart,
    measure_figures,
    measure_live,
    measure_spread,
    one_state,
    open_records,
    snapshot_of,
)
from motcua.engine.facts.rebuilding import ask, asked, rebuild, unbuilt
from motcua.engine.facts.refreshing import refresh_all, refresh_province, reopen, reopen_as_by
from motcua.engine.facts.scopes import Scope, register_codes_under, scope_of, units_scope, whole_province
from motcua.engine.facts.shelf import Snapshot
from motcua.engine.facts.sources import FactSource, define_source, source_of, sources
from motcua.engine.facts.status import State, states
from motcua.engine.facts.verifying import Found, verify

__all__ = [
    "FactSource",
    "FactsError",
    "Found",
    "Lag",
    "Measurement",
    "Opening",
    "Part",
    "Scope",
    "Snapshot",
    "State",
    "ask",
    "asked",
    "catch_up",
    "define_source",
    "freeze",
    "lag",
    "measure",
    "measure_apart",
    "measure_figures",
    "measure_live",
    "measure_spread",
    "one_state",
    "open_records",
    "rebuild",
    "rebuild_later",
    "refresh_all",
    "refresh_province",
    "register_codes_under",
    "reopen",
    "reopen_as_by",
    "scope_of",
    "snapshot_of",
    "source_of",
    "sources",
    "spark_engine",
    "states",
    "unbuilt",
    "units_scope",
    "verify",
    "verify_evidence",
    "verify_folder",
    "whole_province",
]
