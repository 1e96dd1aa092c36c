"""Parts of a campaign's sheets that have figures of their own: a month, or a channel.

A part is a period (202611; 0: the whole campaign) and a channel (surveys.models.Channel; 0: those
of the headline); not both at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from django.utils.formats import date_format

from results.models import MIXED, WHOLE_CAMPAIGN
from surveys.models import Channel

PART = "phan"
"""Its parameter in an address."""

_MONTH = re.compile(r"20\d\d(0[1-9]|1[0-2])")


def part_of(parameters: Mapping[str, str]) -> tuple[int, int]:
    """Return the period and channel an address asks for; 0 and 0 for anything else."""
    asked = parameters.get(PART, "")
    if _MONTH.fullmatch(asked):
        return int(asked), MIXED
    found = [channel.value for channel in Channel if channel.code == asked]
    return WHOLE_CAMPAIGN, found[0] if found else MIXED


def part_code(period: int, channel: int) -> str:
    """Return what `part_of` reads: 202611, kiosk, or nothing for the headline."""
    return str(period) if period else Channel(channel).code if channel else ""


def part_name(period: int, channel: int) -> str:
    """Write a part of a campaign's sheets: November 2026; own phone; nothing for the headline."""
    if period:
        return date_format(date(period // 100, period % 100, 1), "YEAR_MONTH_FORMAT")
    return str(Channel(channel).label) if channel else ""
