"""Made-up people: officers with posts in the units of the year, and applicants. Every name has "Mẫu" in it.

Officers are written as rows, with one event: their accounts have no password and open for nobody.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from motcua.engine.accounts.api import User
from motcua.engine.events.api import record
from motcua.engine.permissions.api import Grant, Role, Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import frozen, today
from motcua.kernel.ids import drawn_from
from motcua.kernel.text import collation_key, search_key
from motcua.modules.records.api import keep_register_data, register_papers
from motcua.reference.applicants.api import Applicant, ApplicantDraft, IdentityKind, Kind, register_applicants
from motcua.reference.people.api import Installer, Person, Post, PostKind
from motcua.simulation.acts import CLERK, DESK, LEADER, WORKER
from motcua.simulation.draws import Draws
from motcua.simulation.events import OFFICERS_MADE
from motcua.simulation.filing import RESULT, SCAN, files_of_officers, give_files
from motcua.simulation.ground import Ground
from motcua.simulation.routes import Map

if TYPE_CHECKING:
    from motcua.simulation.absences import PlannedAbsence

_ROLES = {DESK: "reception-officer", WORKER: "processing-officer", LEADER: "unit-leader", CLERK: "clerk"}
_STAFF = {DESK: 2, WORKER: 3, LEADER: 2, CLERK: 1}
_FEW = dict.fromkeys(_STAFF, 1)  # a commune of before the merger
_PREFIX = "mp."
_FAMILIES = (
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Vũ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Ngô",
    "Dương",
    "Lý",
    "Thân",
    "Giáp",
)
_MIDDLES = ("Văn", "Thị", "Đức", "Minh", "Ngọc", "Thanh", "Hữu", "Xuân", "Quang", "Kim", "Thu", "Hải")
_GIVEN = (
    "An", "Bình", "Chi", "Dũng", "Đào", "Giang", "Hà", "Hạnh", "Hiếu", "Hòa", "Khánh", "Lan", "Linh", "Mai", "Minh",
    "Nam", "Nga", "Oanh", "Phúc", "Quân", "Quỳnh", "Sơn", "Tâm", "Thảo", "Trang", "Yến",
)  # fmt: skip
_STREETS = ("Đường Mẫu 1", "Đường Mẫu 2", "Khu phố Mẫu", "Thôn Mẫu Hạ", "Thôn Mẫu Thượng")


@dataclass(frozen=True, slots=True)
class Officer:
    """`file`: what a desk scans, what a clerk issues (a stored file of the officer's own)."""

    user_id: int
    name: str
    file: int | None = None


Staff = Mapping[str, Mapping[str, Sequence[Officer]]]  # by unit code, by role


def made_up_name(number: int) -> str:
    """A made-up person's name; 4,368 different ones."""
    family, rest = number % len(_FAMILIES), number // len(_FAMILIES)
    return f"{_FAMILIES[family]} {_MIDDLES[rest % len(_MIDDLES)]} Mẫu {_GIVEN[rest // len(_MIDDLES) % len(_GIVEN)]}"


# -- officers ------------------------------------------------------------------------------------------


def staff_units(ground: Ground, codes: Iterable[str], seed: Draws) -> Staff:
    """The officers of these units and of what became of them; those not there yet are entered."""
    wanted = {code for one in codes for code in (one, ground.map.heirs.get(one, one))}
    known = _known(ground.province)
    missing = sorted(wanted - set(known))
    if missing:
        with transaction.atomic(), frozen(ground.eve), drawn_from(seed.stream("officers")):
            _enter(ground, missing)
        known = _known(ground.province)
    return known


def _known(province: Province) -> dict[str, dict[str, list[Officer]]]:
    """Whom each unit has: a person belongs to the unit that entered them, whatever became of it."""
    rows = (
        User.objects.filter(username__startswith=f"{_PREFIX}{province.key}.")
        .order_by("username")
        .values_list("pk", "username", "display_name")
    )
    files = files_of_officers(province)
    found: dict[str, dict[str, list[Officer]]] = {}
    for key, username, name in rows:
        unit, role, _number = username.removeprefix(f"{_PREFIX}{province.key}.").rsplit("-", 2)
        found.setdefault(unit.upper(), {}).setdefault(role, []).append(Officer(key, name, files.get(key)))
    return found


def _enter(ground: Ground, codes: Sequence[str]) -> None:
    province = ground.province
    roles = {role.code: role for role in Role.objects.filter(code__in=_ROLES.values())}
    wanted = [
        (code, role, number)
        for code in codes
        for role, count in _size(ground.map, code).items()
        for number in range(1, count + 1)
    ]
    users = [
        User(
            username=f"{_PREFIX}{province.key}.{code.lower()}-{role}-{number}",
            display_name=made_up_name(place * 7),
            password="!",  # noqa: S106 - what Django keeps where no password will ever fit
        )
        for place, (code, role, number) in enumerate(wanted)
    ]
    User.objects.bulk_create(users, batch_size=1_000)
    persons = [
        _person(province, user, ground.map, code)
        for user, (code, _role, _number) in zip(users, wanted, strict=True)
    ]
    Person.objects.bulk_create(persons, batch_size=1_000)
    posts = [
        post
        for person, (code, role, _number) in zip(persons, wanted, strict=True)
        for post in _posts(ground, person, code, roles[_ROLES[role]])
    ]
    Post.objects.bulk_create(posts, batch_size=1_000)
    Grant.objects.bulk_create([_grant(post) for post in posts], batch_size=1_000)
    for role, name in ((DESK, SCAN), (CLERK, RESULT)):
        owners = [user for user, (_code, played, _n) in zip(users, wanted, strict=True) if played == role]
        give_files(province, owners, name)
    record(
        OFFICERS_MADE, province=province, subject=f"province:{province.key}", payload={"count": len(users)}
    )


def _size(units: Map, code: str) -> Mapping[str, int]:
    place = units.places[code]
    return _FEW if place.level == "commune" and code in units.heirs else _STAFF


def _person(province: Province, user: User, units: Map, code: str) -> Person:
    *before, given = user.display_name.split(" ")
    return Person(
        province=province,
        unit_code=code,
        unit_path=units.places[code].path,
        display_name=user.display_name,
        search_text=search_key(user.display_name),
        sort_key=collation_key(" ".join([given, *before])),
        user=user,
    )


def _posts(ground: Ground, person: Person, code: str, role: Role) -> list[Post]:
    """The post in the unit; after the merger, in what it became."""
    begins = ground.eve.date() - dt.timedelta(days=1)
    heir, merger = ground.map.heirs.get(code), ground.calibration.merger
    spans: list[tuple[str, dt.date, dt.date | None]] = [(code, begins, merger if heir else None)]
    if heir:
        assert merger is not None
        spans.append((heir, merger, None))
    elif merger is not None and code not in ground.map.before:
        spans = [(code, merger, None)]
    return [
        Post(
            province=ground.province,
            person=person,
            role=role,
            unit_code=unit,
            unit_path=ground.map.places[unit].path,
            kind=PostKind.POST,
            valid_from=first,
            valid_to=last,
        )
        for unit, first, last in spans
    ]


def _grant(post: Post) -> Grant:
    return Grant(
        user_id=post.person.user_id,
        role_id=post.role_id,
        province_id=post.province_id,
        unit_code=post.unit_code,
        unit_path=post.unit_path,
        valid_from=post.valid_from,
        valid_to=post.valid_to,
        source=post.kind,
        source_id=post.pk,
    )


class Cast:
    """Who acts, with the grants of the day; a viewer is asked anew every day."""

    def __init__(self, staff: Staff, absences: Sequence[PlannedAbsence] = ()) -> None:
        self.staff, self.absences = staff, absences
        self._away = {one.user_id: one.minutes for one in absences}
        self._users: dict[int, User] = {}
        self._viewers: dict[int, Viewer] = {}
        self._day: dt.date | None = None

    def chosen(self, unit: str, role: str, chance: int, minutes: Iterable[int]) -> Officer:
        """An officer of a unit by chance, the next one if they are away at one of the minutes: the first never is."""
        people = self.staff[unit][role]
        place = chance % len(people)
        while (span := self._away.get(people[place].user_id)) and any(
            span[0] <= minute < span[1] for minute in minutes
        ):
            place = (place + 1) % len(people)
        return people[place]

    def viewer(self, user_id: int) -> Viewer:
        if self._day != today():
            self._viewers, self._day = {}, today()
        viewer = self._viewers.get(user_id)
        if viewer is None:
            if user_id not in self._users:
                self._users[user_id] = User.objects.get(pk=user_id)
            viewer = self._viewers[user_id] = Viewer(self._users[user_id])
        return viewer


# -- applicants ----------------------------------------------------------------------------------------

_DOSSIERS_EACH = 6
_FEWEST = 20
_COMPANY_EVERY = 9


def applicants_for(dossiers: int) -> int:
    """How many applicants so many dossiers have."""
    return max(_FEWEST, dossiers // _DOSSIERS_EACH)


def applicant_draft(number: int) -> ApplicantDraft:
    """The n-th made-up applicant (from 0), always the same; numbers no office has given."""
    name, address = (
        made_up_name(number * 11 + 5),
        f"Số {number % 900 + 1}, {_STREETS[number % len(_STREETS)]}",
    )
    phone = f"099{number % 10_000_000:07d}"
    if number % _COMPANY_EVERY == 0:
        return ApplicantDraft(
            kind=Kind.ORGANISATION,
            display_name=f"Hợp tác xã Mẫu {number + 1}",
            identity_kind=IdentityKind.OTHER,
            identity_number=f"MAU{number:09d}",
            phone=phone,
            email=f"mau{number}@vidu.vn",
            address=address,
            representative=name,
        )
    return ApplicantDraft(
        kind=Kind.CITIZEN,
        display_name=name,
        identity_kind=IdentityKind.CITIZEN_ID,
        identity_number=f"099{number:09d}",
        phone=phone,
        address=address,
        birth_date=(dt.date(1950, 1, 1) + dt.timedelta(days=number * 317 % 20_000)).isoformat(),
    )


def enter_applicants(ground: Ground, first: int, count: int, draws: Draws) -> None:
    """Enters so many made-up applicants from a number on, on the eve of the year."""
    with transaction.atomic(), frozen(ground.eve), drawn_from(draws.stream(f"applicants:{first}")):
        rows = register_applicants(
            Installer(), ground.province, [applicant_draft(number) for number in range(first, first + count)]
        )
        keys = dict(Applicant.objects.filter(uid__in=[row.uid for row in rows]).values_list("uid", "pk"))
        for kind, (code, name) in _REGISTERS.items():
            holders = [
                (keys[row.uid], f"MAU-{first + place}") for place, row in enumerate(rows) if row.kind == kind
            ]
            keep_register_data(Installer(), ground.province, code, name, holders)


# What a register knows of each applicant stands in their store and may be reused: code of the register, what it says.
_REGISTERS = {
    Kind.CITIZEN: ("population", "Thông tin cư trú trong Cơ sở dữ liệu quốc gia về dân cư"),
    Kind.ORGANISATION: ("enterprise", "Thông tin đăng ký doanh nghiệp"),
}


@dataclass(frozen=True, slots=True)
class Entered:
    """An applicant as dossiers name them, and the paper of the register about them: key, uid, register."""

    key: int
    uid: uuid.UUID
    paper: tuple[int, uuid.UUID, str] | None = None


def applicants_entered(ground: Ground) -> list[Entered]:
    """The made-up applicants by their number; whoever else the province knows is left out."""
    rows = Applicant.objects.filter(province=ground.province, created_at=ground.eve)
    papers = register_papers(ground.province)
    found = {
        int(row.identity_number[-9:]): Entered(row.pk, row.uid, papers.get(row.pk))
        for row in rows.iterator(chunk_size=5_000)
    }
    return [found[number] for number in range(len(found))]
