"""How officials come in: the password, the second step, going out."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import auth
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from surveys.models import Authenticator, Passkey, SignedIn
from surveys.officials import open_page
from surveys.oversight import audit
from surveys.oversight.deeds import Deed
from surveys.people import lockout, passkeys, second_factors, signing_in
from surveys.people.client_addresses import address_of, full_address_of

STATE = "passkey_state"


class SignInForm(forms.Form):
    """The first step."""

    username = forms.CharField(
        label=gettext_lazy("Account name"),
        max_length=150,
        widget=forms.TextInput(
            {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=4096,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


class CodeForm(forms.Form):
    """The second step."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        widget=forms.TextInput({"autocomplete": "one-time-code", "autocapitalize": "none"}),
    )


@open_page
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.method == "GET" and request.user.is_authenticated:
        return redirect(signing_in.way_on(request))
    form = SignInForm(request.POST or None)
    if not form.is_valid():
        return _first_step(request, form, 422 if form.is_bound else 200)
    now, name = timezone.now(), form.cleaned_data["username"]
    if signing_in.is_locked(request, name, now=now):
        return _locked(request, form)
    user = auth.authenticate(request, **form.cleaned_data)
    if not isinstance(user, User):
        _note_failure(request, name, now=now)
        form.add_error(None, _("The account name or the password is wrong."))
        return _first_step(request, form, 422)
    if second_factors.has_any(user):
        signing_in.await_second_step(request, user, now=now)
        way_on = urlencode({"next": signing_in.way_on(request)})
        return redirect(f"{reverse('officials:second_step')}?{way_on}")
    signing_in.complete(request, user, two_steps=False, now=now)
    return redirect(signing_in.way_on(request))


@open_page
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """Take a code of the app, a recovery code, or the answer of a passkey."""
    now = timezone.now()
    user = signing_in.awaited(request, now=now)
    if user is None:
        return redirect("officials:login")
    form = CodeForm(request.POST or None)
    if request.method == "GET":
        return _second_step(request, user, form, 200)
    if signing_in.is_locked(request, user.get_username(), now=now):
        return _locked(request, form)
    if not proves_second_factor(request, user, now=now):
        _note_failure(request, user.get_username(), now=now)
        form.add_error("code", _("This is not the code of now, nor an unused recovery code."))
        return _second_step(request, user, form, 422)
    signing_in.complete(request, user, two_steps=True, now=now)
    return redirect(signing_in.way_on(request))


def proves_second_factor(request: HttpRequest, user: User, *, now: datetime) -> bool:
    """Return whether what was posted proves a second factor of the user; it is used up."""
    if answer := request.POST.get("passkey", ""):
        state = request.session.pop(STATE, None)
        try:
            given = json.loads(answer)
        except ValueError:
            return False
        return state is not None and passkeys.proves(user, host_of(request), state, given, now=now)
    code = request.POST.get("code", "")[:40]
    return second_factors.takes_code(user, code, now=now) or second_factors.takes_recovery_code(
        user, code, now=now
    )


def ways_of(request: HttpRequest, user: User) -> dict[str, Any]:
    """Return what a page needs to ask for the second factor in the ways the user has."""
    ways: dict[str, Any] = {"has_app": Authenticator.objects.filter(user=user).exists()}
    if Passkey.objects.filter(user=user).exists():
        options, request.session[STATE] = passkeys.begin_proving(user, host_of(request))
        ways["passkey_options"] = json.dumps(options)
    return ways


def host_of(request: HttpRequest) -> str:
    """Return the name of the site as the browser knows it, without the port."""
    return request.get_host().partition(":")[0]


@open_page
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    user = request.user
    if isinstance(user, User):
        SignedIn.objects.filter(session_key=request.session.session_key).delete()
        actor = audit.Actor(user, user.get_username(), address_of(request))
        home = signing_in.home_of(user, now=timezone.now())
        audit.record(Deed.SIGN_OUT, by=actor, to=user, unit=home)
    auth.logout(request)
    return redirect("officials:login")


def _first_step(request: HttpRequest, form: forms.Form, status: int) -> HttpResponse:
    context = {"form": form, "next": signing_in.way_on(request)}
    return render(request, "surveys/officials/sign_in.html", context, status=status)


def _second_step(request: HttpRequest, user: User, form: forms.Form, status: int) -> HttpResponse:
    context = {"form": form, "next": signing_in.way_on(request), **ways_of(request, user)}
    return render(request, "surveys/officials/second_step.html", context, status=status)


def _locked(request: HttpRequest, form: forms.Form) -> HttpResponse:
    said = _("Too many tries have failed. Please try again in %(minutes)d minutes.")
    form.add_error(None, said % {"minutes": lockout.WINDOW.seconds // 60})
    return _first_step(request, form, 429)


def _note_failure(request: HttpRequest, name: str, *, now: datetime) -> None:
    """Count a failure; the one that locks an account is told in the log.

    Only that one: who is not signed in cannot fill the log.
    """
    address = full_address_of(request)
    lockout.note_failure(name, address, now=now)
    user = User.objects.filter(username=name).first()
    if user is not None and lockout.is_locked(name, "", known=False, now=now):
        actor = audit.Actor(None, name, address_of(request))
        home = signing_in.home_of(user, now=now)
        audit.record(Deed.SIGN_IN_REFUSED, by=actor, to=user, unit=home)
