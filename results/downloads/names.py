"""Names of files that say what is inside: hai-long_sipas-2026_19-thai-nguyen_dot-7.csv.

A file of one month or channel names it before the release: …_202611_dot-7.csv, …_kiosk_dot-7.csv.
"""

from __future__ import annotations

import re

from results.reading.parts import part_code
from results.showing.pages import UnitPage
from surveys.units.search_keys import search_text

LONGEST = 60


def file_name(page: UnitPage, ending: str) -> str:
    """Return the name of a unit's file: campaign, unit, month or channel, release.

    Args:
        ending: with its dot, such as ".csv".
    """
    unit, release = page.summary.unit, page.summary.release
    what = f"dot-{release}" if release is not None else "chua-cong-bo"
    part = part_code(page.period, page.channel)
    what = f"{part}_{what}" if part else what
    code = plain(unit.code)
    return f"hai-long_{page.campaign.slug}_{code}-{plain(unit.name)}_{what}{ending}"


def plain(text: str) -> str:
    """Return a text in small letters without marks, words joined by hyphens: thai-nguyen."""
    return re.sub(r"[^a-z0-9]+", "-", search_text(text))[:LONGEST].strip("-")
