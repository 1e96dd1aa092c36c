"""The Celery application; its settings are the CELERY_… names of config.settings."""

from __future__ import annotations

import os

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("hai_long")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def keep_logging_as_it_is(**_: object) -> None:
    """Keep Celery from replacing LOGGING of config.settings, which serves every process."""


setup_logging.connect(keep_logging_as_it_is)
