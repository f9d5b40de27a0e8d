"""What a story needs to know of a procedure in use, and of the units that handle it. Plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from motcua.simulation.plan.api import Level

DECIDING = ("review", "approve", "sign")


@dataclass(frozen=True, slots=True)
class RouteStep:
    """One step of the internal process; `minutes` of working time."""

    key: str
    kind: str
    name: str
    role: str
    minutes: int


@dataclass(frozen=True, slots=True)
class RoutePaper:
    name: str
    originals: int
    copies: int


@dataclass(frozen=True, slots=True)
class RouteFee:
    """The fee a dossier filed by a channel pays, in đồng; `kind` "fee" or "charge"."""

    name: str
    amount: int
    kind: str


@dataclass(frozen=True, slots=True)
class Route:
    """A procedure in use with the process in force: straight from reception to return. `fees` by channel; `result_code`
    of its first result that is a document."""

    code: str
    name: str
    version_id: int
    field_code: str
    process_id: int
    limit_text: str
    steps: tuple[RouteStep, ...]
    papers: tuple[RoutePaper, ...]
    fees: Mapping[str, RouteFee] = field(default_factory=dict, hash=False)
    result_code: str = ""

    @property
    def work(self) -> tuple[RouteStep, ...]:
        """The steps between reception and return."""
        return self.steps[1:-1]


@dataclass(frozen=True, slots=True)
class Place:
    """A unit in one span of time."""

    code: str
    path: str
    name: str
    level: Level
    kind: str


@dataclass(frozen=True, slots=True)
class Map:
    """The units of the year, as they were last. `before`: those of before the merger, as they were then; `heirs`: what each
    of them became (the largest successor), where its code is another; `desks`: the office that receives for all
    departments, by the head of the code."""

    places: Mapping[str, Place]
    before: Mapping[str, Place]
    heirs: Mapping[str, str]
    desks: Mapping[str, str]
    merger: int | None

    def at(self, code: str, minute: int) -> str:
        """The unit that has, at a minute, what a unit had when it was named."""
        if self.merger is not None and minute >= self.merger:
            return self.heirs.get(code, code)
        return code

    def desk_for(self, code: str) -> str:
        """The provincial centre's office in the province a department belonged to."""
        return self.desks[code.partition(".")[0]]

    def asked_by(self, code: str, choice: int) -> str:
        """Another department of the same province and time, for an opinion."""
        head = code.partition(".")[0]
        others = [
            one.code
            for one in self.places.values()
            if one.kind in DEPARTMENTS and one.code != code and one.code.partition(".")[0] == head
        ]
        return sorted(others)[choice % len(others)] if others else ""


DEPARTMENTS = ("department", "inspectorate", "board")
