"""Recorded voice of a questionnaire, for people who do not read, or not this language."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.models.questionnaires import Questionnaire


class Clip(models.Model):
    """The bytes of a sound file, found by their digest: they never change.

    Kept in the database, not in files, so that every web server has them and a backup holds all.
    """

    digest = models.CharField(primary_key=True, max_length=64)  # SHA-256 of the content, hex
    suffix = models.CharField(
        max_length=4
    )  # a name of surveys.voice.sound_files.KINDS, such as "mp3"
    content = models.BinaryField()

    class Meta:
        verbose_name = _("clip")
        verbose_name_plural = _("clips")

    def __str__(self) -> str:
        return f"{self.digest[:12]}.{self.suffix}"


class Recording(models.Model):
    """A clip that speaks one text of an edition in one language.

    `place` names the text: "c01" for a question, "c01.3" for its third option. `text` is what was
    to be spoken when it was recorded: a text that is no longer the same is not played.
    """

    questionnaire = models.ForeignKey(
        Questionnaire, models.CASCADE, related_name="recordings", verbose_name=_("questionnaire")
    )
    language = models.CharField(_("language"), max_length=10)
    place = models.CharField(_("place"), max_length=60)
    text = models.TextField(_("text"))
    clip = models.ForeignKey(
        Clip, models.PROTECT, related_name="recordings", verbose_name=_("clip")
    )
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
