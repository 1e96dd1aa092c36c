"""Officials' pages about other accounts: who there is, and what they may do."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from surveys.models import Invitation, RoleGrant
from surveys.officials import OfficialRequest, panel_page, refused
from surveys.oversight import audit
from surveys.oversight.deeds import Deed
from surveys.people import account_making, accounts, reassigning, second_factors, sessions
from surveys.people.access_views import sure
from surveys.people.account_forms import AccountForm, GrantForm, PersonForm
from surveys.people.accounts import MayNotGrant
from surveys.people.invitation_views import invited
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
        "stranded": reassigning.stranded(request.reach, now=now).count(),
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
            account = account_making.make(request.rights, form.wanted_account(), by=request.actor)
        except MayNotGrant:
            form.add_error("role", _("You cannot give more than you have yourself."))
        else:
            return invited(request, account, form.cleaned_data["unit"].pk)
    status = 422 if form.is_bound else 200
    return render(request, "surveys/officials/new_account.html", {"form": form}, status=status)


@panel_page(Act.MANAGE_ACCOUNTS)
@require_http_methods(["GET", "POST"])
def account(request: OfficialRequest, account: User) -> HttpResponse:
    """Show an account with its roles; a POST gives it one more."""
    form = GrantForm(request.POST or None, rights=request.rights, reach=request.reach)
    if request.method == "POST" and form.is_valid():
        try:
            account_making.give(request.rights, account, form.wanted_role(), by=request.actor)
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
        "n_sessions": sessions.living(account, now=now).count(),
        "invitation": Invitation.objects.filter(
            user=account, used_at=None, expires_at__gt=now
        ).first(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "surveys/officials/account.html", context, status=status)


@panel_page(Act.MANAGE_ACCOUNTS)
@require_http_methods(["GET", "POST"])
def change_account(request: OfficialRequest, account: User) -> HttpResponse:
    """Correct what the owner of an account is called, and where mail reaches them."""
    if not accounts.may_manage(request.rights, account):
        return refused(request)
    was = {"full_name": account.first_name, "email": account.email}
    form = PersonForm(request.POST or None, initial=was)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with transaction.atomic():
            account.first_name, account.email = given["full_name"], given["email"]
            account.save(update_fields=["first_name", "email"])
            audit.record(
                Deed.CHANGE_ACCOUNT,
                by=request.actor,
                to=account,
                unit=accounts.unit_of(account),
                # Not the words: the log is kept longer than names are (oversight.retention).
                after={"changed": form.changed_data},
            )
        messages.success(request, _("The account is changed."))
        return redirect("officials:account", account.pk)
    status = 422 if form.is_bound else 200
    context = {"form": form, "account": account}
    return render(request, "surveys/officials/change_account.html", context, status=status)


@panel_page(Act.MANAGE_ACCOUNTS)
@require_http_methods(["GET", "POST"])
def revoke_grant(request: OfficialRequest, grant: RoleGrant) -> HttpResponse:
    if not accounts.may_take(request.rights, grant):
        return refused(request)
    account = grant.user
    if request.method == "GET":
        accounts.name_units([grant], now=request.rights.now)
        return sure(
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
