"""What every installation shares. dev, test and production build on it."""

from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.urls import reverse_lazy
from redis.backoff import NoBackoff
from redis.retry import Retry

from elearn.settings.identity import *

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(env.str("VAR_DIR", str(BASE_DIR / "var")))

# ── Applications ──────────────────────────────────────────────────────────
INSTALLED_APPS = [
    "elearn",
    "cms",
    "curriculum",
    "wagtail.contrib.settings",
    "wagtail.contrib.typed_table_block",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "elearn.apps.UsersAppConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "wagtailmedia",
    "modelcluster",
    "taggit",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django_htmx",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "elearn.service.requests.RequestIdMiddleware",
    "elearn.middleware.ClosedToOthersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "elearn.middleware.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "elearn.identity.middleware.SecondFactorMiddleware",
    "elearn.identity.middleware.StepUpMiddleware",
    "elearn.middleware.PlainAddressMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "elearn.urls"
WSGI_APPLICATION = "elearn.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "elearn.context_processors.frame",
            ],
            "builtins": ["django.templatetags.static", "elearn.templatetags.elearn"],
        },
    }
]
FORM_RENDERER = "elearn.forms.Renderer"

# ── Database, cache, mail ─────────────────────────────────────────────────
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
CONN_MAX_AGE = env.int("CONN_MAX_AGE", 60)
for _database in DATABASES.values():
    if _database["ENGINE"].endswith("sqlite3"):
        # WAL lets readers go on while somebody writes; immediate transactions queue for the
        # write lock instead of failing half-way through with "database is locked".
        _database["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
                "PRAGMA mmap_size=134217728; PRAGMA cache_size=-20000;"
            ),
        }
    else:
        _database["CONN_MAX_AGE"] = CONN_MAX_AGE
        _database["CONN_HEALTH_CHECKS"] = True
        _database.setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
        # Compiling a report's query costs PostgreSQL more than it saves (docs/performance.md).
        _database.setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")

CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://common-ground")}
if "redis" in CACHES["default"]["BACKEND"].lower():
    # Redis may be away: the site then goes on, and doesn't wait for it at every page.
    CACHES["default"]["BACKEND"] = "elearn.service.cache.RedisOrLocal"
    CACHES["default"]["OPTIONS"] = {
        "socket_connect_timeout": 1,
        "socket_timeout": 1,
        "retry": Retry(NoBackoff(), 1),
        **CACHES["default"].get("OPTIONS", {}),
    }
# What is to be done outside a request: at once in the demo, by workers (`manage.py work`) in
# service.
TASKS_BACKENDS = {
    "immediate": "django_tasks.backends.immediate.ImmediateBackend",
    "database": "django_tasks_db.DatabaseBackend",
}
TASKS = {
    "default": {
        "BACKEND": TASKS_BACKENDS[
            env.str("TASKS_BACKEND", "immediate", choices=tuple(TASKS_BACKENDS))
        ],
        "QUEUES": [],  # whatever Wagtail and we name
    }
}

# Where the mail server is spoken to; production keeps what it can't take (curriculum.outbox).
MAIL_SERVER_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

# ── Language and time ─────────────────────────────────────────────────────
LANGUAGE_CODE = "en-gb"
USE_I18N = True
TIME_ZONE = "Europe/London"
USE_TZ = True

# ── Files ─────────────────────────────────────────────────────────────────
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", str(VAR_DIR / "media")))
FILE_UPLOAD_PERMISSIONS = 0o644
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a long quiz in the editor has thousands of fields
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    # The PDFs of certificates, which have no address and are given out to their owners only.
    "records": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / "records", "base_url": None},
    },
}
if env.str("MEDIA_STORAGE", "files", choices=("files", "s3")) == "s3":
    from elearn.service.objects_settings import s3

    STORAGES |= s3(env)

# ── People ────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "curriculum.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = reverse_lazy("dashboard")
LOGOUT_REDIRECT_URL = "/"

