"""Every address that names a thing × a stranger with the same role: of another unit, of another province.

Strangers get "not found", and not one row is written. A page joins by itself, through its room's
`pages/samples.py`: whatever sample its address has for a person of the cast is tried by that person's strangers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client

from addresses import Route, address, routes, walkers
from motcua.engine.accounts.api import User
from motcua.engine.permissions.api import PUBLIC, SIGNED_IN, Role, Viewer
from motcua.engine.provinces.api import Province
from motcua.kernel.clock import today
from motcua.reference.organisations.api import find_unit, load_reference, units_on
from motcua.reference.people.api import (
    PROVINCE_WIDE,
    Assignment,
    Installer,
    Span,
    UnitRef,
    add_person,
    demo_cast,
    give_post,
    open_account,
)

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
FORM = "application/x-www-form-urlencoded"
# Things that belong to the whole installation, and who else may therefore open them.
EVERYBODYS = {
    "calendars:parameter": "a parameter's name is the product's; its values are the province's own",
    "people:role": "roles are the installation's; editing asks for the right in every province",
    "audit:example": "an example of the product; what comes of it is the visitor's own",
    **dict.fromkeys(
        ("explorer:figure", "explorer:table", "explorer:records", "explorer:records-csv"),
        "a figure is the product's; its numbers and records are of the visitor's units alone (test_counting)",
    ),
    "indices:parameters": "a set is the product's or the province's; its readings hold for the visitor's province",
    "dashboards:export": "a chart's name is the product's; what it counts is of the visitor's units alone (test_boards)",
    "jobs:retry": "a queue number: whose job it is, is tested in the jobs room",
}
# Things that belong to a whole province: an officer of another unit finds them, one of another province does not.
PROVINCES = {
    "catalogue:apply",
    "catalogue:batch",
    "catalogue:discard-import",
    "catalogue:report",
    "catalogue:manage-procedure",
    "catalogue:overrides",
    "catalogue:end-key-project",
    "applicants:applicant",
    "applicants:open",
    "applicants:edit",
    "applicants:merge",
    "applicants:unmerge",
}
OTHER_PROVINCE = "thai-nguyen"
WRITES = re.compile(r"^\s*(INSERT INTO|UPDATE|DELETE FROM) \"?(\w+)", re.I)
# Kept for any visitor, whatever he asks for.
OF_THE_VISIT = {"django_session", "engine_cache", "usersessions_usersession", "django_content_type"}


@dataclass(frozen=True)
class Case:
    """A member of the cast, the role he holds, and the two who hold it elsewhere."""

    owner: str
    role: str

    @property
    def strangers(self) -> tuple[str, str]:
        return f"{self.role}.don-vi-khac", f"{self.role}.tinh-khac"


def cases() -> list[Case]:
    """Everybody of the cast who holds a role over units of one province."""
    return [
        Case(member.username, member.role)
        for member in demo_cast().members
        if member.role != "citizen" and not member.every_province
    ]


@pytest.fixture(scope="module")
def two_provinces(demo, django_db_blocker) -> None:
    """The demonstration, a second province, and the strangers; taken back at the end of the module."""
    with django_db_blocker.unblock():
        load_reference(OTHER_PROVINCE)
        home, away = Province.objects.get(key=demo_cast().province), Province.objects.get(key=OTHER_PROVINCE)
        taken = {find_unit(home, member.unit).code for member in demo_cast().members if member.unit}
        communes = units_on(home, today(), kind="commune_committee")
        other = next(unit for unit in communes if unit.code not in taken)
        for case in {case.role: case for case in cases()}.values():
            in_unit, in_province = case.strangers
            _appoint(in_unit, case.role, home, UnitRef(other.code, other.path, other.name))
            _appoint(in_province, case.role, away, PROVINCE_WIDE)
        connection.check_constraints()  # at once, not anew after each test


def _appoint(username: str, role: str, province: Province, unit: UnitRef) -> None:
    installer = Installer()
    person = add_person(installer, province, display_name=f"Người {username}", unit=unit)
    open_account(installer, person, username)
    person.refresh_from_db()
    User.objects.filter(pk=person.user_id).update(must_change_password=False)
    give_post(installer, person, Assignment(Role.objects.get(code=role), unit, Span(demo_cast().since)))


def object_routes(viewer: Viewer) -> list[Route]:
    """Addresses with parameters that this viewer is admitted to and that not everybody is."""
    return [
        route
        for route in routes()
        if route.parameters
        and route.access is not None
        and route.access.rule not in (PUBLIC, SIGNED_IN)
        and route.name not in EVERYBODYS
        and viewer.may(route.access.rule)
    ]


@contextmanager
def writes_of() -> Iterator[list[str]]:
    """Tables written inside, but for what any visit writes."""
    tables: list[str] = []

    def watch(execute: Any, sql: Any, *arguments: Any) -> Any:
        found = WRITES.match(str(sql))
        if found and found[2] not in OF_THE_VISIT:
            tables.append(found[2])
        return execute(sql, *arguments)

    with connection.execute_wrapper(watch):
        yield tables


def _client(username: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(username=username), backend=BACKEND)
    return client


def _complaint(client: Client, method: str, path: str) -> str:
    with transaction.atomic():
        with writes_of() as tables:
            status = client.generic(method, path, content_type=FORM).status_code
        transaction.set_rollback(True)
    if tables:
        return f"wrote {sorted(set(tables))}"
    return "" if status == 404 else f"answered {status}"


@pytest.mark.parametrize("owner", walkers([case.owner for case in cases()]))
def test_a_stranger_of_the_same_role_finds_nothing(two_provinces, owner):
    [case] = [one for one in cases() if one.owner == owner]
    cache.clear()
    viewer = Viewer(User.objects.get(username=case.owner))
    own = _client(case.owner)
    strangers = {username: _client(username) for username in case.strangers}
    wrong = []
    for route in object_routes(viewer):
        path = address(route, viewer)
        if "GET" in route.access.methods and own.get(path).status_code == 404:
            wrong.append(f"GET {route.name}: its own person finds nothing, so the test shows nothing")
        for username, client in strangers.items():
            if route.name in PROVINCES and username.endswith(".don-vi-khac"):
                continue
            for method in route.access.methods:
                if complaint := _complaint(client, method, path):
                    wrong.append(f"{method} {route.name} as {username}: {complaint}")
    assert not wrong, "\n".join(wrong)


def test_what_belongs_to_everybody_is_still_an_address():
    names = {route.name for route in routes()}
    assert set(EVERYBODYS) <= names


def test_lists_of_a_stranger_name_nothing_of_ours(two_provinces):
    """Pages without parameters: on them is nobody of our province, but those who see every province."""
    cache.clear()
    ours = {member.display_name for member in demo_cast().members if not member.every_province}
    for case in cases():
        client = _client(case.strangers[1])
        viewer = Viewer(User.objects.get(username=case.strangers[1]))
        for route in routes():
            asks = route.access.rule if route.access else PUBLIC
            if route.parameters or asks in (PUBLIC, SIGNED_IN) or not viewer.may(asks):
                continue
            if "GET" not in route.access.methods:
                continue
            page = client.get(address(route, viewer)).content.decode()
            leaked = [name for name in ours if name in page]
            assert not leaked, f"{route.name}: {leaked}"
