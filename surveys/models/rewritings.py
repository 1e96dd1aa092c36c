"""The nightly rewrites of closed days, so that the next knows what is already rewritten."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Rewriting(models.Model):
    """One run of surveys.rewriting: rows that carry its transaction id tell nothing any more."""

    # As the system column xmin says it: 32 bits without a sign.
    transaction = models.BigIntegerField(primary_key=True)
    done_on = models.DateField(_("done on"))

    class Meta:
        verbose_name = _("rewrite of closed days")
        verbose_name_plural = _("rewrites of closed days")

    def __str__(self) -> str:
        return f"{self.done_on}"
