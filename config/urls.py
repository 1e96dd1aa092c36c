"""Every address of the site. Public pages have an English twin under /en/."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import TemplateView

from config.health import healthz, readyz
from config.metrics import metrics
from results import officials_urls as counted_pages
from surveys import officials_urls as panel_pages
from surveys.voice.clip_views import clip

# One panel, though two apps have pages in it.
PANEL: tuple[list[URLPattern | URLResolver], str] = (
    [*panel_pages.urlpatterns, *counted_pages.urlpatterns],
    panel_pages.app_name,
)

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("metrics", metrics),
    path("quan-tri/he-thong/", admin.site.urls),
    path("quan-tri/", include(PANEL)),
    # One address in all languages: players and kiosks keep it for ever.
    path("am-thanh/<str:digest>.<slug:suffix>", clip, name="clip"),
    path("api/v1/", include("surveys.api_urls")),
    path("api/v1/", include("results.api_urls")),
    *i18n_patterns(
        path("", include("surveys.urls")),
        path("", include("results.urls")),
        path(
            "tiep-can/",
            TemplateView.as_view(template_name="accessibility.html"),
            name="accessibility",
        ),
        prefix_default_language=False,
    ),
]
