"""Officials' pages of counters: finding one, its QR code and poster, its kiosks, its name."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from surveys.counters import counter_deeds, counter_rows, poster_orders
from surveys.counters.counter_deeds import NotUnique
from surveys.counters.print_forms import PosterForm
from surveys.models import Counter, Device, Unit, UnitVersion
from surveys.officials import OfficialRequest, panel_page
from surveys.print.typesetting import qr_code
from surveys.rights.acts import Act
from surveys.rights.reach import Reach
from surveys.rights.unit_choice import find_units
from surveys.units import unit_tree

ON_A_PAGE = 50
LONGEST_NAME = 200
EXAMPLE = gettext_lazy("As people know the place, such as “One-stop desk, window 2”.")


class NameForm(forms.Form):
    """What a counter is called."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        help_text=EXAMPLE,
        max_length=LONGEST_NAME,
    )


class CounterForm(NameForm):
    """A new counter. `found`: units that fit a name alike."""

    unit = forms.CharField(
        label=gettext_lazy("Unit"),
        help_text=gettext_lazy("Its code or name: whom people judge who answer there."),
        max_length=100,
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        help_text=gettext_lazy(
            "A public link is given out on a page or in a message; it is counted as “online”."
        ),
        choices=Counter.Kind.choices,
    )
    field_order = ("unit", "name", "kind")

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reach = reach
        self.found: list[UnitVersion] = []

    def clean_unit(self) -> Unit:
        found = find_units(self.reach, self.cleaned_data["unit"], self.reach.today)
        if not found:
            raise forms.ValidationError(_("There is no such unit among those of your roles."))
        if len(found) > 1:
            self.found = found
            raise forms.ValidationError(_("Several units fit. Please give the code of one."))
        return found[0].unit


@panel_page(Act.SEE_UNITS)
@require_safe
def counters(request: OfficialRequest) -> HttpResponse:
    """List the counters within reach, or of the unit chosen in the panel and below it."""
    today, text = request.reach.today, request.GET.get("q", "").strip()[:100]
    rows = counter_rows.with_unit_name(request.reach.counters(), today).annotate(
        kiosks=Count("devices", filter=Q(devices__revoked_at=None))
    )
    if (chosen := request.panel.unit) is not None:
        rows = rows.filter(unit__in=unit_tree.below_with_absorbed([chosen.unit_id], today))
    if text:
        rows = rows.filter(counter_rows.called(text, today))
    page = Paginator(rows.order_by("unit__code", "name", "code"), ON_A_PAGE)
    context = {
        "page": page.get_page(request.GET.get("page")),
        "text": text,
        "may_make": request.rights.has(Act.MANAGE_COUNTERS),
        "may_print": request.rights.has(Act.PRINT),
    }
    return render(request, "surveys/officials/counters.html", context)


@panel_page(Act.MANAGE_COUNTERS)
@require_http_methods(["GET", "POST"])
def new_counter(request: OfficialRequest) -> HttpResponse:
    chosen = request.panel.unit
    usual = chosen.unit.code if chosen is not None else ""
    initial = {"unit": request.GET.get("don-vi", usual)}
    form = CounterForm(request.POST or None, initial=initial, reach=request.reach)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = counter_deeds.make(given["unit"], given["name"], given["kind"], by=request.actor)
        except NotUnique as error:
            form.add_error("name", str(error))
        else:
            messages.success(
                request, _("The counter is open: people can answer there in a campaign.")
            )
            return redirect("officials:counter", made.code)
    status = 422 if form.is_bound else 200
    return render(request, "surveys/officials/new_counter.html", {"form": form}, status=status)


@panel_page(Act.SEE_UNITS, change=Act.MANAGE_COUNTERS)
@require_http_methods(["GET", "POST"])
def counter(request: OfficialRequest, counter: Counter) -> HttpResponse:
    """Show a counter with what people reach it by; a POST calls it otherwise."""
    form = NameForm(request.POST or None, initial={"name": counter.name})
    if request.method == "POST" and form.is_valid():
        try:
            counter_deeds.rename(counter, form.cleaned_data["name"], by=request.actor)
        except NotUnique as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, _("The counter has this name now, on new posters as well."))
            return redirect("officials:counter", counter.code)
    status = 422 if form.is_bound else 200
    context = _shown(request, counter) | {"form": form}
    return render(request, "surveys/officials/counter.html", context, status=status)


@panel_page(Act.MANAGE_COUNTERS)
@require_POST
def switch(request: OfficialRequest, counter: Counter) -> HttpResponse:
    """Open or close a counter."""
    active = request.POST.get("act") == "open"
    if counter_deeds.switch(counter, active=active, by=request.actor):
        said = _("The counter is open.") if active else _("The counter is closed.")
        messages.success(request, said)
    return redirect("officials:counter", counter.code)


def _shown(request: OfficialRequest, counter: Counter) -> dict[str, Any]:
    """Return what the page of a counter says, and what the reader may do there."""
    rights, address = request.rights, settings.PUBLIC_URL + poster_orders.counter_path(counter)
    devices = Device.objects.filter(counter=counter, revoked_at=None).order_by("name")
    prints = rights.reach(Act.PRINT)
    named = counter_rows.with_unit_name(
        Counter.objects.filter(pk=counter.pk), request.reach.today
    ).get()
    initial = {"unit": named.unit.code, "counter": counter.code, "campaign": request.panel.campaign}
    on_a_wall = counter.active and counter.kind == Counter.Kind.DESK
    may_print = on_a_wall and prints.covers(counter.unit_id)
    return {
        "counter": named,
        "address": address,
        "qr": qr_code(address, scalable=True),
        "leads_here_only": poster_orders.leads_here_only(),
        "devices": devices,
        "waiting": devices.aggregate(n=Sum("queue_length"))["n"] or 0,
        "poster_form": PosterForm(initial=initial, reach=prints) if may_print else None,
        "may_manage": rights.reach(Act.MANAGE_COUNTERS).covers(counter.unit_id),
        "may_pair": rights.reach(Act.MANAGE_KIOSKS).covers(counter.unit_id),
    }
