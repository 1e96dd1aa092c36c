"""config.settings with the few values tests need."""

from __future__ import annotations

from config.settings import *  # noqa: F403 - every setting, then the differences below
from config.settings import DATABASES, MIDDLEWARE, STORAGES

ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
TICKET_KEY = "a key for tests only"
CANARY_KEY = "the canary of the tests"
SIGNING_KEY = "signs the releases of the tests"
# All tests together read more than one network may.
READS_A_MINUTE = 0
# On a busy machine Redis may be late; tests without it say how long they wait.
REDIS_SECONDS = 60.0
# What needs the second step says so (tests/officials).
SECOND_FACTOR_WAIVED = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Tests see the static files as they are, not as collectstatic would leave them.
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MIDDLEWARE = [name for name in MIDDLEWARE if "whitenoise" not in name]
DATABASES["default"]["CONN_MAX_AGE"] = 0
