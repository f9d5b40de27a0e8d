"""What a year needs before its first dossier: the province's units, procedures in use, calendar, officers, applicants.

Everything is made once and found again: preparing a second time changes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from motcua.engine.provinces.api import Province
from motcua.kernel.clock import VIETNAM, frozen
from motcua.kernel.ids import drawn_from
from motcua.kernel.text import squeeze
from motcua.kernel.worktime import LimitUnit, minute_of_date, parse_limit
from motcua.modules.catalogue.api import (
    carry_starter_back,
    load_starter,
    procedure_on,
    process_for,
    versions_in_force,
)
from motcua.modules.catalogue.data import ProcedureInfo, ProcessPlan
from motcua.modules.payments.api import (
    enable_online_payment,
    fee_procedures,
    follow_catalogue,
    online_procedures,
)
from motcua.reference.calendars.api import calendar_for, parameter, rule_for
from motcua.reference.organisations.api import (
    UnitInfo,
    as_now,
    carry_register_back,
    load_reference,
    predecessors,
    units_on,
)
from motcua.reference.people.api import Installer, load_roles
from motcua.simulation.draws import Draws
from motcua.simulation.errors import SimulationRefused
from motcua.simulation.made_up import MADE_UP, make_province
from motcua.simulation.plan.api import Calibration, Channel, Level, Office, Procedure
from motcua.simulation.routes import DEPARTMENTS, Map, Place, Route, RouteFee, RoutePaper, RouteStep
from motcua.simulation.story import Rules

_BEFORE = dt.timedelta(days=30)  # units and procedures are in force so long before the first day
_WORKDAY = 8 * 60  # the longest there is
_IN_USE = 40  # procedures in use of each level and kind of online service
_MOST_PAPERS = 2
_GATEWAY = "Tích hợp thanh toán trực tuyến (mô phỏng)"
_LONGEST_NAME = 1_000  # of a procedure, as a dossier keeps it
_KINDS = frozenset({"reception", "assign", "process", "review", "approve", "sign", "issue", "return"})
_CHANNELS: dict[Channel, Literal["direct", "online", "post"]] = {
    "counter": "direct",
    "online": "online",
    "post": "post",
}
_LEVELS: dict[str, Level] = {"commune_committee": "commune"} | dict.fromkeys(DEPARTMENTS, "province")


@dataclass(frozen=True)
class Ground:
    """A province ready to be simulated."""

    province: Province
    calibration: Calibration
    map: Map
    offices: tuple[Office, ...]
    routes: dict[str, Route]
    procedures: tuple[Procedure, ...]

    @cached_property
    def rules(self) -> Rules:
        key, day = self.province.pk, self.calibration.first
        within = int(parameter(key, "dossiers.supplement_within_days", day))
        restarts = parameter(key, "dossiers.supplement_restart", day) == "restart"
        return Rules(
            calendar_for(key), self.calibration, lambda day: rule_for(key, day), within if restarts else -1
        )

    @property
    def eve(self) -> dt.datetime:
        """When officers and applicants are entered: the morning before the year's first day."""
        day = self.calibration.first - dt.timedelta(days=1)
        return dt.datetime(day.year, day.month, day.day, 8, tzinfo=VIETNAM)


def prepare_ground(calibration: Calibration) -> Ground:
    """The province with its units and its catalogue in force for the whole year.

    Raises SimulationRefused SIM-PROVINCE when no such province is packaged.
    """
    province, since = _province(calibration), calibration.first - _BEFORE
    load_roles()
    load_starter(province)
    carry_starter_back(province, since)
    carry_register_back(province, since)
    units = _Units(province, calibration)
    routes, procedures = _in_use(province, calibration, units.offices)
    _open_gateway(province, calibration)
    return Ground(province, calibration, units.map, units.offices, routes, procedures)


