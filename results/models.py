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


class TakenCell(Counted):
    """What releases have taken in of a cell so far; its columns may lag (results.disclosure)."""

    pk = models.CompositePrimaryKey("campaign", "unit", "month", "channel", "standing")
    month = models.IntegerField()

    class Meta:
        verbose_name = _("cell as taken in")
        verbose_name_plural = _("cells as taken in")

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.unit_id}/{self.month}/{self.channel}/{self.standing}"


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
    # (results.disclosure).
    withheld = ArrayField(models.SmallIntegerField(), default=list, db_default=[])
    # The release that wrote the row.
    release = models.ForeignKey(Release, models.PROTECT, db_index=False, related_name="+")

    class Meta:
        verbose_name = _("released total")
        verbose_name_plural = _("released totals")

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.unit_id}/{self.period}/{self.channel}/{self.standing}"


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


class Blob(models.Model):
    """A file of a frozen release, named by its content: the same file is kept once."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    content = models.BinaryField()

    class Meta:
        verbose_name = _("file of a frozen release")
        verbose_name_plural = _("files of frozen releases")

    def __str__(self) -> str:
        return self.sha256


class Bundle(models.Model):
    """A release frozen for good: a signed list of its files (results.bundles). Never changed."""

    release = models.OneToOneField(Release, models.PROTECT, related_name="bundle")
    # The exact bytes that were signed, and the signature; empty where there was no key.
    manifest = models.BinaryField()
    signature = models.BinaryField()
    merkle_root = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("frozen release")
        verbose_name_plural = _("frozen releases")

    def __str__(self) -> str:
        return str(self.release)


class BundleFile(models.Model):
    """One file of a frozen release."""

    bundle = models.ForeignKey(Bundle, models.CASCADE, related_name="files")
    path = models.CharField(max_length=100)
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    size = models.IntegerField()

    class Meta:
        verbose_name = _("file in a frozen release")
        verbose_name_plural = _("files in frozen releases")
        constraints = [
            models.UniqueConstraint(
                fields=["bundle", "path"], name="a_path_stands_once_in_a_frozen_release"
            )
        ]

    def __str__(self) -> str:
        return self.path


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
