"""Officials' pages that make many accounts from a file: checked first, made on request."""

from __future__ import annotations

import csv
import io
from collections import Counter as Tally

from django.contrib import messages
from django.contrib.auth.models import User
from django.core import signing
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from surveys.bulk import uploads
from surveys.bulk.file_form import TableFileForm
from surveys.bulk.response_file import ImportRefused
from surveys.bulk.spreadsheets import no_formula
from surveys.officials import OfficialRequest, panel_page
from surveys.people import account_making, account_rows, invitations
from surveys.people.account_making import WantedAccount
from surveys.people.invitation_views import can_mail, mail_link, new_link
from surveys.rights.acts import Act

SALT = "surveys.people.accounts"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAGE = "surveys/officials/import_accounts.html"


@panel_page(Act.MANAGE_ACCOUNTS, fresh=True)
@require_http_methods(["GET", "POST"])
def import_accounts(request: OfficialRequest) -> HttpResponse:
    """Check a file without storing anything, and ask whether its accounts shall be made."""
    form = TableFileForm(request.POST or None, request.FILES or None)
    context: dict[str, object] = {"form": form, "meanings": account_rows.meanings()}
    if form.is_valid():
        try:
            with uploads.as_csv(form.cleaned_data["file"]) as path:
                found = account_rows.read(path, request.rights, request.reach)
                name = uploads.keep(path)
        except ImportRefused as refused:
            context["refused"] = refused
        else:
            roles = Tally(str(one.first.role.label) for one in found)
            context |= {
                "found": found,
                "roles": sorted(roles.items()),
                "n_mailed": sum(1 for one in found if one.email),
                "mails": can_mail(),
                "days": invitations.LASTS.days,
                "ticket": signing.dumps([name, request.official.pk], salt=SALT),
            }
    bad = form.is_bound and "ticket" not in context
    return render(request, PAGE, context, status=422 if bad else 200)


@panel_page(Act.MANAGE_ACCOUNTS, fresh=True)
@never_cache
@require_POST
def confirm_accounts(request: OfficialRequest) -> HttpResponse:
    """Make the accounts of a file that was checked, and give their links as a file, this once."""
    try:
        name, user_id = signing.loads(
            request.POST.get("people_ticket", ""), salt=SALT, max_age=uploads.KEPT_SECONDS
        )
    except (signing.BadSignature, ValueError) as error:
        raise Http404 from error
    path = uploads.kept(name)
    if path is None or user_id != request.official.pk:
        messages.warning(request, _("The file is no longer here. Please upload it again."))
        return redirect("officials:import_accounts")
    try:
        with transaction.atomic():
            wanted = account_rows.read(path, request.rights, request.reach)
            made = [_made(request, one) for one in wanted]
    except ImportRefused as refused:
        context = {"form": TableFileForm(), "refused": refused, "meanings": account_rows.meanings()}
        return render(request, PAGE, context, status=422)
    path.unlink(missing_ok=True)
    name = f"lien-ket-{timezone.localdate(request.rights.now)}.csv"
    return HttpResponse(
        _as_csv(made),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@panel_page(Act.MANAGE_ACCOUNTS)
@require_safe
def accounts_template(request: OfficialRequest) -> HttpResponse:
    """Give a file to fill in."""
    headers = {"Content-Disposition": 'attachment; filename="tai-khoan.xlsx"'}
    return HttpResponse(account_rows.template(), content_type=XLSX, headers=headers)


def _made(request: OfficialRequest, wanted: WantedAccount) -> tuple[User, str]:
    """Make an account; return it with the link by which its owner chooses a password."""
    account = account_making.make(request.rights, wanted, by=request.actor)
    return account, new_link(request, account, wanted.first.unit_id)


def _as_csv(made: list[tuple[User, str]]) -> bytes:
    """Mail each link where that is possible; return all as CSV for Excel."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["username", "full_name", "email", "mailed", "link"])
    connection = _connection()
    for account, link in made:
        mailed = connection is not None and mail_link(account, link, connection)
        cells = (account.get_username(), account.first_name, account.email)
        writer.writerow([*map(no_formula, cells), _("yes") if mailed else _("no"), link])
    if connection is not None:
        connection.close()
    return text.getvalue().encode("utf-8-sig")


def _connection() -> BaseEmailBackend | None:
    """Return a way to send mail; None where there is none, so that not each link waits for it."""
    if not can_mail():
        return None
    connection: BaseEmailBackend = get_connection()
    try:
        connection.open()
    except OSError:  # smtplib's faults are such, too
        return None
    connection.fail_silently = True
    return connection
