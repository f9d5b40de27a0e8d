"""How allauth behaves in this house: no open sign-up, demonstration accounts only in demonstration mode."""

from __future__ import annotations

import unicodedata
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from motcua.engine.accounts import events
from motcua.engine.accounts.models import User

TOO_MANY = _(
    "Đã nhập sai quá nhiều lần nên tài khoản này tạm khoá đăng nhập. Hãy thử lại sau 5 phút, "
    "hoặc nhờ quản trị hệ thống đặt lại mật khẩu."
)
TOO_FAST = _("Bạn gửi quá nhanh. Hãy chờ một phút rồi thử lại.")
WRONG_CODE = _("Mã xác thực không đúng hoặc đã hết hạn.")


class AccountAdapter(DefaultAccountAdapter):
    error_messages: dict[str, str | Promise] = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("Tài khoản đang bị khoá. Hãy liên hệ quản trị hệ thống của đơn vị."),
        "enter_current_password": _("Mật khẩu đang dùng không đúng."),
        "incorrect_code": WRONG_CODE,
        "incorrect_password": _("Mật khẩu không đúng."),
        "invalid_login": _("Tên đăng nhập không hợp lệ."),
        "rate_limited": TOO_FAST,
        "too_many_login_attempts": TOO_MANY,
        "username_password_mismatch": _("Tên đăng nhập hoặc mật khẩu không đúng."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Officers' accounts are made by an administrator."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            events.sign_in_blocked(str(credentials.get("username", "")))
            raise

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        user = super().authenticate(request, **credentials)
        if not isinstance(user, User):
            return None
        if user.is_demo and not settings.DEMO:
            self.authentication_failed(request, **credentials)
            return None
        return user

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Wrong passwords are counted by account alone. allauth adds the Host header, whose port the visitor
        chooses, so that each made-up port would buy five more tries."""
        return unicodedata.normalize("NFKC", str(credentials.get("username", ""))).strip().casefold()

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        events.sign_in_failed(str(credentials.get("username", "")))

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        words = {
            "reauthenticate": _("Dùng mật khẩu"),
            "mfa_reauthenticate": _("Dùng ứng dụng xác thực hoặc mã dự phòng"),
        }
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [method | {"description": words[method["id"]]} for method in methods if method["id"] in words]


class MfaAdapter(DefaultMFAAdapter):
    error_messages: dict[str, str | Promise] = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": _("Không tắt được xác thực hai lớp của tài khoản này."),
        "cannot_generate_recovery_codes": _("Hãy bật xác thực hai lớp trước khi tạo mã dự phòng."),
        "incorrect_code": WRONG_CODE,
    }

    def get_totp_label(self, user: Any) -> str:
        return str(user.username)
