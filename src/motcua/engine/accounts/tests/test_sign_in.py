"""Sign-in as people meet it: throttled, in Vietnamese, remembered without personal data, and never for ever."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse

from motcua.engine.accounts.models import User
from motcua.engine.events.api import Event
from motcua.kernel.clock import frozen, now

PASSWORD = "một mật khẩu đủ dài"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def officer() -> User:
    return User.objects.create_user("canbo", PASSWORD, display_name="Cán <b>bộ</b>")


def sign_in(client: Client, username: str = "canbo", password: str = PASSWORD):
    return client.post(reverse("account_login"), {"login": username, "password": password})


def test_sign_in_page_is_vietnamese_and_offers_no_sign_up(client):
    page = client.get(reverse("account_login")).content.decode()
    assert "Tên đăng nhập" in page and "Mật khẩu" in page
    assert "sign up" not in page.lower() and reverse("account_signup") not in page
    assert reverse("account_reset_password") not in page


def test_sign_in_and_out_are_remembered_without_personal_data(client, officer):
    answer = sign_in(client)
    assert answer.status_code == 302 and answer.url == "/"
    assert "Cán &lt;b&gt;bộ&lt;/b&gt;" in client.get("/").content.decode()
    client.post(reverse("account_logout"))
    types = list(Event.objects.order_by("pk").values_list("type", "actor", "subject"))
    assert types == [
        ("accounts:session:started", officer.pk, f"account:{officer.uid}"),
        ("accounts:session:ended", officer.pk, f"account:{officer.uid}"),
    ]


def test_names_are_not_case_sensitive(client, officer):
    assert sign_in(client, " CanBo ").status_code == 302


def test_a_wrong_password_leaves_a_mark_that_cannot_be_read_back(client, officer):
    page = sign_in(client, password="sai rồi")
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in page.content.decode()
    sign_in(client, username="nguoi.la", password="sai rồi")
    known, unknown = Event.objects.filter(type="accounts:session:refused").order_by("pk")
    assert known.subject == f"account:{officer.uid}" and unknown.subject == ""
    assert known.payload["name_mark"] != unknown.payload["name_mark"]
    written = json.dumps([known.payload, unknown.payload], ensure_ascii=False)
    assert "canbo" not in written and "nguoi.la" not in written and "sai" not in written


def test_wrong_passwords_shut_the_account_for_a_while_with_a_clear_message(client, officer):
    for _attempt in range(5):
        assert "không đúng" in sign_in(client, password="sai rồi").content.decode()
    elsewhere = Client(REMOTE_ADDR="10.9.8.7")
    page = sign_in(elsewhere).content.decode()
    assert "tạm khoá đăng nhập" in page and "5 phút" in page
    assert reverse("account_logout") not in page
    assert Event.objects.filter(type="accounts:session:blocked").count() == 1
    sign_in(elsewhere)
    assert Event.objects.filter(type="accounts:session:blocked").count() == 1
    assert sign_in(elsewhere, "canbo.khac").status_code == 200


def test_a_password_is_not_the_persons_own_name(officer):
    officer.display_name = "Nguyễn Thị Mẫu Hương"
    with pytest.raises(ValidationError):
        validate_password("NguyễnThịMẫuHương", officer)
    validate_password(PASSWORD, officer)


@pytest.mark.parametrize("written", ["CANBO", "canbo ", "ＣＡＮＢＯ", "CaNbO"])
def test_no_spelling_and_no_host_buys_more_tries(officer, written):
    for port in range(5):
        visitor = Client(HTTP_HOST=f"localhost:{8000 + port}")
        sign_in(visitor, "canbo" if port % 2 else written, "sai rồi")
    page = sign_in(Client(HTTP_HOST="127.0.0.1:9000"), written).content.decode()
    assert "tạm khoá đăng nhập" in page


@pytest.mark.parametrize("written", ["quantrı", "ſoan.thao", "quantr\u0130"])
def test_letters_that_only_look_alike_open_no_account(client, written):
    for username in ("quantri", "soan.thao"):
        User.objects.create_user(username, PASSWORD, display_name="Cán bộ")
    assert sign_in(client, written).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_the_count_of_wrong_passwords_holds_across_processes(request, client, officer):
    """Three wrong passwords in another process and two here: the sixth, here, is refused."""
    request.addfinalizer(cache.clear)  # counts of another process outlive the test
    script = (
        "import django; django.setup()\n"
        "from django.conf import settings; from django.db import connections\n"
        f"connections['default'].settings_dict['NAME'] = {connection.settings_dict['NAME']!r}\n"
        "from django.test import Client; from django.urls import reverse\n"
        "settings.ALLOWED_HOSTS.append('testserver')\n"
        "settings.STORAGES['staticfiles'] = "
        "{'BACKEND': 'django.contrib.staticfiles.storage.StaticFilesStorage'}\n"
        "for _ in range(3):\n"
        "    Client().post(reverse('account_login'), {'login': 'canbo', 'password': 'sai rồi'})\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, env=_environment(), timeout=60)
    for _attempt in range(2):
        assert "không đúng" in sign_in(client, password="sai rồi").content.decode()
    assert "tạm khoá đăng nhập" in sign_in(client).content.decode()


def _environment() -> dict[str, str]:
    return os.environ | {"DJANGO_SETTINGS_MODULE": "motcua.config.settings"}


def test_a_temporary_password_opens_only_the_page_that_changes_it(client, officer):
    User.objects.filter(pk=officer.pk).update(must_change_password=True)
    sign_in(client)
    change = reverse("account_change_password")
    for address in ("/", reverse("usersessions_list"), reverse("mfa_index")):
        assert client.get(address).url == change
    assert client.get("/", headers={"HX-Request": "true"})["HX-Redirect"] == change
    assert "mật khẩu tạm" in client.get(change).content.decode()
    new = {"oldpassword": PASSWORD, "password1": PASSWORD, "password2": PASSWORD}
    assert "phải khác mật khẩu đang dùng" in client.post(change, new).content.decode()
    new |= {"password1": "mật khẩu mới hẳn", "password2": "mật khẩu mới hẳn"}
    assert client.post(change, new).status_code == 302
    assert client.get("/").status_code == 200
    officer.refresh_from_db()
    assert not officer.must_change_password and officer.check_password("mật khẩu mới hẳn")
    assert Event.objects.filter(type="accounts:password:changed", actor=officer).exists()


def test_changing_the_password_ends_other_sessions(client, officer):
    elsewhere = Client()
    sign_in(elsewhere)
    sign_in(client)
    new = "mật khẩu mới hẳn"
    client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert client.get(reverse("usersessions_list")).status_code == 200
    assert elsewhere.get(reverse("usersessions_list")).status_code == 302


@pytest.mark.parametrize("weak", ["ngắn", "1234567890", "password123"])
def test_weak_passwords_are_refused(client, officer, weak):
    sign_in(client)
    body = {"oldpassword": PASSWORD, "password1": weak, "password2": weak}
    assert client.post(reverse("account_change_password"), body).status_code == 200
    officer.refresh_from_db()
    assert officer.check_password(PASSWORD)


def test_a_session_ends_after_twelve_hours_however_busy(client, officer):
    sign_in(client)
    assert client.get(reverse("usersessions_list")).status_code == 200
    with frozen(now() + dt.timedelta(seconds=settings.SESSION_ABSOLUTE_AGE + 1)):
        assert client.get(reverse("usersessions_list")).status_code == 302
    assert "_auth_user_id" not in client.session


def test_a_session_ends_after_eight_idle_hours(client, officer):
    sign_in(client)
    client.get("/")
    assert settings.SESSION_COOKIE_AGE == 8 * 3600
    left = client.session.get_expiry_date() - dt.datetime.now(dt.UTC)
    assert dt.timedelta(hours=7, minutes=59) < left <= dt.timedelta(hours=8)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_session SET expire_date = now() - interval '1 second'")
    assert client.get(reverse("usersessions_list")).status_code == 302


def test_demonstration_accounts_work_only_in_demonstration_mode(client, settings):
    User.objects.create_user("mau", PASSWORD, display_name="Người mẫu", is_demo=True)
    settings.DEMO = True
    assert sign_in(client, "mau").status_code == 302
    settings.DEMO = False
    assert client.get(reverse("usersessions_list")).status_code == 302, "an old session ends too"
    assert "không đúng" in sign_in(Client(), "mau").content.decode()


def test_a_deactivated_account_is_out_at_once(client, officer):
    sign_in(client)
    User.objects.filter(pk=officer.pk).update(is_active=False)
    assert client.get(reverse("usersessions_list")).status_code == 302


def test_headers_are_strict(client, officer):
    answer = client.get("/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy and "unsafe-eval" not in policy
    assert answer["X-Frame-Options"] == "DENY" and answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    sign_in(client)
    assert "no-store" in client.get(reverse("usersessions_list"))["Cache-Control"]
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"


def test_a_form_without_its_token_changes_nothing(officer):
    strict = Client(enforce_csrf_checks=True)
    answer = sign_in(strict)
    assert answer.status_code == 403 and "Phiên làm việc đã hết hạn" in answer.content.decode()
    assert not Event.objects.exists()


@pytest.mark.parametrize("name", ["account_signup", "account_email", "account_reset_password"])
def test_pages_of_other_houses_are_not_there(client, name):
    assert client.get(reverse(name)).status_code == 404
    assert client.post(reverse(name), {"email": "a@b.vn"}).status_code == 404


def test_second_factor_from_switching_on_to_signing_in(client, officer, django_capture_on_commit_callbacks):
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    sign_in(client)
    again = client.get(reverse("mfa_activate_totp")).url
    assert again.startswith(reverse("account_reauthenticate"))
    assert client.post(again, {"password": PASSWORD}).url == reverse("mfa_activate_totp")
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(reverse("mfa_activate_totp"), {"code": code}).status_code == 302
    assert "Đang bật" in client.get(reverse("mfa_index")).content.decode()
    codes = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    other = Client()
    assert sign_in(other).url == reverse("mfa_authenticate")
    assert other.get(reverse("usersessions_list")).status_code == 302, "the password alone opens nothing"
    wrong = other.post(reverse("mfa_authenticate"), {"code": "00000000"}).content.decode()
    assert "không đúng hoặc đã hết hạn" in wrong
    assert other.post(reverse("mfa_authenticate"), {"code": codes[0]}).status_code == 302
    assert other.get(reverse("usersessions_list")).status_code == 200
    assert Event.objects.filter(type="accounts:second-factor:added", actor=officer).count() == 2
