"""Django's settings. What a node's operator may choose comes from the environment; the rest is the product."""

import os
import re
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from comity.config import node
from comity.federation.transport.addresses import networks

PACKAGE = Path(__file__).resolve().parent.parent
COMITY_HOME = node.home()
SECRET_KEY = node.secret()
DEBUG = False
ALLOWED_HOSTS = os.environ.get("COMITY_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
ROOT_URLCONF = "comity.config.urls"
WSGI_APPLICATION = "comity.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": node.database()}

COMITY_METRICS_TOKEN = os.environ.get("COMITY_METRICS_TOKEN", "")  # without one, figures are given to nobody
COMITY_PRIVATE_PEERS = networks(os.environ.get("COMITY_PRIVATE_PEERS", ""))  # where partners may be, besides the public
COMITY_FULL_AT = float(os.environ.get("COMITY_FULL_AT", "0.85"))  # share of the disk at which nothing more is taken in
COMITY_NOTICE = node.notice()  # shown on every page; the demo says that it is an illustration

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "comity.labels.apps.LabelsConfig",
    "comity.files.apps.FilesConfig",
    "comity.audit.apps.AuditConfig",
    "comity.parties.apps.PartiesConfig",
    "comity.records.apps.RecordsConfig",
    "comity.accounts.apps.AccountsConfig",
    "comity.shell.apps.ShellConfig",
    "comity.federation.apps.FederationConfig",
    "comity.responses.apps.ResponsesConfig",
    "comity.reports.apps.ReportsConfig",
    "comity.people.apps.PeopleConfig",
    "comity.programme.apps.ProgrammeConfig",
    "comity.desk.apps.DeskConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",  # below what compresses: the style sheet is most of a page's bytes
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "comity.accounts.middleware.SessionEndMiddleware",
    "comity.accounts.middleware.SubjectMiddleware",
    "comity.shell.live.middleware.LogSeenMiddleware",
    "comity.shell.middleware.LanguageMiddleware",
    "comity.shell.middleware.SizeMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [
            PACKAGE / app / "templates"
            for app in ("desk", "programme", "people", "reports", "responses", "federation", "shell")
        ],
        "OPTIONS": {
            "environment": "comity.shell.jinja.environment",
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "comity.shell.context.page",
            ],
        },
    },
    # Only for what libraries render by themselves (mails, form widgets); no page of ours.
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]

# Shared by the workers of a node, so that a limit on sign-in attempts is one limit and not one per worker.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": COMITY_HOME / "cache"}
}

# Cookies ignore ports, so nodes on one machine need names of their own.
COOKIE_PREFIX = os.environ.get("COMITY_COOKIE_PREFIX", "comity")

# --- language and time
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ar", _("Arabic"))]
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}_language"
USE_TZ = True
TIME_ZONE = os.environ.get("COMITY_TIME_ZONE", "Asia/Baghdad")

# --- static files: ours only, served by the node itself
STATIC_URL = "static/"
STATICFILES_DIRS = [PACKAGE / "shell" / "static"]
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

# --- sign-in
AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "comity.accounts.adapters.SignIn"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False  # a closed browser is signed out
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# Passwords are limited by accounts.limits. What is left to allauth is the second factor, which only they reach who have
# the password; a passkey cannot be guessed.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "5/5m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("COMITY_PROXIES", "0"))
MFA_ADAPTER = "comity.accounts.adapters.Codes"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RATE_LIMITS = {"webauthn_login": None}
MFA_FORMS = {
    "authenticate": "comity.accounts.second_factor.CodeForm",
    "reauthenticate": "comity.accounts.second_factor.CodeAgainForm",
    "add_webauthn": "comity.accounts.second_factor.NewPasskeyForm",
    "edit_webauthn": "comity.accounts.second_factor.PasskeyNameForm",
    "authenticate_webauthn": "comity.accounts.second_factor.PasskeyForm",
    "login_webauthn": "comity.accounts.second_factor.PasskeySignInForm",
    "reauthenticate_webauthn": "comity.accounts.second_factor.PasskeyAgainForm",
}
USERSESSIONS_ADAPTER = "comity.accounts.adapters.Sessions"
SECOND_FACTOR_ROLES = node.second_factor_roles()
JOINING_PERSONS = node.joining_persons()
IDLE_SECONDS = 60 * int(os.environ.get("COMITY_IDLE_MINUTES", "30"))

# --- what a browser may do
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}_session"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}_csrf"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("COMITY_TLS", "") == "1"
SESSION_COOKIE_AGE = 3600 * int(os.environ.get("COMITY_SESSION_HOURS", "12"))  # from sign-in, whatever is done
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("COMITY_ORIGINS", "").split(",") if origin]

# --- live updates: served by a process of their own, on a port beside that of the pages or where a proxy puts them
LIVE_PORT = int(os.environ.get("COMITY_LIVE_PORT", "0"))
LIVE_URL = os.environ.get("COMITY_LIVE_URL", "/live" if SESSION_COOKIE_SECURE and LIVE_PORT else "")
# A policy of a browser's knows no IPv6 address and no pattern: pages reached by such do without.
LIVE_NAMES = frozenset(name for name in ALLOWED_HOSTS if LIVE_PORT and re.fullmatch(r"[a-zA-Z0-9][a-zA-Z0-9.-]*", name))
LIVE_ORIGINS = (
    re.findall(r"^https?://[^/]+", LIVE_URL)
    if LIVE_URL
    else [f"http://{name}:{LIVE_PORT}" for name in sorted(LIVE_NAMES)]
)

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "comity.shell.views.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF, *LIVE_ORIGINS],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_000_000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "comity.config.logs.Line"}, "json": {"()": "comity.config.logs.JsonLine"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json" if os.environ.get("COMITY_LOG_FORMAT") == "json" else "line",
        }
    },
    "root": {"handlers": ["console"], "level": os.environ.get("COMITY_LOG_LEVEL", "WARNING")},
}
