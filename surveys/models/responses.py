"""Answer sheets, what is set aside of them, comments, and the marks of what is not yet counted."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from surveys.models.campaigns import Campaign, Counter
from surveys.models.paper import PaperBatch
from surveys.models.quality import DayDecision
from surveys.models.units import Unit


class Channel(models.IntegerChoices):
    """How an answer reached us; small integers because every sheet carries one."""

    KIOSK = 1, _("kiosk")
    PHONE = 2, _("own phone")
    PAPER = 3, _("paper")
    INTERVIEW = 4, _("interview")
    ONLINE = 5, _("online")
    ASSISTED = 6, _("assisted by staff")

    @property
    def code(self) -> str:
        """The name used in files, addresses and the API."""
        return self.name.lower()


class Response(models.Model):
    """One answer sheet. It says what was answered, never by whom.

    The key is random and only the day is kept, so neither the order of rows nor a clock time
    ties a sheet to a person. surveys.submissions writes it (imports and simulations by COPY);
    nothing edits it. Triggers (migration 0002) refuse answers that do not fit the edition and
    mark the touched cells stale, whoever writes.
    """

    id = models.UUIDField(_("sheet id"), primary_key=True, default=uuid.uuid4, editable=False)
    # One composite key (migration 0002) says: the unit stands in the campaign's tree.
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    counter = models.ForeignKey(
        Counter, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    answered_on = models.DateField(_("answered on"))
    channel = models.SmallIntegerField(_("channel"), choices=Channel)
    # Which of the bands of surveys.submissions the time taken falls in; 0: not measured.
    seconds_band = models.SmallIntegerField(_("time taken"), default=0)
    # Arrived after the campaign had closed, from a device that had been without network.
    late = models.BooleanField(_("late"), default=False, db_default=False)
    # The device's clock was wrong and the day was worked out from how wrong it was.
    day_corrected = models.BooleanField(_("day corrected"), default=False, db_default=False)
    batch = models.ForeignKey(
        PaperBatch, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    # One character per column of the edition (surveys.questionnaires.editions).
    answers = models.TextField(_("answers"))

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        indexes = [
            # What a touched cell re-reads, whole: counting a million sheets from the index
            # took a quarter of the time of fetching each from its page of the table.
            models.Index(
                fields=["campaign", "unit", "channel", "answered_on"],
                include=["id", "answers"],
                name="sheets_of_a_cell",
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class SetAside(models.Model):
    """A decision that a sheet is not counted, by a published rule, with its reason; reversible."""

    response = models.ForeignKey(
        Response, models.PROTECT, related_name="set_asides", verbose_name=_("response")
    )
    rule = models.CharField(_("rule"), max_length=50)
    reason = models.TextField(_("reason"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), auto_now_add=True)
    reversed_at = models.DateTimeField(_("reversed at"), null=True, blank=True)
    # The counter's day it went aside with; a sheet alone only by SQL or before there were days.
    decision = models.ForeignKey(
        DayDecision, models.PROTECT, null=True, blank=True, related_name="sheets"
    )

    class Meta:
        verbose_name = _("sheet set aside")
        verbose_name_plural = _("sheets set aside")
        constraints = [
            models.UniqueConstraint(
                fields=["response"],
                condition=Q(reversed_at__isnull=True),
                name="a_sheet_is_set_aside_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.response_id}"


class Comment(models.Model):
    """Free text that came with some sheet of a unit in a month: no link to it, no serial number."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    month = models.IntegerField(_("month"))
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")

    def __str__(self) -> str:
        return self.text[:60]


class StaleCell(models.Model):
    """A mark that one cell must be counted again; appended by triggers, deleted by the counting.

    No unique key: two citizens at one counter never wait for each other.
    """

    id = models.BigAutoField(primary_key=True)
    campaign = models.ForeignKey(
        Campaign, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    chunk = models.ForeignKey(
        Unit, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    unit = models.ForeignKey(
        Unit, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    # Year and month as one number: 202611.
    month = models.IntegerField()
    channel = models.SmallIntegerField(choices=Channel)
    # The earliest day of its sheets that changed; null: any may have.
    since = models.DateField(null=True)

    class Meta:
        verbose_name = _("stale cell")
        verbose_name_plural = _("stale cells")
        indexes = [models.Index(fields=["campaign", "chunk"], name="marks_of_a_chunk")]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.unit_id}/{self.month}/{self.channel}"
