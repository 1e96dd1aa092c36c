"""The audit log: who did what in the panel. The database takes new rows only (migration 0008)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models.campaigns import Campaign
from surveys.models.units import Unit


class AuditEntry(models.Model):
    """One act of an official, chained to the one before by a hash. Written by oversight.audit only.

    It never names a sheet, an answer or a comment: it holds times, and they hold none.
    """

    # From 1 without gaps.
    number = models.BigIntegerField(_("number"), primary_key=True)
    at = models.DateTimeField(_("at"))
    # Null for a command on the server, or where no account signed in.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    # The name of the account as it was then.
    who = models.CharField(_("who"), max_length=150)
    # The network the request came from, its last part cut off.
    address = models.CharField(_("from"), max_length=50, blank=True)
    deed = models.CharField(_("what was done"), max_length=40)
    # The table and key of what it was done to, and how it was called then.
    table = models.CharField(max_length=60, blank=True)
    key = models.CharField(max_length=60, blank=True)
    name = models.CharField(_("to what"), max_length=200, blank=True)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("unit")
    )
    # A draft that was deleted stays named here.
    campaign = models.ForeignKey(
        Campaign,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        related_name="+",
        verbose_name=_("campaign"),
    )
    reason = models.TextField(_("reason"), blank=True)
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)
    # SHA-256 of the previous row's hash and this row's canonical JSON (surveys.oversight.audit).
    previous_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("entry of the audit log")
        verbose_name_plural = _("audit log")
        indexes = [models.Index(fields=["unit", "-number"], name="audit_of_a_unit")]

    def __str__(self) -> str:
        return f"{self.number} {self.deed}"
