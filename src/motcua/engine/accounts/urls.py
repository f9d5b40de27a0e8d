"""Sign-in, password, second factor and sessions, by allauth: exactly the pages this house uses.

allauth looks up the names of pages we do not offer (sign-up, e-mail, password by mail, passkeys); they answer
"not found". Accounts are opened by an administrator, and so is a forgotten password.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.usersessions import views as sessions
from django.urls import path

from motcua.engine.accounts.views import closed, sign_in

CLOSED = (
    ("dang-ky/", "account_signup"),
    ("email/", "account_email"),
    ("email/xac-nhan/", "account_email_verification_sent"),
    ("mat-khau/dat/", "account_set_password"),
    ("mat-khau/quen/", "account_reset_password"),
    ("mat-khau/quen/da-gui/", "account_reset_password_done"),
    ("mat-khau/quen/xong/", "account_reset_password_from_key_done"),
    ("ma-dang-nhap/", "account_confirm_login_code"),
)

urlpatterns = [
    path("dang-nhap/", sign_in, name="account_login"),
    path("dang-xuat/", account.logout, name="account_logout"),
    path("bi-khoa/", account.account_inactive, name="account_inactive"),
    path("xac-nhan/", account.reauthenticate, name="account_reauthenticate"),
    path("mat-khau/", account.password_change, name="account_change_password"),
    path("hai-lop/", mfa.index, name="mfa_index"),
    path("hai-lop/ma/", mfa.authenticate, name="mfa_authenticate"),
    path("hai-lop/xac-nhan/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("hai-lop/bat/", totp.activate_totp, name="mfa_activate_totp"),
    path("hai-lop/tat/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("hai-lop/du-phong/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("hai-lop/du-phong/tao/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("hai-lop/du-phong/tai/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("phien/", sessions.list_usersessions, name="usersessions_list"),
    *(path(route, closed, name=name) for route, name in CLOSED),
]
