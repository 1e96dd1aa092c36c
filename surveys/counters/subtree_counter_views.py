"""Officials' page of counters: of a unit and all below it, in a campaign, at once."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from surveys.campaigns.campaign_tree import TreeError
from surveys.counters import subtree_counters
from surveys.counters.subtree_counters import Changed, Plan, Round, Subtree
from surveys.models import UnitVersion
from surveys.officials import OfficialRequest, panel_page
from surveys.panel_fields import CampaignChoice
from surveys.rights.acts import Act
from surveys.rights.reach import Reach
from surveys.rights.unit_choice import find_units

SHOWN = 100
MOST = 5_000
"""Counters made or switched at once: all communes of the nation."""


class RoundForm(forms.Form):
    """What is done, where. `found` are the units that fit a name which fits several."""

    campaign = CampaignChoice(
        help_text=gettext_lazy("Its tree says which units are below which; drafts count as well.")
    )
    unit = forms.CharField(
        label=gettext_lazy("Unit"),
        help_text=gettext_lazy("Its code or name. The units below it are included."),
        max_length=100,
    )
    round = forms.ChoiceField(
        label=gettext_lazy("What to do"), choices=Round.choices, widget=forms.RadioSelect
    )
    name = forms.CharField(
        label=gettext_lazy("Name of new counters"),
        help_text=gettext_lazy("The name of the unit follows it."),
        max_length=100,
        required=False,
    )

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reach = reach
        mine = reach.campaigns().select_related("questionnaire").order_by("-opens_on", "slug")
        cast("CampaignChoice", self.fields["campaign"]).queryset = mine
        self.fields["round"].initial = Round.CREATE
        self.fields["name"].initial = _("One-stop desk")
        self.found: list[UnitVersion] = []

    def clean_unit(self) -> UnitVersion:
        found = find_units(self.reach, self.cleaned_data["unit"], self.reach.today)
        if not found:
            raise forms.ValidationError(_("There is no such unit among those of your roles."))
        if len(found) > 1:
            self.found = found
            raise forms.ValidationError(_("Several units fit. Please give the code of one."))
        return found[0]

    def clean_name(self) -> str:
        return self.cleaned_data["name"].strip() or _("One-stop desk")


@panel_page(Act.MANAGE_COUNTERS)
@require_http_methods(["GET", "POST"])
def subtree_counters_page(request: OfficialRequest) -> HttpResponse:
    """Ask what to do to the counters of a subtree; say what follows; a second POST does it."""
    initial: dict[str, Any] = {"campaign": request.panel.campaign}
    if (chosen := request.panel.unit) is not None:
        initial["unit"] = chosen.unit.code
    data = request.POST if request.method == "POST" else None
    form = RoundForm(data, initial=initial, reach=request.reach)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        given = form.cleaned_data
        try:
            tree = subtree_counters.subtree(given["campaign"], given["unit"], request.reach)
        except TreeError as error:
            form.add_error("campaign", str(error))
        else:
            if (agreed := request.POST.get("agreed", "")).isdecimal():
                return _carry_out(request, form, tree, int(agreed[:9]))
            told = subtree_counters.plan(tree, Round(given["round"]))
            if _may(form, tree, told):
                context |= {"plan": told, "tree": tree, "names": told.names[:SHOWN]}
                context["more"] = max(0, told.n - SHOWN)
    bad = form.is_bound and bool(form.errors)
    return render(
        request, "surveys/officials/subtree_counters.html", context, status=422 if bad else 200
    )


def _may(form: RoundForm, tree: Subtree, told: Plan) -> bool:
    """Return whether there is something to do, and not too much; if not, the form says why."""
    if not tree.units:
        form.add_error("unit", _("The campaign has no such unit."))
    elif not told.n:
        form.add_error("round", _("There is nothing to do: no counter there is like this."))
    elif told.n > MOST:
        form.add_error(
            "unit", _("More than %(n)d at once. Please choose a unit below.") % {"n": MOST}
        )
    else:
        return True
    return False


def _carry_out(
    request: OfficialRequest, form: RoundForm, tree: Subtree, agreed: int
) -> HttpResponse:
    given = form.cleaned_data
    round_ = Round(given["round"])
    try:
        n = subtree_counters.carry_out(
            tree, round_, agreed=agreed, name=given["name"], by=request.actor
        )
    except Changed:
        messages.warning(
            request, _("The counters have changed meanwhile: nothing was done. Please look again.")
        )
    else:
        messages.success(request, _done(round_, n))
    return redirect("officials:subtree_counters")


def _done(round_: Round, n: int) -> str:
    if round_ == Round.CREATE:
        said = ngettext("%(n)d counter was made.", "%(n)d counters were made.", n)
    elif round_ == Round.OPEN:
        said = ngettext("%(n)d counter is open now.", "%(n)d counters are open now.", n)
    else:
        said = ngettext("%(n)d counter is closed now.", "%(n)d counters are closed now.", n)
    return said % {"n": n}
