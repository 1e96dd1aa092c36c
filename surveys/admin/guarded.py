"""What every page of the admin shares: refusals of the database as messages, read-only tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.core import paginator
from django.db import IntegrityError, connection
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

# Only the stubs know these classes as generic.
if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    ModelForm = forms.ModelForm[Any]
    Paginator = paginator.Paginator[Any]
    StackedInline = admin.StackedInline[Any, Any]
else:
    ModelAdmin, StackedInline = admin.ModelAdmin, admin.StackedInline
    ModelForm, Paginator = forms.ModelForm, paginator.Paginator

REFUSAL = "surveys.admin.refusal"


class GuardedForm(ModelForm):
    """A form that can say why the database refused what it held."""

    refusal: ClassVar[str | None] = None

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.refusal is not None:
            self.add_error(None, self.refusal)
        return cleaned


class GuardedAdmin(ModelAdmin):
    """A table whose triggers and constraints answer on the form, not with an error page."""

    form = GuardedForm

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        # Some constraints wait for the end of the transaction; asked here, they can still be
        # answered on the form.
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except IntegrityError as error:
            # Its transaction is rolled back; the form is shown again with what was typed.
            request.META[REFUSAL] = refusal(error)
            return super().changeform_view(request, *args, **kwargs)

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> type[ModelForm]:
        form = super().get_form(request, *args, **kwargs)
        if REFUSAL not in request.META:
            return form
        return type(form.__name__, (form,), {"refusal": request.META[REFUSAL]})


def refusal(error: IntegrityError) -> str:
    """Return what the database said when it refused a row."""
    reason = getattr(getattr(error.__cause__, "diag", None), "message_primary", None)
    return _("The database refused this: %(reason)s") % {"reason": reason or error}


class ReadOnlyAdmin(ModelAdmin):
    """A table to look at."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ShortPaginator(Paginator):
    """Pages of the first rows of a large table: counting all of them takes seconds."""

    LIMIT = 10_000

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        return rows.order_by()[: self.LIMIT].count() if isinstance(rows, QuerySet) else len(rows)
