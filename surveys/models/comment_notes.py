"""What officials did with a comment. The comment itself stays where it lies, moved every night."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models.campaigns import Campaign
from surveys.models.units import Unit


class CommentNote(models.Model):
    """Checked, sorted and perhaps answered; only a checked comment is ever shown in public.

    No foreign key: the nightly rewrite takes comments out and puts them back elsewhere.
    """

    comment_id = models.UUIDField(primary_key=True, editable=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    tags = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("checked by"),
    )
    answer = models.TextField(_("answer in public"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    answered_on = models.DateField(_("answered on"), null=True)

    class Meta:
        verbose_name = _("note on a comment")
        verbose_name_plural = _("notes on comments")

    def __str__(self) -> str:
        return str(self.comment_id)
