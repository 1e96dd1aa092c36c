"""Proofs that every answer can be given: what failed, and since when what is not proven."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.admin.campaigns import CampaignFilter
from surveys.admin.guarded import ReadOnlyAdmin, ShortPaginator
from surveys.models import OptionProof
from surveys.questionnaires.codebook import OPTION_CODES


class FaultFilter(admin.SimpleListFilter):
    title = gettext_lazy("last proof")
    parameter_name = "proof"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("failed", _("failed")), ("never", _("never proven"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[OptionProof]
    ) -> QuerySet[OptionProof]:
        if self.value() == "failed":
            return queryset.exclude(fault="")
        return queryset.filter(proven_on=None) if self.value() == "never" else queryset


@admin.register(OptionProof)
class OptionProofAdmin(ReadOnlyAdmin):
    """Written by the daily canary (surveys.proofs.canary) and by what people choose."""

    list_display = ["campaign", "counter", "question", "option", "proven_on", "used_on", "fault"]
    fields = ["campaign", "counter", "question", "option", "proven_on", "used_on", "fault"]
    list_filter = [FaultFilter, CampaignFilter]
    list_select_related = ["campaign__questionnaire", "counter"]
    search_fields = ["counter__code"]
    ordering = ["campaign", "counter", "column", "code"]
    paginator = ShortPaginator
    show_full_result_count = False

    @admin.display(description=gettext_lazy("question"))
    def question(self, proof: OptionProof) -> str:
        columns = proof.campaign.questionnaire.parsed().columns
        return columns[proof.column].question.code

    @admin.display(description=gettext_lazy("option"))
    def option(self, proof: OptionProof) -> str:
        column = proof.campaign.questionnaire.parsed().columns[proof.column]
        if proof.code in column.question.escapes:
            return proof.code
        return str(column.option or 1 + OPTION_CODES.index(proof.code))
