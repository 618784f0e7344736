"""Settings, read from the environment; docs/operations.md lists every name.

Production (`VS_PRODUCTION=1`) refuses to start while something it needs is missing, and names it.
"""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from vschool.environment import council_servers, delivery_secrets, production_faults

BASE_DIR = Path(__file__).resolve().parent.parent


def _flag(name: str) -> bool:
    return os.environ.get(name, "").lower() in {"1", "true", "yes", "on"}


def _list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


PRODUCTION = _flag("VS_PRODUCTION")
DEBUG = _flag("VS_DEBUG")
INSECURE_KEY = "only-for-development-and-tests"
SECRET_KEY = os.environ.get("VS_SECRET_KEY", INSECURE_KEY)
ALLOWED_HOSTS = _list("VS_HOSTS", "" if PRODUCTION else "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = _list("VS_ORIGINS")

if PRODUCTION and (faults := production_faults(os.environ, insecure_key=INSECURE_KEY)):
    raise ImproperlyConfigured(
        "Not started. Set right what is listed (docs/operations.md, Environment):\n- "
        + "\n- ".join(faults)
    )

# What the service does -------------------------------------------------------------------------

VS_SERVICE_OWNER = os.environ.get("VS_SERVICE_OWNER", "")
VS_DATA = Path(os.environ.get("VS_DATA", BASE_DIR / ".data"))
VS_BASE_URL = os.environ.get("VS_BASE_URL", "http://localhost:8000")
VS_PROXIES = int(os.environ.get("VS_PROXIES", "0"))  # of ours, before the web server
VS_AUDIT_ANCHORS = Path(os.environ.get("VS_AUDIT_ANCHORS", VS_DATA / "audit-anchors.txt"))
UPLOAD_LIMIT_BYTES = 200 * 1024 * 1024

# Applications, lowest last (craft: imports go one way) -----------------------------------------

INSTALLED_APPS = [
    "vschool.admin_config.AdminConfig",
    "demo",
    "dashboard",
    "returns",
    "oversight",
    "disclosure",
    "people",
    "retention",
    "quality",
    "papers",
    "planforms",
    "chasing",
    "starting",
    "pep",
    "progress",
    "attendance",
    "placements",
    "families",
    "children",
    "notifications",
    "files",
    "words",
    "accounts",
    "schools",
    "audit",
    "ui",
    "pghistory",
    "pgtrigger",
    "crispy_forms",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "vschool.middleware.PrivacyHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SessionLimitsMiddleware",
    "words.middleware.KeptWordsMiddleware",
    "accounts.middleware.LoginRequiredMiddleware",
    "accounts.middleware.WallMiddleware",
    "accounts.middleware.SecondStepMiddleware",
    "notifications.middleware.UnreadMiddleware",
    "children.middleware.RestrictedRecordMiddleware",
    "vschool.middleware.OnlyByButtonMiddleware",
]

ROOT_URLCONF = "vschool.urls"
WSGI_APPLICATION = "vschool.wsgi.application"
APPEND_SLASH = True

_CONTEXT_PROCESSORS = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
    "ui.context.frame",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": _CONTEXT_PROCESSORS},
    },
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates" / "jinja2"],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "ui.jinja.environment"},
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = ["vsforms"]
CRISPY_TEMPLATE_PACK = "vsforms"
CRISPY_FAIL_SILENTLY = False

# Database: `default` is the application's role, behind the wall; `owner` only migrates ---------


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"application_name": "virtual-school"},
    }


DATABASES = {
    "default": _database(os.environ.get("DATABASE_URL", "postgresql://vs_app@127.0.0.1/vschool")),
    "owner": _database(
        os.environ.get("MIGRATE_DATABASE_URL", "postgresql://vs_owner@127.0.0.1/vschool")
    ),
}
_TEST_DATABASE = os.environ.get("VS_TEST_DB", "test_vschool")
DATABASES["default"]["TEST"] = {"NAME": _TEST_DATABASE}
DATABASES["owner"]["TEST"] = {"NAME": _TEST_DATABASE}
DATABASES["owner"]["CONN_MAX_AGE"] = 0
DATABASE_ROUTERS: list[str] = []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The typed copies of dated histories carry no request context: the audit has it (decisions 17)
PGHISTORY_APPEND_ONLY = True

