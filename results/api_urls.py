from __future__ import annotations

from django.urls import path, re_path

from results import api
from results.open_data.segment_replies import segments

UNIT = r"^campaigns/(?P<slug>[-\w]+)/units/(?P<code>[\w.-]{1,20})"

app_name = "results_api"
urlpatterns = [
    path("openapi.json", api.openapi, name="openapi"),
    path("campaigns", api.campaigns, name="campaigns"),
    re_path(rf"{UNIT}$", api.unit, name="unit"),
    re_path(rf"{UNIT}/children$", api.children, name="children"),
    re_path(rf"{UNIT}/segments$", segments, name="segments"),
    # Whatever else, line breaks included.
    re_path(r"^[\s\S]*$", api.not_found),
]
