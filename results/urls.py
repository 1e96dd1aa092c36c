from __future__ import annotations

from django.urls import include, path, re_path

from results import views

app_name = "results"
urlpatterns = [
    path("", views.home, name="home"),
    path("ket-qua/", views.campaigns, name="campaigns"),
    path("", include("results.download_urls")),
    path("ket-qua/<slug:slug>/", views.campaign, name="campaign"),
    re_path(r"^ket-qua/(?P<slug>[-\w]+)/(?P<code>[\w.-]{1,20})/$", views.unit, name="unit"),
    path("chi-so-da-cong-bo/", views.published_indices, name="published_indices"),
]
