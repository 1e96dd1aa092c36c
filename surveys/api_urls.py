from __future__ import annotations

from django.urls import URLPattern

app_name = "surveys_api"
urlpatterns: list[URLPattern] = []
