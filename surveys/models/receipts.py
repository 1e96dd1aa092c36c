"""Receipts: that some sheet of a campaign was stored, without saying which."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models.campaigns import Campaign


class Receipt(models.Model):
    """The digest of one receipt code; some are decoys, to which nobody has a code.

    It shares with its sheet the campaign and nothing else: no key, day, office or channel. The
    transaction they share is taken away by the nightly rewrite (surveys.rewriting).
    """

    # SHA-256 of the code (surveys.counters.receipt_codes).
    digest = models.BinaryField(primary_key=True, max_length=32)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+")
    # The published list it stands in, counted from 1 in its campaign; null: in none yet.
    list_number = models.IntegerField(_("list"), null=True)

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")

    def __str__(self) -> str:
        return bytes(self.digest).hex()
