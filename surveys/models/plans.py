"""The sample plan of a campaign: how many sheets a unit is to bring."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from surveys.models.campaigns import Campaign
from surveys.models.units import Unit


class PlanLine(models.Model):
    """What is planned at one unit and all below it; frozen when the campaign opens (0018).

    `population`: the people its sheets stand for. Of a unit that was drawn together with others
    from a `stratum` that is its part of all people of the stratum, those of units not drawn
    among them. No stratum: the unit was not drawn, it is asked in any case.
    """

    campaign = models.ForeignKey(
        Campaign, models.PROTECT, related_name="plan_lines", verbose_name=_("campaign")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    stratum = models.CharField(_("stratum"), max_length=60, blank=True, default="")
    population = models.PositiveIntegerField(
        _("population"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    target = models.PositiveIntegerField(_("planned sheets"), validators=[MinValueValidator(1)])

    class Meta:
        verbose_name = _("line of a sample plan")
        verbose_name_plural = _("lines of sample plans")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "unit"], name="a_unit_is_planned_once"),
            models.CheckConstraint(name="a_plan_asks_for_sheets", condition=Q(target__gte=1)),
            models.CheckConstraint(
                name="no_more_sheets_than_people",
                condition=Q(population=None) | Q(population__gte=F("target")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.unit}, {self.target}"

    @property
    def weight(self) -> Decimal | None:
        """How many people a sheet stands for if the plan is met; None where none are stated."""
        return None if self.population is None else Decimal(self.population) / self.target
