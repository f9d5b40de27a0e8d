"""What runs on a version: modules of higher floors tell, since the catalogue knows no dossiers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from motcua.engine.provinces.api import Province

FlightCounter = Callable[[Province, int], int]

_counters: dict[str, FlightCounter] = {}


@dataclass(frozen=True, slots=True)
class InFlight:
    """How many records of a kind still run on a version."""

    label: str
    count: int


def register_flight_counter(counter: FlightCounter, label: str = "Hồ sơ đang giải quyết") -> None:
    """Called from an AppConfig.ready. `counter(province, version_id)` counts what is not finished yet."""
    _counters[label] = counter


def in_flight(province: Province, version_id: int | None) -> list[InFlight]:
    """What is under way on a version, kinds that have none left out."""
    if version_id is None:
        return []
    counted = [InFlight(label, counter(province, version_id)) for label, counter in _counters.items()]
    return [one for one in counted if one.count]
