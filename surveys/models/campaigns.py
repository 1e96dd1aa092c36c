"""Campaigns, the tree each one freezes when it opens, and the counters where people answer."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from surveys.counters.counter_codes import is_valid
from surveys.models.questionnaires import Method, Questionnaire
from surveys.models.units import Tier, Unit, UnitVersion


class Campaign(models.Model):
    """A questionnaire asked in a part of the tree over open days, counted by one method."""

    class Publication(models.TextChoices):
        LIVE = "live", _("as soon as enough new sheets have come")
        DAILY = "daily", _("every night")
        ON_CLOSE = "on_close", _("after the campaign has closed")

    slug = models.SlugField(_("slug"), max_length=50, unique=True)
    # {language: text}, Vietnamese always present.
    title = models.JSONField(_("title"))
    questionnaire = models.ForeignKey(
        Questionnaire, models.PROTECT, related_name="campaigns", verbose_name=_("questionnaire")
    )
    method = models.ForeignKey(
        Method, models.PROTECT, related_name="campaigns", verbose_name=_("method")
    )
    tree_day = models.DateField(_("tree day"))
    opens_on = models.DateField(_("opens on"))
    closes_on = models.DateField(_("closes on"))
    threshold = models.PositiveSmallIntegerField(
        _("publication threshold"), default=10, validators=[MinValueValidator(3)]
    )
    scope = ArrayField(
        models.CharField(max_length=20),
        verbose_name=_("scope (unit codes; empty: the nation)"),
        default=list,
        blank=True,
    )
    # Channel names counted in the headline (surveys.models.responses.Channel).
    channels = ArrayField(models.CharField(max_length=10), verbose_name=_("headline channels"))
    publication = models.CharField(
        _("publication"), max_length=10, choices=Publication, default=Publication.LIVE
    )
    # Fixed at creation (migration 0002): made-up answers never enter a real campaign.
    simulated = models.BooleanField(_("simulated"), default=False)
    # Asks the short questions of the edition first and offers the rest after them.
    short_first = models.BooleanField(_("short form first"), default=False, db_default=False)
    # Goes on by itself after a choice made by pointer; never by keyboard.
    auto_advance = models.BooleanField(_("go on after a choice"), default=False, db_default=False)
    # Takes a sheet only with a one-time ticket.
    tickets = models.BooleanField(_("tickets required"), default=False, db_default=False)
    # Gives who answers a code to check with that the sheet is among those counted.
    receipts = models.BooleanField(_("receipt codes"), default=False, db_default=False)
    previous = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("previous campaign"),
    )
    # A regular expression every stored answer string of the campaign fits, from its edition.
    # Written when the campaign opens, together with its tree; null until then.
    answers_pattern = models.TextField(null=True, blank=True, editable=False)  # noqa: DJ001 - null is "not open yet"
    # When somebody went through the checked list and found it ready; a change takes it back.
    ready_at = models.DateTimeField(_("ready at"), null=True, blank=True, editable=False)
    # Nothing is released until two officials have agreed to publish (surveys.models.Proposal).
    held = models.BooleanField(_("held back"), default=False, db_default=False, editable=False)
    # The time of the first release.
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-opens_on", "slug"]
        constraints = [
            models.CheckConstraint(
                name="a_campaign_opens_before_it_closes",
                condition=Q(closes_on__gte=F("opens_on")),
            ),
            models.CheckConstraint(
                name="a_threshold_hides_at_least_two", condition=Q(threshold__gte=3)
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def title_text(self) -> str:
        """The title in the language of the page, else in Vietnamese."""
        return str(self.title.get(get_language() or "vi") or self.title["vi"])


class CampaignUnit(models.Model):
    """A unit in the tree of a campaign, frozen when the campaign opened.

    Figures of a campaign roll up along these rows, whatever the map becomes later.
    """

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="units")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    version = models.ForeignKey(UnitVersion, models.PROTECT, related_name="+")
    # Null for the root only, the nation.
    parent = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    # The province above or at this unit; the nation for itself and for its agencies. Counting
    # is done chunk by chunk, each under a lock of its own.
    chunk = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    code = models.CharField(_("code"), max_length=20)
    tier = models.CharField(max_length=10, choices=Tier)
    # Unit ids from the root down to this unit.
    path = ArrayField(models.IntegerField())

    class Meta:
        verbose_name = _("unit of a campaign")
        verbose_name_plural = _("units of campaigns")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "unit"], name="a_unit_stands_once_in_a_tree"
            ),
            models.UniqueConstraint(
                fields=["campaign", "code"], name="a_code_names_one_unit_of_a_tree"
            ),
        ]
        indexes = [
            models.Index(fields=["campaign", "parent"], name="children_in_a_tree"),
            models.Index(fields=["campaign", "chunk"], name="units_of_a_chunk"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.code}"


def check_counter_code(code: str) -> None:
    """Refuse a code that people could mistype unnoticed (surveys.counters.counter_codes)."""
    if not is_valid(code):
        raise ValidationError(
            _("This is no code for a counter. Take the one proposed for a new counter.")
        )


class Counter(models.Model):
    """A place where people answer: the office it stands for, and the code on its QR poster."""

    class Kind(models.TextChoices):
        DESK = "desk", _("service counter")
        LINK = "link", _("public link")

    # Stored as it is printed. Only new codes are checked: a poster that hangs stays good.
    code = models.CharField(_("code"), max_length=12, unique=True, validators=[check_counter_code])
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="counters", verbose_name=_("unit assessed")
    )
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.DESK)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("counter")
        verbose_name_plural = _("counters")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
