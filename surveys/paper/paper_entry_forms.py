"""The header of a new batch of paper sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.models import Campaign, CampaignUnit, Counter, PaperBatch
from surveys.panel_fields import CampaignChoice, DayField
from surveys.rights.reach import Reach

if TYPE_CHECKING:
    BatchModelForm = forms.ModelForm[PaperBatch]
else:
    BatchModelForm = forms.ModelForm

# More than a counter serves in a day; a slip of the hand is rather a digit too many.
MOST_SHEETS = 5000


class BatchForm(BatchModelForm):
    """Where and when the sheets were filled in, how many went out and came back."""

    campaign = CampaignChoice()
    counter = forms.CharField(
        label=gettext_lazy("Code of the counter"),
        help_text=gettext_lazy("As on its poster."),
        max_length=12,
    )
    answered_on = DayField(
        label=gettext_lazy("Day the sheets were filled in"),
    )
    handed_out = forms.IntegerField(
        label=gettext_lazy("Sheets handed out"), min_value=0, max_value=MOST_SHEETS
    )
    collected = forms.IntegerField(
        label=gettext_lazy("Sheets collected"), min_value=0, max_value=MOST_SHEETS
    )

    class Meta:
        model = PaperBatch
        fields = ["campaign", "counter", "answered_on", "handed_out", "collected"]

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reach = reach
        opened = reach.campaigns().filter(answers_pattern__isnull=False)
        cast("CampaignChoice", self.fields["campaign"]).queryset = opened

    def clean_counter(self) -> Counter:
        code = self.cleaned_data["counter"].strip().lower()
        counters = self.reach.counters(self.cleaned_data.get("campaign"))
        counter = counters.filter(code=code).first()
        if counter is None:
            raise forms.ValidationError(_("There is no counter with this code."))
        return counter

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        campaign, counter = cleaned.get("campaign"), cleaned.get("counter")
        if campaign and counter and not _asks(campaign, counter):
            self.add_error("counter", _("The campaign does not ask at this counter."))
        if campaign and (day := cleaned.get("answered_on")):
            if not campaign.opens_on <= day <= campaign.closes_on:
                self.add_error("answered_on", _("The campaign was not open on this day."))
            elif day > timezone.localdate():
                self.add_error("answered_on", _("This day is in the future."))
        out, back = cleaned.get("handed_out"), cleaned.get("collected")
        if out is not None and back is not None and back > out:
            self.add_error("collected", _("No more sheets come back than went out."))
        return cleaned


def _asks(campaign: Campaign, counter: Counter) -> bool:
    return CampaignUnit.objects.filter(campaign=campaign, unit_id=counter.unit_id).exists()
