"""What is counted: cells and totals. They are rebuilt, never added to.

Their arrays are laid out by the edition (counts, surveys.questionnaires.editions) and by edition
and method (moments, results.counting.moments).
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models import Campaign, Channel, Unit


class Standing(models.IntegerChoices):
    """Whether sheets are counted, or set aside and counted apart."""

    COUNTED = 0, _("counted")
    SET_ASIDE = 1, _("set aside")


WHOLE_CAMPAIGN = 0
"""The period of a total over all months of a campaign; other periods are months (202611)."""


SET_ASIDE_THEN = 2
"""The standing of taken cells that hold all sheets set aside when the cell was last taken in."""


class Counted(models.Model):
    """The arrays a cell and a total share."""

    campaign = models.ForeignKey(
        Campaign, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    channel = models.SmallIntegerField(choices=Channel)
    standing = models.SmallIntegerField(choices=Standing)
    n = models.IntegerField()
    counts = ArrayField(models.IntegerField())
    moments = ArrayField(models.BigIntegerField())

    class Meta:
        abstract = True


class Cell(Counted):
    """Own answers of one unit in one month through one channel."""

    pk = models.CompositePrimaryKey("campaign", "unit", "month", "channel", "standing")
    month = models.IntegerField()

    class Meta:
        verbose_name = _("cell")
        verbose_name_plural = _("cells")

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.unit_id}/{self.month}/{self.channel}/{self.standing}"


class SettledCell(Counted):
    """What is counted of a cell's days before `until` (results.counting.settled)."""

    pk = models.CompositePrimaryKey("campaign", "unit", "month", "channel", "standing")
    month = models.IntegerField()
    until = models.DateField()

    class Meta:
        verbose_name = _("cell's closed days")
        verbose_name_plural = _("cells' closed days")

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.unit_id}/{self.month}/{self.channel}/{self.standing}"


class Total(Counted):
    """Answers of one unit and all below it, in one month or the whole campaign (period 0)."""

    pk = models.CompositePrimaryKey("campaign", "unit", "period", "channel", "standing")
    period = models.IntegerField()

    class Meta:
        verbose_name = _("total")
        verbose_name_plural = _("totals")

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.unit_id}/{self.period}/{self.channel}/{self.standing}"


class TakenCell(Counted):
    """What releases have taken in of a cell so far; its columns may lag (releasing.disclosure)."""

    pk = models.CompositePrimaryKey("campaign", "unit", "month", "channel", "standing")
    month = models.IntegerField()

    class Meta:
        verbose_name = _("cell as taken in")
        verbose_name_plural = _("cells as taken in")

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.unit_id}/{self.month}/{self.channel}/{self.standing}"


class TimesTaken(models.Model):
    """Own sheets of a unit by band of the time taken, as officials see them (watching.times_taken).

    `bands`: sheets of each band, shortest first; `n` all of these.
    """

    pk = models.CompositePrimaryKey("campaign", "unit")
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    n = models.IntegerField()
    bands = ArrayField(models.IntegerField())

    class Meta:
        verbose_name = _("times taken")
        verbose_name_plural = _("times taken")

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.unit_id}"
