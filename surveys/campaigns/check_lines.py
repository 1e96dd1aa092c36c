"""A line of the checked list of a campaign (surveys.campaigns.campaign_checks)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

LISTED = 200


class Grade(StrEnum):
    GOOD = "good"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True)
class Check:
    """One line of the list. `advice` says what to do; `items` are those it is about."""

    code: str
    grade: Grade
    said: str
    advice: str = ""
    items: Sequence[str] = ()

    @property
    def shown(self) -> Sequence[str]:
        return self.items[:LISTED]

    @property
    def left_out(self) -> int:
        return len(self.items) - len(self.shown)
