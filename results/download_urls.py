from __future__ import annotations

from django.urls import re_path

from results import download_views

UNIT = r"^ket-qua/(?P<slug>[-\w]+)/(?P<code>[\w.-]{1,20})/tai-ve"

urlpatterns = [
    re_path(rf"{UNIT}/so-lieu\.json$", download_views.unit_json, name="unit_json"),
    re_path(rf"{UNIT}/(?P<name>[\w.-]+)$", download_views.unit_file, name="unit_file"),
]
