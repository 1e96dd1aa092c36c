"""The published rules against stuffing, and the counter-days set aside under them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.utils.functional import Promise

from surveys.models import Campaign, CampaignUnit, DayDecision
from surveys.quality.limits import COMMON, LIMITS
from surveys.quality.reasons import WORDS, Words, title
from surveys.quality.rules import VERSION

MOST_SHOWN = 500


@dataclass(frozen=True)
class DecisionLine:
    """A counter's day that was set aside. `n`: its sheets; None when too few to be told."""

    unit: str
    code: str
    counter: str
    day: date
    rule: str
    version: int
    reason: str
    n: int | None
    taken_back: str  # the reason; empty while the decision stands


@dataclass(frozen=True)
class QualityPage:
    version: int
    # Each with its numbers; `common`: those that hold for all.
    rules: Sequence[tuple[Words, str | Promise]]
    common: str | Promise
    decisions: Sequence[DecisionLine]
    is_cut: bool


def quality_page(campaign: Campaign) -> QualityPage:
    """Return the rules in words and the newest decisions of a campaign."""
    rows = DayDecision.objects.filter(campaign=campaign).select_related("counter")
    found = list(
        rows.annotate(n=Count("sheets")).order_by("-day", "counter__code", "pk")[: MOST_SHOWN + 1]
    )
    units = CampaignUnit.objects.filter(
        campaign=campaign, unit__in={decision.unit_id for decision in found}
    )
    names = {
        unit: (name, code)
        for unit, name, code in units.values_list("unit_id", "version__full_name", "code")
    }
    return QualityPage(
        version=VERSION,
        rules=[(words, LIMITS[rule]) for rule, words in WORDS.items()],
        common=COMMON,
        decisions=[
            DecisionLine(
                *names.get(decision.unit_id, ("", "")),
                counter=decision.counter.name,
                day=decision.day,
                rule=title(decision.rule),
                version=decision.version,
                reason=decision.reason,
                n=decision.n if decision.n >= campaign.threshold else None,
                taken_back=decision.reversal_reason,
            )
            for decision in found[:MOST_SHOWN]
        ],
        is_cut=len(found) > MOST_SHOWN,
    )
