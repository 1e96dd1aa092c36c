from __future__ import annotations

from django.urls import include, path, re_path

from results import views
from results.showing import answer_views, content_views, quality_views

app_name = "results"
urlpatterns = [
    path("", views.home, name="home"),
    path("ket-qua/", views.campaigns, name="campaigns"),
    path("", include("results.open_data.download_urls")),
    path("ket-qua/<slug:slug>/", views.campaign, name="campaign"),
    path("ket-qua/<slug:slug>/so-sanh/", content_views.comparison, name="comparison"),
    path("ket-qua/<slug:slug>/chat-luong/", quality_views.quality, name="quality"),
    path("ket-qua/<slug:slug>/phuong-phap/", content_views.method, name="method"),
    re_path(
        r"^ket-qua/(?P<slug>[-\w]+)/(?P<code>[\w.-]{1,20})/noi-dung/(?P<content_code>[\w.-]{1,50})/$",
        content_views.content,
        name="content",
    ),
    re_path(
        r"^ket-qua/(?P<slug>[-\w]+)/(?P<code>[\w.-]{1,20})/nhom-tra-loi/$",
        content_views.segments,
        name="segments",
    ),
    re_path(
        r"^ket-qua/(?P<slug>[-\w]+)/(?P<code>[\w.-]{1,20})/y-kien/$",
        answer_views.answers,
        name="answers",
    ),
    re_path(r"^ket-qua/(?P<slug>[-\w]+)/(?P<code>[\w.-]{1,20})/$", views.unit, name="unit"),
    path("chi-so-da-cong-bo/", views.published_indices, name="published_indices"),
]
