"""Officials' pages about the audit log: searching it, taking it along as a file."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from surveys.bulk.spreadsheets import no_formula
from surveys.models import AuditEntry, UnitVersion
from surveys.officials import OfficialRequest, panel_page
from surveys.oversight import audit, entry_lines
from surveys.oversight.deeds import Deed
from surveys.panel_fields import CampaignChoice, DayField
from surveys.rights.acts import Act
from surveys.rights.reach import Reach
from surveys.rights.unit_choice import find_units
from surveys.units import unit_tree

ON_A_PAGE = 50
# More is the operator's: a copy of the table.
MOST_IN_A_FILE = 100_000
COLUMNS = (
    "number",
    "at",
    "who",
    "address",
    "deed",
    "table",
    "key",
    "name",
    "unit_id",
    "campaign_id",
    "reason",
    "before",
    "after",
    # What the chain is proven by (surveys.oversight.audit.canonical says of what).
    "user_id",
    "previous_hash",
    "hash",
)


class SearchForm(forms.Form):
    """Which entries to show."""

    q = forms.CharField(
        label=gettext_lazy("Account, to what, or any word"), max_length=100, required=False
    )
    deed = forms.ChoiceField(
        label=gettext_lazy("What was done"),
        choices=[("", gettext_lazy("anything")), *Deed.choices],
        required=False,
    )
    unit = forms.CharField(
        label=gettext_lazy("Unit, with those below"), max_length=100, required=False
    )
    campaign = CampaignChoice(required=False, empty_label=gettext_lazy("any"))
    since = DayField(
        label=gettext_lazy("From day"),
        required=False,
    )
    until = DayField(
        label=gettext_lazy("To day"),
        required=False,
    )

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reach = reach
        cast("CampaignChoice", self.fields["campaign"]).queryset = reach.campaigns()
        self.found_units: list[UnitVersion] = []

    def clean_unit(self) -> int | None:
        if not (text := self.cleaned_data["unit"].strip()):
            return None
        found = find_units(self.reach, text, self.reach.today)
        if not found:
            raise forms.ValidationError(_("There is no such unit among those of your roles."))
        if len(found) > 1:
            self.found_units = found
            raise forms.ValidationError(_("Several units fit. Please give the code of one."))
        return found[0].unit_id

    def found(self, rows: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        """Return the rows asked for, the latest first; none while the question is wrong."""
        if not self.is_valid():
            return rows.none()
        asked = self.cleaned_data
        if text := asked["q"]:
            rows = _that_say(rows, text)
        if asked["unit"] is not None:
            below = unit_tree.below_with_absorbed([asked["unit"]], self.reach.today)
            rows = rows.filter(unit__in=below)
        if asked["campaign"] is not None:
            rows = rows.filter(campaign=asked["campaign"].pk)
        if asked["deed"]:
            rows = rows.filter(deed=asked["deed"])
        if asked["since"]:
            rows = rows.filter(at__date__gte=asked["since"])
        if asked["until"]:
            rows = rows.filter(at__date__lte=asked["until"])
        return rows.order_by("-number")


def _that_say(rows: QuerySet[AuditEntry], text: str) -> QuerySet[AuditEntry]:
    """Return the entries with these words: in a name, the reason, before or after."""
    # As text jsonb has every letter as it is, none escaped.
    told = {f"{name}_text": Cast(name, TextField()) for name in ("before", "after")}
    fits = Q(address__startswith=text)
    for column in ("who", "name", "reason", *told):
        fits |= Q(**{f"{column}__icontains": text})
    return rows.alias(**told).filter(fits)


@panel_page(Act.SEE_AUDIT)
@require_safe
def entries(request: OfficialRequest) -> HttpResponse:
    form = SearchForm(request.GET, reach=request.reach)
    found = form.found(request.reach.audit_entries())
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    lines = entry_lines.lines(page.object_list)
    context = {"form": form, "page": page, "lines": lines, "query": query.urlencode()}
    return render(request, "surveys/officials/audit.html", context)


@panel_page(Act.SEE_AUDIT, fresh=True)
@require_safe
def csv_file(request: OfficialRequest) -> StreamingHttpResponse:
    """Give the entries asked for as a file; that it was taken is logged."""
    form = SearchForm(request.GET, reach=request.reach)
    found = form.found(request.reach.audit_entries())[:MOST_IN_A_FILE]
    asked = {key: value for key, value in request.GET.items() if value}
    rows = list(found.values_list(*COLUMNS))
    audit.record(Deed.EXPORT_AUDIT, by=request.actor, after={"entries": len(rows), "asked": asked})
    name = f"nhat-ky-{timezone.localdate(request.rights.now)}.csv"
    return StreamingHttpResponse(
        _lines(rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _lines(rows: list[tuple[Any, ...]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"
    yield writer.writerow(COLUMNS)
    for row in rows:
        yield writer.writerow([_cell(value) for value in row])


def _cell(value: Any) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return no_formula(text)
