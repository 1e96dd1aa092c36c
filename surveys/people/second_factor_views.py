"""Setting up how officials sign in in two steps: an app, passkeys, recovery codes."""

from __future__ import annotations

import base64
import json

import segno
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from surveys.models import Authenticator, Passkey
from surveys.officials import OfficialRequest, own_page
from surveys.oversight import audit
from surveys.oversight.deeds import Deed
from surveys.people import passkeys, second_factors, sessions, signing_in, totp
from surveys.people.sign_in_views import host_of

NEW_SECRET = "new_secret"  # noqa: S105 - a key of the session
NEW_PASSKEY = "new_passkey"


@own_page(fresh=True)
@never_cache
@require_safe
def second_factors_page(request: OfficialRequest) -> HttpResponse:
    """Show what there is, and lead to what can be added."""
    user = request.official
    options, request.session[NEW_PASSKEY] = passkeys.begin_adding(user, host_of(request))
    context = {
        "app": Authenticator.objects.filter(user=user).first(),
        "passkeys": Passkey.objects.filter(user=user).order_by("made_at"),
        "codes_left": second_factors.recovery_codes_left(user),
        "has_any": second_factors.has_any(user),
        "required": request.rights.is_administrator,
        "passkey_options": json.dumps(options),
    }
    return render(request, "surveys/officials/second_factors.html", context)


@own_page(fresh=True)
@never_cache
@require_http_methods(["GET", "POST"])
def add_app(request: OfficialRequest) -> HttpResponse:
    """Show a new secret, and take it when the app shows the right code for it."""
    kept = request.session.get(NEW_SECRET, "")
    secret = base64.b64decode(kept) if kept else totp.new_secret()
    request.session[NEW_SECRET] = base64.b64encode(secret).decode()
    wrong = False
    if request.method == "POST":
        code, now = request.POST.get("code", "")[:40], request.rights.now
        if second_factors.add_authenticator(request.official, secret, code, now=now):
            del request.session[NEW_SECRET]
            return _added(request, "app")
        wrong = True
    account = request.official.get_username()
    address = totp.address(secret, site=request.get_host(), account=account)
    context = {
        "wrong": wrong,
        "letters": totp.in_letters(secret),
        "qr": segno.make(address, error="m", micro=False).svg_inline(scale=5, light="white"),
    }
    return render(request, "surveys/officials/add_app.html", context, status=422 if wrong else 200)


@own_page(fresh=True)
@require_POST
def add_passkey(request: OfficialRequest) -> HttpResponse:
    state = request.session.pop(NEW_PASSKEY, None)
    try:
        answer = json.loads(request.POST.get("passkey", ""))
        passkeys.finish_adding(
            request.official,
            host_of(request),
            state,
            answer,
            name=request.POST.get("name", ""),
            now=request.rights.now,
        )
    except (ValueError, passkeys.NotProven):
        messages.error(request, _("The passkey could not be added. Please try again."))
        return redirect("officials:second_factors")
    return _added(request, "passkey")


@own_page(fresh=True)
@require_POST
def remove_factor(request: OfficialRequest) -> HttpResponse:
    """Remove the app or a passkey; an administrator keeps at least one of them."""
    user, which = request.official, request.POST.get("which", "")
    app = Authenticator.objects.filter(user=user)
    others = Passkey.objects.filter(user=user)
    chosen: Authenticator | Passkey
    if which == "app":
        left = others.count()
        chosen = get_object_or_404(app)
    else:
        chosen = get_object_or_404(others, pk=which if which.isdecimal() and len(which) < 9 else 0)
        left = app.count() + others.count() - 1
    if not left and request.rights.is_administrator:
        messages.warning(request, _("Administrators sign in in two steps: one way must stay."))
        return redirect("officials:second_factors")
    removed = chosen._meta.model_name or ""
    chosen.delete()
    if not left:
        second_factors.remove_all(user)
    _record(request, {"removed": removed})
    messages.success(request, _("It is removed."))
    return redirect("officials:second_factors")


@own_page(fresh=True)
@never_cache
@require_POST
def new_codes(request: OfficialRequest) -> HttpResponse:
    """Make recovery codes and show them, this once."""
    if not second_factors.has_any(request.official):
        return redirect("officials:second_factors")
    return _codes(request)


def _added(request: OfficialRequest, what: str) -> HttpResponse:
    """End the sessions begun without the second step; with the first factor come codes."""
    request.session[signing_in.TWO_STEPS] = True
    sessions.end(request.official, but=request.session.session_key)
    _record(request, {"added": what})
    if second_factors.recovery_codes_left(request.official):
        messages.success(request, _("It is added, and asked for from now on."))
        return redirect("officials:second_factors")
    return _codes(request)


def _codes(request: OfficialRequest) -> HttpResponse:
    codes = second_factors.new_recovery_codes(request.official)
    _record(request, {"added": "recovery codes"})
    return render(request, "surveys/officials/recovery_codes.html", {"codes": codes})


def _record(request: OfficialRequest, after: dict[str, str]) -> None:
    home = signing_in.home_of(request.official, now=request.rights.now)
    audit.record(Deed.SECOND_FACTOR, by=request.actor, to=request.official, unit=home, after=after)
