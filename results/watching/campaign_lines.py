"""Campaigns as the list of the panel shows them: how far, how many sheets, what comes next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from results.models import WHOLE_CAMPAIGN, Total
from surveys.campaigns.campaign_states import State, state_of
from surveys.models import Campaign, CampaignUnit, Proposal
from surveys.rights.reach import Reach


@dataclass(frozen=True)
class CampaignLine:
    """A campaign; `sheets` and `units` as far as the reader may see."""

    campaign: Campaign
    state: State
    sheets: int
    units: int
    next_act: str
    address: str


def lines(
    campaigns: Iterable[Campaign], reach: Reach, *, today: date, may_publish: bool
) -> list[CampaignLine]:
    """Return a line for each campaign, by five queries whatever there is."""
    shown = list(campaigns)
    sheets, units = _sheets(shown, reach), _units(shown, reach)
    waiting = set(
        Proposal.objects.filter(campaign__in=shown, outcome=Proposal.Outcome.WAITING).values_list(
            "campaign", flat=True
        )
    )
    found = []
    for campaign in shown:
        state = state_of(campaign, today)
        next_act, view = _next(campaign, state, waiting=campaign.pk in waiting)
        view = view if may_publish else "campaign"
        found.append(
            CampaignLine(
                campaign,
                state,
                sheets[campaign.pk],
                units[campaign.pk],
                next_act,
                reverse(f"officials:{view}", args=[campaign.slug]),
            )
        )
    return found


def _next(campaign: Campaign, state: State, *, waiting: bool) -> tuple[str, str]:
    """Return what is to be done next, and the page where."""
    if waiting:
        return _("Confirm or refuse the publication"), "publication"
    if state == State.OPEN:
        return _("See how it goes"), "campaign"
    if state in {State.CLOSED, State.PUBLISHED}:
        said = _("Propose to publish") if campaign.held else _("See the releases")
        return said, "publication"
    said = _("Open") if state == State.READY else _("Go through the list")
    return said, "campaign"


def _sheets(campaigns: Collection[Campaign], reach: Reach) -> dict[int, int]:
    """Return the sheets counted so far, by campaign, at the topmost units that lie here."""
    tops = _topmost(campaigns, reach)
    totals = Total.objects.filter(
        campaign__in={campaign for campaign, _unit in tops},
        unit__in={unit for _campaign, unit in tops},
        period=WHOLE_CAMPAIGN,
    )
    found: Counter[int] = Counter()
    for campaign, unit, n in totals.values_list("campaign", "unit", "n"):
        found[campaign] += n if (campaign, unit) in tops else 0
    return found


def _topmost(campaigns: Collection[Campaign], reach: Reach) -> set[tuple[int, int]]:
    """Return campaign and unit of each tree's units here that stand below no other here."""
    units = CampaignUnit.objects.filter(campaign__in=campaigns)
    if reach.everywhere:
        return set(units.filter(parent=None).values_list("campaign", "unit"))
    granted = frozenset().union(*reach.tops.values())
    rows = reach.within(units.filter(unit__in=granted)).values_list("campaign", "path")
    here = {(campaign, path[-1]) for campaign, path in rows}
    return {
        (campaign, path[-1])
        for campaign, path in rows
        if not any((campaign, above) in here for above in path[:-1])
    }


def _units(campaigns: Collection[Campaign], reach: Reach) -> dict[int, int]:
    rows = reach.within(CampaignUnit.objects.filter(campaign__in=campaigns))
    return Counter(dict(rows.values_list("campaign").annotate(n=Count("pk")).order_by()))
