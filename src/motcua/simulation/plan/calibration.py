"""The totals a simulated year must show, read from a file of the province."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from importlib import resources
from typing import Any, Literal

import yaml

from motcua.simulation.plan.apportion import apportion, scaled
from motcua.simulation.plan.errors import PlanError

Level = Literal["province", "commune"]
Service = Literal["full", "partial", "none"]
LEVELS: tuple[Level, ...] = ("province", "commune")
SERVICES: tuple[Service, ...] = ("full", "partial", "none")


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Dossiers of one level by how the year left them."""

    on_time: int
    late: int
    open: int

    @property
    def resolved(self) -> int:
        """Ended within the year, in time or late."""
        return self.on_time + self.late

    @property
    def received(self) -> int:
        """All of them."""
        return self.resolved + self.open


@dataclass(frozen=True, slots=True)
class Online:
    """Dossiers of one kind of online service: filed online, and by other channels."""

    online: int
    other: int

    @property
    def received(self) -> int:
        """All of them."""
        return self.online + self.other


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How busy days are, in whole weights; ``dips`` are (first day, last day, percent of the usual)."""

    weekdays: tuple[int, ...]
    dips: tuple[tuple[dt.date, dt.date, int], ...]


@dataclass(frozen=True, slots=True)
class Rates:
    """Rates published without their denominators, in ten-thousandths, as they stood on a day: of what was received by then
    digitised and reused, of what had its result by then issued electronically."""

    as_of: dt.date
    digitised: int
    electronic: int
    reused: int


@dataclass(frozen=True, slots=True)
class Petitions:
    """Petitions received in the year, and of those resolved by its end."""

    received: int
    resolved: int


@dataclass(frozen=True, slots=True)
class Habits:
    """What nobody published, in thousandths: of ended dossiers withdrawn and stopped; of applications filed online refused
    before receipt; of fees of dossiers filed online paid on a gateway; of ended dossiers rated, and by which level
    (weights); of petitions resolved late; of officers away once in the year."""

    withdrawn: int
    stopped: int
    refused: int
    paid_online: int
    rated: int
    ratings: Mapping[str, int]
    petitions_late: int
    away: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """One province's year."""

    province: str
    first: dt.date
    last: dt.date
    merger: dt.date | None
    outcomes: Mapping[Level, Outcomes]
    services: Mapping[Service, Online]
    location_independent: int
    rhythm: Rhythm
    late_reasons: Mapping[str, int]
    supplement_permille: int
    post_permille: int
    rates: Rates
    petitions: Petitions
    habits: Habits

    def __post_init__(self) -> None:
        by_level = sum(one.received for one in self.outcomes.values())
        by_service = sum(one.received for one in self.services.values())
        if by_level != by_service:
            raise _defect(f"theo cấp có {by_level} hồ sơ nhưng theo loại dịch vụ có {by_service}")
        if self.location_independent > self.outcomes["province"].received:
            raise _defect("hồ sơ phi địa giới nhiều hơn hồ sơ cấp tỉnh")
        if self.services["none"].online:
            raise _defect("thủ tục không có dịch vụ trực tuyến không thể có hồ sơ nộp trực tuyến")
        if self.last <= self.first or (self.merger and not self.first <= self.merger <= self.last):
            raise _defect("ngày đầu, ngày cuối và ngày hợp nhất không theo thứ tự")
        rates = self.rates
        if not self.first <= rates.as_of <= self.last:
            raise _defect("ngày tính các tỷ lệ số hóa không nằm trong năm")
        if max(rates.digitised, rates.electronic, rates.reused) > 10_000 or rates.reused > rates.digitised:
            raise _defect("tỷ lệ quá 100%, hoặc dùng lại giấy tờ nhiều hơn số hóa")
        if self.petitions.resolved > self.petitions.received:
            raise _defect("phản ánh, kiến nghị đã giải quyết nhiều hơn đã tiếp nhận")

    def at(self, scale: Fraction) -> Calibration:
        """The same year at another scale: each table's cells apportioned anew, shares within one dossier a cell."""
        if scale == 1:
            return self
        cells = [n for one in self.outcomes.values() for n in (one.on_time, one.late, one.open)]
        total = scaled(sum(cells), scale)
        parts = apportion(total, cells)
        kinds = [n for one in self.services.values() for n in (one.online, one.other)]
        split = apportion(total, kinds)
        outcomes = {name: Outcomes(*parts[3 * i : 3 * i + 3]) for i, name in enumerate(self.outcomes)}
        independent = scaled(self.location_independent, scale)
        petitions = self.petitions
        resolved, left = apportion(
            scaled(petitions.received, scale), [petitions.resolved, petitions.received - petitions.resolved]
        )
        return replace(
            self,
            outcomes=outcomes,
            services={name: Online(*split[2 * i : 2 * i + 2]) for i, name in enumerate(self.services)},
            location_independent=min(independent, outcomes["province"].received),
            petitions=Petitions(resolved + left, resolved),
        )


