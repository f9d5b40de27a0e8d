"""allauth's forms in Vietnamese and in the look of the house."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CODE_HELP = _("6 chữ số trong ứng dụng xác thực, hoặc một mã dự phòng.")


def _dress(form: forms.BaseForm, labels: dict[str, str | Promise], help_texts: dict[str, Any]) -> None:
    for name, field in form.fields.items():
        if name in labels:
            field.label = str(labels[name])
        field.help_text = help_texts.get(name, "")
        field.widget.attrs.pop("placeholder", None)
        field.widget.attrs["class"] = "form-control"
        field.error_messages["required"] = _("Hãy nhập ô này.")


class LoginForm(account.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self, {"login": _("Tên đăng nhập"), "password": _("Mật khẩu")}, {})
        self.fields["login"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}


class ReauthenticateForm(account.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self, {"password": _("Mật khẩu")}, {})


class ChangePasswordForm(account.ChangePasswordForm):
    """Also refuses the old password as the new one, so that a temporary password does not stay."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels: dict[str, str | Promise] = {
            "oldpassword": _("Mật khẩu đang dùng"),
            "password1": _("Mật khẩu mới"),
            "password2": _("Nhập lại mật khẩu mới"),
        }
        rules = _(
            "Ít nhất 10 ký tự, không toàn chữ số, không phải mật khẩu hay gặp, không giống tên của bạn."
        )
        _dress(self, labels, {"password1": rules})

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        new = cleaned.get("password1")
        if new and new == cleaned.get("oldpassword"):
            self.add_error("password1", _("Mật khẩu mới phải khác mật khẩu đang dùng."))
        if self.has_error("password2") and new and cleaned.get("password2") != new:
            self.errors["password2"] = self.error_class([_("Hai lần nhập mật khẩu mới không giống nhau.")])
        return cleaned


class AuthenticateForm(mfa.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self, {"code": _("Mã xác thực")}, {"code": CODE_HELP})


class MfaReauthenticateForm(mfa.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self, {"code": _("Mã xác thực")}, {"code": CODE_HELP})


class ActivateTOTPForm(totp.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        help_text = _("6 chữ số mà ứng dụng vừa hiện.")
        _dress(self, {"code": _("Mã xác thực")}, {"code": help_text})
        self.fields["code"].widget.attrs["inputmode"] = "numeric"
