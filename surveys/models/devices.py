"""Kiosks: how one is paired with its counter, and what it last said of itself."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models.campaigns import Counter


class Device(models.Model):
    """A tablet at a counter. It proves itself by a key of which only the digest is kept.

    Nothing joins it to a sheet: a sheet says the counter and the channel, never the device.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    counter = models.ForeignKey(
        Counter, models.PROTECT, related_name="devices", verbose_name=_("counter")
    )
    name = models.CharField(_("name"), max_length=100)
    key_digest = models.CharField(max_length=64, unique=True, editable=False)
    paired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("paired by")
    )
    paired_at = models.DateTimeField(_("paired at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    # The last heartbeat; empty until the first.
    seen_at = models.DateTimeField(_("last contact"), null=True, blank=True)
    queue_length = models.IntegerField(_("sheets waiting"), null=True, blank=True)
    rejected = models.IntegerField(_("sheets rejected"), null=True, blank=True)
    oldest_on = models.DateField(_("oldest waiting sheet"), null=True, blank=True)
    app_version = models.CharField(_("version of the app"), max_length=40, blank=True)
    storage_persisted = models.BooleanField(_("storage is protected"), null=True, blank=True)
    clock_offset_seconds = models.BigIntegerField(_("clock is wrong by (s)"), null=True, blank=True)

    class Meta:
        verbose_name = _("kiosk")
        verbose_name_plural = _("kiosks")

    def __str__(self) -> str:
        return f"{self.name} ({self.counter.code})"


class PairingCode(models.Model):
    """A one-time code an official reads to a tablet, good for a few minutes."""

    code_digest = models.CharField(max_length=64, unique=True, editable=False)
    counter = models.ForeignKey(Counter, models.CASCADE, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("pairing code")
        verbose_name_plural = _("pairing codes")

    def __str__(self) -> str:
        return f"{self.counter.code}, {self.expires_at}"
