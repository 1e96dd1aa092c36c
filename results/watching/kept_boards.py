"""What boards are made of, kept in Redis by beat while somebody looks, so that no reader waits.

Made from a million sheets they take a third of a second. What Redis has lost is made by who asks.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from django.db import connection

from results.watching.pulse import without_waiting

# Beat goes on for so long after the last look.
WANTED_SECONDS = 900
KEPT = timedelta(seconds=150)
Rows = Sequence[Sequence[Any]]


def want(campaign_id: int, now: datetime) -> None:
    """Note that somebody looks at a campaign's board."""
    with without_waiting() as client:
        client.hset(_key("wanted"), str(campaign_id), str(int(now.timestamp())))


def wanted(now: datetime) -> list[int]:
    """Return the campaigns whose board was looked at a while ago at most; forget the others."""
    with without_waiting() as client:
        noted = cast("dict[bytes, bytes]", client.hgetall(_key("wanted")))
        since = now.timestamp() - WANTED_SECONDS
        old = [key for key, at in noted.items() if int(at) < since]
        if old:
            client.hdel(_key("wanted"), *(key.decode() for key in old))
        return [int(key) for key in noted if key not in old]
    return []


def put(campaign_id: int, rows: Rows, *, now: datetime) -> None:
    """Keep the rows of a board for some minutes."""
    said = json.dumps({"as_of": now.isoformat(), "rows": rows}, separators=(",", ":"))
    with without_waiting() as client:
        client.set(_key(f"of:{campaign_id}"), zlib.compress(said.encode(), 1), ex=KEPT)


def get(campaign_id: int, *, now: datetime) -> tuple[datetime, Rows] | None:
    """Return when the rows kept were read, and the rows; None if there are none of this day."""
    with without_waiting() as client:
        packed = cast("bytes | None", client.get(_key(f"of:{campaign_id}")))
        if packed is None:
            return None
        said = json.loads(zlib.decompress(packed))
        as_of = datetime.fromisoformat(said["as_of"])
        is_fresh = as_of.date() == now.date() and abs(now - as_of) <= KEPT
        return (as_of, said["rows"]) if is_fresh else None
    return None


def drop(campaign_id: int) -> None:
    with without_waiting() as client:
        client.delete(_key(f"of:{campaign_id}"))


def _key(what: str) -> str:
    # Another database, of a benchmark or a test, has other campaigns of the same ids.
    return f"boards:{connection.settings_dict['NAME']}:{what}"
