from __future__ import annotations

import datetime as dt
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.test import Client

from motcua.engine.accounts.models import User
from motcua.engine.outbox import senders
from motcua.engine.outbox.senders import Sender, Sent, register_sender
from motcua.engine.permissions.api import Grant, Role, RolePermission, Viewer
from motcua.engine.provinces.api import Province


class Recorder(Sender):
    """Keeps what it sends; `answers` are raised or returned one after another, then all goes well."""

    first_wait = 10.0

    def __init__(self):
        self.sent = []
        self.answers = []

    def send(self, outgoing):
        self.sent.append(outgoing)
        answer = self.answers.pop(0) if self.answers else Sent("ok")
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def keys(self):
        return [outgoing.key for outgoing in self.sent]


@pytest.fixture
def sender():
    recorder = Recorder()
    register_sender("test", recorder)
    yield recorder
    del senders._senders["test"]


@pytest.fixture
def province(db):
    return Province.objects.create(key="p", agency_code="H05", place_code="24")


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
def browse():
    def sign_in(viewer):
        client = Client()
        client.force_login(viewer.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


class Gate(ThreadingHTTPServer):
    """A server on the loopback that notes who knocks; it answers `status`, after `opened` is set."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.knocks = []
        self.knocked = threading.Event()
        self.opened = threading.Event()
        self.opened.set()
        self.status = 200

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/"


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.knocks.append(self.headers["Idempotency-Key"])
        self.server.knocked.set()
        self.server.opened.wait(30)
        try:
            self.send_response(self.server.status)
            self.send_header("Content-Length", "0")
            self.end_headers()
        except OSError:
            pass

    def log_message(self, *_):
        """Quiet."""


@pytest.fixture
def gate():
    server = Gate()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.opened.set()
    server.shutdown()
    server.server_close()
    thread.join(5)
