"""Whether acknowledged is stored, and stored is counted: asked of the database itself."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

from django.core.management import call_command
from django.db import connection

from config.faults.kiosks import Record
from config.faults.private_site import PrivateSite

STORED = "SELECT id::text, answers FROM surveys_response WHERE counter_id IS NOT NULL"
# The root over the whole campaign, its channels added up.
COUNTED = (
    "SELECT coalesce(sum(total.n), 0)::bigint FROM results_total AS total"
    " JOIN surveys_campaignunit AS place USING (campaign_id, unit_id)"
    " WHERE place.parent_id IS NULL AND total.period = 0 AND total.standing = 0"
)
MARKS = "SELECT count(*) FROM surveys_stalecell"
STORED_NUMBER = "SELECT count(*) FROM surveys_response"


@dataclass(frozen=True)
class Measured:
    """What was found after a fault; times in seconds since it was over, None: never."""

    acknowledged: int
    stored: int
    counted: int
    lost: int  # acknowledged, and not stored, or stored otherwise
    differences: str
    seconds_to_take: float | None
    seconds_to_count: float | None
    refused: list[str] = field(default_factory=list)
    note: str = ""
    taken_meanwhile: int | None = None

    def holds(self) -> bool:
        """Return whether acknowledged = stored = counted, and nothing else is wrong."""
        return (
            not (self.lost or self.differences or self.refused)
            and self.acknowledged == self.stored == self.counted
            and None not in (self.seconds_to_take, self.seconds_to_count)
            and self.taken_meanwhile != 0
        )


def counted(site: PrivateSite) -> int | None:
    """Return how many sheets the figures of the whole campaign hold; None: nobody answers."""
    rows = site.ask(COUNTED)
    return rows[0][0] if rows else None


def is_counted(site: PrivateSite) -> bool:
    """Return whether nothing waits to be counted."""
    return site.ask(MARKS) == [(0,)] and site.ask(STORED_NUMBER) == site.ask(COUNTED)


def lost_sheets(record: Record, stored: dict[str, str]) -> int:
    """Return how many acknowledged sheets are not stored, or not as they were sent."""
    return sum(stored.get(sheet_id) != answers for sheet_id, answers in record.acknowledged.items())


def recount() -> str:
    """Return what `check_results` says that is wrong; an empty text when all agrees."""
    connection.close()
    said = io.StringIO()
    try:
        call_command("check_results", stdout=said)
    except SystemExit:
        return said.getvalue()
    return ""
