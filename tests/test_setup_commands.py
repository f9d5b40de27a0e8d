"""The first steps of a real installation: a province's register, its first administrator, an intact log."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse

from motcua.cli.setup import create_admin, load_province
from motcua.cli.verify_log import verify_log
from motcua.engine.accounts.models import User
from motcua.engine.events.api import Event, seal_all
from motcua.engine.permissions.api import Viewer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def database_at_hand(monkeypatch):
    """The commands find the test's own database instead of starting one."""

    @contextmanager
    def ready():
        yield

    monkeypatch.setattr("motcua.cli.setup.django_ready", ready)
    monkeypatch.setattr("motcua.cli.verify_log.django_ready", ready)


def run(command, *arguments):
    return CliRunner().invoke(command, list(arguments))


def test_from_nothing_to_an_administrator_who_can_sign_in():
    assert run(load_province, "bac-ninh").exit_code == 0
    made = run(create_admin, "quantri", "--province", "bac-ninh", "--name", "Người Thử")
    assert made.exit_code == 0, made.output
    password = made.output.rsplit(": ", 1)[1].strip()
    user = User.objects.get(username="quantri")
    assert not user.is_demo
    assert user.must_change_password
    assert Viewer(user).may("people.persons.manage")
    answer = Client().post(reverse("account_login"), {"login": "quantri", "password": password})
    assert answer.status_code == 302


def test_refusals_say_what_to_do_and_change_nothing():
    unknown = run(load_province, "khong-co")
    assert unknown.exit_code == 1
    assert "SETUP-PROVINCE" in unknown.output
    early = run(create_admin, "quantri", "--province", "bac-ninh", "--name", "Người Thử")
    assert "load-province bac-ninh" in early.output
    run(load_province, "bac-ninh")
    run(create_admin, "quantri", "--province", "bac-ninh", "--name", "Người Thử")
    events = Event.objects.count()
    again = run(create_admin, "quantri", "--province", "bac-ninh", "--name", "Người Khác")
    assert "SETUP-ADMIN" in again.output
    assert Event.objects.count() == events


def test_the_log_is_verified_here_and_from_an_exported_file(tmp_path):
    run(load_province, "bac-ninh")
    seal_all()
    file = tmp_path / "log.jsonl"
    here = run(verify_log, "--export", str(file))
    assert here.exit_code == 0
    assert "Nhật ký nguyên vẹn" in here.output
    assert run(verify_log, "--file", str(file)).exit_code == 0
    lines = file.read_text(encoding="utf-8").splitlines()
    row = json.loads(lines[3])
    row["content"][3] = "đã sửa"
    lines[3] = json.dumps(row)
    file.write_text("\n".join(lines), encoding="utf-8")
    touched = run(verify_log, "--file", str(file))
    assert touched.exit_code == 1
    assert f"SAI tại vị trí {row['position']}" in touched.output
