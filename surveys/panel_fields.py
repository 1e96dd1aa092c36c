"""Fields that many forms of officials have: which campaign, which day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy

from surveys.models import Campaign

if TYPE_CHECKING:
    ChoiceOfCampaign = forms.ModelChoiceField[Campaign]
else:
    ChoiceOfCampaign = forms.ModelChoiceField


class CampaignChoice(ChoiceOfCampaign):
    """Campaigns by the title officials know; the form that has it says which are offered."""

    def __init__(self, **said: Any) -> None:
        asked = {
            "label": gettext_lazy("Campaign"),
            "queryset": Campaign.objects.none(),
            "to_field_name": "slug",
            "empty_label": None,
        }
        super().__init__(**asked | said)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.title_text} ({obj.slug})"


class DayField(forms.DateField):
    """A day picked from a calendar, or typed as 2026-04-03 or 03/04/2026: always 3 April."""

    def __init__(self, **said: Any) -> None:
        super().__init__(
            widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            localize=False,
            input_formats=["%Y-%m-%d", "%d/%m/%Y"],
            **said,
        )
