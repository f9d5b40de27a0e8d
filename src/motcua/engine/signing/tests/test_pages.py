"""The pages: own certificates, those of units, and the public check."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from motcua.engine.signing import development
from motcua.engine.signing.api import MANAGE, VIEW, SigningIdentity, sign_as_person
from motcua.engine.signing.pages.views import CHECKS_OF_ADDRESS, LARGEST_OF_STRANGERS
from motcua.engine.signing.tests.conftest import ORGANISATION

pytestmark = pytest.mark.django_db


def sent(data, name="giay.pdf"):
    return {"file": SimpleUploadedFile(name, data)}


def test_anybody_checks_a_file_and_nothing_is_kept(letter, paper, leader, data_folder):
    pdf = sign_as_person(leader[0], letter(), paper, leader[1]).pdf
    before = sorted(data_folder.rglob("*"))
    page = Client().post(reverse("signing:check"), sent(pdf)).content.decode()
    assert "Đặng Thị Mẫu Hương" in page and "mc-message-success" in page
    changed = pdf.replace(b"/MediaBox", b"/MediaBux", 1)
    assert "mc-message-error" in Client().post(reverse("signing:check"), sent(changed)).content.decode()
    assert sorted(data_folder.rglob("*")) == before


def test_what_is_no_file_or_too_large_or_too_often_is_said(data_folder):
    client, address = Client(), reverse("signing:check")
    assert client.post(address, {}).status_code == 422
    assert client.post(address, sent(b"x" * (LARGEST_OF_STRANGERS + 1))).status_code == 422
    assert client.post(address, sent(b"no pdf")).status_code == 200
    answers = [client.post(address, {}).status_code for _again in range(CHECKS_OF_ADDRESS)]
    assert answers[0] == 422 and answers[-1] == 429


def test_a_person_adds_and_puts_away_the_own_certificate(data_folder, person, browse):
    viewer = person("an")
    client = browse(viewer)
    pair, above = development.issue("Nguyễn Thị Mẫu An", organisation=ORGANISATION)
    data = development.as_pkcs12(pair, above, "mật khẩu")
    address = reverse("signing:add")
    wrong = client.post(address, {"cua": "toi", "passphrase": "sai", **sent(data, "an.p12")})
    assert wrong.status_code == 422 and 'role="alert"' in wrong.content.decode()
    assert (
        client.post(address, {"cua": "toi", "passphrase": "mật khẩu", **sent(data, "an.p12")}).status_code
        == 302
    )
    row = SigningIdentity.objects.get()
    assert (row.user, row.asks_secret) == (viewer.user, True)
    assert "Nguyễn Thị Mẫu An" in client.get(reverse("signing:own")).content.decode()
    assert b"BEGIN CERTIFICATE" in client.get(reverse("signing:certificate", args=[row.uid])).content
    stranger = browse(person("binh"))
    assert stranger.get(reverse("signing:certificate", args=[row.uid])).status_code == 404
    assert stranger.post(reverse("signing:retire", args=[row.uid])).status_code == 404
    assert client.post(reverse("signing:retire", args=[row.uid])).status_code == 302
    row.refresh_from_db()
    assert row.retired_at is not None


def test_certificates_of_units_stay_within_the_viewers_units(clerk, person, browse, data_folder):
    manager, elsewhere = (
        person("quantri", VIEW, MANAGE),
        person("noi-khac", VIEW, MANAGE, path="/H05/H05.99/"),
    )
    address = reverse("signing:units")
    assert ORGANISATION in browse(manager).get(address).content.decode()
    assert ORGANISATION not in browse(elsewhere).get(address).content.decode()
    assert browse(person("khong-quyen")).get(address).status_code == 404
    pair, above = development.issue(ORGANISATION, organisation="UBND tỉnh")
    form = {"cua": "don-vi", "unit_path": "/H05/H05.33.01/", "passphrase": "x", "ask": "1"}
    data = development.as_pkcs12(pair, above, "x")
    refused = browse(elsewhere).post(reverse("signing:add"), form | sent(data, "x.p12"))
    assert refused.status_code == 404 and SigningIdentity.objects.count() == 1
    assert browse(manager).post(reverse("signing:add"), form | sent(data, "x.p12")).status_code == 302
    assert SigningIdentity.objects.filter(user=None).count() == 2


def test_a_certificate_for_trying_out_is_issued_on_the_page(person, browse, data_folder, monkeypatch):
    viewer = person("an")
    form, address = {"cua": "toi", "thu": "1"}, reverse("signing:add")
    monkeypatch.setenv("MOTCUA_DEMO", "0")
    assert browse(viewer).post(address, form).status_code == 422
    assert not SigningIdentity.objects.exists()
    monkeypatch.setenv("MOTCUA_DEMO", "1")
    assert browse(viewer).post(address, form).status_code == 302
    assert SigningIdentity.objects.get().user == viewer.user
