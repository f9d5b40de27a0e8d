"""Settings read from the environment; what a province may decide for itself lives in the database."""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONCE, NONE, SELF

from motcua.config.env import demo_mode, flag, listed, secret_key
from motcua.engine.database.api import data_dir, database_url, django_database
from motcua.engine.observability.api import configure_logging

PACKAGE = Path(__file__).resolve().parent.parent
DATA_DIR = data_dir()

DEMO = demo_mode()
DEBUG = False
SECRET_KEY = secret_key(DATA_DIR)
ALLOWED_HOSTS = listed("MOTCUA_HOSTS") or ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = listed("MOTCUA_TRUSTED_ORIGINS")
BEHIND_TLS = flag("MOTCUA_TLS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "procrastinate.contrib.django",
    "motcua.engine.provinces",
    "motcua.engine.accounts",
    "motcua.engine.permissions",
    "motcua.engine.events",
    "motcua.engine.jobs",
    "motcua.engine.files",
    "motcua.engine.observability",
    "motcua.engine.ui",
    "motcua.engine.registers",
    "motcua.engine.privacy",
    "motcua.engine.documents",
    "motcua.engine.signing",
    "motcua.engine.outbox",
    "motcua.engine.notices",
    "motcua.engine.clients",
    "motcua.engine.facts",
    "motcua.reference.places",
    "motcua.reference.organisations",
    "motcua.reference.people",
    "motcua.reference.calendars",
    "motcua.reference.applicants",
    "motcua.modules.catalogue",
    "motcua.modules.dossiers",
    "motcua.modules.feedback",
    "motcua.modules.records",
    "motcua.modules.payments",
    "motcua.reports.charts",
    "motcua.reports.forms",
    "motcua.reports.submissions",
    "motcua.reports.explorer",
    "motcua.reports.indices",
    "motcua.reports.watch",
    "motcua.reports.forecast",
    "motcua.reports.dashboards",
    "motcua.reports.openfigures",
    "motcua.reports.displays",
    "motcua.reports.documents",
    "motcua.reports.audit",
    "motcua.simulation",
    "motcua.web",
]

MIDDLEWARE = [
    "motcua.engine.observability.middleware.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "motcua.engine.ui.language.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "motcua.engine.accounts.middleware.AccountGuard",
    "motcua.engine.permissions.middleware.ViewerMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "motcua.web.limits.RequestLimits",
]

ROOT_URLCONF = "motcua.config.urls"
WSGI_APPLICATION = "motcua.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Before allauth's own pages, which are in English.
        "DIRS": [PACKAGE / "engine" / "accounts" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "motcua.engine.ui.context.shell",
            ],
            "builtins": ["motcua.engine.ui.templatetags.motcua"],
        },
    }
]

DATABASES = {"default": django_database(database_url())}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ATOMIC_REQUESTS = False

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTH_PASSWORD_VALIDATORS[0]["OPTIONS"] = {"user_attributes": ("username", "display_name", "email")}  # type: ignore[dict-item]
AUTH_PASSWORD_VALIDATORS[1]["OPTIONS"] = {"min_length": 10}  # type: ignore[dict-item]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "web:home"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "motcua.engine.accounts.adapter.AccountAdapter"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
# A whole office sits behind one address, so the limits that guard one account are the strict ones.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "60/m/ip,5/5m/key"}
ACCOUNT_FORMS = {
    "login": "motcua.engine.accounts.forms.LoginForm",
    "change_password": "motcua.engine.accounts.forms.ChangePasswordForm",
    "reauthenticate": "motcua.engine.accounts.forms.ReauthenticateForm",
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_TLS else 0
MFA_ADAPTER = "motcua.engine.accounts.adapter.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "motcua"
MFA_FORMS = {
    "authenticate": "motcua.engine.accounts.forms.AuthenticateForm",
    "reauthenticate": "motcua.engine.accounts.forms.MfaReauthenticateForm",
    "activate_totp": "motcua.engine.accounts.forms.ActivateTOTPForm",
}
USERSESSIONS_TRACK_ACTIVITY = False

# Hours without a request, then hours in all, after which a person signs in again (accounts.middleware).
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_ABSOLUTE_AGE = 12 * 60 * 60
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = BEHIND_TLS
CSRF_COOKIE_SECURE = BEHIND_TLS
CSRF_FAILURE_VIEW = "motcua.web.errors.csrf_failure"
SECURE_SSL_REDIRECT = BEHIND_TLS
# Asked by the machine itself, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# Sign-in throttling must hold across processes, hence a cache in the database.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "engine_cache",
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    },
}

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "web" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
FORMAT_MODULE_PATH = ["motcua.engine.ui.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILES_ROOT = DATA_DIR / "files"
FACTS_ROOT = DATA_DIR / "facts"  # columns of facts: made anew from the database when lost
EVIDENCE_ROOT = FILES_ROOT / "evidence"  # frozen facts: kept, and backed up with the files
FILES_LIMIT = 50 * 1024 * 1024  # bytes of one stored file, unless its room says otherwise
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
# Bytes of one request's body, files included; more is refused unread.
REQUEST_LIMIT = 64 * 1024 * 1024
REQUEST_LIMIT_OF_STRANGERS = 1024 * 1024

# A room declares its jobs in its `jobs.py`.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

METRICS_ROOT = DATA_DIR / "metrics"
METRICS_TOKEN = os.environ.get("MOTCUA_METRICS_TOKEN", "")
SLOW_REQUEST_MS = 1_000

LOGGING_CONFIG = None
configure_logging(os.environ.get("MOTCUA_LOG_LEVEL", "INFO").upper())
