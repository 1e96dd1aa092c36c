"""One-time tickets: who was served may answer once, and nobody learns which answer was whose."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models.campaigns import Campaign, Counter


class TicketBatch(models.Model):
    """Tickets issued at a counter for a day; the tickets themselves are not stored."""

    campaign = models.ForeignKey(
        Campaign, models.PROTECT, related_name="+", verbose_name=_("campaign")
    )
    counter = models.ForeignKey(
        Counter, models.PROTECT, related_name="ticket_batches", verbose_name=_("counter")
    )
    day = models.DateField(_("day"))
    issued = models.PositiveIntegerField(_("tickets issued"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    # The form it was asked for with, and when: who sends a form twice gets one batch.
    asked_as = models.UUIDField(null=True, unique=True, editable=False)
    asked_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("batch of tickets")
        verbose_name_plural = _("batches of tickets")

    def __str__(self) -> str:
        return f"{self.counter.code}, {self.day}: {self.issued}"


class SpentTicket(models.Model):
    """That some ticket of a batch was used: a digest no one can turn back into a ticket.

    It shares with the sheet given for it no key, no serial number and no time, only the
    transaction; the nightly rewrite of closed days takes away that trace as well.
    """

    digest = models.BinaryField(primary_key=True, max_length=16)
    batch = models.ForeignKey(TicketBatch, models.PROTECT, related_name="spent")

    class Meta:
        verbose_name = _("spent ticket")
        verbose_name_plural = _("spent tickets")

    def __str__(self) -> str:
        return bytes(self.digest).hex()
