"""What an official says of an export of sheets: of what, as what, and what for."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from results.exports import exported_sheets
from results.exports.exporting import MOST_SHEETS
from surveys.models import CampaignUnit, SheetExport
from surveys.panel_fields import CampaignChoice
from surveys.rights.reach import Reach
from surveys.units.unit_search import search_campaign_units

FOUND_LIMIT = 20
SHORTEST_PURPOSE = 10


class ExportForm(forms.Form):
    """`found` are the units that fit a name which fits several."""

    campaign = CampaignChoice(
        help_text=gettext_lazy("Only campaigns whose final release is made and sealed."),
    )
    unit = forms.CharField(
        label=gettext_lazy("Unit"),
        help_text=gettext_lazy("Its code or name. The units below it are included."),
        max_length=100,
    )
    format = forms.ChoiceField(label=gettext_lazy("File"), choices=SheetExport.Format.choices)
    purpose = forms.CharField(
        label=gettext_lazy("What for"),
        help_text=gettext_lazy("Kept in the audit log with your name."),
        widget=forms.Textarea({"rows": 3}),
        min_length=SHORTEST_PURPOSE,
        max_length=1000,
    )

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reach = reach
        offered = exported_sheets.can_be_exported(reach.campaigns()).order_by("-opens_on", "slug")
        cast("CampaignChoice", self.fields["campaign"]).queryset = offered
        self.fields["format"].initial = SheetExport.Format.XLSX
        self.offered = offered
        self.found: list[CampaignUnit] = []

    @property
    def offers(self) -> bool:
        """Whether there is a campaign to choose."""
        return self.offered.exists()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        campaign, text = cleaned.get("campaign"), cleaned.get("unit")
        if campaign is None or text is None:
            return cleaned
        units = self.reach.campaign_units(campaign)
        found = search_campaign_units(campaign, text, FOUND_LIMIT, among=units)
        if not found:
            self.add_error("unit", _("The campaign has no such unit."))
        elif len(found) > 1 and found[0].code != text.strip().lower():
            self.found = found
            self.add_error("unit", _("Several units fit. Please type the code of one of them."))
        elif exported_sheets.published(campaign, found[0].unit_id) > MOST_SHEETS:
            said = _("It has more than %(n)d sheets. Please choose a unit below it.")
            self.add_error("unit", said % {"n": MOST_SHEETS})
        else:
            cleaned["place"] = found[0]
        return cleaned
