"""Which official holds which role, where, and from when until when."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from surveys.models.campaigns import Campaign
from surveys.models.units import Unit
from surveys.rights.acts import Role


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def in_force_at(self, now: datetime) -> Self:
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=now), starts_at__lte=now)


class RoleGrant(models.Model):
    """A role held at a unit and all below it; for one campaign, or where none is named for all.

    A grant is ended, never changed or deleted: who was allowed what on a day can be told later.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="grants", verbose_name=_("account")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    campaign = models.ForeignKey(
        Campaign,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("campaign"),
    )
    # Null where a command gave it.
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("granted by"),
    )
    starts_at = models.DateTimeField(_("starts at"), default=timezone.now)
    # The first moment it holds no more.
    ends_at = models.DateTimeField(_("ends at"), null=True, blank=True)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("role of an account")
        verbose_name_plural = _("roles of accounts")
        constraints = [
            models.CheckConstraint(
                name="a_grant_ends_after_it_starts",
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role}, {self.unit}"
