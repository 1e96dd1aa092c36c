"""Officials' pages about other accounts: who there is, what they may do, letting them in."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from surveys.models import Invitation, RoleGrant
from surveys.officials import OfficialRequest, panel_page, refused
from surveys.oversight import audit
from surveys.oversight.deeds import Deed
from surveys.people import accounts, invitations, second_factors, sessions
from surveys.people.account_forms import AccountForm, GrantForm
from surveys.people.accounts import MayNotGrant
from surveys.rights.acts import Act

ON_A_PAGE = 50


@panel_page(Act.MANAGE_ACCOUNTS)
@require_safe
def account_list(request: OfficialRequest) -> HttpResponse:
    now, text = request.rights.now, request.GET.get("q", "").strip()
    found = accounts.with_two_steps(request.reach.accounts()).order_by("username")
    if text:
        found = found.filter(
            Q(username__icontains=text) | Q(first_name__icontains=text) | Q(email__icontains=text)
        )
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": accounts.lines(page.object_list, now=now),
        "text": text,
        "stranded": accounts.stranded(request.reach.grants(), now=now),
    }
    return render(request, "surveys/officials/accounts.html", context)


@panel_page(Act.MANAGE_ACCOUNTS)
@never_cache
@require_http_methods(["GET", "POST"])
def new_account(request: OfficialRequest) -> HttpResponse:
    """Make an account with its first role, and show its invitation link."""
    form = AccountForm(request.POST or None, rights=request.rights, reach=request.reach)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                account = User(
                    username=form.cleaned_data["username"],
                    first_name=form.cleaned_data["full_name"],
                    email=form.cleaned_data["email"],
                )
                account.set_unusable_password()
                account.save()
                unit = form.cleaned_data["unit"].pk
                audit.record(Deed.CREATE_ACCOUNT, by=request.actor, to=account, unit=unit)
                _give(request, form, account)
        except MayNotGrant:
            form.add_error("role", _("You cannot give more than you have yourself."))
        else:
            return _invited(request, account, unit)
    status = 422 if form.is_bound else 200
    return render(request, "surveys/officials/new_account.html", {"form": form}, status=status)


@panel_page(Act.MANAGE_ACCOUNTS)
@require_http_methods(["GET", "POST"])
def account(request: OfficialRequest, account: User) -> HttpResponse:
    """Show an account with its roles; a POST gives it one more."""
    form = GrantForm(request.POST or None, rights=request.rights, reach=request.reach)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                _give(request, form, account)
        except MayNotGrant:
            form.add_error("role", _("You cannot give more than you have yourself."))
        else:
            messages.success(request, _("The role is given; it holds at once."))
            return redirect("officials:account", account.pk)
    now = request.rights.now
    held = list(RoleGrant.objects.filter(user=account).in_force_at(now).select_related("campaign"))
    accounts.name_units(held, now=now)
    context = {
        "account": account,
        "form": form,
        "grants": [(grant, accounts.may_take(request.rights, grant)) for grant in held],
        "may_manage": accounts.may_manage(request.rights, account),
        "two_steps": second_factors.has_any(account),
        "invitation": Invitation.objects.filter(
            user=account, used_at=None, expires_at__gt=now
        ).first(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "surveys/officials/account.html", context, status=status)


@panel_page(Act.MANAGE_ACCOUNTS)
@require_http_methods(["GET", "POST"])
def revoke_grant(request: OfficialRequest, grant: RoleGrant) -> HttpResponse:
    if not accounts.may_take(request.rights, grant):
        return refused(request)
    account = grant.user
    if request.method == "GET":
        accounts.name_units([grant], now=request.rights.now)
        return _sure(
            request,
            account,
            _("Take the role back?"),
            _("%(name)s: %(role)s at %(unit)s. Pages open now no longer open at the next click.")
            % {
                "name": account.get_username(),
                "role": grant.get_role_display(),
                "unit": grant.__dict__["unit_name"],
            },
        )
    with transaction.atomic():
        accounts.take(grant, now=request.rights.now)
        before = {"role": grant.role, "unit": grant.unit_id, "campaign": grant.campaign_id}
        audit.record(Deed.REVOKE, by=request.actor, to=account, unit=grant.unit_id, before=before)
    messages.success(request, _("The role is taken back."))
    return redirect("officials:account", account.pk)


@panel_page(Act.MANAGE_ACCOUNTS, fresh=True)
@never_cache
@require_POST
def invite(request: OfficialRequest, account: User) -> HttpResponse:
    """Make a new link: for who lost the first one, or forgot the password."""
    if not accounts.may_manage(request.rights, account) or not account.is_active:
        return refused(request)
    return _invited(request, account, _unit_of(account))


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
        return _sure(request, account, question, said % {"name": account.get_username()})
    with transaction.atomic():
        second_factors.remove_all(account)
        sessions.end(account)
        audit.record(
            Deed.SECOND_FACTOR,
            by=request.actor,
            to=account,
            unit=_unit_of(account),
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
        return _sure(request, account, question, said % {"name": account.get_username()})
    with transaction.atomic():
        unit = _unit_of(account)
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
        audit.record(Deed.OPEN_ACCOUNT, by=request.actor, to=account, unit=_unit_of(account))
    messages.success(request, _("The account is open again; it holds no role yet."))
    return redirect("officials:account", account.pk)


def _give(request: OfficialRequest, form: forms.Form, account: User) -> None:
    chosen = form.cleaned_data
    grant = accounts.give(
        request.rights,
        account,
        chosen["role"],
        chosen["unit"],
        campaign=chosen["campaign"],
        ends_at=chosen["until"],
    )
    audit.record(
        Deed.GRANT,
        by=request.actor,
        to=account,
        unit=grant.unit_id,
        campaign=grant.campaign_id,
        after={"role": grant.role, "unit": grant.unit_id, "ends_at": grant.ends_at},
    )


def _invited(request: OfficialRequest, account: User, unit: int | None) -> HttpResponse:
    """Make a link, show it to be handed over, and mail it where that is possible."""
    with transaction.atomic():
        token = invitations.make(account, by=request.official, now=request.rights.now)
        audit.record(Deed.INVITE, by=request.actor, to=account, unit=unit)
    link = request.build_absolute_uri(reverse("officials:accept_invitation", args=[token]))
    mailed = False
    if settings.EMAIL_HOST and account.email:
        body = _("Open this link within %(days)d days and choose a password:\n\n%(link)s\n") % {
            "days": invitations.LASTS.days,
            "link": link,
        }
        subject = _("Your account of the Satisfaction Index")
        mailed = bool(send_mail(subject, body, None, [account.email], fail_silently=True))
    context = {"account": account, "link": link, "mailed": mailed, "days": invitations.LASTS.days}
    return render(request, "surveys/officials/invitation.html", context)


def _sure(request: OfficialRequest, account: User, question: str, said: str) -> HttpResponse:
    """Ask once before something that changes what an account can do."""
    context = {"account": account, "question": question, "said": said}
    return render(request, "surveys/officials/sure.html", context)


def _unit_of(account: User) -> int | None:
    """Return the unit of the account's first role, under which it is logged."""
    return (
        RoleGrant.objects.filter(user=account).order_by("pk").values_list("unit", flat=True).first()
    )
