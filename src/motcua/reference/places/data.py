"""What crosses the door of places: kinds and their words, the packaged register."""

from __future__ import annotations

import csv
import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

PROVINCE, DISTRICT, COMMUNE = "province", "district", "commune"

KINDS: Mapping[str, tuple[str, str]] = {
    "province": (PROVINCE, "Tỉnh"),
    "city": (PROVINCE, "Thành phố"),
    "rural_district": (DISTRICT, "Huyện"),
    "town": (DISTRICT, "Thị xã"),
    "provincial_city": (DISTRICT, "Thành phố"),
    "commune": (COMMUNE, "Xã"),
    "ward": (COMMUNE, "Phường"),
    "township": (COMMUNE, "Thị trấn"),
    "special_zone": (COMMUNE, "Đặc khu"),
}


def level_of(kind: str) -> str:
    """province, district or commune."""
    return KINDS[kind][0]


def word_of(kind: str) -> str:
    """The kind in words: "Xã"."""
    return KINDS[kind][1]


def full_name(kind: str, name: str) -> str:
    """ "Phường Kinh Bắc" from ("ward", "Kinh Bắc")."""
    return f"{word_of(kind)} {name}"


@dataclass(frozen=True, slots=True)
class PlaceInfo:
    """A place in one span. Degrees WGS 84, area km²; `valid_to` is exclusive."""

    uid: uuid.UUID
    code: str
    name: str
    short_name: str
    kind: str
    level: str
    path: str
    valid_from: dt.date
    valid_to: dt.date | None
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    area_km2: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """Number, signature and effect of a resolution of the packaged register."""

    number: str
    effective_on: dt.date
    signed_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class District:
    code: str
    name: str
    kind: str
    province_code: str


@dataclass(frozen=True, slots=True)
class FormerCommune:
    """A commune to 30/6/2025; `into` are the codes of those that took it, more than one when it was split."""

    code: str
    name: str
    kind: str
    district_code: str
    into: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune since 1/7/2025. `became` is its later kind and the resolution, where it changed."""

    code: str
    name: str
    kind: str
    act: Act
    became: tuple[str, Act] | None
    latitude: Decimal | None
    longitude: Decimal | None
    area_km2: Decimal | None


@dataclass(frozen=True, slots=True)
class Register:
    """The packaged facts of one province through time."""

    province: Mapping[str, Any]
    districts: tuple[District, ...]
    former: tuple[FormerCommune, ...]
    communes: tuple[Commune, ...]

    @property
    def merger(self) -> Act:
        return _act(self.province["merged"])

    @property
    def later(self) -> Act | None:
        return _act(self.province["became"]) if "became" in self.province else None

    def groups(self) -> Iterator[tuple[list[FormerCommune], list[str]]]:
        """Former communes with the codes of those that took them, cut into the smallest independent sets."""
        rest = dict.fromkeys(self.former)
        while rest:
            first = next(iter(rest))
            old, new = {first}, set(first.into)
            while joined := {one for one in rest if one not in old and new & set(one.into)}:
                old |= joined
                new |= {code for one in joined for code in one.into}
            for one in old:
                del rest[one]
            yield sorted(old, key=lambda one: one.code), sorted(new)


@lru_cache(maxsize=4)
def register(province_key: str) -> Register:
    """The packaged register of a province. Raises LookupError when there is none."""
    folder = files("motcua.reference.places") / "data" / province_key
    if not province_key.replace("-", "").isalnum() or not folder.is_dir():
        raise LookupError(f"Chưa có dữ liệu đơn vị hành chính của “{province_key}” trong gói phần mềm.")
    province = yaml.safe_load((folder / "province.yaml").read_text("utf-8"))

    def rows(name: str) -> list[dict[str, str]]:
        return list(csv.DictReader((folder / name).read_text("utf-8").splitlines()))

    effective = province["merged"]["effective_on"]
    return Register(
        province,
        tuple(District(**row) for row in rows("former-districts.csv")),
        tuple(_former(rows("former-communes.csv"))),
        tuple(_commune(row, effective) for row in rows("communes.csv")),
    )


def provinces() -> list[str]:
    """The keys of the provinces whose register is packaged."""
    folder = files("motcua.reference.places") / "data"
    return sorted(entry.name for entry in folder.iterdir() if entry.is_dir())


def _act(row: Mapping[str, Any]) -> Act:
    return Act(row["number"], row["effective_on"], row.get("signed_on"))


def _former(rows: list[dict[str, str]]) -> Iterator[FormerCommune]:
    into: dict[str, list[str]] = {}
    for row in rows:
        into.setdefault(row["code"], []).append(row["new_code"])
    for code, row in {row["code"]: row for row in rows}.items():
        yield FormerCommune(code, row["name"], row["kind"], row["district_code"], tuple(into[code]))


def _commune(row: dict[str, str], effective: dt.date) -> Commune:
    became = None
    if row["type_changed_on"]:
        day, signed = row["type_changed_on"], row["type_change_signed"]
        changed = Act(row["type_change_basis"], _day(day), _day(signed) if signed else None)
        became = (row["kind_now"], changed)
    return Commune(
        row["code"],
        row["name"],
        row["kind"],
        Act(row["resolution"], effective, _day(row["resolution_date"])),
        became,
        _decimal(row["latitude"]),
        _decimal(row["longitude"]),
        _decimal(row["area_km2"]),
    )


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None
