"""The demonstration province and its cast."""

from __future__ import annotations

import time

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from motcua.engine.accounts.models import User
from motcua.engine.events.api import Event
from motcua.engine.permissions.api import Grant, Viewer
from motcua.reference.people.api import Post, demo_accounts, demo_cast

pytestmark = pytest.mark.django_db


def test_the_demonstration_loads_once_and_every_account_opens(capsys, settings):
    cache.clear()
    call_command("load_demo")
    assert "quantri" in capsys.readouterr().out
    first = counts()
    started = time.process_time()
    call_command("load_demo", verbosity=0)
    assert time.process_time() - started < 0.5
    assert counts() == first
    listed = demo_accounts()
    assert [account.username for account in listed] == [member.username for member in demo_cast().members]
    for account in listed:
        client = Client()
        answer = client.post(
            reverse("account_login"), {"login": account.username, "password": account.password}
        )
        assert answer.status_code == 302, account.username
        assert client.get("/").status_code == 200
    page = Client().get(reverse("account_login")).content.decode()
    assert all(account.password in page and account.username in page for account in listed)
    analyst = Viewer(User.objects.get(username="phantich"))
    assert analyst.may("audit.reports.use") and not analyst.may("reports.forms.edit")
    settings.DEMO = False
    page = Client().get(reverse("account_login")).content.decode()
    assert listed[0].password not in page


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (User, Post, Grant, Event))


def test_nothing_is_loaded_outside_demonstration_mode(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="MOTCUA_DEMO"):
        call_command("load_demo")
    assert not User.objects.exists()
