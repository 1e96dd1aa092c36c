"""Officials' pages of exports: ask for sheets, see how far the file is, take it."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from results import tasks
from results.exports import exporting
from results.exports.export_files import FILES
from results.exports.export_forms import ExportForm
from surveys.models import CampaignUnit, SheetExport
from surveys.officials import OfficialRequest, panel_page
from surveys.oversight import audit
from surveys.oversight.deeds import Deed
from surveys.rights.acts import Act

SHOWN = 50


@panel_page(Act.EXPORT, fresh=True)
@require_http_methods(["GET", "POST"])
def exports(request: OfficialRequest) -> HttpResponse:
    """List the exports of the last day; a POST asks for one."""
    form = ExportForm(request.POST if request.method == "POST" else None, reach=request.reach)
    if form.is_valid():
        return redirect("officials:export", _asked(request, form).pk)
    kept = request.reach.within(SheetExport.objects.filter(expires_at__gt=request.rights.now))
    rows = kept.select_related("campaign", "unit", "asked_by").order_by("-asked_at", "-pk")
    lines = [(row, exporting.is_lost(row, request.rights.now)) for row in rows[:SHOWN]]
    context = {"form": form, "lines": lines}
    status = 422 if form.is_bound else 200
    return render(request, "results/officials/exports.html", context, status=status)


@panel_page(Act.EXPORT, fresh=True)
@require_safe
def export(request: OfficialRequest, export: SheetExport) -> HttpResponse:
    """Show how far an export is; the page is asked for again until it is made."""
    lost = exporting.is_lost(export, request.rights.now)
    done = export.state == SheetExport.State.DONE
    place = CampaignUnit.objects.select_related("version").filter(
        campaign=export.campaign, unit=export.unit
    )
    context = {
        "export": export,
        "place": place.first(),
        "done": done,
        "lost": lost,
        "under_way": not lost and not done,
        "waiting": export.state == SheetExport.State.WAITING,
    }
    return render(request, "results/officials/export.html", context)


@panel_page(Act.EXPORT, fresh=True)
@require_safe
def file(request: OfficialRequest, export: SheetExport) -> StreamingHttpResponse | HttpResponse:
    """Give the file; that it was taken is logged."""
    if export.state != SheetExport.State.DONE:
        return redirect("officials:export", export.pk)
    audit.record(
        Deed.TAKE_EXPORT,
        by=request.actor,
        to=export,
        unit=export.unit_id,
        campaign=export.campaign_id,
        after={"rows": export.rows, "format": export.format},
        reason=export.purpose,
    )
    return StreamingHttpResponse(
        exporting.content(export),
        content_type=FILES[export.format].content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{export.file_name}"',
            "Cache-Control": "no-store",
        },
    )


@panel_page(Act.EXPORT, fresh=True)
@require_POST
def make_again(request: OfficialRequest, export: SheetExport) -> HttpResponse:
    """Have a lost export made once more."""
    if exporting.again(export, now=request.rights.now):
        tasks.send_export(export.pk)
    return redirect("officials:export", export.pk)


def _asked(request: OfficialRequest, form: ExportForm) -> SheetExport:
    asked = form.cleaned_data
    with transaction.atomic():
        made = exporting.ask(
            asked["campaign"],
            asked["place"].unit_id,
            made_as=asked["format"],
            purpose=asked["purpose"],
            by=request.official.pk,
            now=timezone.now(),
            language=get_language() or "vi",
        )
        audit.record(
            Deed.ASK_EXPORT,
            by=request.actor,
            to=made,
            unit=made.unit_id,
            campaign=made.campaign_id,
            after={"unit": asked["place"].code, "format": made.format},
            reason=made.purpose,
        )
        transaction.on_commit(partial(tasks.send_export, made.pk))
    return made
