"""Fields that many forms of officials have: which campaign, which day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.functional import Promise
from django.utils.text import format_lazy
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
    """A day typed as 03/04/2026 (3 April), 3-4-2026 or 2026-04-03; its label says the order.

    No calendar of the browser: it writes days in the order of the browser's own language, and
    many an English one in Viet Nam would show 3 April as 04/03/2026.
    """

    def __init__(self, *, label: str | Promise, **said: Any) -> None:
        super().__init__(
            label=format_lazy("{} ({})", label, gettext_lazy("dd/mm/yyyy")),
            widget=forms.DateInput({"size": 10}, format="%d/%m/%Y"),
            localize=False,
            input_formats=["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"],
            **said,
        )
