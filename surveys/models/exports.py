"""Files of sheets that officials asked for, kept for a day in the database."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models.campaigns import Campaign
from surveys.models.units import Unit


class SheetExport(models.Model):
    """One file asked for: of which campaign and subtree, what for, and how far it is.

    The file's parts and the state DONE are written in one transaction: there is no half a file.
    """

    class Format(models.TextChoices):
        CSV = "csv", _("CSV, with the code book, in a ZIP")
        XLSX = "xlsx", _("Excel, with the code book")
        SAV = "sav", _("SPSS, with labels")

    class State(models.IntegerChoices):
        WAITING = 0, _("waiting")
        RUNNING = 1, _("being made")
        DONE = 2, _("ready")
        FAILED = 3, _("failed")

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    format = models.CharField(_("format"), max_length=4, choices=Format)
    language = models.CharField(max_length=10)
    purpose = models.TextField(_("purpose"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    state = models.SmallIntegerField(choices=State, default=State.WAITING)
    # When it last got further; a worker that was lost is known by it.
    moved_at = models.DateTimeField()
    steps_done = models.IntegerField(default=0)
    steps = models.IntegerField(default=0)
    release = models.IntegerField(null=True)
    rows = models.IntegerField(default=0)
    # Sheets in the published figures of the unit that are not in the file.
    left_out = models.IntegerField(default=0)
    file_name = models.CharField(max_length=200, blank=True)
    size = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("export of sheets")
        verbose_name_plural = _("exports of sheets")
        constraints = [
            models.CheckConstraint(name="an_export_says_what_for", condition=~models.Q(purpose=""))
        ]

    def __str__(self) -> str:
        return self.file_name or f"{self.campaign_id}/{self.unit_id} {self.format}"


class SheetExportPart(models.Model):
    """A piece of an export's file; pieces in order of their number are the file."""

    export = models.ForeignKey(SheetExport, models.CASCADE, related_name="parts")
    number = models.IntegerField()
    content = models.BinaryField()

    class Meta:
        verbose_name = _("part of an export")
        verbose_name_plural = _("parts of exports")
        constraints = [
            models.UniqueConstraint(
                fields=["export", "number"], name="a_part_of_an_export_stands_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.export_id}/{self.number}"
