"""Sheets, comments and what is set aside. A sheet is never changed here, nor anywhere."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from surveys.admin.campaigns import CampaignFilter
from surveys.admin.guarded import ReadOnlyAdmin, ShortPaginator
from surveys.answering.answers import decode
from surveys.models import CampaignUnit, Comment, Response, SetAside


def of_units(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    """Return the rows about a unit with a code, in the campaigns whose trees have one.

    Campaign and unit together are how the sheets are indexed.
    """
    places = CampaignUnit.objects.filter(code=code).values_list("campaign", "unit")
    match = Q(pk__in=[])
    for campaign, unit in places:
        match |= Q(campaign=campaign, unit=unit)
    return rows.filter(match)


class SheetFacts(ReadOnlyAdmin):
    """What sheets and comments share: campaign, unit, month, found by the unit's code."""

    list_filter = [CampaignFilter]
    list_select_related = ["campaign", "unit"]
    # Neither all rows nor those of a filter are counted.
    paginator = ShortPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    # Only switches the search box on; get_search_results looks the code up.
    search_fields = ["unit__code"]
    search_help_text = gettext_lazy("The code of a unit, whole")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        code = search_term.strip()
        return (of_units(queryset, code) if code else queryset), False

    @admin.display(description=gettext_lazy("campaign"))
    def campaign_slug(self, row: Any) -> str:
        return str(row.campaign.slug)

    @admin.display(description=gettext_lazy("unit"))
    def unit_code(self, row: Any) -> str:
        return str(row.unit)


@admin.register(Response)
class ResponseAdmin(SheetFacts):
    list_display = ["id", "campaign_slug", "unit_code", "answered_on", "channel", "answers"]
    fields = [
        *("id", "campaign_slug", "unit_code", "counter_code", "answered_on", "channel"),
        *("seconds_band", "answers", "read"),
    ]
    # The key is random: no order that would tell who came after whom.
    ordering = ["pk"]

    @admin.display(description=gettext_lazy("counter"))
    def counter_code(self, row: Response) -> str:
        return row.counter.code if row.counter else ""

    @admin.display(description=gettext_lazy("answers by question"))
    def read(self, row: Response) -> SafeString:
        values = decode(row.campaign.questionnaire.parsed(), row.answers)
        return format_html(
            "<pre>{}</pre>",
            format_html_join("\n", "{}: {}", ((code, _shown(v)) for code, v in values.items())),
        )


def _shown(value: object) -> str:
    if value is None:
        return "-"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


@admin.register(Comment)
class CommentAdmin(SheetFacts):
    list_display = ["in_month", "campaign_slug", "unit_code", "beginning"]
    fields = ["in_month", "campaign_slug", "unit_code", "text"]
    ordering = ["pk"]

    @admin.display(description=gettext_lazy("month"))
    def in_month(self, row: Comment) -> str:
        return f"{row.month % 100:02}/{row.month // 100}"

    @admin.display(description=gettext_lazy("text"))
    def beginning(self, row: Comment) -> str:
        return str(row)


@admin.register(SetAside)
class SetAsideAdmin(ReadOnlyAdmin):
    """What is set aside. Only whole days are, on the panel's pages (quality.quality_views)."""

    list_display = ["rule", "response_id", "decided_by", "decided_at", "reversed_at"]
    list_filter = ["rule", ("reversed_at", admin.EmptyFieldListFilter)]
    list_select_related = ["decided_by"]
    search_fields = ["rule", "reason"]
    fields = ["response", "rule", "reason", "decided_by", "decided_at", "reversed_at"]
    ordering = ["-decided_at"]
