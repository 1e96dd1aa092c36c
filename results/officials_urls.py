"""Addresses of officials' pages that need figures; config.urls puts them among the panel's."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
