"""One view with one INSERT: no check of what came, no trigger, no foreign key."""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

TABLE = """
CREATE TABLE bench_bare (
    id uuid PRIMARY KEY, campaign_id integer, unit_id integer, counter_id integer,
    answered_on date, channel smallint, seconds_band smallint, answers text
)
"""
INSERT = """
INSERT INTO bench_bare
       (id, campaign_id, unit_id, counter_id, answered_on, channel, seconds_band, answers)
VALUES (%s, 1, 1, 1, '2026-11-01', 1, 0, '4444444444444444444444')
"""


def insert(request: HttpRequest, sheet: UUID) -> HttpResponse:
    request.body  # noqa: B018 - it is sent, so it is read
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [sheet])
    return HttpResponse(b"{}", status=201, headers={"Content-Length": "2"})


urlpatterns = [path("bare/<uuid:sheet>", insert)]
