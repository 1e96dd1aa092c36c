"""Two addresses for machines that watch this one."""

from __future__ import annotations

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

REDIS_SECONDS = 0.5


def healthz(_request: HttpRequest) -> HttpResponse:
    """Say that this process answers; touches neither database nor Redis."""
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


def readyz(_request: HttpRequest) -> JsonResponse:
    """Say whether sheets can be stored: 200, or 503 without the database.

    Redis is reported only: without it sheets are stored all the same and counted later.
    """
    database = _database_answers()
    return JsonResponse(
        {
            "database": "ok" if database else "unreachable",
            "redis": "ok" if _redis_answers() else "unreachable",
        },
        status=200 if database else 503,
        headers={"Cache-Control": "no-store"},
    )


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


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
