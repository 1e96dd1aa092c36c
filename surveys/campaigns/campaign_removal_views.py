"""Officials' page that deletes a campaign which was never opened."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from surveys.campaigns import campaign_removal
from surveys.campaigns.campaign_deeds import NotNow
from surveys.models import Campaign
from surveys.officials import OfficialRequest, panel_page, refused
from surveys.rights.acts import Act


@panel_page(Act.MANAGE_CAMPAIGNS)
@require_http_methods(["GET", "POST"])
def remove_campaign(request: OfficialRequest, campaign: Campaign) -> HttpResponse:
    """Name what deleting takes away and ask once; a POST deletes."""
    if not request.reach.covers_whole(campaign):
        return refused(request)
    if campaign.answers_pattern is not None:
        messages.warning(request, _("The campaign is open now: it can no longer be deleted."))
        return redirect("officials:campaign", campaign.slug)
    if request.method != "POST":
        context = {"campaign": campaign, "plan_lines": campaign.plan_lines.count()}
        return render(request, "surveys/officials/campaign_remove.html", context)
    try:
        campaign_removal.remove(campaign, by=request.actor)
    except NotNow as error:
        messages.error(request, str(error))
        return redirect("officials:campaign", campaign.slug)
    messages.success(request, _("The draft is deleted."))
    return redirect("officials:campaigns")
