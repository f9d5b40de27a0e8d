"""The door of the catalogue of administrative procedures."""

from motcua.modules.catalogue.caching import forget as forget_procedures
from motcua.modules.catalogue.checks import Problem, check_proposal
from motcua.modules.catalogue.errors import CatalogueError
from motcua.modules.catalogue.facts import HANDLED
from motcua.modules.catalogue.flights import InFlight, in_flight, register_flight_counter
from motcua.modules.catalogue.importing.operations import apply_import, read_import, start_import
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
from motcua.modules.catalogue.overrides import Beside, end_override, overrides_of, set_override
from motcua.modules.catalogue.processes.bpmn import parse_bpmn, to_bpmn
from motcua.modules.catalogue.processes.coverage import Coverage, coverage
from motcua.modules.catalogue.processes.demo import load_demo_processes
from motcua.modules.catalogue.processes.importing import import_bpmn, import_process_table
from motcua.modules.catalogue.processes.picture import picture
from motcua.modules.catalogue.processes.projects import derive_lane, end_key_project, register_key_project
from motcua.modules.catalogue.processes.running import (
    forget_processes,
    key_project,
    process_for,
    process_plan,
)
from motcua.modules.catalogue.processes.table import plan_from_table
from motcua.modules.catalogue.processes.usual import default_plan
from motcua.modules.catalogue.processes.validation import Problem as ProcessProblem
from motcua.modules.catalogue.processes.validation import validate as validate_process
from motcua.modules.catalogue.processes.words import KINDS as STEP_KINDS
from motcua.modules.catalogue.processes.writing import (
    Approval,
    approve_process,
    close_process,
    discard_process_draft,
    save_process_draft,
)
from motcua.modules.catalogue.proposals import Announcement, Levels, Proposal, content_json, hash_content
from motcua.modules.catalogue.queries import (
    Announced,
    Totals,
    announcing_decisions,
    counts_by_level,
    field_names,
    procedure_for_unit,
    procedure_names,
    procedure_on,
    procedure_version,
    procedures_in_force,
    versions_in_force,
)
from motcua.modules.catalogue.search.finding import Hit, count_use, search_procedures
from motcua.modules.catalogue.search.language import LifeEvent, life_events
from motcua.modules.catalogue.starter.loading import carry_starter_back, load_starter
from motcua.modules.catalogue.versions import Difference, compare

__all__ = [
    "HANDLED",
    "STEP_KINDS",
    "Announced",
    "Announcement",
    "Approval",
    "Beside",
    "CatalogueError",
    "Coverage",
    "Difference",
    "Hit",
    "InFlight",
    "Levels",
    "LifeEvent",
    "Problem",
    "ProcessProblem",
    "Proposal",
    "Totals",
    "announce",
    "announcing_decisions",
    "apply_import",
    "approve_process",
    "carry_starter_back",
    "check_proposal",
    "close_process",
    "columns_of",
    "compare",
    "content_json",
    "count_use",
    "counts_by_level",
    "coverage",
    "create_procedure",
    "default_plan",
    "derive_lane",
    "discard_draft",
    "discard_process_draft",
    "end_key_project",
    "end_override",
    "field_names",
    "forget_procedures",
    "forget_processes",
    "hash_content",
    "import_bpmn",
    "import_process_table",
    "in_flight",
    "key_project",
    "life_events",
    "load_demo_processes",
    "load_starter",
    "move_lifecycle",
    "overrides_of",
    "parse_bpmn",
    "picture",
    "plan_from_table",
    "preview_announcement",
    "procedure_for_unit",
    "procedure_names",
    "procedure_on",
    "procedure_version",
    "procedures_in_force",
    "process_for",
    "process_plan",
    "read_import",
    "register_flight_counter",
    "register_key_project",
    "save_draft",
    "save_process_draft",
    "search_procedures",
    "set_override",
    "start_import",
    "stop_procedure",
    "to_bpmn",
    "validate_process",
    "versions_in_force",
]
