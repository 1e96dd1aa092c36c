"""Batches of one-time tickets: how many were issued, how many came back with a sheet."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy

from surveys.admin.campaigns import CampaignFilter
from surveys.admin.guarded import ReadOnlyAdmin
from surveys.counters import tickets
from surveys.models import TicketBatch


@admin.register(TicketBatch)
class TicketBatchAdmin(ReadOnlyAdmin):
    """Issued by the panel or `manage.py issue_tickets`: the codes are shown once, there."""

    list_display = ["campaign", "counter", "day", "issued", "spent", "response_rate", "made_by"]
    fields = ["campaign", "counter", "day", "issued", "spent", "response_rate", "made_by"]
    list_filter = [CampaignFilter]
    list_select_related = ["campaign", "counter", "made_by"]
    search_fields = ["counter__code"]
    date_hierarchy = "day"
    ordering = ["-day", "counter__code"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[TicketBatch]:
        return tickets.with_spent(super().get_queryset(request))

    @admin.display(description=gettext_lazy("tickets spent"))
    def spent(self, batch: TicketBatch) -> int | None:
        return tickets.line(batch).spent

    @admin.display(description=gettext_lazy("response rate"))
    def response_rate(self, batch: TicketBatch) -> str | None:
        percent = tickets.line(batch).percent
        return None if percent is None else number_format(percent, 1) + "\u00a0%"
