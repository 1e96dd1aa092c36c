from __future__ import annotations

from django.urls import URLPattern

app_name = "results_api"
urlpatterns: list[URLPattern] = []
