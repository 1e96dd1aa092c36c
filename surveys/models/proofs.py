"""Proof that every answer can be given: what the canary showed, and what people last chose."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models.campaigns import Campaign, Counter


class CanarySheet(models.Model):
    """A sheet the canary sent through the public address, stored here and never counted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+")
    counter = models.ForeignKey(Counter, models.PROTECT, related_name="+")
    sent_on = models.DateField(_("sent on"))
    answers = models.TextField(_("answers"))

    class Meta:
        verbose_name = _("canary sheet")
        verbose_name_plural = _("canary sheets")

    def __str__(self) -> str:
        return str(self.id)


class OptionProof(models.Model):
    """The last day one answer was proven to arrive as chosen, and the last day a person chose it.

    `column` and `code` are those of the edition's code book.
    """

    campaign = models.ForeignKey(
        Campaign, models.PROTECT, related_name="+", verbose_name=_("campaign")
    )
    counter = models.ForeignKey(
        Counter, models.PROTECT, related_name="+", verbose_name=_("counter")
    )
    column = models.PositiveSmallIntegerField(_("column"))
    code = models.CharField(_("code"), max_length=1)
    proven_on = models.DateField(_("proven on"), null=True, blank=True)
    used_on = models.DateField(_("last used on"), null=True, blank=True)
    # Why the last proof failed; empty when it did not.
    fault = models.TextField(_("fault"), blank=True)

    class Meta:
        verbose_name = _("proof of an option")
        verbose_name_plural = _("proofs of options")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "counter", "column", "code"], name="an_option_has_one_proof"
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.counter_id}/{self.column}/{self.code}"


class CounterProof(models.Model):
    """How the last proofs at a counter ended, all answers together; OptionProof has each of them.

    Of thousands of counters with hundreds of answers each, lists are made from this.
    """

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+")
    counter = models.ForeignKey(Counter, models.PROTECT, related_name="+")
    # The last day every answer was proven, and the last day any was.
    whole_on = models.DateField(null=True)
    last_on = models.DateField(null=True)
    faults = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("proof of a counter")
        verbose_name_plural = _("proofs of counters")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "counter"], name="a_counter_has_one_proof")
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.counter_id}"
