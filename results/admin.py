"""Published figures to maintain; releases, cells and totals to look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from results.models import (
    MIXED,
    WHOLE_CAMPAIGN,
    Cell,
    Counted,
    PublishedIndex,
    Release,
    Released,
    ReleasedCell,
    ReleasedTotal,
    Total,
)
from surveys.admin.campaigns import CampaignFilter
from surveys.admin.guarded import GuardedAdmin, ReadOnlyAdmin
from surveys.models import Campaign, CampaignUnit, Channel
from surveys.questionnaires.editions import Edition

if TYPE_CHECKING:
    from django.db.models import QuerySet


@admin.register(PublishedIndex)
class PublishedIndexAdmin(GuardedAdmin):
    list_display = ["index_name", "year", "unit_name", "value", "unit_of_value", "rank", "of"]
    list_filter = ["year", "unit_level"]
    search_fields = ["index_name", "unit_name", "source"]
    ordering = ["-year", "index_name", "unit_name"]


@dataclass(frozen=True)
class FigureRow:
    """A stored row of counts as the page shows it."""

    table: str
    period: str
    channel: str
    standing: str
    n: int
    counts: str


@admin.register(Release)
class ReleaseAdmin(ReadOnlyAdmin):
    list_display = ["campaign_slug", "number", "released_at", "units", "figures"]
    list_filter = [CampaignFilter]
    list_select_related = ["campaign"]
    fields = ["campaign_slug", "number", "released_at", "units", "figures"]
    ordering = ["-released_at"]

    @admin.display(description=gettext_lazy("campaign"))
    def campaign_slug(self, row: Release) -> str:
        return row.campaign.slug

    @admin.display(description=gettext_lazy("cells and totals"))
    def figures(self, row: Release) -> SafeString:
        address = reverse("admin:results_figures", query={"campaign": row.campaign.slug})
        return format_html('<a href="{}">{}</a>', address, _("of a unit"))

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.figures_view)
        return [path("figures/", page, name="results_figures"), *super().get_urls()]

    def figures_view(self, request: HttpRequest) -> HttpResponse:
        """Show what is counted and released of one unit; the tables themselves have no page."""
        slug, code = request.GET.get("campaign", ""), request.GET.get("unit", "vn").strip()
        campaign = Campaign.objects.select_related("questionnaire").filter(slug=slug).first()
        place = (
            CampaignUnit.objects.select_related("version").filter(campaign=campaign, code=code)
        ).first()
        context = {
            **self.admin_site.each_context(request),
            "title": _("Cells, totals and releases of a unit"),
            "opts": self.opts,
            "campaigns": Campaign.objects.values_list("slug", flat=True),
            "slug": slug,
            "code": code,
            "campaign": campaign,
            "place": place,
            "rows": figure_rows(place) if place else [],
        }
        return TemplateResponse(request, "admin/results/release/figures.html", context)


def figure_rows(place: CampaignUnit) -> list[FigureRow]:
    """Return all stored counts of a unit in a campaign: counted first, then released."""
    edition = place.campaign.questionnaire.parsed()
    of = {"campaign": place.campaign_id, "unit": place.unit_id}
    rows = [
        _counted(_("cell: the unit itself"), cell.month, cell, edition)
        for cell in Cell.objects.filter(**of).order_by("month", "channel", "standing")
    ]
    rows += [
        _counted(_("total: with all below it"), total.period, total, edition)
        for total in Total.objects.filter(**of).order_by("period", "channel", "standing")
    ]
    own: QuerySet[Any] = ReleasedCell.objects.filter(**of).order_by("month", "channel", "part")
    public: QuerySet[Any] = ReleasedTotal.objects.filter(**of)
    public = public.order_by("period", "channel", "standing")
    rows += [
        _released(_("released: the unit itself"), row.month, row.get_part_display(), row, edition)
        for row in own
    ]
    rows += [
        _released(
            _("released: with all below it"), row.period, row.get_standing_display(), row, edition
        )
        for row in public
    ]
    return rows


def _counted(table: str, period: int, row: Counted, edition: Edition) -> FigureRow:
    return FigureRow(
        table=table,
        period=_month(period),
        channel=row.get_channel_display(),
        standing=row.get_standing_display(),
        n=row.n,
        counts=_by_column(row.counts, edition),
    )


def _released(table: str, period: int, standing: str, row: Released, edition: Edition) -> FigureRow:
    return FigureRow(
        table=table,
        period=_month(period),
        channel=str(Channel(row.channel).label) if row.channel != MIXED else "",
        standing=standing,
        n=row.n,
        counts=_by_column(row.counts, edition),
    )


def _month(period: int) -> str:
    if period == WHOLE_CAMPAIGN:
        return _("whole campaign")
    return f"{period % 100:02}/{period // 100}"


def _by_column(counts: Sequence[int], edition: Edition) -> str:
    """Return counts as a line per column: the question, the option, then n per code."""
    lines = []
    for column in edition.columns:
        name = column.question.code + (f" ({column.option})" if column.option else "")
        cells = zip(column.codes, counts[column.offset :], strict=False)
        lines.append(f"{name:10}" + "  ".join(f"{code}: {n}" for code, n in cells))
    return "\n".join(lines)
