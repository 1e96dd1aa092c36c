"""Where an official may do one thing, and the rows that lie there.

Every list and every object of the panel starts from one of these querysets. What belongs to a
campaign is placed in the tree that campaign froze; what belongs to none, in the tree of today
and in the units that went into it whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TypeVar

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from surveys.models import (
    AuditEntry,
    Campaign,
    CampaignUnit,
    Comment,
    Counter,
    Device,
    PaperBatch,
    Response,
    RoleGrant,
    SetAside,
    TicketBatch,
    Tier,
    Unit,
    UnitVersion,
)
from surveys.units import unit_tree

Row = TypeVar("Row", bound=Model)
NOTHING = Q(pk__in=[])


@dataclass(frozen=True)
class Reach:
    """Where one act is allowed.

    `tops`: the units below which it is, by campaign (None: whatever the campaign), each with
    the units that went into it whole. `everywhere` is the whole nation, at all times.
    """

    everywhere: bool
    tops: Mapping[int | None, frozenset[int]]
    today: date

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.tops)

    def covers(self, unit_id: int, campaign: Campaign | None = None) -> bool:
        """Return whether a unit lies here: in a campaign's tree, or without one in today's."""
        if self.everywhere:
            return True
        if campaign is None:
            return unit_id in self.unit_ids
        if campaign.answers_pattern is None:
            return unit_id in self._ids_on(campaign.tree_day, campaign.pk)
        return self.campaign_units(campaign).filter(unit=unit_id).exists()

    def covers_whole(self, campaign: Campaign) -> bool:
        """Return whether all that the campaign asks about lies here."""
        if self.everywhere:
            return True
        if not campaign.scope:
            nation = Unit.objects.filter(tier=Tier.NATION, pk__in=self._tops_of(campaign.pk))
            return nation.exists()
        if campaign.answers_pattern is None:
            codes = Unit.objects.filter(pk__in=self._ids_on(campaign.tree_day, campaign.pk))
            return set(campaign.scope) <= set(codes.values_list("code", flat=True))
        return self.campaign_units(campaign).filter(code__in=campaign.scope).count() == len(
            set(campaign.scope)
        )

    @cached_property
    def unit_ids(self) -> frozenset[int]:
        """The units of today, and those that went into them whole; without campaign's grants."""
        tops = self.tops.get(None, frozenset())
        if not tops:
            return frozenset()
        return unit_tree.below_with_absorbed(tops, self.today)

    def tops_in(self, campaign: Campaign) -> frozenset[int]:
        """Return the units that, with all below them, lie here in an open campaign's tree."""
        return self._tops_of(campaign.pk)

    def _ids_on(self, day: date, campaign_id: int) -> set[int]:
        return unit_tree.below(self._tops_of(campaign_id), day)

    def _tops_of(self, campaign_id: int) -> frozenset[int]:
        return self.tops.get(None, frozenset()) | self.tops.get(campaign_id, frozenset())

    def in_force_below(self) -> set[int]:
        """Return the units of today's map that lie here, the tops among them."""
        return unit_tree.below(self.tops.get(None, frozenset()), self.today)

    def on_map(self, day: date) -> QuerySet[UnitVersion]:
        """Return the units that lay here on the map of a day, as they were then."""
        rows = UnitVersion.objects.in_force_on(day)
        if self.everywhere:
            return rows
        return rows.filter(unit__in=unit_tree.below(self.tops.get(None, frozenset()), day))

    def covers_ever(self, unit: Unit) -> bool:
        """Return whether a unit lies here today, or lay here on the last day it existed."""
        if self.everywhere or unit.pk in self.unit_ids:
            return True
        until = unit.in_force.upper
        last = self.today if until is None else min(until - timedelta(days=1), self.today)
        return self.on_map(last).filter(unit=unit).exists()

    # What belongs to a campaign.

    def within(
        self, rows: QuerySet[Row], *, unit: str = "unit", campaign: str = "campaign"
    ) -> QuerySet[Row]:
        """Return the rows about units that lie here in the tree of the row's own campaign.

        Args:
            unit, campaign: the fields, or paths to them, that say which.
        """
        if self.everywhere:
            return rows
        allowed = NOTHING
        for campaign_id, tops in self.tops.items():
            place = CampaignUnit.objects.filter(
                campaign=OuterRef(campaign), unit=OuterRef(unit), path__overlap=list(tops)
            )
            here = Q(Exists(place))
            allowed |= here if campaign_id is None else here & Q(**{campaign: campaign_id})
        return rows.filter(allowed)

    def responses(self) -> QuerySet[Response]:
        return self.within(Response.objects.all())

    def comments(self) -> QuerySet[Comment]:
        return self.within(Comment.objects.all())

    def set_asides(self) -> QuerySet[SetAside]:
        rows = SetAside.objects.all()
        return self.within(rows, unit="response__unit", campaign="response__campaign")

    def batches(self) -> QuerySet[PaperBatch]:
        return self.within(PaperBatch.objects.all(), unit="counter__unit")

    def ticket_batches(self) -> QuerySet[TicketBatch]:
        return self.within(TicketBatch.objects.all(), unit="counter__unit")

    def campaign_units(self, campaign: Campaign) -> QuerySet[CampaignUnit]:
        """Return the units of an open campaign's tree that lie here."""
        units = CampaignUnit.objects.filter(campaign=campaign)
        if self.everywhere:
            return units
        return units.filter(path__overlap=list(self._tops_of(campaign.pk)))

    def campaigns(self) -> QuerySet[Campaign]:
        """Return campaigns that ask about a unit here; those not open only if all lies here."""
        if self.everywhere:
            return Campaign.objects.all()
        drafts = Campaign.objects.filter(answers_pattern=None).exclude(scope=[])
        mine = [draft.pk for draft in drafts if self.covers_whole(draft)]
        return Campaign.objects.filter(self._asks_here() | Q(pk__in=mine))

    def opened_campaigns(self) -> QuerySet[Campaign]:
        """Return the campaigns among these that have been opened, without asking about drafts."""
        rows = Campaign.objects.exclude(answers_pattern=None)
        return rows if self.everywhere else rows.filter(self._asks_here())

    def _asks_here(self) -> Q:
        """Return the condition that a campaign's tree has a unit here."""
        asks = NOTHING
        for campaign_id, tops in self.tops.items():
            place = CampaignUnit.objects.filter(campaign=OuterRef("pk"), path__overlap=list(tops))
            here = Q(Exists(place))
            asks |= here if campaign_id is None else here & Q(pk=campaign_id)
        return asks

    def whole_campaigns(self) -> QuerySet[Campaign]:
        """Return campaigns all of which lies here: those that may be changed."""
        if self.everywhere:
            return Campaign.objects.all()
        mine = [campaign.pk for campaign in self.campaigns() if self.covers_whole(campaign)]
        return Campaign.objects.filter(pk__in=mine)

    # What belongs to none.

    def at_units(
        self, rows: QuerySet[Row], *, unit: str = "unit", with_campaigns: bool = False
    ) -> QuerySet[Row]:
        """Return the rows whose unit lies here today; or, if wanted, in the tree of a campaign."""
        if self.everywhere:
            return rows
        here = Q(**{f"{unit}__in": self.unit_ids})
        of_campaigns = self.tops.keys() - {None} if with_campaigns else frozenset()
        for campaign_id in of_campaigns:
            tops = list(self.tops[campaign_id])
            places = CampaignUnit.objects.filter(campaign=campaign_id, path__overlap=tops)
            here |= Q(**{f"{unit}__in": places.values("unit")})
        return rows.filter(here)

    def units(self) -> QuerySet[Unit]:
        return self.at_units(Unit.objects.all(), unit="pk")

    def counters(self, campaign: Campaign | None = None) -> QuerySet[Counter]:
        """Return the counters of units here; with a campaign, by that campaign's tree."""
        if campaign is None:
            return self.at_units(Counter.objects.all())
        return Counter.objects.filter(unit__in=self.campaign_units(campaign).values("unit"))

    def devices(self) -> QuerySet[Device]:
        return self.at_units(Device.objects.all(), unit="counter__unit")

    def audit_entries(self) -> QuerySet[AuditEntry]:
        return self.at_units(AuditEntry.objects.all())

    def grants(self) -> QuerySet[RoleGrant]:
        """Return roles held at units here, today or for a campaign in its tree.

        With those at abolished units that went nowhere else.
        """
        rows = RoleGrant.objects.all()
        if self.everywhere:
            return rows
        of_campaigns = self.within(rows.exclude(campaign=None)).values("pk")
        here = self.unit_ids | self._parted_here
        return rows.filter(Q(unit__in=here) | Q(pk__in=of_campaigns))

    @cached_property
    def _parted_here(self) -> set[int]:
        """Return the abolished units with roles whose parts, in other units now, all lie here."""
        if not self.unit_ids:
            return set()
        gone = RoleGrant.objects.filter(unit__in_force__endswith__lte=self.today)
        units = set(gone.values_list("unit", flat=True)) - self.unit_ids
        became = unit_tree.became(units, self.today) if units else {}
        return {old for old, now in became.items() if now <= self.unit_ids}

    def accounts(self) -> QuerySet[User]:
        """Return accounts that hold or held a role here."""
        users = get_user_model().objects.all()
        if self.everywhere:
            return users
        return users.filter(grants__in=self.grants()).distinct()
