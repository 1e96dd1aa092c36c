"""The public page of what people wrote to a unit and the office answered."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from results.reading.page_states import find_place
from results.views import find_campaign, public
from surveys.free_text.comments import answered
from surveys.models import CampaignUnit

ON_A_PAGE = 20


@public
def answers(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Show comments a person has checked, each with its answer, the latest answers first."""
    campaign = find_campaign(slug)
    try:
        place = find_place(campaign, code)
    except CampaignUnit.DoesNotExist as error:
        raise Http404 from error
    page = Paginator(answered(campaign, place.unit_id), ON_A_PAGE).get_page(
        request.GET.get("trang")
    )
    context = {
        "campaign": campaign,
        "campaign_url": reverse("results:campaign", args=[slug]),
        "code": code,
        "unit": place.version.full_name,
        "page": page,
    }
    return render(request, "results/answers.html", context)
