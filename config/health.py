"""Two addresses for machines that watch this one."""

from __future__ import annotations

from functools import cache

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse

from config.catalogues import outdated

REDIS_SECONDS = 0.5


def healthz(_request: HttpRequest) -> HttpResponse:
    """Say that this process answers; touches neither database nor Redis."""
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


def readyz(_request: HttpRequest) -> JsonResponse:
    """Say whether sheets can be stored: 200, or 503 without the database or with an older one.

    Redis and the catalogues are reported only: without the one sheets are stored all the same and
    counted later, without the others the site speaks English.
    """
    database, migrations = _database()
    return JsonResponse(
        {
            "database": database,
            "migrations": migrations,
            "redis": "ok" if _redis_answers() else "unreachable",
            "catalogues": "outdated" if outdated() else "ok",
        },
        status=200 if (database, migrations) == ("ok", "ok") else 503,
        headers={"Cache-Control": "no-store"},
    )


def _database() -> tuple[str, str]:
    """Return how the database is, and whether this code's migrations are applied there.

    A database that is further than the code is right: the next version runs beside this one.
    """
    try:
        applied = MigrationRecorder(connection).applied_migrations()
    except DatabaseError:
        return "unreachable", "unknown"
    return "ok", "missing" if newest_migrations() - applied.keys() else "ok"


@cache
def newest_migrations() -> set[tuple[str, str]]:
    """Return the last migration of each app, which all others come before; of this code."""
    return set(MigrationLoader(None).graph.leaf_nodes())


def _redis_answers() -> bool:
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=REDIS_SECONDS,
            socket_connect_timeout=REDIS_SECONDS,
        ) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False
