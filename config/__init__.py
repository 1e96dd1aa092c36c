"""The project: settings, addresses, servers. Nothing here knows about surveys."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
