"""The share of dossiers resolved late, which alerts watch: the other side of `dossiers.on-time`, over the same records."""

from __future__ import annotations

from datetime import date

from motcua.engine.figures.api import (
    REGISTRY,
    Climb,
    Figure,
    Filter,
    Operator,
    Registry,
    Rounding,
    Unit,
    count_of,
    in_period,
)

LATE_RATE = Figure(
    code="watch.late-rate",
    version=1,
    effective_from=date(2022, 6, 23),
    labels={"vi": "Tỷ lệ hồ sơ giải quyết quá hạn", "en": "Share of dossiers resolved late"},
    unit=Unit("percent", "%"),
    legal_basis=("Thông tư 03/2025/TT-VPCP, Điều 7",),
    numerator=count_of("dossiers", *in_period("resolved_on"), Filter("on_time", Operator.EQUAL, False)),
    denominator=count_of("dossiers", *in_period("resolved_on")),
    scale=100,
    climb=Climb.RATIO,
    rounding=Rounding(2),
)


def define_figures(registry: Registry = REGISTRY) -> None:
    """Called when the app is ready, after the facts."""
    registry.define(LATE_RATE)
