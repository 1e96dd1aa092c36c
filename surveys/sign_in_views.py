"""How officials come in: signing in and out, and the page they start from."""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from surveys.acts import Act
from surveys.officials import OfficialRequest, open_page, panel_page

sign_in = open_page(
    LoginView.as_view(template_name="surveys/officials/sign_in.html", next_page="officials:start")
)
sign_out = open_page(LogoutView.as_view(next_page="officials:login"))


@panel_page(Act.OPEN_PANEL)
@require_safe
def start(request: OfficialRequest) -> HttpResponse:
    """Say what can be done here, and how many piles wait to be keyed."""
    batches = request.rights.reach(Act.KEY_PAPER).batches()
    waiting = batches.filter(closed_at__isnull=True).count()
    return render(request, "surveys/officials/start.html", {"waiting": waiting})
