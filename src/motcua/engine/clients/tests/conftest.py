from __future__ import annotations

import datetime as dt
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.test import Client

from motcua.engine.accounts.models import User
from motcua.engine.clients import calling
from motcua.engine.clients.api import Draft, create_client
from motcua.engine.clients.permissions import EVENTS_VIEW, MANAGE
from motcua.engine.permissions.api import Grant, Role, RolePermission, Viewer
from motcua.engine.provinces.api import Province


@pytest.fixture(autouse=True)
def _no_permits_left_over():
    calling._permits.clear()


@pytest.fixture
def province(db):
    return Province.objects.create(key="p", agency_code="H05", place_code="24")


@pytest.fixture
def other_province(db):
    return Province.objects.create(key="q", agency_code="H06", place_code="25")


@pytest.fixture
def person():
    def make(name, province, *permissions, unit_path="/"):
        user = User.objects.create_user(name, "mat-khau-thu", display_name=name)
        role = Role.objects.create(code=f"role-{name}", label=name)
        for permission in permissions:
            RolePermission.objects.create(role=role, permission=permission)
        Grant.objects.create(
            user=user, role=role, province=province, unit_path=unit_path, valid_from=dt.date(2020, 1, 1)
        )
        return Viewer(user)

    return make


@pytest.fixture
def admin(province, person):
    return person("quan-tri-thu", province, MANAGE)


@pytest.fixture
def reader_role(db):
    role = Role.objects.create(code="integration", label="Kết nối")
    RolePermission.objects.create(role=role, permission=EVENTS_VIEW)
    return role


@pytest.fixture
def make_client(admin, province, reader_role):
    def make(**more):
        values = {"name": "Phần mềm thử", "role": "integration", "scopes": ("events.read",)} | more
        return create_client(admin, province, Draft(**values))

    return make


@pytest.fixture
def browse():
    def sign_in(viewer):
        client = Client()
        client.force_login(viewer.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


class Hook(ThreadingHTTPServer):
    """The other side of a webhook on the loopback: keeps what came, answers `status`."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.got, self.status, self.location = [], 200, ""

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/nhan"

    @property
    def positions(self):
        return [json.loads(body)["position"] for _headers, body in self.got]


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body))
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        """Quiet."""


@pytest.fixture
def hook():
    server = Hook()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(5)
