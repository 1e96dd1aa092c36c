from __future__ import annotations

from django.urls import path

from surveys import views
from surveys.kiosks import kiosk_views

app_name = "surveys"
urlpatterns = [
    path("k/<str:counter>/", views.respond, name="respond"),
    path("k/<str:counter>/cam-on/", views.thanks, name="thanks"),
    path("k/<str:counter>/kiosk/", kiosk_views.shell, name="kiosk"),
    path("k/<str:counter>/kiosk/sw.js", kiosk_views.worker, name="kiosk_worker"),
    path("k/<str:counter>/kiosk/manifest.json", kiosk_views.manifest, name="kiosk_manifest"),
]
