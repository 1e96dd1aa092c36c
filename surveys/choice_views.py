"""The page on which officials choose which unit and which campaign the panel shows them."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from surveys.models import UnitVersion
from surveys.officials import OfficialRequest, panel_page
from surveys.panel import CAMPAIGN, UNIT
from surveys.panel_fields import CampaignChoice
from surveys.people import signing_in
from surveys.rights.acts import Act
from surveys.rights.roles import Rights
from surveys.rights.unit_choice import find_units


class ChoiceForm(forms.Form):
    """A unit and a campaign within reach; empty: all of them. `found`: units that fit alike."""

    unit = forms.CharField(
        label=gettext_lazy("Unit"),
        help_text=gettext_lazy("Its code or name. Empty: all units of your roles."),
        max_length=100,
        required=False,
    )
    campaign = CampaignChoice(
        required=False,
        empty_label=gettext_lazy("the newest"),
    )

    def __init__(self, *args: Any, rights: Rights, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rights = rights
        self.found: list[UnitVersion] = []
        seen = rights.reach(Act.SEE_CAMPAIGNS).campaigns()
        cast("CampaignChoice", self.fields["campaign"]).queryset = seen

    def clean_unit(self) -> UnitVersion | None:
        text = self.cleaned_data["unit"].strip()
        if not text:
            return None
        day = timezone.localdate(self.rights.now)
        found = find_units(self.rights.reach(Act.SEE_UNITS), text, day)
        if not found:
            raise forms.ValidationError(_("There is no such unit among those of your roles."))
        if len(found) > 1:
            self.found = found
            raise forms.ValidationError(_("Several units fit. Please give the code of one."))
        return found[0]


@panel_page(Act.OPEN_PANEL)
@require_http_methods(["GET", "POST"])
def choose(request: OfficialRequest) -> HttpResponse:
    unit, campaign = request.panel.unit, request.panel.chosen_campaign
    initial = {"unit": unit.unit.code if unit else "", "campaign": campaign}
    form = ChoiceForm(request.POST or None, initial=initial, rights=request.rights)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        request.session[UNIT] = chosen["unit"].unit_id if chosen["unit"] else None
        request.session[CAMPAIGN] = chosen["campaign"].pk if chosen["campaign"] else None
        return redirect(signing_in.way_on(request))
    context = {"form": form, "next": signing_in.way_on(request)}
    status = 422 if form.is_bound else 200
    return render(request, "surveys/officials/choose.html", context, status=status)
