"""The cast of demonstration people: made-up names, one password, usable in demonstration mode only."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml
from django.db import transaction

from motcua.engine.accounts.api import DemoAccount
from motcua.engine.accounts.models import User
from motcua.engine.permissions.api import Role
from motcua.engine.provinces.api import Province
from motcua.reference.people.accounts import _open_account, add_person, enrol_citizen
from motcua.reference.people.authority import Installer
from motcua.reference.people.errors import PeopleError
from motcua.reference.people.posts import Assignment, give_post
from motcua.reference.people.roles import CITIZEN, DATA
from motcua.reference.people.units import PROVINCE_WIDE, Span, UnitRef, unit_named


@dataclass(frozen=True, slots=True)
class CastMember:
    """One person of the cast. `unit` is a unit's name, empty for the whole province."""

    username: str
    display_name: str
    role: str
    title: str
    unit: str
    about: str
    every_province: bool = False


@dataclass(frozen=True, slots=True)
class Cast:
    province: str
    password: str
    since: dt.date
    members: tuple[CastMember, ...]


@lru_cache(maxsize=1)
def demo_cast() -> Cast:
    raw: dict[str, Any] = yaml.safe_load((DATA / "demo_cast.yaml").read_text(encoding="utf-8"))
    members = tuple(CastMember(**member) for member in raw["members"])
    return Cast(raw["province"], raw["password"], raw["since"], members)


def load_cast(province: Province) -> int:
    """Adds the members that are not there yet; returns how many.

    Raises PeopleError (people.unknown-unit) when the province has no unit of a name the cast uses.
    """
    present = set(User.objects.filter(is_demo=True).values_list("username", flat=True))
    missing = [member for member in demo_cast().members if member.username not in present]
    for member in missing:
        unit = unit_named(province, member.unit) if member.unit else PROVINCE_WIDE
        if unit is None:
            raise PeopleError("unknown-unit", f"Tỉnh trình diễn không có đơn vị tên “{member.unit}”.")
        with transaction.atomic():
            _enter(member, province, unit)
    return len(missing)


def _enter(member: CastMember, province: Province, unit: UnitRef) -> None:
    cast, installer = demo_cast(), Installer()
    if member.role == CITIZEN:
        enrol_citizen(
            installer,
            province,
            display_name=member.display_name,
            username=member.username,
            password=cast.password,
            demo=True,
        )
        return
    person = add_person(installer, province, display_name=member.display_name, unit=unit)
    _open_account(installer, person, member.username, cast.password, demo=True)
    person.refresh_from_db()
    assignment = Assignment(
        role=Role.objects.get(code=member.role),
        unit=unit,
        span=Span(cast.since),
        title=member.title,
        every_province=member.every_province,
    )
    give_post(installer, person, assignment)


def demo_accounts() -> list[DemoAccount]:
    """The cast that is really there, for the sign-in page and for what `motcua run` prints."""
    cast = demo_cast()
    present = set(User.objects.filter(is_demo=True, is_active=True).values_list("username", flat=True))
    return [
        DemoAccount(
            username=member.username,
            display_name=member.display_name,
            role=member.title,
            unit=member.unit,
            password=cast.password,
            about=member.about,
        )
        for member in cast.members
        if member.username in present
    ]
