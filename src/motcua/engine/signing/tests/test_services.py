"""A time stamp service over HTTP, revocation lists from an address, and a key on a token."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from asn1crypto import tsp
from cryptography.hazmat.primitives import serialization

from motcua.engine.signing import development
from motcua.engine.signing.api import (
    GOOD,
    Authority,
    SigningRefused,
    add_pkcs11,
    sign_as_person,
    signing_trust,
    verify,
)
from motcua.engine.signing.revocation import named_lists
from motcua.engine.signing.tests.conftest import ORGANISATION

pytestmark = pytest.mark.django_db
SOFTHSM = next((path for path in Path("/usr/lib").glob("**/libsofthsm2.so")), None)


@contextmanager
def served(answer, kind):
    """A server of one thread on the loopback address: `answer(body)` gives the bytes."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked.append(body)
            data = answer(body)
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST

        def log_message(self, *_args):
            pass

    asked = []
    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_time_stamp_comes_from_the_service_of_the_setting(letter, paper, leader, monkeypatch):
    stamper = development.time_stamper()

    def answer(body):
        stamper.fixed_dt = dt.datetime.now(dt.UTC)
        return stamper.request_tsa_response(tsp.TimeStampReq.load(body)).dump()

    with served(answer, "application/timestamp-reply") as (url, asked):
        monkeypatch.setenv("MOTCUA_TIMESTAMP_URL", url)
        done = sign_as_person(leader[0], letter(), paper, leader[1])
    assert asked
    found = verify(done.pdf, signing_trust())
    assert found.state == GOOD
    assert found.signatures[0].timestamped_by == development.NAMES[development.STAMPS]
    assert done.record.timestamped_at == found.signatures[0].timestamped_at


@pytest.mark.parametrize("answer", [b"", b"<html>busy</html>"])
def test_a_service_that_does_not_answer_rightly_signs_nothing(letter, paper, leader, monkeypatch, answer):
    with served(lambda _body: answer, "text/html") as (url, _asked):
        monkeypatch.setenv("MOTCUA_TIMESTAMP_URL", url)
        with pytest.raises(SigningRefused) as caught:
            sign_as_person(leader[0], letter(), paper, leader[1])
    assert caught.value.code == "signing.timestamp.unreachable"


def test_a_service_that_is_away_signs_nothing(letter, paper, leader, monkeypatch):
    with served(lambda _body: b"", "text/html") as (url, _asked):
        monkeypatch.setenv("MOTCUA_TIMESTAMP_URL", url)
    with pytest.raises(SigningRefused) as caught:
        sign_as_person(leader[0], letter(), paper, leader[1])
    assert caught.value.code == "signing.timestamp.unreachable"


def test_a_list_is_fetched_once_while_it_holds(data_folder, monkeypatch):
    development.make()
    der = (development.folder() / "issuing.crl").read_bytes()
    with served(lambda _body: der, "application/pkix-crl") as (url, asked):
        monkeypatch.setenv("MOTCUA_SIGNING_CRL", url)
        assert named_lists(fetch=False) == ()
        assert named_lists() == named_lists() == (der,)
        assert len(asked) == 1
    assert named_lists() == (der,)


def test_a_list_that_cannot_be_had_is_said(data_folder, monkeypatch, tmp_path):
    with served(lambda _body: b"no list", "text/html") as (url, _asked):
        monkeypatch.setenv("MOTCUA_SIGNING_CRL", url)
        with pytest.raises(SigningRefused) as caught:
            named_lists()
    assert caught.value.code == "signing.list.unreadable"
    monkeypatch.setenv("MOTCUA_SIGNING_CRL", str(tmp_path / "none.crl"))
    with pytest.raises(SigningRefused):
        named_lists()


@pytest.mark.skipif(SOFTHSM is None or not shutil.which("softhsm2-util"), reason="SoftHSM is not installed")
def test_a_key_on_a_token_signs(letter, paper, data_folder, person, unit, authority, tmp_path, monkeypatch):
    pytest.importorskip("pkcs11")
    pair = _token(tmp_path, monkeypatch)
    viewer = person("an")
    authority(viewer, Authority(post="Chủ tịch"))
    where = {"module": str(SOFTHSM), "token": "motcua", "label": "an"}
    with pytest.raises(SigningRefused) as caught:
        add_pkcs11(viewer, **where, pin="1234", unit=unit, user=viewer.user)
    assert caught.value.code == "signing.token.forbidden"
    monkeypatch.setenv("MOTCUA_PKCS11_MODULES", str(SOFTHSM))
    identity = add_pkcs11(viewer, **where, pin="1234", unit=unit, user=viewer.user)
    assert identity.serial == f"{pair.certificate.serial_number:x}"
    found = verify(sign_as_person(viewer, letter(), paper, identity, secret="1234").pdf, signing_trust())
    assert found.state == GOOD and found.signatures[0].signer == "Nguyễn Thị Mẫu An"
    with pytest.raises(SigningRefused) as caught:
        sign_as_person(viewer, letter(), paper, identity, secret="0000")
    assert caught.value.code == "signing.key.secret"


def _token(folder, monkeypatch):
    """A token of SoftHSM with a key and its certificate, under the label "an"."""
    import pkcs11
    from pkcs11.util.rsa import decode_rsa_private_key
    from pkcs11.util.x509 import decode_x509_certificate

    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
    command = [
        "softhsm2-util",
        "--init-token",
        "--free",
        "--label",
        "motcua",
        "--pin",
        "1234",
        "--so-pin",
        "1234",
    ]
    subprocess.run(command, check=True, capture_output=True)
    pair, _above = development.issue("Nguyễn Thị Mẫu An", organisation=ORGANISATION)
    key = pair.key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    token = pkcs11.lib(str(SOFTHSM)).get_token(token_label="motcua")
    with token.open(rw=True, user_pin="1234") as session:
        attributes = {pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.LABEL: "an"}
        session.create_object(decode_rsa_private_key(key) | attributes)
        session.create_object(decode_x509_certificate(pair.asn1.dump()) | attributes)
    return pair
