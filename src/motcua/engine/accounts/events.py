"""What is remembered of sign-ins: who and when, never a password, an address or a typed name."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.core.cache import cache
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_noop

from motcua.engine.accounts.models import User

SIGNED_IN = "accounts:session:started"
SIGNED_OUT = "accounts:session:ended"
FAILED = "accounts:session:refused"
BLOCKED = "accounts:session:blocked"
PASSWORD_CHANGED = "accounts:password:changed"  # noqa: S105
SECOND_FACTOR_ADDED = "accounts:second-factor:added"
SECOND_FACTOR_REMOVED = "accounts:second-factor:removed"

BLOCK_TOLD_EVERY = 300


def declare_types() -> None:
    """Makes the events of this room known; called when the application is ready."""
    from motcua.engine.events.api import declare_event

    declare_event(SIGNED_IN, "Đăng nhập")
    declare_event(SIGNED_OUT, "Đăng xuất")
    declare_event(FAILED, "Đăng nhập không thành công (dấu vết tên {name_mark})")
    declare_event(BLOCKED, "Tạm khoá đăng nhập vì nhập sai nhiều lần (dấu vết tên {name_mark})")
    declare_event(PASSWORD_CHANGED, "Đổi mật khẩu")
    declare_event(SECOND_FACTOR_ADDED, "Bật xác thực hai lớp ({kind})")
    declare_event(SECOND_FACTOR_REMOVED, "Tắt xác thực hai lớp ({kind})")


def connect() -> None:
    """Listens to Django's and allauth's signals."""
    user_logged_in.connect(_signed_in, dispatch_uid="motcua.accounts.in")
    user_logged_out.connect(_signed_out, dispatch_uid="motcua.accounts.out")
    password_changed.connect(_password_changed, dispatch_uid="motcua.accounts.password")
    authenticator_added.connect(_factor_added, dispatch_uid="motcua.accounts.factor-added")
    authenticator_removed.connect(_factor_removed, dispatch_uid="motcua.accounts.factor-removed")


def subject_of(user: User) -> str:
    """How events name an account."""
    return f"account:{user.uid}"


def name_mark(username: str) -> str:
    """A keyed trace of a typed name (16 hex digits): equal names compare equal, none can be read back."""
    return salted_hmac("motcua.sign-in", username.strip().lower(), algorithm="sha256").hexdigest()[:16]


def sign_in_failed(username: str) -> None:
    _write(FAILED, User.objects.filter(username__iexact=username).first(), {"name_mark": name_mark(username)})


def sign_in_blocked(username: str) -> None:
    """Told once in five minutes for one name: a flood of attempts must not become a flood of events."""
    mark = name_mark(username)
    if cache.add(f"sign-in-blocked:{mark}", 1, BLOCK_TOLD_EVERY):
        _write(BLOCKED, User.objects.filter(username__iexact=username).first(), {"name_mark": mark})


def _write(
    type_: str, user: User | None, payload: dict[str, Any] | None = None, *, actor: User | None = None
) -> None:
    from motcua.engine.events.api import record

    with transaction.atomic():
        subject = subject_of(user) if user else ""
        record(type_, province=None, subject=subject, payload=payload, actor=actor)


def _signed_in(sender: object, user: object, **kwargs: object) -> None:
    if isinstance(user, User):
        _write(SIGNED_IN, user, actor=user)


def _signed_out(sender: object, user: object, **kwargs: object) -> None:
    if isinstance(user, User):
        _write(SIGNED_OUT, user, actor=user)


def _password_changed(sender: object, user: object, **kwargs: object) -> None:
    if isinstance(user, User):
        with transaction.atomic():
            User.objects.filter(pk=user.pk).update(must_change_password=False)
            _write(PASSWORD_CHANGED, user, actor=user)
        user.must_change_password = False


def _factor_added(sender: object, user: object, authenticator: Any, **kwargs: object) -> None:
    _factor(SECOND_FACTOR_ADDED, user, authenticator)


def _factor_removed(sender: object, user: object, authenticator: Any, **kwargs: object) -> None:
    _factor(SECOND_FACTOR_REMOVED, user, authenticator)


def _factor(type_: str, user: object, authenticator: Any) -> None:
    kinds = {"totp": gettext_noop("ứng dụng xác thực"), "recovery_codes": gettext_noop("mã dự phòng")}
    if isinstance(user, User):
        _write(type_, user, {"kind": kinds.get(authenticator.type, authenticator.type)}, actor=user)
