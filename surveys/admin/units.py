"""Units, their versions, and what became of them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from surveys.admin.guarded import GuardedAdmin, StackedInline
from surveys.models import Succession, Unit, UnitVersion
from surveys.units.search_keys import search_key, search_text, sort_key

VERSION_FIELDS = ("name", "full_name", "type", "parent", "in_force", "law")


def write_keys(version: UnitVersion) -> None:
    """Make the keys by which a version is found and sorted from its names."""
    version.sort_key = sort_key(version.name)
    version.search_key = search_key(version.name, version.full_name)


class VersionInline(StackedInline):
    model = UnitVersion
    fk_name = "unit"
    fields = VERSION_FIELDS
    raw_id_fields = ["parent"]
    extra = 0
    min_num = 1


@admin.register(Unit)
class UnitAdmin(GuardedAdmin):
    list_display = ["code", "latest_name", "tier", "in_force"]
    list_filter = ["tier"]
    search_fields = ["code"]
    search_help_text = _("A code, or a name with marks or without")
    inlines = [VersionInline]
    ordering = ["tier", "code", "in_force"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Unit]:
        latest = UnitVersion.objects.filter(unit=OuterRef("pk")).order_by("-in_force")
        rows: QuerySet[Unit] = super().get_queryset(request)
        return rows.annotate(name=Subquery(latest.values("full_name")[:1]))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        wanted = search_text(search_term)
        if not wanted:
            return queryset, False
        named = UnitVersion.objects.filter(search_key__contains=f" {wanted}")
        return queryset.filter(
            Q(code=search_term.strip().lower()) | Q(pk__in=named.values("unit"))
        ), False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # A unit ends on a day; what referred to it stays readable.
        return False

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for version in formset.save(commit=False):
            write_keys(version)
        super().save_formset(request, form, formset, change)

    @admin.display(description=_("name"), ordering="name")
    def latest_name(self, row: Any) -> str:
        return str(row.name or "")


@admin.register(UnitVersion)
class UnitVersionAdmin(GuardedAdmin):
    list_display = ["full_name", "unit", "parent", "in_force", "law"]
    list_select_related = ["unit", "parent"]
    search_fields = ["search_key"]
    raw_id_fields = ["unit", "parent"]
    fields = ["unit", *VERSION_FIELDS]
    ordering = ["sort_key", "pk"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        wanted = search_text(search_term)
        return queryset.filter(search_key__contains=f" {wanted}") if wanted else queryset, False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        write_keys(obj)
        super().save_model(request, obj, form, change)


@admin.register(Succession)
class SuccessionAdmin(GuardedAdmin):
    list_display = ["on", "old", "new", "kind", "people_share"]
    list_filter = ["kind"]
    list_select_related = ["old", "new"]
    search_fields = ["old__code", "new__code", "law"]
    raw_id_fields = ["old", "new"]
    ordering = ["-on", "pk"]
