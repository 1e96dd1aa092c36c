"""Questionnaire editions and methods: data with a version, frozen by the first campaign."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.questionnaires import editions, methods


class Questionnaire(models.Model):
    """One edition of a questionnaire, as its YAML file says it.

    The edition is the code book of every sheet answered on it, so the database refuses to
    change the definition once a campaign uses it (migration 0002): a change is a new edition.
    """

    code = models.SlugField(_("code"), max_length=50)
    edition = models.PositiveSmallIntegerField(_("edition"))
    definition = models.JSONField(_("definition"))

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        constraints = [
            models.UniqueConstraint(fields=["code", "edition"], name="an_edition_has_one_text")
        ]

    def __str__(self) -> str:
        return f"{self.code}@{self.edition}"

    def parsed(self) -> editions.Edition:
        # A page asks for it dozens of times, and finding it by its content takes 0.1 ms.
        known: tuple[object, editions.Edition] | None = self.__dict__.get("_parsed")
        if known is None or known[0] is not self.definition:
            known = self.__dict__["_parsed"] = (
                self.definition,
                editions.parse_cached(self.definition),
            )
        return known[1]


class Method(models.Model):
    """How counts become an index: item rule, satisfied levels, aggregation, bands, legal basis.

    Like an edition it cannot be changed once a campaign uses it.
    """

    code = models.SlugField(_("code"), max_length=50, unique=True)
    definition = models.JSONField(_("definition"))

    class Meta:
        verbose_name = _("method")
        verbose_name_plural = _("methods")

    def __str__(self) -> str:
        return self.code

    def parsed(self) -> methods.Method:
        known: tuple[object, methods.Method] | None = self.__dict__.get("_parsed")
        if known is None or known[0] is not self.definition:
            known = self.__dict__["_parsed"] = (
                self.definition,
                methods.parse_cached(self.definition),
            )
        return known[1]
