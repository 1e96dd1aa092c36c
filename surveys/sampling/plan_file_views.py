"""Officials' pages that bring a sample plan in from a file: checked first, stored on request."""

from __future__ import annotations

from pathlib import Path

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from surveys.bulk import uploads
from surveys.bulk.file_form import TableFileForm
from surveys.bulk.response_file import ImportRefused, refusal
from surveys.campaigns.campaign_tree import TreeError
from surveys.models import Campaign
from surveys.officials import OfficialRequest, panel_page, refused
from surveys.rights.acts import Act
from surveys.sampling import plan_files, plans
from surveys.sampling.plan_views import lines, may_change
from surveys.sampling.plans import PlanFrozen, Planned

SALT = "surveys.sampling.plan_file"
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@panel_page(Act.MANAGE_CAMPAIGNS)
@require_http_methods(["GET", "POST"])
def plan_file(request: OfficialRequest, campaign: Campaign) -> HttpResponse:
    """Check a file without storing anything, and ask whether it shall take the plan's place."""
    if not may_change(request, campaign):
        return refused(request)
    if campaign.answers_pattern is not None:
        messages.error(request, _("The campaign is open: its plan is frozen."))
        return redirect("officials:plan", campaign.slug)
    form = TableFileForm(request.POST or None, request.FILES or None)
    context: dict[str, object] = {"form": form, "campaign": campaign, "now": plans.facts(campaign)}
    if form.is_valid():
        try:
            with uploads.as_csv(form.cleaned_data["file"]) as path:
                found = _read(path, campaign)
                name = uploads.keep(path)
        except ImportRefused as faults:
            context["refused"] = faults
        else:
            ticket = signing.dumps([name, campaign.pk, request.official.pk], salt=SALT)
            context |= {"found": _summary(found), "ticket": ticket}
    context["meanings"] = plan_files.meanings()
    bad = form.is_bound and "found" not in context
    return render(request, "surveys/officials/plan_file.html", context, status=422 if bad else 200)


@panel_page(Act.MANAGE_CAMPAIGNS)
@require_POST
def confirm(request: OfficialRequest, campaign: Campaign) -> HttpResponse:
    """Store a plan that was checked, in place of the one there is."""
    if not may_change(request, campaign):
        return refused(request)
    path = _kept(request, campaign)
    if path is None:
        messages.warning(request, _("The file is no longer here. Please upload it again."))
        return redirect("officials:plan_file", campaign.slug)
    try:
        plans.replace(campaign, _read(path, campaign), by=request.actor)
    except (ImportRefused, PlanFrozen) as error:
        # The map or the campaign changed since the check, which names the fault.
        said = str(error) if isinstance(error, PlanFrozen) else _("Please check the file again.")
        messages.error(request, said)
        return redirect("officials:plan_file", campaign.slug)
    path.unlink(missing_ok=True)
    messages.success(request, _("The plan is stored."))
    return redirect("officials:plan", campaign.slug)


@panel_page(Act.SEE_CAMPAIGNS)
@require_safe
def template(request: OfficialRequest, campaign: Campaign, kind: str) -> HttpResponse:
    """Give the plan as a file; without one, every lowest unit to be filled in."""
    if kind not in TYPES:
        raise Http404
    try:
        rows = plan_files.rows_of(campaign, list(lines(request, campaign)))
    except TreeError as error:
        messages.error(request, str(error))
        return redirect("officials:plan", campaign.slug)
    content = plan_files.as_csv(rows) if kind == "csv" else plan_files.as_xlsx(rows)
    name = f'attachment; filename="{campaign.slug}-ke-hoach.{kind}"'
    return HttpResponse(content, content_type=TYPES[kind], headers={"Content-Disposition": name})


def _read(path: Path, campaign: Campaign) -> list[Planned]:
    try:
        tree = plans.tree_of(campaign)
    except TreeError as error:
        raise refusal(1, str(error)) from error
    return plan_files.read(path, tree)


def _kept(request: OfficialRequest, campaign: Campaign) -> Path | None:
    try:
        name, campaign_id, user_id = signing.loads(
            request.POST.get("ticket", ""), salt=SALT, max_age=uploads.KEPT_SECONDS
        )
    except signing.BadSignature:
        return None
    is_mine = (campaign_id, user_id) == (campaign.pk, request.official.pk)
    return uploads.kept(name) if is_mine else None


def _summary(found: list[Planned]) -> dict[str, int]:
    return {
        "units": len(found),
        "sheets": sum(line.target for line in found),
        "population": sum(line.population or 0 for line in found),
        "strata": len({line.stratum for line in found if line.stratum}),
    }
