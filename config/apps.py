from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        # Tasks are sent by our application. Not with the package: `manage.py run` needs no Celery.
        import_module("config.celery")
