"""Questionnaires and methods: uploaded as YAML, shown as YAML, frozen once a campaign uses them."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, cast

import yaml
from django import forms
from django.contrib import admin
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.admin.guarded import GuardedAdmin, GuardedForm
from surveys.models import Campaign, Method, Questionnaire
from surveys.questionnaires import editions, methods
from surveys.questionnaires.definition_import import Document, FileError, read_yaml
from surveys.questionnaires.definitions import DefinitionError

# The order of a file; the database keeps none.
KEYS = (
    *("code", "edition", "title", "item_rule", "satisfied", "aggregation", "weights", "bands"),
    *("unit_weights",),
    *("legal_basis", "languages", "scales", "sections", "kind", "scale", "max", "dont_know"),
    *("not_applicable", "wording", "text", "points", "options", "questions", "vi", "en"),
)


def as_yaml(definition: object) -> str:
    """Return a definition as the YAML a person would write."""
    return yaml.safe_dump(_ordered(definition), allow_unicode=True, sort_keys=False, width=100)


def _ordered(value: object) -> object:
    if isinstance(value, Mapping):
        order = {key: at for at, key in enumerate(KEYS)}
        keys = sorted(value, key=lambda key: order.get(key, len(order)))
        return {key: _ordered(value[key]) for key in keys}
    if isinstance(value, list):
        return [_ordered(entry) for entry in value]
    return value


class DefinitionForm(GuardedForm):
    """A definition by its file; the code in the file names the row."""

    file = forms.FileField(
        label=gettext_lazy("YAML file"),
        help_text=gettext_lazy("UTF-8. The file says its own code; every fault is named by line."),
    )

    def names(self, document: Document) -> dict[str, object]:
        """Return the columns that name the row of a definition.

        Raises:
            DefinitionError: it is none.
        """
        raise NotImplementedError

    def clean_file(self) -> UploadedFile:
        upload: UploadedFile = self.cleaned_data["file"]
        upload.seek(0)
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory) / Path(upload.name or "file.yaml").name
            path.write_bytes(upload.read())
            try:
                document = read_yaml(path)
                try:
                    names = self.names(document)
                except DefinitionError as error:
                    raise document.fault(error) from error
            except FileError as error:
                raise forms.ValidationError(str(error).replace(f"{directory}/", "")) from error
        self._fill(names, cast("dict[str, object]", document.data))
        return upload

    def _fill(self, names: dict[str, object], definition: dict[str, object]) -> None:
        row = self.instance
        if row.pk is None and type(row)._default_manager.filter(**names).exists():
            raise forms.ValidationError(_("There is one with this code already."))
        for name, value in names.items():
            if row.pk is not None and getattr(row, name) != value:
                raise forms.ValidationError(_("The file has another code than the row."))
            setattr(row, name, value)
        row.definition = definition


class QuestionnaireForm(DefinitionForm):
    class Meta:
        model = Questionnaire
        fields: ClassVar[list[str]] = []

    def names(self, document: Document) -> dict[str, object]:
        edition = editions.parse(document.data)
        return {"code": edition.code, "edition": edition.number}


class MethodForm(DefinitionForm):
    class Meta:
        model = Method
        fields: ClassVar[list[str]] = []

    def names(self, document: Document) -> dict[str, object]:
        return {"code": methods.parse(document.data).code}


class DefinitionAdmin(GuardedAdmin):
    """Not used yet: a file replaces the definition. Used: to look at."""

    used_by: ClassVar[str]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        campaigns = Campaign.objects.filter(**{self.used_by: OuterRef("pk")})
        rows: QuerySet[Any] = super().get_queryset(request)
        used: QuerySet[Any] = rows.annotate(used=Exists(campaigns))
        return used

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ["file"]
        return ["shown", "in_use"] if obj.used else ["file", "in_use", "shown"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["shown", "in_use"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not getattr(obj, "used", False)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not getattr(obj, "used", False)

    @admin.display(description=gettext_lazy("definition"))
    def shown(self, row: Any) -> SafeString:
        return format_html("<pre>{}</pre>", as_yaml(row.definition))

    @admin.display(description=gettext_lazy("used"), boolean=True)
    def is_used(self, row: Any) -> bool:
        return bool(row.used)

    @admin.display(description=gettext_lazy("changes"))
    def in_use(self, row: Any) -> str:
        if row.used:
            return _("A campaign uses it: it is the meaning of stored answers and cannot change.")
        return _("No campaign uses it yet: another file replaces it.")


@admin.register(Questionnaire)
class QuestionnaireAdmin(DefinitionAdmin):
    form = QuestionnaireForm
    used_by = "questionnaire"
    list_display = ["code", "edition", "title", "is_used"]
    ordering = ["code", "edition"]

    @admin.display(description=gettext_lazy("title"))
    def title(self, row: Questionnaire) -> str:
        return str(row.definition["title"]["vi"])


@admin.register(Method)
class MethodAdmin(DefinitionAdmin):
    form = MethodForm
    used_by = "method"
    list_display = ["code", "item_rule", "aggregation", "is_used"]
    ordering = ["code"]

    @admin.display(description=gettext_lazy("item rule"))
    def item_rule(self, row: Method) -> str:
        return str(row.definition["item_rule"])

    @admin.display(description=gettext_lazy("aggregation"))
    def aggregation(self, row: Method) -> str:
        return str(row.definition["aggregation"])
