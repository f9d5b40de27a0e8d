"""What crosses the door of the catalogue: procedures and processes as immutable data, also kept as JSON."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, fields, is_dataclass
from fractions import Fraction
from functools import lru_cache
from types import UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from motcua.kernel.worktime import Duration

ChannelKind = Literal["direct", "online", "post"]
CHANNEL_NUMBERS: dict[str, int] = {"direct": 1, "online": 2, "post": 3}  # KENH of the national database


@dataclass(frozen=True, slots=True)
class Fee:
    """A charge (phí) or fee (lệ phí). `amount` in đồng; None when the text alone says it (see `note`)."""

    name: str
    amount: int | None = None
    kind: Literal["fee", "charge"] = "fee"
    note: str = ""


@dataclass(frozen=True, slots=True)
class ChannelLimit:
    """A time limit of one channel and case. `limit` as kernel.worktime.parse_limit reads it; "" when unstated."""

    limit: str = ""
    case: str = ""
    note: str = ""
    fees: tuple[Fee, ...] = ()


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to file, with its own limits and fees (they belong to the channel, not to the procedure)."""

    kind: ChannelKind
    limits: tuple[ChannelLimit, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A component of the dossier. `source` names the register that replaces it, with the legal `basis`."""

    name: str
    code: str = ""
    originals: int = 1
    copies: int = 0
    form: str = ""
    form_url: str = ""
    note: str = ""
    source: str = ""
    basis: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True)
class PaperCase:
    """The papers of one case ("" when there is but one)."""

    name: str = ""
    papers: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True)
class Sequence:
    """The order of steps for the applicant (trình tự thực hiện) in one case."""

    case: str = ""
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What the applicant gets. `document` is False for results that are no paper."""

    name: str
    code: str = ""
    document: bool = True


@dataclass(frozen=True, slots=True)
class Agency:
    """A handling, deciding, coordinating or receiving agency, by kind of unit or by agency code."""

    name: str
    code: str = ""
    role: str = "handling"


@dataclass(frozen=True, slots=True)
class Basis:
    """A legal text: number and symbol, title, article."""

    number: str
    title: str = ""
    article: str = ""


@dataclass(frozen=True, slots=True)
class ProcedureContent:
    """The parts of a procedure (Decree 63/2010/NĐ-CP, Art. 8.2), as the national database keeps them."""

    sequences: tuple[Sequence, ...] = ()
    channels: tuple[Channel, ...] = ()
    cases: tuple[PaperCase, ...] = ()
    sets: int = 1
    subjects: tuple[str, ...] = ()
    subject_note: str = ""
    agencies: tuple[Agency, ...] = ()
    results: tuple[Result, ...] = ()
    bases: tuple[Basis, ...] = ()
    conditions: str = ""
    place: str = ""

    def limit(self, channel: str = "direct", case: str = "") -> ChannelLimit | None:
        """The limit of a channel and case; the channel's first when the case has none of its own."""
        by_kind = {one.kind: one for one in self.channels}
        chosen = by_kind.get(channel) or by_kind.get("direct") or next(iter(self.channels), None)  # type: ignore[call-overload]
        if chosen is None or not chosen.limits:
            return None
        return next((one for one in chosen.limits if case and one.case == case), chosen.limits[0])


@dataclass(frozen=True, slots=True)
class ProcedureInfo:
    """One version of a procedure as others read it. `unit_code` is set when a unit's override was applied."""

    version_id: int
    uid: uuid.UUID
    code: str
    name: str
    field_code: str
    field_name: str
    at_province: bool
    at_commune: bool
    online_level: str
    partial_reason: str
    location_independent: bool
    lifecycle: str
    origin: str
    valid_from: dt.date
    valid_to: dt.date | None
    content: ProcedureContent
    unit_code: str = ""


StepKind = Literal[
    "reception", "assign", "process", "consult", "review", "approve", "sign", "issue", "joint", "return"
]
Place = Literal["receiving", "handling", "returning", "unit"]


@dataclass(frozen=True, slots=True)
class StepPlan:
    """A step of an internal process. `quarters` of a working day and `minutes` add up to its working time (both 0:
    the time is not counted). `place`: in which of the dossier's units it is done; "unit" names `unit_code`.
    `role` is a role code of `reference.people`. `waits_for_all`: opens when every incoming branch is done.
    A joint leg names the `leg_procedure` and has its own `leg_limit` text.
    """

    key: str
    order: int
    kind: StepKind
    name: str
    role: str
    place: Place = "handling"
    unit_code: str = ""
    work: str = ""
    output: str = ""
    quarters: int = 0
    minutes: int = 0
    actions: tuple[str, ...] = ()
    waits_for_all: bool = False
    leg_procedure: str = ""
    leg_limit: str = ""

    @property
    def duration(self) -> Duration:
        return Duration(clock=self.minutes, quarters=self.quarters)

    @property
    def days(self) -> Fraction:
        """Working days at 8 hours, for sums against a limit in days."""
        return Fraction(self.quarters, 4) + Fraction(self.minutes, 8 * 60)


@dataclass(frozen=True, slots=True)
class StepLink:
    """From a step to the next. `outcome` "" is the ordinary way; else it is followed when the performer chooses it.
    Several links of one outcome open side by side (parallel branches)."""

    source: str
    target: str
    outcome: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class ProcessPlan:
    """One version of an internal process (quy trình nội bộ), ready to run."""

    version_id: int
    uid: uuid.UUID
    procedure_code: str
    variant: str
    name: str
    steps: tuple[StepPlan, ...]
    links: tuple[StepLink, ...]
    decision: str = ""

    def step(self, key: str) -> StepPlan:
        """Raises KeyError."""
        for one in self.steps:
            if one.key == key:
                return one
        raise KeyError(key)

    @property
    def first(self) -> StepPlan:
        return min(self.steps, key=lambda one: one.order)

    def after(self, key: str, outcome: str = "") -> tuple[StepPlan, ...]:
        """The steps that open when `key` ends with `outcome`; the ordinary ones when it has no way of its own."""
        ways = [link for link in self.links if link.source == key and link.outcome == outcome]
        if not ways and outcome:
            ways = [link for link in self.links if link.source == key and not link.outcome]
        return tuple(self.step(link.target) for link in ways)

    def before(self, key: str) -> tuple[StepPlan, ...]:
        return tuple(self.step(link.source) for link in self.links if link.target == key and not link.outcome)

    def outcomes(self, key: str) -> tuple[StepLink, ...]:
        return tuple(link for link in self.links if link.source == key)


T = TypeVar("T")


def to_json(value: Any) -> Any:
    """A dataclass of this module as plain JSON; fields at their default are left out, so that JSON stays short."""
    if is_dataclass(value) and not isinstance(value, type):
        return {
            one.name: to_json(getattr(value, one.name))
            for one in fields(value)
            if getattr(value, one.name) != one.default
        }
    if isinstance(value, tuple | list):
        return [to_json(one) for one in value]
    return value


def from_json(kind: type[T], raw: Any) -> T:
    """The dataclass `kind` out of JSON made by `to_json`. Raises TypeError for names it does not know."""
    hints = _hints(kind)
    return kind(**{name: _value(hints[name], one) if name in hints else one for name, one in raw.items()})


@lru_cache(maxsize=64)
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _value(hint: Any, raw: Any) -> Any:
    origin = get_origin(hint)
    if origin is tuple:
        inner = get_args(hint)[0]
        return tuple(_value(inner, one) for one in raw)
    if origin in (Union, UnionType):
        return (
            raw if raw is None else _value(next(one for one in get_args(hint) if one is not type(None)), raw)
        )
    return from_json(hint, raw) if is_dataclass(hint) and isinstance(hint, type) else raw
