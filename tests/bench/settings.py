"""The site as in service, with the floor beside it."""

from pathlib import Path

from elearn.settings.base import *

DEBUG = False
DEMO = False
SECRET_KEY = "only-for-measuring-" + "x" * 50
ALLOWED_HOSTS = ["127.0.0.1", "testserver"]
ROOT_URLCONF = "tests.bench.urls"
TEMPLATES[0]["DIRS"] = [Path(__file__).parent / "templates"]
STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
LOGGING["root"]["level"] = "ERROR"
LOGGING["loggers"]["curriculum"]["level"] = "WARNING"
