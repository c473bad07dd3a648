"""The demo and a developer's machine: two commands, no questions."""

from django.core.management.utils import get_random_secret_key

from elearn.settings.base import *

DEBUG = True
DEMO = True
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
VAR_DIR.mkdir(parents=True, exist_ok=True)
_key_file = VAR_DIR / "secret_key"
if not _key_file.exists():
    _key_file.write_text(get_random_secret_key())
SECRET_KEY = _key_file.read_text()
vars().update(env.email("EMAIL_URL", default="consolemail://"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Common Ground <common-ground@demo.example>")
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # passkeys at http://localhost
