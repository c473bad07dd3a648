"""Real service. Refuses to start half-configured and says what is missing."""

import os
from urllib.parse import urlsplit

from elearn.settings.environment import refuse_half_configured

# First of all, so that what is malformed is named here and does not break off further down.
refuse_half_configured(os.environ)

from elearn.settings.base import *  # noqa: E402

DEBUG = False
DEMO = False
SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
_mail = env.email("EMAIL_URL")
MAIL_SERVER_BACKEND = _mail.pop("EMAIL_BACKEND")
vars().update(_mail)
EMAIL_BACKEND = "curriculum.outbox.KeepingBackend"
EMAIL_TIMEOUT = 10  # seconds; what a slow server does not take is sent later
TASKS["default"]["BACKEND"] = TASKS_BACKENDS[env.str("TASKS_BACKEND", "database")]
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", f"no-reply@{urlsplit(SITE_URL).hostname}")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

CSRF_TRUSTED_ORIGINS = [SITE_URL]
STAFF_MFA_REQUIRED = env.bool("STAFF_MFA_REQUIRED", True)
STEP_UP_MINUTES = env.int("STEP_UP_MINUTES", 15)
ACCOUNT_REAUTHENTICATION_TIMEOUT = (STEP_UP_MINUTES or 15) * 60
if OIDC and not OIDC["issuer"].startswith("https://"):
    raise ImproperlyConfigured("OIDC_ISSUER must begin with https:// in production.")
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 1)  # the one that ends TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$"]  # asked from inside, without the proxy
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
MESSAGE_STORAGE = "elearn.messages.MessageStorage"

STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}

# ── Logs and reports ──────────────────────────────────────────────────────
LOGGING["handlers"]["console"]["formatter"] = env.str("LOG_FORMAT", "json")
LOGGING["loggers"]["elearn.service.requests"]["level"] = "INFO"
# Django's own handlers would write the same lines a second time, or mail them.
LOGGING["loggers"]["django"] = {"handlers": [], "propagate": True}
if _dsn := env.str("SENTRY_DSN", ""):
    from elearn import __version__
    from elearn.service.reporting import start

    start(_dsn, environment=urlsplit(SITE_URL).hostname or "", release=__version__)
