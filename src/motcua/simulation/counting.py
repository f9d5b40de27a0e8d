"""What a simulated year came to, counted from the rows by SQL, beside what the plan wanted."""

from __future__ import annotations

from dataclasses import dataclass, fields

from motcua.engine.statements.api import fetch
from motcua.simulation.ground import Ground
from motcua.simulation.plan.api import Calibration

# On time by the printed promise; resolved: processed (9, 10), stopped (8) or withdrawn (7) after receipt.
_BY_LEVEL = """
SELECT unit_code = ANY(%s) AS province, count(*),
    count(*) FILTER (WHERE status IN (7, 8, 9, 10)),
    count(*) FILTER (WHERE status IN (7, 8, 9, 10) AND ended_at <= promised),
    count(*) FILTER (WHERE received_code <> unit_code)
FROM dossiers_dossier WHERE province_id = %s AND received_at IS NOT NULL GROUP BY 1
"""
_BY_SERVICE = """
SELECT version.online_level, count(*), count(*) FILTER (WHERE dossier.channel = 2)
FROM dossiers_dossier dossier JOIN catalogue_version version ON version.id = dossier.version_id
WHERE dossier.province_id = %s AND dossier.received_at IS NOT NULL GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class LevelTotals:
    """Dossiers of one level. `elsewhere`: received by another unit than the one that handles them."""

    received: int = 0
    resolved: int = 0
    on_time: int = 0
    elsewhere: int = 0

    @property
    def late(self) -> int:
        return self.resolved - self.on_time


@dataclass(frozen=True, slots=True)
class Totals:
    """A year's totals by level (province, commune) and by online service: (received, of which online)."""

    levels: dict[str, LevelTotals]
    services: dict[str, tuple[int, int]]

    def differences(self, wanted: Totals) -> list[str]:
        """What is not as wanted, in words; empty when all is."""
        told = [
            f"{level}.{one.name}: {getattr(self.levels[level], one.name)} ≠ {getattr(wanted.levels[level], one.name)}"
            for level in wanted.levels
            for one in fields(LevelTotals)
            if getattr(self.levels[level], one.name) != getattr(wanted.levels[level], one.name)
        ]
        return told + [
            f"{service}: {self.services.get(service)} ≠ {pair}"
            for service, pair in wanted.services.items()
            if self.services.get(service, (0, 0)) != pair
        ]


def counted_totals(ground: Ground) -> Totals:
    """From the rows."""
    above = [place.code for place in ground.map.places.values() if place.level == "province"]
    levels = {"province": LevelTotals(), "commune": LevelTotals()}
    for is_province, *counts in fetch(_BY_LEVEL, [above, ground.province.pk]):
        levels["province" if is_province else "commune"] = LevelTotals(*counts)
    services = {
        name: (received, online) for name, received, online in fetch(_BY_SERVICE, [ground.province.pk])
    }
    return Totals(levels, services)


def planned_totals(calibration: Calibration) -> Totals:
    """From the calibration, at its scale."""
    levels = {
        level: LevelTotals(
            one.received,
            one.resolved,
            one.on_time,
            calibration.location_independent if level == "province" else 0,
        )
        for level, one in calibration.outcomes.items()
    }
    services = {
        name: (one.received, one.online) for name, one in calibration.services.items() if one.received
    }
    return Totals(levels, services)
