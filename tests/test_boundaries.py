"""A room is entered by its door: nobody outside imports what lies behind `api.py` (and `data.py`, `urls.py`)."""

from __future__ import annotations

import grimp

FLOORS = ("engine", "reference", "modules", "reports", "simulation")
DOORS = {"api", "data"}
# Where a door is not enough, with the reason.
EXCEPTIONS = {
    # Django needs base classes, and code that runs before apps are loaded, from where they are defined.
    "motcua.engine.provinces.models",
    "motcua.engine.permissions.models",
    "motcua.engine.accounts.models",
    # Verifying an exported log, or a signed paper, needs no database, hence not the door that imports models.
    "motcua.engine.events.chain",
    "motcua.engine.signing.checking",
    "motcua.engine.signing.errors",
    "motcua.engine.signing.trust",
    # The definitions of the forms and their relations are packaged data that the auditor reads without Django.
    "motcua.reports.forms.definitions",
    "motcua.reports.forms.relations",
}
# Gathers every room's declared words for translators; nothing that runs imports it.
TRANSLATORS = "motcua.web.declared_text"


def room_of(module: str) -> str | None:
    parts = module.split(".")
    return ".".join(parts[:3]) if len(parts) >= 3 and parts[1] in FLOORS else None


def test_nothing_that_runs_imports_the_translators_list():
    importers = grimp.build_graph("motcua").find_modules_that_directly_import(TRANSLATORS)
    assert all(".management.commands." in importer or ".tests." in importer for importer in importers)


def test_rooms_are_entered_by_their_doors():
    graph = grimp.build_graph("motcua")
    trespasses = []
    for imported in graph.modules:
        room = room_of(imported)
        if room is None or imported == room or imported in EXCEPTIONS or imported.split(".")[3] in DOORS:
            continue
        for importer in graph.find_modules_that_directly_import(imported):
            if room_of(importer) != room and ".tests." not in importer and importer != TRANSLATORS:
                trespasses.append(f"{importer} -> {imported}")
    assert sorted(trespasses) == []
