"""Real service. Refuses to start half-configured and says what is missing."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from elearn.settings.base import *

_missing = [
    name
    for name in (
        "SECRET_KEY",
        "SITE_URL",
        "ALLOWED_HOSTS",
        "DATABASE_URL",
        "EMAIL_URL",
        "CACHE_URL",
    )
    if not env.str(name, "")
]
if _missing:
    raise ImproperlyConfigured(
        "Production needs these environment variables: "
        + ", ".join(_missing)
        + ". docs/operators.md says what each is for."
    )

DEBUG = False
DEMO = False
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
vars().update(env.email("EMAIL_URL"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", f"no-reply@{urlsplit(SITE_URL).hostname}")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

if not SITE_URL.startswith("https://"):
    raise ImproperlyConfigured("SITE_URL must begin with https:// in production.")

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

STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
