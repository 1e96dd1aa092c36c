"""What officials fill in about a sample plan."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.campaigns import campaign_scope
from surveys.campaigns.campaign_tree import TreeError
from surveys.models import Campaign, PlanLine
from surveys.sampling import plans
from surveys.sampling.plans import Planned


class LineForm(forms.Form):
    """What is planned at one unit."""

    unit = forms.CharField(
        label=gettext_lazy("Unit"),
        help_text=gettext_lazy("Code or name. What lies below it belongs to it."),
        max_length=200,
    )
    target = forms.IntegerField(
        label=gettext_lazy("Planned sheets (n)"), min_value=1, max_value=plans.MOST
    )
    stratum = forms.CharField(
        label=gettext_lazy("Stratum"),
        help_text=gettext_lazy(
            "Only if the unit was drawn together with others of its province, such as “urban”."
            " Empty: it is asked in any case."
        ),
        max_length=plans.LONGEST_STRATUM,
        required=False,
    )
    population = forms.IntegerField(
        label=gettext_lazy("People its sheets stand for (N)"),
        help_text=gettext_lazy(
            "Only where figures are weighted: the residents, or those served. Units drawn from a"
            " stratum share all of its people among them."
        ),
        min_value=1,
        required=False,
    )

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.campaign = campaign
        self.line: Planned | None = None

    def clean(self) -> dict[str, Any]:
        chosen: dict[str, Any] = super().clean() or {}
        if self.errors:
            return chosen
        codes, faults = campaign_scope.read(chosen["unit"], self.campaign.tree_day)
        if faults or len(codes) != 1:
            self.add_error("unit", faults or [_("Please name one unit.")])
            return chosen
        stratum = " ".join(chosen["stratum"].split())
        field, reason = plans.fault_of(stratum, chosen["population"], chosen["target"])
        if reason:
            self.add_error(field, reason)
            return chosen
        unit_id = self._placed(codes[0])
        if unit_id is not None:
            self.line = Planned(unit_id, stratum, chosen["population"], chosen["target"])
        return chosen

    def _placed(self, code: str) -> int | None:
        """Return the unit if the campaign has it and no other of the plan overlaps it."""
        try:
            tree = plans.tree_of(self.campaign)
        except TreeError as error:
            self.add_error(None, str(error))
            return None
        unit_id = next((row.unit_id for row in tree.values() if row.code == code), None)
        if unit_id is None:
            self.add_error("unit", _("The campaign does not ask this unit."))
            return None
        others = PlanLine.objects.filter(campaign=self.campaign).exclude(unit=unit_id)
        planned = {*others.values_list("unit_id", flat=True), unit_id}
        for pair in plans.nested(planned, tree):
            if unit_id in pair:
                other = tree[pair[0] if pair[1] == unit_id else pair[1]].code
                fault = _("%(other)s above or below it is planned already.")
                self.add_error("unit", fault % {"other": other})
                return None
        return unit_id

    @classmethod
    def initial_of(cls, line: PlanLine) -> dict[str, Any]:
        return {
            "unit": line.unit.code,
            "target": line.target,
            "stratum": line.stratum,
            "population": line.population,
        }


class SizeForm(forms.Form):
    """How exact a figure is to be, for how many people."""

    people = forms.IntegerField(
        label=gettext_lazy("People (N)"), min_value=1, max_value=1_000_000_000
    )
    error = forms.DecimalField(
        label=gettext_lazy("Error (e), in points of percent"),
        help_text=gettext_lazy(
            "5 is usual: a share of 80 % then lies between 75 and 85 %, 19 times in 20."
        ),
        min_value=0.5,
        max_value=20,
        decimal_places=2,
    )

    @property
    def share(self) -> Fraction:
        return Fraction(self.cleaned_data["error"]) / 100


class ShareOutForm(forms.Form):
    """Whether the sample shall hold for every unit or for all together."""

    EACH, TOGETHER = "each", "together"
    error = SizeForm.base_fields["error"]
    way = forms.ChoiceField(
        label=gettext_lazy("The error holds"),
        choices=[
            (TOGETHER, gettext_lazy("for all units together; each brings its part by people")),
            (EACH, gettext_lazy("for every unit by itself")),
        ],
        initial=TOGETHER,
    )

    @property
    def share(self) -> Fraction:
        return Fraction(self.cleaned_data["error"]) / 100


class DrawForm(forms.Form):
    """How many units are drawn of each stratum, and by which lot."""

    m = forms.IntegerField(
        label=gettext_lazy("Units drawn of each stratum"),
        help_text=gettext_lazy("At least two, or there is no interval; more are better."),
        min_value=1,
        max_value=1000,
        initial=5,
    )
    lot = forms.CharField(
        label=gettext_lazy("Lot"),
        help_text=gettext_lazy(
            "A number nobody here could choose, such as the first prize of the lottery of a day"
            " that was named before. It is kept in the log, so that anybody can draw again."
        ),
        max_length=60,
    )
