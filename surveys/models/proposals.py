"""What one official proposes to publish, and what a second one decides."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from surveys.models.campaigns import Campaign


class Proposal(models.Model):
    """One official's wish to publish the figures of a campaign now.

    Somebody else confirms or refuses it; who made it may take it back. It is decided once.
    """

    class Outcome(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("proposal", "waiting for a second person")
        CONFIRMED = "confirmed", pgettext_lazy("proposal", "confirmed")
        REFUSED = "refused", pgettext_lazy("proposal", "refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("proposal", "taken back")

    campaign = models.ForeignKey(
        Campaign, models.PROTECT, related_name="proposals", verbose_name=_("campaign")
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    # Why figures change other than by new sheets; public, with the release.
    reason = models.TextField(_("reason"), blank=True)
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=Outcome, default=Outcome.WAITING
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    # Why it was refused; not public.
    answer = models.TextField(_("answer"), blank=True)
    # The number of the release it led to; null too where no unit had enough that was new.
    release = models.IntegerField(_("release"), null=True)

    class Meta:
        verbose_name = _("proposal to publish")
        verbose_name_plural = _("proposals to publish")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign"],
                condition=Q(outcome="waiting"),
                name="a_campaign_has_one_waiting_proposal",
            ),
            models.CheckConstraint(
                name="a_proposal_is_waiting_or_decided",
                condition=Q(outcome="waiting", decided_by=None, decided_at=None)
                | (~Q(outcome="waiting") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
            # Four eyes, whoever writes the row.
            models.CheckConstraint(
                name="nobody_confirms_their_own_proposal",
                condition=~Q(outcome="confirmed") | ~Q(decided_by=F("proposed_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.proposed_by}"
