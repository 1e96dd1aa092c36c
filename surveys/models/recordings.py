"""Recorded audio of a questionnaire, for people who do not read or not this language."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models.questionnaires import Questionnaire


class Recording(models.Model):
    """A clip that speaks one text of an edition in one language.

    `place` names the text: "c01" for a question, "c01.3" for its third option, "tiep_can" for a
    section. `text_digest` is of the text as it was when recorded, so that a clip whose text
    has changed since is noticed.
    """

    questionnaire = models.ForeignKey(
        Questionnaire, models.CASCADE, related_name="recordings", verbose_name=_("questionnaire")
    )
    language = models.CharField(_("language"), max_length=10)
    place = models.CharField(_("place"), max_length=60)
    clip = models.FileField(_("clip"), upload_to="recordings/")
    text_digest = models.CharField(max_length=64, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )

    class Meta:
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")
        constraints = [
            models.UniqueConstraint(
                fields=["questionnaire", "language", "place"], name="a_text_is_recorded_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire} {self.language} {self.place}"
