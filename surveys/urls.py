from __future__ import annotations

from django.urls import path

from surveys import views

app_name = "surveys"
urlpatterns = [
    path("k/<str:counter>/", views.respond, name="respond"),
    path("k/<str:counter>/cam-on/", views.thanks, name="thanks"),
]
