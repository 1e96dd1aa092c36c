"""The public page about data quality. HTTP only."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from results.showing.quality_pages import quality_page
from results.views import find_campaign, public


@public
def quality(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = find_campaign(slug)
    context = {
        "campaign": campaign,
        "page": quality_page(campaign),
        "campaign_url": reverse("results:campaign", args=[slug]),
    }
    return render(request, "results/quality.html", context)
