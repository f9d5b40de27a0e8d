from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.test import Client

from motcua.engine.accounts.models import User
from motcua.engine.documents import rendering
from motcua.engine.documents.api import find_slots, register_templates, render_pdf
from motcua.engine.permissions.api import Grant, Role, RolePermission, Viewer
from motcua.engine.provinces.api import Province
from motcua.engine.signing import authority as authorities
from motcua.engine.signing.api import (
    NUMBER,
    SEAL,
    SIGN,
    Authority,
    Paper,
    Signatory,
    fields_of,
    issue_development,
    prepare,
    register_authority,
)

CODE, PATH = "H05.33.01", "/H05/H05.33.01/"
ORGANISATION = "Ủy ban nhân dân phường Mẫu Ngọc Hòa"


@pytest.fixture
def data_folder(tmp_path, monkeypatch):
    """A data folder of its own: keys, authority and lists of one test."""
    monkeypatch.setenv("MOTCUA_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("MOTCUA_DATA_KEYS", "A" * 43)
    monkeypatch.setenv("MOTCUA_TIMESTAMP_URL", "")
    monkeypatch.setenv("MOTCUA_SIGNING_CRL", "")
    from motcua.engine.privacy import keys

    keys.ring.cache_clear()
    yield tmp_path
    keys.ring.cache_clear()


@pytest.fixture
def letter(monkeypatch):
    """A paper with slots for signature, number and day: bytes with its empty fields."""
    monkeypatch.setattr(rendering, "_folders", dict(rendering._folders))
    register_templates("trial", Path(__file__).parent)
    rendering._sources.cache_clear()

    def make(text="Nội dung quyết định: Ủy ban nhân dân phường giao nhiệm vụ.", keep=None):
        data = {"text": text}
        fields = fields_of(find_slots("trial/letter.typ", data))
        return prepare(
            render_pdf("trial/letter.typ", data, title="Quyết định"), keep(fields) if keep else fields
        )

    yield make
    rendering._sources.cache_clear()


@pytest.fixture
def province(db):
    return Province.objects.create(key="p", agency_code="H05", place_code="24")


@pytest.fixture
def paper(province):
    return Paper(province, CODE, PATH, "result", "dossier:1")


@pytest.fixture
def unit(province):
    return Signatory(province.pk, CODE, PATH)


@pytest.fixture
def person(province):
    """Makes a viewer with permissions over the unit."""

    def make(name, *permissions, path=PATH):
        user = User.objects.create_user(name, "mat-khau-thu", display_name=name)
        role = Role.objects.create(code=f"role-{name}", label=name)
        for permission in permissions:
            RolePermission.objects.create(role=role, permission=permission)
        Grant.objects.create(
            user=user, role=role, province=province, unit_path=path, valid_from=dt.date(2020, 1, 1)
        )
        return Viewer(user)

    return make


@pytest.fixture
def authority(monkeypatch):
    """Who may sign, decided by the test: authority(viewer, Authority(...))."""
    monkeypatch.setattr(authorities, "_checks", [])
    granted = {}
    register_authority(lambda person, unit, kind, moment: granted.get(person.pk))

    def grant(viewer, how=None):
        granted[viewer.user_id] = how or Authority(post="Phó Chủ tịch", form="KT.", stands_for="Chủ tịch")

    grant.take_back = lambda viewer: granted.pop(viewer.user_id)
    return grant


@pytest.fixture
def leader(data_folder, person, unit, authority):
    """A leader who may sign, with a certificate: (viewer, identity)."""
    viewer = person("huong", SIGN)
    authority(viewer)
    identity = issue_development(
        "Đặng Thị Mẫu Hương", organisation=ORGANISATION, title="Phó Chủ tịch", unit=unit, user=viewer.user
    )
    return viewer, identity


@pytest.fixture
def clerk(data_folder, person, unit):
    """A clerk with the organisation's certificate: (viewer, identity)."""
    identity = issue_development(ORGANISATION, organisation="UBND tỉnh Mẫu", unit=unit)
    return person("khanh", NUMBER, SEAL), identity


@pytest.fixture
def browse():
    def sign_in(viewer):
        client = Client()
        client.force_login(viewer.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in
