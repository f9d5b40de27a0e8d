from __future__ import annotations

import datetime as dt
import json
import socketserver
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.test import Client

from motcua.engine.accounts.models import User
from motcua.engine.notices import templates
from motcua.engine.notices.api import declare_notice
from motcua.engine.permissions.api import Grant, Role, RolePermission, Viewer
from motcua.engine.provinces.api import Province


@pytest.fixture
def province(db):
    return Province.objects.create(key="p", agency_code="H05", place_code="24")


@pytest.fixture
def person():
    def make(name, province=None, *permissions, unit_path="/"):
        user = User.objects.create_user(name, "mat-khau-thu", display_name=name)
        if province is not None:
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


@pytest.fixture
def received():
    code = declare_notice(
        "test.received",
        "Đã tiếp nhận",
        "Hồ sơ {code} đã được tiếp nhận",
        "Kính gửi {name},\nHồ sơ {code} hẹn trả ngày {day}.",
        "Ho so {code} da tiep nhan, hen tra {day}.",
    )
    declare_notice("test.inner", "Nhắc việc", "Hồ sơ {code} sắp đến hạn", "Hồ sơ {code} đến hạn ngày mai.")
    declare_notice("test.urgent", "Khẩn", "Khẩn", "Khẩn", "Khan", urgent=True)
    yield code
    for name in ("test.received", "test.inner", "test.urgent"):
        del templates._kinds[name]


def serve(server):
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def sms_gateway(settings, monkeypatch):
    """An SMS gateway on the loopback: keeps what it got, answers `status`."""
    settings.DEMO = False

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.got.append((body, self.headers["Authorization"], self.headers["Idempotency-Key"]))
            answer = json.dumps({"id": "gw-1"}).encode()
            self.send_response(server.status)
            for name, value in {"Content-Length": str(len(answer)), **server.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.got, server.status, server.headers = [], 200, {}
    monkeypatch.setenv("MOTCUA_SMS_URL", f"http://127.0.0.1:{server.server_port}/send")
    monkeypatch.setenv("MOTCUA_SMS_TOKEN", "bi-mat")
    yield from serve(server)


@pytest.fixture
def mail_server(settings, monkeypatch):
    """The least of an SMTP server on the loopback: keeps letters, answers `rcpt` to every recipient."""
    settings.DEMO = False

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            self.say("220 thu")
            while line := self.rfile.readline().decode().strip():
                word = line.split(":")[0].upper()
                if word == "DATA":
                    self.say("354 go")
                    server.letters.append(self.letter())
                    self.say("250 ok")
                elif word == "RCPT TO":
                    self.say(server.rcpt)
                elif word == "QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("250 ok")

        def letter(self):
            lines = []
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                lines.append(line)
            return b"".join(lines)

        def say(self, text):
            self.wfile.write(text.encode() + b"\r\n")

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.letters, server.rcpt = [], "250 ok"
    monkeypatch.setenv("MOTCUA_SMTP_URL", f"smtp://127.0.0.1:{server.server_address[1]}?tls=0")
    yield from serve(server)
