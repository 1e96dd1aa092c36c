"""Officials' pages that keep the owner of another account out, or let them in again."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from surveys.officials import OfficialRequest, panel_page, refused
from surveys.oversight import audit
from surveys.oversight.deeds import Deed
from surveys.people import accounts, second_factors, sessions
from surveys.people.accounts import unit_of
from surveys.rights.acts import Act


@panel_page(Act.MANAGE_ACCOUNTS, fresh=True)
@require_http_methods(["GET", "POST"])
def reset_second_step(request: OfficialRequest, account: User) -> HttpResponse:
    if not accounts.may_manage(request.rights, account):
        return refused(request)
    if request.method == "GET":
        said = _(
            "The app, the passkeys and the recovery codes of %(name)s are removed, and the"
            " account is signed out everywhere. Until a new second step is set up, the password"
            " alone opens it. Do this only after making sure who asks for it."
        )
        question = _("Reset the second step?")
        return sure(request, account, question, said % {"name": account.get_username()})
    with transaction.atomic():
        second_factors.remove_all(account)
        sessions.end(account)
        audit.record(
            Deed.SECOND_FACTOR,
            by=request.actor,
            to=account,
            unit=unit_of(account),
            after={"removed": "all"},
        )
    messages.success(request, _("The second step is reset."))
    return redirect("officials:account", account.pk)


@panel_page(Act.MANAGE_ACCOUNTS)
@require_http_methods(["GET", "POST"])
def close_account(request: OfficialRequest, account: User) -> HttpResponse:
    if not accounts.may_manage(request.rights, account):
        return refused(request)
    if request.method == "GET":
        said = _(
            "%(name)s is signed out everywhere and cannot sign in any more; all roles of the"
            " account end. What it did stays in the log. The account can be opened again,"
            " without its roles."
        )
        question = _("Close the account?")
        return sure(request, account, question, said % {"name": account.get_username()})
    with transaction.atomic():
        unit = unit_of(account)
        accounts.close(account, now=request.rights.now)
        audit.record(Deed.CLOSE_ACCOUNT, by=request.actor, to=account, unit=unit)
    messages.success(request, _("The account is closed."))
    return redirect("officials:accounts")


@panel_page(Act.MANAGE_ACCOUNTS)
@require_POST
def open_account(request: OfficialRequest, account: User) -> HttpResponse:
    if not accounts.may_manage(request.rights, account):
        return refused(request)
    with transaction.atomic():
        User.objects.filter(pk=account.pk).update(is_active=True)
        audit.record(Deed.OPEN_ACCOUNT, by=request.actor, to=account, unit=unit_of(account))
    messages.success(request, _("The account is open again; it holds no role yet."))
    return redirect("officials:account", account.pk)


@panel_page(Act.MANAGE_ACCOUNTS)
@require_POST
def sign_out_account(request: OfficialRequest, account: User) -> HttpResponse:
    """End all sessions of an account, such as one left open on a lost machine."""
    if not accounts.may_manage(request.rights, account):
        return refused(request)
    with transaction.atomic():
        ended = sessions.end(account)
        audit.record(
            Deed.SIGN_OUT_ACCOUNT,
            by=request.actor,
            to=account,
            unit=unit_of(account),
            after={"sessions": ended},
        )
    said = ngettext(
        "The account is signed out; it was signed in at %(n)d place.",
        "The account is signed out; it was signed in at %(n)d places.",
        ended,
    )
    messages.success(request, said % {"n": ended})
    return redirect("officials:account", account.pk)


def sure(request: OfficialRequest, account: User, question: str, said: str) -> HttpResponse:
    """Ask once before something that changes what an account can do."""
    context = {"account": account, "question": question, "said": said}
    return render(request, "surveys/officials/sure.html", context)
