from __future__ import annotations

from django.urls import path

from surveys import api
from surveys.kiosks import device_api

app_name = "surveys_api"
urlpatterns = [
    path("counters/<str:counter>/responses/<str:response_id>", api.put_response, name="response"),
    path("counters/<str:counter>/devices", device_api.pair, name="devices"),
    path("devices/heartbeat", device_api.heartbeat, name="heartbeat"),
]
