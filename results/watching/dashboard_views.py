"""The overview of officials: how a campaign goes where they watch it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from results.watching.dashboard import dashboard
from results.watching.monitoring import Watch
from surveys.models import Campaign, CampaignUnit
from surveys.officials import OfficialRequest, panel_page
from surveys.rights.acts import Act


@panel_page(Act.OPEN_PANEL)
@require_safe
def start(request: OfficialRequest) -> HttpResponse:
    """Show how the campaign chosen goes, or where there is none what can be done here."""
    campaign = request.panel.campaign
    if campaign is None or campaign.answers_pattern is None:
        return _start(request)
    now = timezone.localtime(request.rights.now)
    watch = Watch(request.rights, campaign, now=now, unit=_unit(request, campaign))
    if not watch.tops:
        return _start(request)
    board = dashboard(
        watch,
        all_units="tat-ca" in request.GET,
        behind="cham" in request.GET,
        number=request.GET.get("page"),
    )
    context = {
        "board": board,
        "watch": watch,
        "campaign": campaign,
        "place": board.place,
    }
    return render(request, "results/officials/dashboard.html", context)


def _start(request: OfficialRequest) -> HttpResponse:
    """Show the doors, and how many batches of paper are open."""
    reach = request.rights.reach(Act.KEY_PAPER)
    waiting = reach.batches().filter(closed_at__isnull=True).count() if reach else 0
    return render(request, "surveys/officials/start.html", {"waiting": waiting})


def _unit(request: OfficialRequest, campaign: Campaign) -> CampaignUnit | None:
    """Return the unit asked for, or the one chosen in the panel, where it may be watched."""
    units = request.rights.reach(Act.MONITOR).campaign_units(campaign)
    if code := request.GET.get("don-vi", ""):
        return get_object_or_404(units, code=code)
    if (chosen := request.panel.unit) is not None:
        return units.filter(unit=chosen.unit_id).first()
    return None
