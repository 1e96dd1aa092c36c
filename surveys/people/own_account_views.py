"""What officials do about their own account: password, sessions, and being asked again."""

from __future__ import annotations

from django.contrib import auth, messages
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from surveys.models import RoleGrant
from surveys.officials import OfficialRequest, own_page
from surveys.oversight import audit
from surveys.oversight.deeds import Deed
from surveys.people import accounts, lockout, second_factors, sessions, signing_in
from surveys.people.client_addresses import full_address_of
from surveys.people.sign_in_views import proves_second_factor, ways_of


@own_page()
@require_safe
def own_account(request: OfficialRequest) -> HttpResponse:
    """Show who one is here, what one may do, and where one is signed in."""
    now = request.rights.now
    held = RoleGrant.objects.filter(user=request.official).in_force_at(now)
    grants = list(held.select_related("campaign").order_by("starts_at"))
    accounts.name_units(grants, now=now)
    context = {
        "grants": grants,
        "sessions": sessions.living(request.official, now=now),
        "this": request.session.session_key,
        "two_steps": second_factors.has_any(request.official),
    }
    return render(request, "surveys/officials/own_account.html", context)


@own_page()
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request: OfficialRequest) -> HttpResponse:
    form = PasswordChangeForm(request.official, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        # Django ends all other sessions with the old password; this one goes on.
        auth.update_session_auth_hash(request, request.official)
        sessions.end(request.official, but=None)
        sessions.begin(
            request.official,
            request.session.session_key or "",
            address=request.actor.address,
            browser=request.headers.get("User-Agent", ""),
            now=request.rights.now,
        )
        _record(request, Deed.CHANGE_PASSWORD)
        messages.success(request, _("The password is changed; you are signed out elsewhere."))
        return redirect("officials:own_account")
    status = 422 if form.is_bound else 200
    return render(request, "surveys/officials/password.html", {"form": form}, status=status)


@own_page()
@require_POST
def sign_out_others(request: OfficialRequest) -> HttpResponse:
    ended = sessions.end(request.official, but=request.session.session_key)
    _record(request, Deed.SIGN_OUT_OTHERS, {"sessions": ended})
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("officials:own_account")


@own_page()
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def confirm(request: OfficialRequest) -> HttpResponse:
    """Ask once more for the second factor, or without one for the password."""
    user, now = request.official, request.rights.now
    fault = ""
    if request.method == "POST":
        if signing_in.is_locked(request, user.get_username(), now=now):
            fault = _("Too many tries have failed. Please try again in %(minutes)d minutes.") % {
                "minutes": lockout.WINDOW.seconds // 60
            }
        elif _proves(request):
            signing_in.confirm(request, now=now)
            return redirect(signing_in.way_on(request))
        else:
            lockout.note_failure(user.get_username(), full_address_of(request), now=now)
            fault = _("This is not right. Please try again.")
    context = {
        "fault": fault,
        "next": signing_in.way_on(request),
        "two_steps": second_factors.has_any(user),
        **ways_of(request, user),
    }
    return render(request, "surveys/officials/confirm.html", context, status=422 if fault else 200)


def _proves(request: OfficialRequest) -> bool:
    user = request.official
    if second_factors.has_any(user):
        return proves_second_factor(request, user, now=request.rights.now)
    return user.check_password(request.POST.get("password", ""))


def _record(request: OfficialRequest, deed: Deed, after: dict[str, int] | None = None) -> None:
    home = signing_in.home_of(request.official, now=request.rights.now)
    audit.record(deed, by=request.actor, to=request.official, unit=home, after=after)
