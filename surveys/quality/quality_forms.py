"""What is typed on the pages about signs of poor data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.models import CampaignUnit, Counter, QualitySign, ServedCount
from surveys.panel_fields import CampaignChoice, DayField
from surveys.quality import reasons
from surveys.quality.rules import STRONG, Strength
from surveys.rights.reach import Reach
from surveys.units.search_keys import search_text

MOST_SERVED = 100_000
MOST_UNITS = 100


class SignFilter(forms.Form):
    """Which signs to show."""

    campaign = CampaignChoice(
        required=False,
        empty_label=gettext_lazy("all"),
    )
    unit = forms.CharField(
        label=gettext_lazy("Unit, with all below it"),
        widget=forms.TextInput({"placeholder": gettext_lazy("code or name")}),
        max_length=100,
        required=False,
    )
    rule = forms.ChoiceField(
        label=gettext_lazy("Rule"),
        choices=lambda: [("", _("all")), *((rule, w.title) for rule, w in reasons.WORDS.items())],
        required=False,
    )
    strength = forms.ChoiceField(
        label=gettext_lazy("Strength"),
        choices=lambda: [
            ("", _("all")),
            *((strength.value, words) for strength, words in reasons.STRENGTHS.items()),
        ],
        required=False,
    )
    since = DayField(label=gettext_lazy("From day"), required=False)
    until = DayField(label=gettext_lazy("To day"), required=False)

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("CampaignChoice", self.fields["campaign"]).queryset = reach.campaigns().filter(
            answers_pattern__isnull=False
        )

    @property
    def names_one_rule(self) -> bool:
        """Whether one campaign and one rule are asked for."""
        asked = self.cleaned_data if self.is_valid() else {}
        return bool(asked.get("campaign") and asked.get("rule"))

    def found(self, rows: QuerySet[QualitySign]) -> QuerySet[QualitySign]:
        """Return the signs asked for, the newest days first; none while the question is wrong."""
        if not self.is_valid():
            return rows.none()
        asked = self.cleaned_data
        wanted = {
            "campaign": asked["campaign"],
            "rule": asked["rule"],
            "day__gte": asked["since"],
            "day__lte": asked["until"],
        }
        rows = rows.filter(**{field: value for field, value in wanted.items() if value})
        if asked["strength"]:
            strong = Q(rarity__lte=STRONG)
            rows = rows.filter(strong if asked["strength"] == Strength.STRONG.value else ~strong)
        if text := asked["unit"].strip():
            rows = below(rows, _named(text))
        return rows.order_by("-day", "rarity", "counter", "rule")


def below(rows: QuerySet[QualitySign], tops: Sequence[int]) -> QuerySet[QualitySign]:
    """Return the signs of units, and of all below them, in the tree of the sign's campaign."""
    place = CampaignUnit.objects.filter(
        campaign=OuterRef("campaign"), unit=OuterRef("unit"), path__overlap=list(tops)
    )
    return rows.filter(Exists(place)) if tops else rows.none()


def _named(text: str) -> list[int]:
    """Return the units of any campaign with a code, or else whose names have these words."""
    code, words = text.lower(), search_text(text)
    named = Q(version__search_key__contains=f" {words}") if words else Q(pk__in=[])
    rows = CampaignUnit.objects.filter(Q(code=code) | named).values_list("unit_id", "code")
    found = list(rows.distinct()[:MOST_UNITS])
    return [unit for unit, of in found if of == code] or [unit for unit, _code in found]


class Reason(forms.Form):
    """Why something is decided; it will be public."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("It is published. Please name no person."),
        widget=forms.Textarea({"rows": 4}),
        min_length=10,
        max_length=2000,
    )


class SetAsideForm(Reason):
    """The rule a counter's day is set aside under: one whose sign it shows."""

    rule = forms.ChoiceField(label=gettext_lazy("Rule"))
    field_order = ["rule", "reason"]

    def __init__(self, *args: Any, rules: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(rule, reasons.title(rule)) for rule in rules]
        cast("forms.ChoiceField", self.fields["rule"]).choices = choices


class ServedForm(forms.Form):
    """How many people a counter served on a day."""

    counter = forms.CharField(
        label=gettext_lazy("Code of the counter"),
        help_text=gettext_lazy("As on its poster."),
        max_length=12,
    )
    day = DayField(label=gettext_lazy("Day"))
    n = forms.IntegerField(
        label=gettext_lazy("People served"),
        help_text=gettext_lazy("From the queue machine or the register of dossiers."),
        min_value=0,
        max_value=MOST_SERVED,
    )

    def __init__(self, *args: Any, reach: Reach, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reach, self.today = reach, today

    def clean_counter(self) -> Counter:
        code = self.cleaned_data["counter"].strip().lower()
        counter = self.reach.counters().filter(code=code).first()
        if counter is None:
            raise forms.ValidationError(_("There is no counter with this code."))
        return counter

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day > self.today:
            raise forms.ValidationError(_("This day is in the future."))
        return day

    def known(self) -> ServedCount | None:
        """Return what was noted of this counter and day before."""
        given = self.cleaned_data
        return ServedCount.objects.filter(counter=given["counter"], day=given["day"]).first()
