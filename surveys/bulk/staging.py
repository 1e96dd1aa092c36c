"""Many sheets at once: COPY into a table of the transaction, then one INSERT into responses.

Imports and simulations end here; a single sheet goes through surveys.submissions. The triggers
on responses (migration 0002) check and mark what arrives, as for every other writer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from django.db import connection

from surveys.models import Campaign, Channel

# Lines handed to the server at once: about 250 kB, so that reading the file and storing it
# go on side by side and memory stays flat.
LINES_PER_WRITE = 4000

# Dropped first, since a transaction around several imports keeps the table of the one before.
CREATE = """
SET LOCAL work_mem = '64MB';
DROP TABLE IF EXISTS pg_temp.incoming;
CREATE TEMPORARY TABLE incoming (
    line integer, id uuid, unit_id integer, answered_on date, channel smallint,
    seconds_band smallint, answers text
) ON COMMIT DROP
"""

# In the order of the random ids, so that neither the place of a row in the table nor the time
# it was written tells its place in the file; it also fills the primary key faster.
INSERT = """
INSERT INTO surveys_response
       (id, campaign_id, unit_id, counter_id, answered_on, channel, seconds_band, answers)
SELECT id, %s, unit_id, NULL, answered_on, channel, seconds_band, answers
  FROM incoming
 ORDER BY id, line
    ON CONFLICT (id) DO NOTHING
"""

# After the INSERT every id is stored, from this file or from before; what differs is refused.
OTHER_CONTENT = """
WITH differing AS (
    SELECT incoming.line, incoming.id, count(*) OVER () AS total
      FROM incoming JOIN surveys_response AS stored USING (id)
     WHERE (stored.campaign_id, stored.unit_id, stored.answered_on, stored.channel, stored.answers)
           IS DISTINCT FROM
           (%s, incoming.unit_id, incoming.answered_on, incoming.channel, incoming.answers)
     ORDER BY incoming.line
     LIMIT %s
)
SELECT differing.line, differing.id, differing.total, min(twin.line)
  FROM differing
  LEFT JOIN incoming AS twin ON twin.id = differing.id AND twin.line <> differing.line
 GROUP BY differing.line, differing.id, differing.total
 ORDER BY differing.line
"""


@dataclass(frozen=True)
class OtherContent:
    """A staged sheet whose id is stored with other content; `twin`: another line with the id."""

    line: int
    id: UUID
    twin: int | None


class MadeIds:
    """Ids for sheets that have none: the same for the same origin, and telling nothing.

    Args:
        origin: what the sheets come from, such as a campaign and the hash of a file.
    """

    def __init__(self, *origin: str) -> None:
        self._hash = hashlib.sha256("\n".join([*origin, ""]).encode())

    def of(self, number: int) -> str:
        """Return the id of the sheet with a number, in the shape of a UUID version 4."""
        made = self._hash.copy()
        made.update(b"%d" % number)
        digits = made.hexdigest()
        variant = "89ab"[int(digits[16], 16) & 3]
        return f"{digits[:12]}4{digits[13:16]}{variant}{digits[17:32]}"


def stage(lines: Iterable[str]) -> None:
    """Copy sheets into the table of this transaction.

    Args:
        lines: one a sheet, in COPY's text format: line, id, unit, day, channel, band, answers,
            with tabs between and a newline at the end.
    """
    lines = iter(lines)
    with connection.cursor() as cursor:
        cursor.execute(CREATE)
        with cursor.copy("COPY incoming FROM STDIN") as copy:
            while block := "".join(islice(lines, LINES_PER_WRITE)):
                copy.write(block)


def store_staged(campaign: Campaign) -> int:
    """Insert what is staged and return how many sheets are new."""
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [campaign.pk])
        return int(cursor.rowcount)


def staged_by_channel() -> dict[Channel, int]:
    """Return how many sheets are staged per channel."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT channel, count(*) FROM incoming GROUP BY channel ORDER BY channel")
        return {Channel(channel): n for channel, n in cursor.fetchall()}


def staged_with_other_content(campaign: Campaign, limit: int) -> tuple[int, list[OtherContent]]:
    """Return how many staged sheets have an id stored with other content, and the first few."""
    with connection.cursor() as cursor:
        cursor.execute(OTHER_CONTENT, [campaign.pk, limit])
        rows = cursor.fetchall()
    total = rows[0][2] if rows else 0
    return total, [OtherContent(line, pk, twin) for line, pk, _, twin in rows]
