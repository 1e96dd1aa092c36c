"""What is counted (cells, totals) and what is public (releases); published indices beside them.

Cells and totals are rebuilt, never added to. Their arrays are laid out by the edition
(counts, surveys.editions) and by edition and method (moments, results.moments).
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from surveys.models import Campaign, Channel, Unit


class Standing(models.IntegerChoices):
    """Whether sheets are counted, or set aside and counted apart."""

    COUNTED = 0, _("counted")
    SET_ASIDE = 1, _("set aside")


WHOLE_CAMPAIGN = 0
"""The period of a total over all months of a campaign; other periods are months (202611)."""


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


class Total(Counted):
    """Answers of one unit and all below it, in one month or the whole campaign (period 0)."""

    pk = models.CompositePrimaryKey("campaign", "unit", "period", "channel", "standing")
    period = models.IntegerField()

    class Meta:
        verbose_name = _("total")
        verbose_name_plural = _("totals")

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.unit_id}/{self.period}/{self.channel}/{self.standing}"


class Release(models.Model):
    """One act of publication: from its time on, the public sees the figures it wrote."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="releases")
    number = models.IntegerField(_("number"))
    released_at = models.DateTimeField(_("released at"))
    # Units whose own sheets this release took in.
    units = models.IntegerField(_("units"))

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


class Released(models.Model):
    """What the public knows: headline channels, whole campaign, counted sheets only."""

    campaign = models.ForeignKey(
        Campaign, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    # The release that wrote the row.
    release = models.ForeignKey(Release, models.PROTECT, db_index=False, related_name="+")
    n = models.IntegerField()
    counts = ArrayField(models.IntegerField())
    moments = ArrayField(models.BigIntegerField())

    class Meta:
        abstract = True


class ReleasedCell(Released):
    """Own answers of a unit as last released."""

    pk = models.CompositePrimaryKey("campaign", "unit")

    class Meta:
        verbose_name = _("released cell")
        verbose_name_plural = _("released cells")

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.unit_id}"


class ReleasedTotal(Released):
    """The public figures of a unit: the sum of the released cells of itself and all below."""

    pk = models.CompositePrimaryKey("campaign", "unit")

    class Meta:
        verbose_name = _("released total")
        verbose_name_plural = _("released totals")

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.unit_id}"


class PublishedIndex(models.Model):
    """A figure somebody else published, with its source; shown beside ours, never mixed in."""

    year = models.PositiveSmallIntegerField(_("year"))
    index_name = models.CharField(_("index"), max_length=100)
    unit_level = models.CharField(_("level"), max_length=50)
    unit_name = models.CharField(_("unit"), max_length=200)
    value = models.CharField(_("value"), max_length=50, blank=True)
    unit_of_value = models.CharField(_("unit of the value"), max_length=100, blank=True)
    rank = models.CharField(_("rank"), max_length=50, blank=True)
    of = models.CharField(_("of"), max_length=50, blank=True)
    # An address, or the article where there is none.
    source = models.CharField(_("source"), max_length=500)
    quote = models.TextField(_("quotation"), blank=True)

    class Meta:
        verbose_name = _("published index")
        verbose_name_plural = _("published indices")
        constraints = [
            models.UniqueConstraint(
                fields=["year", "index_name", "unit_level", "unit_name", "value", "source"],
                name="a_published_figure_is_kept_once",
            ),
            models.CheckConstraint(name="a_published_figure_has_a_source", condition=~Q(source="")),
            models.CheckConstraint(
                name="a_published_figure_has_a_value_or_a_rank",
                condition=~Q(value="") | ~Q(rank=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.index_name} {self.year} {self.unit_name}: {self.value}"
