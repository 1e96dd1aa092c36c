"""Officials' page of how far a sample plan is met."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from results.watching import quotas
from results.watching.monitoring import Watch
from surveys.models import Campaign
from surveys.officials import OfficialRequest, panel_page
from surveys.rights.acts import Act

PER_PAGE = 50


@panel_page(Act.MONITOR)
@require_safe
def quota_page(request: OfficialRequest, campaign: Campaign) -> HttpResponse:
    """Show planned sheets beside those counted, of the units this official watches."""
    if campaign.answers_pattern is None:
        messages.info(request, _("Sheets are counted against the plan once the campaign is open."))
        return redirect("officials:plan", campaign.slug)
    now = timezone.localtime(request.rights.now)
    watch = Watch(request.rights, campaign, now=now)
    page = Paginator(quotas.planned(watch), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "campaign": campaign,
        "watch": watch,
        "is_over": watch.today > campaign.closes_on,
        "all": quotas.together(watch),
        "strata": quotas.strata(watch),
        "page": page,
        "lines": quotas.unit_lines(watch, list(page)),
    }
    return render(request, "results/officials/quotas.html", context)
