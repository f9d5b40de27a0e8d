"""The door of the index sets: definitions, scores, losses, what if, and the portal's values beside ours."""

from motcua.reports.indices.comparing import WHY_WORDS, Comparison, Stated, Why, compare
from motcua.reports.indices.data import Failing, Inputs, Subject
from motcua.reports.indices.definition import LEVEL_WORDS, Component, Group, IndexSet, Level
from motcua.reports.indices.desk import (
    Compared,
    History,
    IndexDesk,
    Moment,
    measures_of,
    open_desk,
    provide_measures,
)
from motcua.reports.indices.errors import DefinitionRefused, IndexRefused, Problem
from motcua.reports.indices.losses import CAUSE_WORDS, Change, ComponentLoss, LossPart, shown, unit_losses
from motcua.reports.indices.measures import Measures, Routed, Weights, gather, window_to
from motcua.reports.indices.memory import MemoryMeasures
from motcua.reports.indices.operations import (
    Reading,
    choose_parameter,
    end_index_set,
    enter_index_set,
    explain_difference,
    import_portal_values,
)
from motcua.reports.indices.overlaps import Shared, Use, overlaps, uses
from motcua.reports.indices.permissions import VIEW
from motcua.reports.indices.portal import Line, read_csv
from motcua.reports.indices.queries import (
    PortalMeasures,
    portal_imports,
    portal_values,
    set_in_force,
    sets_in_force,
    stored_sets,
    subjects_on,
)
from motcua.reports.indices.reaching import Pick, Plan, Step, fewest, nearest_step
from motcua.reports.indices.scoring import (
    RULE_WORDS,
    ComponentScore,
    Placed,
    UnitScore,
    rank,
    score_component,
    score_unit,
)
from motcua.reports.indices.whatif import Edit, Moved, what_if

__all__ = [
    "CAUSE_WORDS",
    "LEVEL_WORDS",
    "RULE_WORDS",
    "VIEW",
    "WHY_WORDS",
    "Change",
    "Compared",
    "Comparison",
    "Component",
    "ComponentLoss",
    "ComponentScore",
    "DefinitionRefused",
    "Edit",
    "Failing",
    "Group",
    "History",
    "IndexDesk",
    "IndexRefused",
    "IndexSet",
    "Inputs",
    "Level",
    "Line",
    "LossPart",
    "Measures",
    "MemoryMeasures",
    "Moment",
    "Moved",
    "Pick",
    "Placed",
    "Plan",
    "PortalMeasures",
    "Problem",
    "Reading",
    "Routed",
    "Shared",
    "Stated",
    "Step",
    "Subject",
    "UnitScore",
    "Use",
    "Weights",
    "Why",
    "choose_parameter",
    "compare",
    "end_index_set",
    "enter_index_set",
    "explain_difference",
    "fewest",
    "gather",
    "import_portal_values",
    "measures_of",
    "nearest_step",
    "open_desk",
    "overlaps",
    "portal_imports",
    "portal_values",
    "provide_measures",
    "rank",
    "read_csv",
    "score_component",
    "score_unit",
    "set_in_force",
    "sets_in_force",
    "shown",
    "stored_sets",
    "subjects_on",
    "unit_losses",
    "uses",
    "what_if",
    "window_to",
]
