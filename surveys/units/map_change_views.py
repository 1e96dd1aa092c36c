"""Officials' page that takes changes of the map from a file: checked, then stored."""

from __future__ import annotations

from pathlib import Path

from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from surveys.bulk import uploads
from surveys.bulk.file_form import TableFileForm
from surveys.bulk.response_file import ImportRefused
from surveys.models import Tier, Unit
from surveys.officials import OfficialRequest, panel_page
from surveys.oversight import audit
from surveys.oversight.deeds import Deed
from surveys.rights.acts import Act
from surveys.units import map_change_rows
from surveys.units.map_changes import MapChanges, change_map

SALT = "surveys.map"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAGE = "surveys/officials/import_units.html"


@panel_page(Act.MANAGE_UNITS)
@require_http_methods(["GET", "POST"])
def import_units(request: OfficialRequest) -> HttpResponse:
    """Check a file without storing anything, and ask whether it shall be stored."""
    form = TableFileForm(request.POST or None, request.FILES or None)
    context: dict[str, object] = {"form": form, "everywhere": request.reach.everywhere}
    if form.is_valid():
        try:
            with uploads.as_csv(form.cleaned_data["file"]) as path:
                context["changes"] = _change(request, path, dry_run=True)
                name = uploads.keep(path)
        except ImportRefused as refused:
            context["refused"] = refused
        else:
            context["ticket"] = signing.dumps([name, request.official.pk], salt=SALT)
    bad = form.is_bound and "ticket" not in context
    return render(request, PAGE, context, status=422 if bad else 200)


@panel_page(Act.MANAGE_UNITS)
@require_POST
def confirm_units(request: OfficialRequest) -> HttpResponse:
    """Store the changes of a file that was checked."""
    try:
        name, user_id = signing.loads(
            request.POST.get("map_ticket", ""), salt=SALT, max_age=uploads.KEPT_SECONDS
        )
    except (signing.BadSignature, ValueError) as error:
        raise Http404 from error
    path = uploads.kept(name)
    if path is None or user_id != request.official.pk:
        messages.warning(request, _("The file is no longer here. Please upload it again."))
        return redirect("officials:import_units")
    try:
        with transaction.atomic():
            changes = _change(request, path, dry_run=False)
            unit = None if request.reach.everywhere else min(request.reach.in_force_below())
            audit.record(Deed.CHANGE_MAP, by=request.actor, unit=unit, after=changes.told())
    except ImportRefused as refused:
        context = {"form": TableFileForm(), "refused": refused}
        return render(request, PAGE, context, status=422)
    path.unlink(missing_ok=True)
    messages.success(request, _("The map is changed: %(n)d rows.") % {"n": changes.rows})
    return redirect("officials:units")


@panel_page(Act.MANAGE_UNITS)
@require_safe
def units_template(request: OfficialRequest) -> HttpResponse:
    """Give a file to fill in."""
    headers = {"Content-Disposition": 'attachment; filename="ban-do.xlsx"'}
    return HttpResponse(map_change_rows.template(), content_type=XLSX, headers=headers)


def _change(request: OfficialRequest, path: Path, *, dry_run: bool) -> MapChanges:
    def may(tier: Tier, unit: Unit | None) -> bool:
        """The nation's administrators change territories, others only agencies below them."""
        if request.reach.everywhere:
            return True
        return tier == Tier.AGENCY and unit is not None and request.reach.covers(unit.pk)

    return change_map(path, may=may, dry_run=dry_run)
