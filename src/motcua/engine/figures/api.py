"""The door of the figure language."""

from motcua.engine.figures.errors import FigureError
from motcua.engine.figures.evaluation import evaluate, measure
from motcua.engine.figures.language import (
    Climb,
    Column,
    Figure,
    Filter,
    MeasureKind,
    Operator,
    PeriodRule,
    Quantity,
    Rounding,
    Selection,
    Unit,
    count_of,
    declared,
    sum_of,
)
from motcua.engine.figures.registry import REGISTRY, FactShape, Registry
from motcua.engine.figures.values import (
    STATE_WORDS,
    Climbed,
    State,
    Value,
    across_periods,
    climb,
    format_number,
    format_value,
    rounded,
)
from motcua.kernel.numbers import round_half_up

__all__ = [
    "REGISTRY",
    "STATE_WORDS",
    "Climb",
    "Climbed",
    "Column",
    "FactShape",
    "Figure",
    "FigureError",
    "Filter",
    "MeasureKind",
    "Operator",
    "PeriodRule",
    "Quantity",
    "Registry",
    "Rounding",
    "Selection",
    "State",
    "Unit",
    "Value",
    "across_periods",
    "climb",
    "count_of",
    "declared",
    "evaluate",
    "format_number",
    "format_value",
    "measure",
    "round_half_up",
    "rounded",
    "sum_of",
]
