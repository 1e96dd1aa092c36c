"""The Celery application; its settings are the CELERY_… names of config.settings."""

from __future__ import annotations

import os

from celery import Celery, Task
from celery.signals import setup_logging, task_failure, task_success
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

for scheme in ("redis", "rediss"):
    TRANSPORT_ALIASES[scheme] = "config.broker_transport:Transport"

app = Celery("hai_long")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def keep_logging_as_it_is(**_: object) -> None:
    """Keep Celery from replacing LOGGING of config.settings, which serves every process."""


def note_ended(sender: Task, **_: object) -> None:
    from results.watching import pulse  # Django is set up by now

    pulse.note_ended(sender.name)


def note_failed(sender: Task, **_: object) -> None:
    from results.watching import pulse  # Django is set up by now

    pulse.note_failed(sender.name)


setup_logging.connect(keep_logging_as_it_is)
task_success.connect(note_ended)
task_failure.connect(note_failed)
