"""A simulated year made ready for use: its events sealed, its facts built, its figures held against the plan."""

from __future__ import annotations

from fractions import Fraction

from django.db import connection

from motcua.engine.events.api import seal_events, tidy_waiting, unsealed_tail
from motcua.engine.facts.api import measure_figures, rebuild, sources, unbuilt, whole_province
from motcua.engine.figures.api import REGISTRY
from motcua.engine.provinces.api import Province
from motcua.kernel.periods import Window
from motcua.simulation.counting import LevelTotals, Totals, planned_totals
from motcua.simulation.errors import SimulationRefused
from motcua.simulation.plan.api import load_calibration
from motcua.simulation.running import Progress, Tell, Wanted

_SEALED_AT_ONCE = 50_000
_TIDIED_AFTER = 500_000  # a multiple of it
_BY_LEVEL = ("received", "resolved", "resolved-on-time", "elsewhere")


def settle(wanted: Wanted, tell: Tell = lambda _progress: None) -> Totals:
    """Seals what waits for its seal, builds the facts of the province anew, and gives the totals its figures say.

    Run again, it does the same again. Raises SimulationRefused SIM-TOTALS when a figure is not the plan's; FactsError.
    """
    province = Province.objects.get(key=wanted.province)
    _seal(tell)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    known = sources()
    for place, source in enumerate(known, start=1):
        rebuild(province, source)
        tell(Progress("facts", place, len(known)))
    calibration = load_calibration(wanted.province)
    found = figured_totals(province, Window(calibration.first, calibration.last))
    if wrong := found.differences(planned_totals(calibration.at(wanted.scale))):
        raise SimulationRefused(
            "SIM-TOTALS",
            f"Chỉ tiêu tính từ dữ kiện khác kế hoạch: {'; '.join(wrong)}. Đây là lỗi của phần mềm, hãy báo lại.",
        )
    return found


def is_settled(wanted: Wanted) -> bool:
    """Whether nothing of the province waits for seal or facts."""
    waiting, _age = unsealed_tail()
    return not waiting and all(province.key != wanted.province for province, _source in unbuilt())


def _seal(tell: Tell) -> None:
    """By this process, unless a worker is at it; then the worker goes on with what is left."""
    waiting, _age = unsealed_tail()
    sealed = 0
    while found := seal_events(_SEALED_AT_ONCE):
        sealed += found
        if not sealed % _TIDIED_AFTER:
            tidy_waiting()
        tell(Progress("seals", min(sealed, waiting), waiting))


def figured_totals(province: Province, window: Window) -> Totals:
    """The totals of a window as the figures say them, by level and by online service."""
    scope = whole_province(province)
    figures = [REGISTRY.figure(f"dossiers.{name}", window.last) for name in _BY_LEVEL]
    by_level = measure_figures(province, figures, window, ("level",), scope=scope)
    received = figures[:1]
    by_service = measure_figures(province, received, window, ("service", "channel"), scope=scope).of(
        received[0]
    )
    levels = {
        level: LevelTotals(*(_whole(by_level.at(figure, level).numerator) for figure in figures))
        for level in ("province", "commune")
    }
    services: dict[str, tuple[int, int]] = {}
    for (service, channel), measured in by_service.items():
        whole, online = services.get(str(service), (0, 0))
        count = _whole(measured.numerator)
        services[str(service)] = (whole + count, online + (count if channel == "online" else 0))
    return Totals(levels, services)


def _whole(number: Fraction | None) -> int:
    return int(number or 0)
