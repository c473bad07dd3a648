"""Fast, closed and the same everywhere."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "VAR_DIR" not in os.environ:  # the processes that xdist starts inherit it
    os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="common-ground-test-")
    atexit.register(shutil.rmtree, os.environ["VAR_DIR"], ignore_errors=True)

from elearn.settings.base import *

DEBUG = False
DEMO = False
SECRET_KEY = "only-for-tests-" + "x" * 50
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DEFAULT_FROM_EMAIL = "Common Ground <test@demo.example>"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Races need a file that several connections open, one for each xdist worker.
    _worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    DATABASES["default"]["TEST"] = {"NAME": str(Path(VAR_DIR) / f"test-{_worker}.sqlite3")}

STATIC_ROOT.mkdir(parents=True, exist_ok=True)