def _open_gateway(province: Province, calibration: Calibration) -> None:
    """Every procedure with a financial duty can be paid on the national gateway, as the report says (form 7, row 6.5)."""
    day = calibration.first
    with (
        frozen(dt.datetime(day.year, day.month, day.day, tzinfo=VIETNAM)),
        drawn_from(Draws(province.key, 0).stream("gateway")),
    ):
        follow_catalogue(province, day)
        open_now = set(online_procedures(province, day).values_list("procedure_code", flat=True))
        for row in fee_procedures(province, day):
            if row.procedure_code not in open_now:
                enable_online_payment(Installer(), province, row.procedure_code, ["national"], _GATEWAY, day)


def _province(calibration: Calibration) -> Province:
    key = calibration.province
    if key == MADE_UP:
        return make_province(calibration.first - _BEFORE)
    try:
        return load_reference(key).province
    except LookupError as error:
        raise SimulationRefused(
            "SIM-PROVINCE", f"Không có danh bạ đơn vị nào đi kèm cho tỉnh {key!r}."
        ) from error


class _Units:
    """The offices of the year's end, what they succeeded, and the map between both times."""

    def __init__(self, province: Province, calibration: Calibration) -> None:
        self.province = province
        self.merger = calibration.merger
        present = units_on(province, calibration.last)
        eve = calibration.merger - dt.timedelta(days=1) if calibration.merger else None
        self.former = {unit.uid: unit for unit in units_on(province, eve)} if eve else {}
        self.offices = tuple(self._office(unit) for unit in present if unit.kind in _LEVELS)
        places = {unit.code: _place(unit) for unit in (*self.former.values(), *present)}
        desks = {
            place.code.partition(".")[0]: place.code for place in places.values() if place.kind == "office"
        }
        minute = minute_of_date(calibration.merger) if calibration.merger else None
        before = {unit.code: _place(unit) for unit in self.former.values()}
        self.map = Map(places, before, dict(self._heirs(present)), desks, minute)

    def _office(self, unit: UnitInfo) -> Office:
        weight = Draws(unit.code, 0).number("weight")
        return Office(unit.code, _LEVELS[unit.kind], 60 + weight % 80, tuple(self._formers(unit)))

    def _formers(self, unit: UnitInfo) -> Iterable[tuple[str, int]]:
        same = self.former.get(unit.uid)
        if same is not None:
            return [(same.code, 1)] if same.code != unit.code else []
        if self.merger is None:
            return []
        holdings = [one for one in predecessors(self.province, unit.uid) if one.unit.uid in self.former]
        return [(one.unit.code, max(1, int(100 * one.share))) for one in holdings]

    def _heirs(self, present: list[UnitInfo]) -> Iterable[tuple[str, str]]:
        here = {unit.uid: unit.code for unit in present}
        for uid, unit in self.former.items():
            if unit.kind not in (*_LEVELS, "office"):
                continue
            held = [
                (one.share, here[one.unit.uid])
                for one in as_now(self.province, uid, self.merger)
                if one.unit.uid in here
            ]
            if held and (heir := max(held)[1]) != unit.code:
                yield unit.code, heir


def _place(unit: UnitInfo) -> Place:
    return Place(unit.code, unit.path, unit.name, _LEVELS.get(unit.kind, "province"), unit.kind)


# -- procedures in use ---------------------------------------------------------------------------------


def _in_use(
    province: Province, calibration: Calibration, offices: tuple[Office, ...]
) -> tuple[dict[str, Route], tuple[Procedure, ...]]:
    """The procedures people ask for, the starter's own first: each with one straight process and a limit in working
    time, at most so many of each level and kind of online service."""
    names = {unit.name.casefold(): unit.code for unit in units_on(province, calibration.last)}
    day, mine = calibration.first, {office.code for office in offices}
    day_minutes = calendar_for(province.pk).day_minutes
    routes: dict[str, Route] = {}
    counts: dict[tuple[str, str], int] = {}
    found: list[Procedure] = []
    listed = versions_in_force(province, day).order_by("procedure__origin", "procedure__code")
    for code, level, service in _candidates(listed):
        rank = counts.get((level, service), 0)
        if rank >= _IN_USE:
            continue
        info, plan = procedure_on(province, code, day), process_for(province, code, day)
        if info is None or plan is None or not _is_plain(info, plan):
            continue
        agency = info.content.agencies[0].name.casefold() if info.content.agencies else ""
        office = names.get(agency, "") if level == "province" else ""
        if office and office not in mine:
            continue
        counts[level, service] = rank + 1
        route = routes[code] = _route(info, plan, day_minutes)
        limit = _planned_limit(route.limit_text)
        weight, charged = 1000 // (rank + 2), frozenset(route.fees)
        found.append(Procedure(code, level, service, limit, weight, office, charged))
    return routes, tuple(found)


