"""Commitments of a unit as the API and the file of a unit say them."""

from __future__ import annotations

from typing import Any

from results.reading.commitment_lines import CommitmentLine
from results.reading.figures import Shown


def commitment_json(line: CommitmentLine) -> dict[str, Any]:
    """Return what was promised, and the figures of then and now as the unit's page has them."""
    said = line.commitment
    return {
        "campaign": line.on.slug,
        "criterion": said.criterion,
        "by": line.by or None,
        "what": said.what,
        "answers_for_it": said.answers_for_it,
        "until": said.until.isoformat(),
        "published_on": said.published_on.isoformat(),
        "withdrawn_on": said.withdrawn_on.isoformat() if said.withdrawn_on else None,
        "reason": said.reason or None,
        "then": _figure(line.then),
        "now": _figure(line.now),
        "change_points": _text(line.points),
        "distinguishable": line.distinguishable,
        "why_no_change": line.gap.name.lower() if line.gap else None,
    }


def _figure(shown: Shown | None) -> dict[str, str | None] | None:
    if shown is None:
        return None
    return {name: _text(getattr(shown, name)) for name in ("percent", "low", "high")}


def _text(value: object) -> str | None:
    return None if value is None else str(value)
