"""What a unit's leader promises in public about one criterion."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from surveys.models.campaigns import Campaign
from surveys.models.units import Unit

SHORTEST = 5
LONGEST = 600

# As a constraint of the database: from SHORTEST characters on; the fields end at LONGEST.
SAYS_SOMETHING = f".{{{SHORTEST}}}"


class Commitment(models.Model):
    """What a unit will do about a criterion, who answers for it, and until when.

    Public from the day it is written. It is never changed or deleted (a trigger refuses both);
    it may be withdrawn once, with a reason that stands beside it.
    """

    campaign = models.ForeignKey(
        Campaign, models.PROTECT, related_name="+", verbose_name=_("campaign")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    # The code of a question of the campaign's edition.
    criterion = models.CharField(_("criterion"), max_length=50)
    what = models.CharField(_("what will be done"), max_length=LONGEST)
    answers_for_it = models.CharField(_("who answers for it"), max_length=200)
    until = models.DateField(_("until"))
    published_on = models.DateField(_("published on"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("published by")
    )
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )
    reason = models.CharField(_("reason"), max_length=LONGEST, blank=True)

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        indexes = [models.Index(fields=["campaign", "unit"], name="commitments_of_a_unit")]
        constraints = [
            models.CheckConstraint(
                name="a_commitment_says_something",
                condition=Q(what__regex=SAYS_SOMETHING) & ~Q(answers_for_it=""),
            ),
            models.CheckConstraint(
                name="a_commitment_looks_ahead", condition=Q(until__gte=F("published_on"))
            ),
            models.CheckConstraint(
                name="a_commitment_is_withdrawn_with_a_reason",
                condition=Q(withdrawn_on=None, withdrawn_by=None, reason="")
                | Q(
                    withdrawn_on__isnull=False,
                    withdrawn_by__isnull=False,
                    reason__regex=SAYS_SOMETHING,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit.code}, {self.criterion}: {self.what[:60]}"