def _candidates(listed: Iterable) -> Iterable[tuple]:  # type: ignore[type-arg]
    """Code, level and online service of procedures of one level; the starter's ("starter") before simulated ones."""
    rows = listed.values_list(  # type: ignore[attr-defined]
        "procedure__code",
        "procedure__at_province",
        "procedure__at_commune",
        "online_level",
        "procedure__origin",
    )
    for code, at_province, at_commune, service, _origin in sorted(
        rows, key=lambda row: (row[4] != "starter", row[0])
    ):
        if at_province != at_commune and service in ("full", "partial", "none"):
            yield code, "province" if at_province else "commune", service


def _is_plain(info: ProcedureInfo, plan: ProcessPlan) -> bool:
    kinds = [step.kind for step in plan.steps]
    straight = [(link.source, link.target, link.outcome) for link in plan.links] == [
        (one.key, two.key, "") for one, two in zip(plan.steps, plan.steps[1:], strict=False)
    ]
    limits = {info.content.limit(channel) for channel in ("direct", "online", "post")} - {None}
    texts = {limit.limit for limit in limits if limit is not None}
    return (
        straight
        and set(kinds) <= _KINDS
        and kinds[0] == "reception"
        and kinds[-1] == "return"
        and "process" in kinds
        and not any(kind in ("review", "approve", "sign") for kind in kinds[: kinds.index("process")])
        and kinds.count("issue") <= (kinds[-2] == "issue")
        and info.lifecycle == "live"
        and len(info.name) <= _LONGEST_NAME
        and len(texts) == 1
        and parse_limit(texts.pop() or "1 năm").unit in (LimitUnit.WORKING_DAY, LimitUnit.WORKING_HOUR)
    )


def _planned_limit(text: str) -> int:
    """Working minutes that a promise never exceeds: days count from the next working day to its close."""
    limit = parse_limit(text)
    if limit.unit is LimitUnit.WORKING_HOUR:
        return int(limit.amount * 60)
    return -int(-limit.amount // 1) * _WORKDAY + _WORKDAY


def _route(info: ProcedureInfo, plan: ProcessPlan, day_minutes: int) -> Route:
    limit = info.content.limit("direct") or info.content.limit("online")
    papers = info.content.cases[0].papers[:_MOST_PAPERS] if info.content.cases else ()
    return Route(
        info.code,
        info.name,
        info.version_id,
        info.field_code,
        plan.version_id,
        limit.limit if limit else "",
        tuple(
            RouteStep(step.key, step.kind, step.name, step.role, step.duration.minutes(day_minutes))
            for step in plan.steps
        ),
        tuple(
            RoutePaper(squeeze(paper.name)[:_LONGEST_NAME], paper.originals, paper.copies) for paper in papers
        ),
        {channel: fee for channel in _CHANNELS if (fee := _fee(info, channel)) is not None},
        next((one.code for one in info.content.results if one.document), ""),
    )


def _fee(info: ProcedureInfo, channel: Channel) -> RouteFee | None:
    """The first fee the catalogue prices for a channel."""
    line = info.content.limit(_CHANNELS[channel])
    fees = line.fees if line else ()
    names = [fee.name for fee in fees]
    return next(
        (
            RouteFee(fee.name, fee.amount, fee.kind)
            for fee in fees
            if fee.amount is not None and fee.amount > 0 and names.count(fee.name) == 1
        ),
        None,
    )
