"""Campaigns, the trees they froze, and counters."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.admin.guarded import GuardedAdmin, GuardedForm, ReadOnlyAdmin
from surveys.campaigns.campaign_import import DEFAULT_CHANNELS
from surveys.counters.counter_codes import new_code
from surveys.models import Campaign, CampaignUnit, Channel, Counter, UnitVersion
from surveys.questionnaires import methods

# Of an open campaign only its title can be changed here. The panel lengthens or shortens it and
# changes how it is published, with the reasons and the second person that this asks for.
FROZEN_WHEN_OPEN = (
    *("questionnaire", "method", "tree_day", "scope", "channels", "threshold", "slug"),
    *("opens_on", "closes_on", "publication", "previous"),
)


class CampaignForm(GuardedForm):
    title_vi = forms.CharField(label=gettext_lazy("title (Vietnamese)"), max_length=200)
    title_en = forms.CharField(
        label=gettext_lazy("title (English)"), max_length=200, required=False
    )
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("headline channels"),
        choices=[(channel.code, channel.label) for channel in Channel],
        widget=forms.CheckboxSelectMultiple,
        initial=list(DEFAULT_CHANNELS),
    )

    class Meta:
        model = Campaign
        exclude: ClassVar[list[str]] = ["title"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for language in ("vi", "en"):
                self.initial[f"title_{language}"] = self.instance.title.get(language, "")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        titles = {language: cleaned.get(f"title_{language}") for language in ("vi", "en")}
        kept = self.instance.title or {}
        self.instance.title = {
            language: text for language, text in {**kept, **titles}.items() if text
        }
        opens_on, closes_on = cleaned.get("opens_on"), cleaned.get("closes_on")
        if opens_on and closes_on and closes_on < opens_on:
            self.add_error("closes_on", _("The last day lies before the first."))
        previous = cleaned.get("previous")
        if previous is not None and previous == self.instance:
            self.add_error("previous", _("A campaign does not follow itself."))
        questionnaire, method = cleaned.get("questionnaire"), cleaned.get("method")
        if questionnaire and method:
            try:
                methods.check_fits(method.parsed(), questionnaire.parsed())
            except methods.MethodError as error:
                self.add_error(
                    "method",
                    _("It does not fit the questionnaire: %(reason)s") % {"reason": error},
                )
        return cleaned


@admin.register(Campaign)
class CampaignAdmin(GuardedAdmin):
    form = CampaignForm
    list_display = ["slug", "title_text", "opens_on", "closes_on", "simulated", "is_open", "size"]
    list_filter = ["simulated", "publication"]
    search_fields = ["slug", "title"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Campaign]:
        rows: QuerySet[Campaign] = super().get_queryset(request)
        return rows.annotate(tree_size=Count("units"))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            text = _("After saving, open it in the panel, where the list of checks is.")
        elif obj.answers_pattern is None:
            text = _("Not open yet: everything but “simulated” can be changed.")
        else:
            text = _(
                "Open: what stored answers are read and counted by cannot change. Its days and its"
                " publication are changed in the panel."
            )
        names = ["slug", "title_vi", "title_en", "questionnaire", "method", "tree_day", "scope"]
        names += ["opens_on", "closes_on", "threshold", "channels", "publication"]
        names += ["previous", "simulated"]
        return [(None, {"fields": names, "description": text})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return []
        frozen = FROZEN_WHEN_OPEN if obj.answers_pattern is not None else ()
        return [*frozen, "simulated"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change and form.changed_data and obj.answers_pattern is None:
            # What was declared ready was another campaign.
            obj.ready_at = None
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_open = obj is not None and obj.answers_pattern is not None
        return super().has_delete_permission(request, obj) and not is_open

    @admin.display(description=gettext_lazy("title"))
    def title_text(self, row: Campaign) -> str:
        return row.title_text

    @admin.display(description=gettext_lazy("open"), boolean=True)
    def is_open(self, row: Campaign) -> bool:
        return row.answers_pattern is not None

    @admin.display(description=gettext_lazy("units in its tree"))
    def size(self, row: Any) -> int:
        return int(row.tree_size)


class CampaignFilter(admin.SimpleListFilter):
    title = gettext_lazy("campaign")
    parameter_name = "campaign"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        return list(Campaign.objects.values_list("pk", "slug"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        return queryset.filter(campaign=value) if value and value.isdecimal() else queryset


@admin.register(CampaignUnit)
class CampaignUnitAdmin(ReadOnlyAdmin):
    list_display = ["campaign_slug", "code", "full_name", "tier_name", "above"]
    list_filter = [CampaignFilter, "tier"]
    search_fields = ["code", "version__full_name"]
    list_select_related = ["campaign", "version", "parent"]
    fields = ["campaign_slug", "code", "full_name", "tier_name", "above"]

    @admin.display(description=gettext_lazy("campaign"))
    def campaign_slug(self, row: CampaignUnit) -> str:
        return row.campaign.slug

    @admin.display(description=gettext_lazy("name"))
    def full_name(self, row: CampaignUnit) -> str:
        return row.version.full_name

    @admin.display(description=gettext_lazy("tier"))
    def tier_name(self, row: CampaignUnit) -> str:
        return row.get_tier_display()

    @admin.display(description=gettext_lazy("parent"))
    def above(self, row: CampaignUnit) -> str:
        return str(row.parent or "")


@admin.register(Counter)
class CounterAdmin(GuardedAdmin):
    fields = ["code", "unit", "name", "kind", "active", "link"]
    list_display = ["code", "name", "unit_name", "kind", "active", "link"]
    list_filter = ["active", "kind"]
    search_fields = ["code", "name", "unit__code"]
    raw_id_fields = ["unit"]
    readonly_fields = ["link"]
    ordering = ["code"]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"code": new_code()}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # A code is printed on posters, and answers given there are about one unit.
        return ["link"] if obj is None else ["link", "code", "unit"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Sheets name their counter; one that closes is switched off.
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Counter]:
        return super().get_queryset(request).select_related("unit")

    @admin.display(description=gettext_lazy("unit assessed"))
    def unit_name(self, row: Counter) -> str:
        version = (
            UnitVersion.objects.filter(unit=row.unit_id).order_by("-in_force").only("full_name")
        ).first()
        return f"{version} ({row.unit.code})" if version else row.unit.code

    @admin.display(description=gettext_lazy("form"))
    def link(self, row: Counter) -> SafeString | str:
        if row.pk is None:
            return ""
        address = reverse("surveys:respond", args=[row.code])
        return format_html('<a href="{}">{}</a>', address, address)
