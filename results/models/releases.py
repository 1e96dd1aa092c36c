"""What is public: releases and what they show, whole, by month and channel, and by segment."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from results.models.counted import Standing
from surveys.models import Campaign, Unit


class Release(models.Model):
    """One act of publication: from its time on, the public sees the figures it wrote."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="releases")
    number = models.IntegerField(_("number"))
    released_at = models.DateTimeField(_("released at"))
    # Units whose own sheets this release took in.
    units = models.IntegerField(_("units"))
    # Why figures changed other than by new sheets; empty where nothing else did.
    reason = models.TextField(_("reason"), blank=True, default="", db_default="")
    # No sheet can come any more: nothing is released of the campaign afterwards but corrections.
    final = models.BooleanField(_("final"), default=False, db_default=False)

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "number"], name="a_campaign_numbers_its_releases"
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.number}"


class Part(models.IntegerChoices):
    """What the sheets of a released cell are to the unit whose row it is."""

    OWN = 0, _("own sheets")
    SET_ASIDE = 1, _("own sheets set aside")
    POOLED = 2, _("sheets of units below, too few to be shown there")
    # Not public: answers taken in with their sheets, too few of their question so far.
    WAITING = 3, _("answers that wait")
    # Not public for good: answers to criteria whose factor was pooled without them.
    WITHHELD = 4, _("answers withheld")


MIXED = 0
"""The month or channel of released sheets that cannot be told apart by month or channel."""


class Released(models.Model):
    """What the public knows of a unit.

    A month or channel 0 stands for several. Sheets of channels outside the headline are never
    mixed with others, so rows of channel 0 hold the headline only.
    """

    campaign = models.ForeignKey(
        Campaign, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    channel = models.SmallIntegerField()
    n = models.IntegerField()
    counts = ArrayField(models.IntegerField())
    moments = ArrayField(models.BigIntegerField())

    class Meta:
        abstract = True


class ReleasedCell(Released):
    """Blocks released of one unit, added up by the month and channel they may be shown under."""

    pk = models.CompositePrimaryKey("campaign", "unit", "month", "channel", "part")
    month = models.IntegerField()
    part = models.SmallIntegerField(choices=Part)

    class Meta:
        verbose_name = _("released cell")
        verbose_name_plural = _("released cells")

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.unit_id}/{self.month}/{self.channel}/{self.part}"


class ReleasedTotal(Released):
    """The public figures of a unit and all below it: the sum of their released cells.

    Period 0 and channel 0: the headline. A month with channel 0: of the headline, what can be
    shown by month. Period 0 with a channel: what can be shown of that channel.
    """

    pk = models.CompositePrimaryKey("campaign", "unit", "period", "channel", "standing")
    period = models.IntegerField()
    standing = models.SmallIntegerField(choices=Standing)
    # Sheets among them that are of units directly or further below, but shown in none of those.
    pooled = models.IntegerField(default=0, db_default=0)
    # Questions whose counts are not shown, by their number in the edition, from 0
    # (results.releasing.disclosure).
    withheld = ArrayField(models.SmallIntegerField(), default=list, db_default=[])
    # The release that wrote the row.
    release = models.ForeignKey(Release, models.PROTECT, db_index=False, related_name="+")

    class Meta:
        verbose_name = _("released total")
        verbose_name_plural = _("released totals")

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.unit_id}/{self.period}/{self.channel}/{self.standing}"


class ReleasedIndex(models.Model):
    """The index of a district or commune as its released total gives it: what ranks across all
    units of a tier are made of, whose totals are too many to read for a page.

    None of a campaign that weighs its units.
    """

    pk = models.CompositePrimaryKey("campaign", "tier", "unit")
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    tier = models.CharField(max_length=10)
    unit = models.ForeignKey(
        Unit, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    # Between 0 and 1. The nearest number of 53 bits: equal indexes are equal here, others are not
    # below 67 million answers a unit.
    ratio = models.FloatField()
    variance = models.FloatField()
    sheets = models.FloatField()
    # As in arithmetic.indices.Figure; 0: nothing was estimated.
    freedom = models.FloatField()

    class Meta:
        verbose_name = _("released index")
        verbose_name_plural = _("released indexes")

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.tier}/{self.unit_id}"


class ReleasedSegment(models.Model):
    """Figures of those who chose one option of a profile question; option 0 is all others."""

    pk = models.CompositePrimaryKey("campaign", "unit", "question", "option")
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    question = models.CharField(max_length=30)
    option = models.SmallIntegerField()
    n = models.IntegerField()
    counts = ArrayField(models.IntegerField())
    moments = ArrayField(models.BigIntegerField())
    release = models.ForeignKey(Release, models.PROTECT, db_index=False, related_name="+")

    class Meta:
        verbose_name = _("released segment")
        verbose_name_plural = _("released segments")

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.unit_id}/{self.question}/{self.option}"
