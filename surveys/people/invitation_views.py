"""The page behind an invitation link: its reader chooses a password."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from surveys.officials import open_page
from surveys.oversight import audit
from surveys.oversight.deeds import Deed
from surveys.people import invitations, signing_in
from surveys.people.client_addresses import address_of


@open_page
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    now = timezone.now()
    invitation = invitations.find(token, now=now)
    if invitation is None:
        return render(request, "surveys/officials/link_used.html", status=410)
    user: User = invitation.user
    form = SetPasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invitations.accept(invitation, form.cleaned_data["new_password1"], now=now)
        except invitations.LinkUsed:
            return render(request, "surveys/officials/link_used.html", status=410)
        actor = audit.Actor(user, user.get_username(), address_of(request))
        audit.record(Deed.ACCEPT, by=actor, to=user, unit=signing_in.home_of(user, now=now))
        messages.success(request, _("The password is set. Please sign in with it."))
        return redirect("officials:login")
    context = {"form": form, "user_name": user.get_username()}
    status = 422 if form.is_bound else 200
    return render(request, "surveys/officials/accept_invitation.html", context, status=status)