def load_calibration(province: str) -> Calibration:
    """The calibration shipped for a province. Raises PlanError SIM-CALIBRATION when there is none or it is wrong."""
    file = resources.files("motcua.simulation.plan") / "provinces" / f"{province}.yaml"
    if not province.replace("-", "").isalnum() or not file.is_file():
        raise _defect(f"không có tệp cho tỉnh {province!r}; các tỉnh có tệp: {', '.join(provinces())}")
    return read_calibration(province, file.read_text(encoding="utf-8"))


def provinces() -> list[str]:
    """Provinces whose year can be simulated."""
    folder = resources.files("motcua.simulation.plan") / "provinces"
    return sorted(file.name.removesuffix(".yaml") for file in folder.iterdir() if file.name.endswith(".yaml"))


def read_calibration(province: str, text: str) -> Calibration:
    """A calibration from YAML text. Raises PlanError SIM-CALIBRATION."""
    try:
        return _build(province, yaml.safe_load(text))
    except (KeyError, TypeError, ValueError, yaml.YAMLError) as error:
        if isinstance(error, PlanError):
            raise
        raise _defect(f"thiếu hoặc sai mục {error}") from error


def _build(province: str, data: dict[str, Any]) -> Calibration:
    window, rhythm = data["window"], data["rhythm"]
    outcomes = {}
    for level in LEVELS:
        given = data["dossiers"][level]
        received, resolved, on_time = (_count(given[name]) for name in ("received", "resolved", "on_time"))
        if not on_time <= resolved <= received:
            raise _defect(f"ở cấp {level}: đúng hạn ≤ đã giải quyết ≤ tiếp nhận không đúng")
        outcomes[level] = Outcomes(on_time, resolved - on_time, received - resolved)
    services = {}
    for service in SERVICES:
        given = data["services"][service]
        received, online = _count(given["received"]), _count(given["online"])
        if online > received:
            raise _defect(f"dịch vụ {service}: nộp trực tuyến nhiều hơn tiếp nhận")
        services[service] = Online(online, received - online)
    dips = tuple((dip["from"], dip["to"], _count(dip["percent"])) for dip in rhythm["dips"])
    return Calibration(
        province,
        window["first"],
        window["last"],
        window.get("merger"),
        outcomes,
        services,
        _count(data["location_independent"]),
        Rhythm(tuple(_count(weight) for weight in rhythm["weekdays"]), dips),
        {str(reason): _count(weight) for reason, weight in data["late_reasons"].items()},
        _count(data["supplement_permille"]),
        _count(data["post_permille"]),
        Rates(data["rates"]["as_of"], *(_count(data["rates"][name]) for name in _RATES)),
        Petitions(*(_count(data["petitions"][name]) for name in ("received", "resolved"))),
        _habits(data["habits"]),
    )


_RATES = ("digitised", "electronic", "reused")


def _habits(given: dict[str, Any]) -> Habits:
    ratings = {str(level): _count(weight) for level, weight in given["ratings"].items()}
    names = ("withdrawn", "stopped", "refused", "paid_online", "rated", "petitions_late", "away")
    habits = Habits(ratings=ratings, **{name: _count(given[name]) for name in names})
    if habits.withdrawn + habits.stopped > 1000 or any(_count(given[name]) > 1000 for name in names):
        raise _defect("một thói quen quá 1000 phần nghìn")
    return habits


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _defect(f"{value!r} không phải số nguyên không âm")
    return value


def _defect(detail: str) -> PlanError:
    return PlanError("SIM-CALIBRATION", f"Tệp hiệu chỉnh mô phỏng chưa đúng: {detail}.")