# People and sessions ---------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.BlockedListValidator"},
    {"NAME": "accounts.passwords.OwnWordsValidator"},
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "/"
SESSION_ENGINE = "django.contrib.sessions.backends.db"  # a save must hold while the cache is away
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_NAME = "__Host-vs-session" if PRODUCTION else "vs-session"
SESSION_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_NAME = "__Host-vs-csrf" if PRODUCTION else "vs-csrf"
AUTHOR_COOKIE_NAME = "__Host-vs-author" if PRODUCTION else "vs-author"
CSRF_FAILURE_VIEW = "vschool.views.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Sign-in: the library's engine under our own pages (docs/adr/0010) --------------------------------

ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # nobody signs up; the library checks the pair
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 3
ACCOUNT_RATE_LIMITS = False  # they count in the cache, which may be away: accounts.throttle does
MFA_ADAPTER = "accounts.adapters.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_RECOVERY_CODE_COUNT = 10
MFA_TOTP_ISSUER = "Virtual School"
MFA_TOTP_TOLERANCE = 1  # a clock half a minute off
MFA_PASSKEY_LOGIN_ENABLED = False  # a passkey is the second step, after the password
PASSWORD_RESET_TIMEOUT = 60 * 60
SOCIALACCOUNT_ADAPTER = "accounts.adapters.CouncilAdapter"
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5  # seconds a council's server has for one answer
# By authority code. Whom we believe is never set in a page: it could make anybody anybody
COUNCIL_SERVERS = council_servers(os.environ)
# Before the password nobody's authority is known, so these are the installation's (LOCAL)
SIGN_IN_TRIES = int(os.environ.get("VS_SIGN_IN_TRIES", "10"))
SIGN_IN_LOCK_MINUTES = int(os.environ.get("VS_SIGN_IN_LOCK_MINUTES", "15"))
DEVICE_COOKIE_NAME = "__Host-vs-device" if PRODUCTION else "vs-device"
# Dotted name of a function that sends a text message; without one no text is offered
VS_TEXT_SENDER = os.environ.get("VS_TEXT_SENDER", "")
SECRET_KEY_FALLBACKS = _list("VS_SECRET_KEY_OLD")

# Headers ---------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "manifest-src": ["'self'"],
        "report-uri": ["/csp-report/"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if PRODUCTION:
    SECURE_SSL_REDIRECT = not _flag("VS_TLS_ENDS_ELSEWHERE")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Files -----------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles"
MEDIA_ROOT = VS_DATA / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000

# Where agreed plans are handed over to (docs/agreed-plan.md); folders lie below this one
DELIVERY_FOLDER = os.environ.get("VS_DELIVERY_FOLDER", "")
DELIVERY_SECRETS = delivery_secrets(os.environ)  # by authority code
DELIVERY_PRIVATE_HOSTS = frozenset(_list("VS_DELIVERY_PRIVATE_HOSTS"))  # inside the network

# Queue, cache, e-mail --------------------------------------------------------------------------

REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 50
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,  # longer than the longest task
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False  # the sweep sends what a dead broker lost
CELERY_TIMEZONE = "Europe/London"

_EMAIL = urlsplit(os.environ.get("VS_EMAIL_URL", ""))
if _EMAIL.scheme in {"smtp", "smtps"}:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _EMAIL.hostname or "", _EMAIL.port or 25
    EMAIL_HOST_USER = unquote(_EMAIL.username or "")
    EMAIL_HOST_PASSWORD = unquote(_EMAIL.password or "")
    EMAIL_USE_SSL = _EMAIL.scheme == "smtps"
    EMAIL_USE_TLS = not EMAIL_USE_SSL and "starttls" in _EMAIL.query
    EMAIL_TIMEOUT = 20
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VS_DATA / "mail"
DEFAULT_FROM_EMAIL = os.environ.get("VS_EMAIL_FROM", "virtual-school@localhost")

# Language and time -----------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True

# Logs: ids only, never what a person typed -----------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "vschool.logs.WithoutWords",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "oversight.anchors": {"level": "INFO"},
        "fontTools": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
    },
}