# ── Sessions and browsers ─────────────────────────────────────────────────
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "curriculum.views.pending.csrf_failure"
X_FRAME_OPTIONS = "DENY"  # Wagtail's preview views relax it for themselves
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SILENCED_SYSTEM_CHECKS: list[str] = []

# What no page here needs of a device; a passkey may be asked for, and a film fill the screen.
_UNUSED = """accelerometer autoplay browsing-topics camera display-capture encrypted-media
geolocation gyroscope hid idle-detection local-fonts magnetometer microphone midi payment
screen-wake-lock serial usb xr-spatial-tracking"""
CLOSED_TO_OTHERS = {
    "Permissions-Policy": ", ".join(
        [
            *(f"{name}=()" for name in _UNUSED.split()),
            *(f"{name}=(self)" for name in ("fullscreen", "publickey-credentials-get")),
        ]
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}
WHITENOISE_ALLOW_ALL_ORIGINS = False  # nobody else's pages load our files

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    }
}
# Wagtail's editor writes inline styles and scripts. Only addresses under /cms/ get this policy.
ADMIN_CONTENT_SECURITY_POLICY = {
    **CONTENT_SECURITY_POLICY["DIRECTIVES"],
    "script-src": [SELF, "'unsafe-inline'", "'unsafe-eval'"],
    "style-src": [SELF, "'unsafe-inline'"],
    "img-src": [SELF, "data:", "blob:"],
    "frame-src": [SELF],
}

# ── Wagtail ───────────────────────────────────────────────────────────────
SITE_URL = env.str("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
WAGTAIL_SITE_NAME = "Common Ground"
STAFF_SIDE = "/cms/"  # where Wagtail's admin is, and all that belongs to those who work here
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILADMIN_LOGIN_URL = f"{STAFF_SIDE}login/"
WAGTAILIMAGES_IMAGE_MODEL = "cms.Picture"
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp", "svg"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "odt", "xlsx", "csv", "txt", "vtt"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False  # allauth does it, with its throttles
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None  # no third party learns who works here
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []  # nor is anything fetched that an author names
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAIL_I18N_ENABLED = False
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = False
WAGTAIL_FINISH_WORKFLOW_ACTION = "cms.workflow.finish_workflow"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILADMIN_COMMENTS_ENABLED = True
WAGTAILMEDIA = {
    "MEDIA_MODEL": "cms.Recording",
    "AUDIO_EXTENSIONS": ["mp3", "m4a", "ogg"],
    "VIDEO_EXTENSIONS": ["mp4", "webm"],
}

# ── Ours ──────────────────────────────────────────────────────────────────
CURRICULUM_SITE_IDENTITY = "cms.models.settings.site_identity"
CURRICULUM_DIRECTORY = "cms.directory.local.LocalDirectory"
STAFF_PERMISSION = "wagtailadmin.access_admin"
# Days after which things go, where they are not the project's own: jobs=30,accesses=365.
RETENTION_DAYS = {name: int(days) for name, days in env.dict("RETENTION_DAYS", default={}).items()}
CLOSING_DAYS = env.int("CLOSING_DAYS", 14)  # between asking to close an account and its erasure

LOG_FORMAT = env.str("LOG_FORMAT", "plain", choices=("plain", "json"))
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "{levelname} {name}: {message}", "style": "{"},
        "json": {"()": "elearn.service.logs.JsonFormatter"},
    },
    "handlers": {
        "null": {"class": "logging.NullHandler"},
        "console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "curriculum": {"level": "INFO"},
        "cms": {"level": "INFO"},
        "elearn": {"level": "INFO"},
        "elearn.service.requests": {"level": "WARNING"},  # a line for each request: in service
        "weasyprint": {"level": "WARNING", "handlers": ["null"], "propagate": False},
        "fontTools": {"level": "ERROR"},
    },
}
