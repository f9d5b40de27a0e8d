"""The door of the catalogue of administrative procedures."""

from motcua.modules.catalogue.caching import forget as forget_procedures
from motcua.modules.catalogue.checks import Problem, check_proposal
from motcua.modules.catalogue.errors import CatalogueError
from motcua.modules.catalogue.flights import InFlight, in_flight, register_flight_counter
from motcua.modules.catalogue.operations import (
    announce,
    columns_of,
    create_procedure,
    discard_draft,
    move_lifecycle,
    preview_announcement,
    save_draft,
    stop_procedure,
)
from motcua.modules.catalogue.processes.running import (
    forget_processes,
    key_project,
    process_for,
    process_plan,
)
from motcua.modules.catalogue.proposals import Announcement, Levels, Proposal, content_json, hash_content
from motcua.modules.catalogue.queries import (
    Totals,
    counts_by_level,
    procedure_for_unit,
    procedure_on,
    procedure_version,
    procedures_in_force,
    versions_in_force,
)

__all__ = [
    "Announcement",
    "CatalogueError",
    "InFlight",
    "Levels",
    "Problem",
    "Proposal",
    "Totals",
    "announce",
    "check_proposal",
    "columns_of",
    "content_json",
    "counts_by_level",
    "create_procedure",
    "discard_draft",
    "forget_procedures",
    "forget_processes",
    "hash_content",
    "in_flight",
    "key_project",
    "move_lifecycle",
    "preview_announcement",
    "procedure_for_unit",
    "procedure_on",
    "procedure_version",
    "procedures_in_force",
    "process_for",
    "process_plan",
    "register_flight_counter",
    "save_draft",
    "stop_procedure",
    "versions_in_force",
]
