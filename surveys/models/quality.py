"""What is known of a counter's day, which signs it shows, and what a reviewer decided of it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from surveys.models.campaigns import Campaign, Counter
from surveys.models.units import Unit


class OfCounterDay(models.Model):
    """A row about one counter on one day of a campaign; `unit` is the counter's office."""

    campaign = models.ForeignKey(
        Campaign, models.PROTECT, related_name="+", verbose_name=_("campaign")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    counter = models.ForeignKey(
        Counter, models.PROTECT, related_name="+", verbose_name=_("counter")
    )
    day = models.DateField(_("day"))

    class Meta:
        abstract = True


class CounterDayFacts(OfCounterDay):
    """Counts over the sheets of a counter's day (surveys.quality.counter_days), nothing finer."""

    facts = models.JSONField()
    # How often each answer was given, laid out by the edition (codebook.Column.offset).
    counts = ArrayField(models.IntegerField())

    class Meta:
        verbose_name = _("facts of a counter's day")
        verbose_name_plural = _("facts of counters' days")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "day", "counter"], name="facts_of_a_day_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.counter_id} {self.day}"


class QualitySign(OfCounterDay):
    """A reason to look at a counter's day, found by a published rule (surveys.quality.rules)."""

    rule = models.CharField(_("rule"), max_length=30)
    version = models.PositiveSmallIntegerField(_("version of the rules"))
    # log10 of how likely chance alone would do as much.
    rarity = models.FloatField(_("rarity"))
    figures = models.JSONField(_("figures"))
    found_at = models.DateTimeField(_("found at"), auto_now_add=True)

    class Meta:
        verbose_name = _("sign of poor data")
        verbose_name_plural = _("signs of poor data")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "day", "counter", "rule"], name="a_sign_of_a_day_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.counter_id} {self.day}"


class DayDecision(OfCounterDay):
    """A reviewer set all sheets of a counter's day aside, under a rule, for a reason."""

    rule = models.CharField(_("rule"), max_length=30)
    version = models.PositiveSmallIntegerField(_("version of the rules"))
    reason = models.TextField(_("reason"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), auto_now_add=True)
    reversed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("taken back by"),
    )
    reversed_at = models.DateTimeField(_("taken back at"), null=True)
    reversal_reason = models.TextField(_("reason to take it back"), blank=True)

    class Meta:
        verbose_name = _("counter's day set aside")
        verbose_name_plural = _("counters' days set aside")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "counter", "day"],
                condition=Q(reversed_at__isnull=True),
                name="a_day_is_set_aside_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.counter_id} {self.day}"


class ArrivalCount(models.Model):
    """How many sheets of its kiosk reached us from a counter in an hour; kept apart from them."""

    counter = models.ForeignKey(Counter, models.PROTECT, related_name="+")
    day = models.DateField(_("day"))
    hour = models.PositiveSmallIntegerField(_("hour"), validators=[MaxValueValidator(23)])
    n = models.PositiveIntegerField(_("sheets"))

    class Meta:
        verbose_name = _("arrivals in an hour")
        verbose_name_plural = _("arrivals in an hour")
        constraints = [
            models.UniqueConstraint(fields=["counter", "day", "hour"], name="an_hour_once")
        ]

    def __str__(self) -> str:
        return f"{self.counter_id} {self.day} {self.hour}: {self.n}"


class ServedCount(models.Model):
    """How many people an office says a counter served on a day."""

    counter = models.ForeignKey(Counter, models.PROTECT, related_name="+")
    day = models.DateField(_("day"))
    n = models.PositiveIntegerField(_("people served"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )

    class Meta:
        verbose_name = _("people served on a day")
        verbose_name_plural = _("people served on a day")
        constraints = [
            models.UniqueConstraint(fields=["counter", "day"], name="served_on_a_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.counter_id} {self.day}: {self.n}"
