"""What an official chooses before something is printed."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.models import CampaignUnit
from surveys.panel_fields import CampaignChoice
from surveys.rights.reach import Reach
from surveys.units.unit_search import search_campaign_units

FOUND_LIMIT = 20
SIZES = [
    ("a4", gettext_lazy("Poster, A4")),
    ("a5", gettext_lazy("Poster, A5")),
    ("tent", gettext_lazy("Table tent, on A4")),
]


class PosterForm(forms.Form):
    """Whose posters, how large. `found` are the units that fit a name which fits several."""

    campaign = CampaignChoice()
    unit = forms.CharField(
        label=gettext_lazy("Unit"),
        help_text=gettext_lazy("Its code or name. The units below it are included."),
        max_length=100,
    )
    counter = forms.CharField(
        label=gettext_lazy("Only this counter"),
        help_text=gettext_lazy("Its code. Empty: all open counters there."),
        max_length=12,
        required=False,
    )
    size = forms.ChoiceField(label=gettext_lazy("Size"), choices=SIZES)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reach = reach
        opened = reach.campaigns().filter(answers_pattern__isnull=False)
        cast("CampaignChoice", self.fields["campaign"]).queryset = opened
        self.found: list[CampaignUnit] = []

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        campaign, text = cleaned.get("campaign"), cleaned.get("unit")
        if campaign is None or text is None:
            return cleaned
        units = self.reach.campaign_units(campaign)
        found = search_campaign_units(campaign, text, FOUND_LIMIT, among=units)
        if not found:
            self.add_error("unit", _("The campaign has no such unit."))
        elif len(found) > 1 and found[0].code != text.lower():
            self.found = found
            self.add_error("unit", _("Several units fit. Please choose one of them."))
        else:
            cleaned["unit"] = found[0].code
        return cleaned
