"""The catalogue of open data: HTTP around results.open_data.catalogue."""

from __future__ import annotations

import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from results.bundles.manifest import public_key_of
from results.open_data import catalogue
from results.open_data.reading_limit import open_to_programs
from results.views import public


@public
def page(request: HttpRequest) -> HttpResponse:
    context = {
        "datasets": catalogue.datasets(),
        "licence": catalogue.LICENCE,
        "public_key": public_key_of(settings.SIGNING_KEY),
    }
    return render(request, "results/downloads_catalogue.html", context)


@open_to_programs
@public
def json_ld(_request: HttpRequest) -> HttpResponse:
    content = json.dumps(catalogue.dcat(catalogue.datasets()), ensure_ascii=False, indent=1)
    return HttpResponse(content, content_type="application/ld+json")
