"""Editions of questionnaires that are still being written."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class EditionDraft(models.Model):
    """A document on its way to become an edition; it may lack what an edition needs.

    `base` is the edition it began from, such as sipas-22@1, and `base_digest` what that said then:
    an edition that changed meanwhile is not replaced.
    """

    document = models.JSONField(_("definition"))
    base = models.CharField(_("begun from"), max_length=60, blank=True)
    base_digest = models.CharField(max_length=32, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("changed by")
    )
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        verbose_name = _("draft of a questionnaire")
        verbose_name_plural = _("drafts of questionnaires")

    def __str__(self) -> str:
        code, number = self.document.get("code"), self.document.get("edition")
        return f"{code or '?'}@{number or '?'}"[:60]

    @property
    def title(self) -> str:
        """The title in Vietnamese, "" while there is none."""
        title = self.document.get("title")
        return str(title.get("vi") or "") if isinstance(title, dict) else ""
