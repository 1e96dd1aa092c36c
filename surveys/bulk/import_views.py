"""Officials' page that imports sheets from a file: checked first, stored when confirmed."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from surveys.bulk import spreadsheets, uploads
from surveys.bulk.file_form import TableFileForm
from surveys.bulk.response_file import ImportRefused
from surveys.bulk.response_import import ImportReport, import_responses
from surveys.models import Campaign, Channel
from surveys.officials import OfficialRequest, panel_page
from surveys.oversight import audit
from surveys.oversight.deeds import Deed
from surveys.panel_fields import CampaignChoice
from surveys.rights.acts import Act
from surveys.rights.reach import Reach

SALT = "surveys.import"
# What officials hold in their hands; sheets of a kiosk or a phone come from there alone.
CHANNELS = (Channel.PAPER, Channel.INTERVIEW, Channel.ASSISTED)
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class ImportForm(TableFileForm):
    """A file of sheets and the campaign they belong to."""

    campaign = CampaignChoice()
    field_order = ("campaign", "file")

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("CampaignChoice", self.fields["campaign"]).queryset = _opened(reach)


@panel_page(Act.IMPORT_SHEETS)
@require_http_methods(["GET", "POST"])
def import_file(request: OfficialRequest) -> HttpResponse:
    """Check a file without storing anything, and ask whether it shall be stored."""
    form = ImportForm(request.POST or None, request.FILES or None, reach=request.reach)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        campaign = form.cleaned_data["campaign"]
        try:
            with uploads.as_csv(form.cleaned_data["file"]) as path:
                report = _import(request, campaign, path, dry_run=True)
                name = uploads.keep(path)
        except ImportRefused as refused:
            context["refused"] = refused
        else:
            ticket = signing.dumps([name, campaign.pk, request.official.pk], salt=SALT)
            context |= {"report": report, "campaign": campaign, "ticket": ticket}
    context["campaigns"] = _opened(request.reach)
    bad = form.is_bound and "report" not in context
    return render(request, "surveys/officials/import.html", context, status=422 if bad else 200)


@panel_page(Act.IMPORT_SHEETS)
@require_POST
def confirm(request: OfficialRequest) -> HttpResponse:
    """Store a file that was checked; the same file again changes nothing."""
    try:
        name, campaign_id, user_id = signing.loads(
            request.POST.get("ticket", ""), salt=SALT, max_age=uploads.KEPT_SECONDS
        )
    except signing.BadSignature as error:
        raise Http404 from error
    path = uploads.kept(name)
    if path is None or user_id != request.official.pk:
        messages.warning(request, _("The file is no longer here. Please upload it again."))
        return redirect("officials:import")
    campaign = get_object_or_404(_opened(request.reach), pk=campaign_id)
    try:
        with transaction.atomic():
            report = _import(request, campaign, path)
            told = {"new": report.new, "rows": report.rows}
            audit.record(Deed.IMPORT, by=request.actor, to=campaign, campaign=campaign, after=told)
    except ImportRefused as refused:
        context = {"form": ImportForm(reach=request.reach), "refused": refused}
        return render(request, "surveys/officials/import.html", context, status=422)
    path.unlink(missing_ok=True)
    said = _("Imported: %(new)d new sheets of %(rows)d.")
    messages.success(request, said % {"new": report.new, "rows": report.rows})
    return redirect("officials:import")


@panel_page(Act.IMPORT_SHEETS)
@require_safe
def template(request: OfficialRequest, campaign: Campaign, kind: str) -> HttpResponse:
    """Give a file to fill in."""
    if kind not in TYPES or campaign.answers_pattern is None:
        raise Http404
    edition = campaign.questionnaire.parsed()
    content = (
        spreadsheets.csv_template(edition)
        if kind == "csv"
        else spreadsheets.xlsx_template(edition, get_language() or "vi")
    )
    name = f'attachment; filename="{campaign.slug}.{kind}"'
    return HttpResponse(content, content_type=TYPES[kind], headers={"Content-Disposition": name})


def _opened(reach: Reach) -> QuerySet[Campaign]:
    return reach.campaigns().filter(answers_pattern__isnull=False)


def _import(
    request: OfficialRequest, campaign: Campaign, path: Path, *, dry_run: bool = False
) -> ImportReport:
    return import_responses(
        campaign,
        path,
        today=timezone.localdate(),
        units=request.reach.campaign_units(campaign),
        channels=CHANNELS,
        dry_run=dry_run,
    )
