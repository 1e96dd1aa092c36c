"""A Django with nothing in it: what the framework and the server can do at best here."""

from __future__ import annotations

from config.settings import ALLOWED_HOSTS, DATABASES, SECRET_KEY

__all__ = [
    "ALLOWED_HOSTS",
    "DATABASES",
    "DEBUG",
    "MIDDLEWARE",
    "ROOT_URLCONF",
    "SECRET_KEY",
    "USE_TZ",
]

DEBUG = False
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "results.bench.bare_urls"
USE_TZ = True
