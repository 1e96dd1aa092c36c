"""Paper sheets between the pile and the table of responses: batches, keyed once or twice."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from surveys.models.campaigns import Campaign, Counter


class PaperBatch(models.Model):
    """A pile of paper sheets of one counter and day: who keyed it, how many were handed out.

    While it is open its sheets stand in KeyedSheet; closing it moves them into the responses,
    which know the batch and never who keyed them.
    """

    campaign = models.ForeignKey(
        Campaign, models.PROTECT, related_name="+", verbose_name=_("campaign")
    )
    counter = models.ForeignKey(
        Counter, models.PROTECT, related_name="+", verbose_name=_("counter")
    )
    answered_on = models.DateField(_("answered on"))
    handed_out = models.PositiveIntegerField(_("sheets handed out"))
    collected = models.PositiveIntegerField(_("sheets collected"))
    keyed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("keyed by")
    )
    opened_at = models.DateTimeField(_("opened at"), auto_now_add=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    # Of the sheets keyed twice: how many, and how many answers differed.
    checked_sheets = models.PositiveIntegerField(default=0)
    checked_differences = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("batch of paper sheets")
        verbose_name_plural = _("batches of paper sheets")
        constraints = [
            models.CheckConstraint(
                name="no_more_sheets_come_back_than_went_out",
                condition=Q(collected__lte=F("handed_out")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.counter.code}, {self.answered_on}"


class KeyedSheet(models.Model):
    """A sheet of an open batch as keyed; gone when the batch is closed."""

    batch = models.ForeignKey(PaperBatch, models.CASCADE, related_name="sheets")
    # The place in the pile, written on the paper in pencil while the batch is open.
    position = models.PositiveIntegerField()
    answers = models.TextField()
    comment = models.TextField(blank=True)
    # The same paper keyed again by someone who did not see the first; empty if it was not.
    second_answers = models.TextField(blank=True)
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("keyed sheet")
        verbose_name_plural = _("keyed sheets")
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "position"], name="a_place_in_a_pile_is_keyed_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.batch}: {self.position}"
