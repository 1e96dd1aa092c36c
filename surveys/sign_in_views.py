"""How officials come in: signing in and out, and the page they start from."""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from surveys.models import PaperBatch
from surveys.officials import official_required

sign_in = LoginView.as_view(
    template_name="surveys/officials/sign_in.html", next_page="officials:start"
)
sign_out = LogoutView.as_view(next_page="officials:login")


@official_required
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Say what can be done here, and which piles wait to be keyed."""
    waiting = PaperBatch.objects.filter(closed_at__isnull=True).count()
    return render(request, "surveys/officials/start.html", {"waiting": waiting})
