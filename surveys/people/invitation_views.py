"""Invitation links: made for an account, and the page behind one, where a password is chosen."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from surveys.officials import OfficialRequest, open_page, panel_page, refused
from surveys.oversight import audit
from surveys.oversight.deeds import Deed
from surveys.people import accounts, invitations, signing_in
from surveys.people.client_addresses import address_of
from surveys.rights.acts import Act


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


@panel_page(Act.MANAGE_ACCOUNTS, fresh=True)
@never_cache
@require_POST
def invite(request: OfficialRequest, account: User) -> HttpResponse:
    """Make a new link: for who lost the first one, or forgot the password."""
    if not accounts.may_manage(request.rights, account) or not account.is_active:
        return refused(request)
    return invited(request, account, accounts.unit_of(account))


def invited(request: OfficialRequest, account: User, unit: int | None) -> HttpResponse:
    """Make a link, show it to be handed over, and mail it where that is possible."""
    link = new_link(request, account, unit)
    mailed = mail_link(account, link)
    context = {"account": account, "link": link, "mailed": mailed, "days": invitations.LASTS.days}
    return render(request, "surveys/officials/invitation.html", context)


def new_link(request: OfficialRequest, account: User, unit: int | None) -> str:
    """Return a new link for an account, logged under a unit; older ones open nothing any more."""
    with transaction.atomic():
        token = invitations.make(account, by=request.official, now=request.rights.now)
        audit.record(Deed.INVITE, by=request.actor, to=account, unit=unit)
    return request.build_absolute_uri(reverse("officials:accept_invitation", args=[token]))


def can_mail() -> bool:
    """Return whether links can be mailed; else they are handed over."""
    return bool(settings.EMAIL_HOST)


def mail_link(account: User, link: str, connection: BaseEmailBackend | None = None) -> bool:
    """Mail a link to the owner of an account where that is possible; return whether it went."""
    if not (can_mail() and account.email):
        return False
    body = _("Open this link within %(days)d days and choose a password:\n\n%(link)s\n") % {
        "days": invitations.LASTS.days,
        "link": link,
    }
    subject = _("Your account of the Satisfaction Index")
    to = [account.email]
    return bool(send_mail(subject, body, None, to, fail_silently=True, connection=connection))
