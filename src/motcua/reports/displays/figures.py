"""What waits and is due on a day, which screens show."""

from __future__ import annotations

from datetime import date

from motcua.engine.figures.api import (
    REGISTRY,
    Bound,
    Figure,
    Filter,
    Operator,
    PeriodRule,
    Registry,
    Unit,
    count_of,
    open_at_end,
)

DUE_TODAY = Figure(
    code="displays.due-today",
    version=1,
    effective_from=date(2022, 6, 23),
    labels={"vi": "Hồ sơ đang giải quyết có hẹn trả trong ngày", "en": "Open dossiers due on the day"},
    unit=Unit("dossier", "Hồ sơ"),
    legal_basis=("Nghị định 118/2025/NĐ-CP",),
    count=count_of(
        "dossiers", *open_at_end("received_on", "ended_on"), Filter("promised_on", Operator.EQUAL, Bound.END)
    ),
    period_rule=PeriodRule.STOCK,
)


def define_figures(registry: Registry = REGISTRY) -> None:
    """Called when the app is ready, after the facts."""
    registry.define(DUE_TODAY)
