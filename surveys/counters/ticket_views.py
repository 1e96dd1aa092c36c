"""Officials' pages that hand out one-time tickets, and say how many came back."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from surveys.counters import ticket_orders, tickets
from surveys.counters.ticket_codes import MOST_TICKETS
from surveys.counters.tickets import AskedBefore, Asking, CannotIssue
from surveys.models import Counter
from surveys.officials import OfficialRequest, panel_page
from surveys.oversight import audit
from surveys.oversight.deeds import Deed
from surveys.panel_fields import CampaignChoice, DayField
from surveys.print.typesetting import CannotPrint, qr_code
from surveys.rights.acts import Act
from surveys.rights.reach import Reach

ON_A_PAGE = 50
# Each is a picture of 20 kB on the page.
MOST_ON_SCREEN = 50


class TicketForm(forms.Form):
    """Where and when the tickets are handed out, and how many."""

    campaign = CampaignChoice()
    counter = forms.CharField(
        label=gettext_lazy("Code of the counter"),
        help_text=gettext_lazy("As on its poster."),
        max_length=12,
    )
    day = DayField(
        label=gettext_lazy("Day they are handed out"),
        help_text=gettext_lazy("They are good on this day and the next."),
    )
    number = forms.IntegerField(
        label=gettext_lazy("How many tickets"), min_value=1, max_value=MOST_TICKETS
    )
    # Of this one showing of the form.
    asked_as = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reach = reach
        choice = self.fields["campaign"]
        assert isinstance(choice, forms.ModelChoiceField)  # noqa: S101 - as declared above
        choice.queryset = reach.campaigns().filter(
            tickets=True, answers_pattern__isnull=False, closes_on__gte=timezone.localdate()
        )

    def clean_counter(self) -> Counter:
        code = self.cleaned_data["counter"].strip().lower()
        counters = self.reach.counters(self.cleaned_data.get("campaign"))
        counter = counters.filter(code=code, active=True).first()
        if counter is None:
            raise forms.ValidationError(_("The campaign does not ask at such a counter."))
        return counter

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        campaign, day = cleaned.get("campaign"), cleaned.get("day")
        if campaign and day and not campaign.opens_on <= day <= campaign.closes_on:
            self.add_error("day", _("The campaign is not open on this day."))
        if day and day + tickets.GRACE < timezone.localdate():
            self.add_error("day", _("Tickets of this day are no longer good."))
        if "on_screen" in self.data and (cleaned.get("number") or 0) > MOST_ON_SCREEN:
            fault = _("On the screen at most %(limit)d tickets are shown; please print more.")
            self.add_error("number", fault % {"limit": MOST_ON_SCREEN})
        return cleaned


@panel_page(Act.ISSUE_TICKETS)
@require_http_methods(["GET", "POST"])
def batches(request: OfficialRequest) -> HttpResponse:
    """Show the batches and, to a POST, give a new one: as a PDF, or one by one on the screen."""
    initial = {"day": timezone.localdate(), "asked_as": uuid4()}
    form = TicketForm(request.POST or None, reach=request.reach, initial=initial)
    if form.is_valid():
        try:
            return _issue(request, form.cleaned_data, on_screen="on_screen" in request.POST)
        except AskedBefore:
            said = _("These tickets were made already. For more please open this page anew.")
            form.add_error(None, said)
        except (CannotIssue, CannotPrint, ImproperlyConfigured) as error:
            form.add_error(None, str(error))
    found = request.reach.ticket_batches().select_related("campaign", "counter")
    latest = tickets.with_spent(found).order_by("-day", "-pk")
    page = Paginator(latest, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "has_key": bool(settings.TICKET_KEY),
        "page": page,
        "lines": [tickets.line(batch) for batch in page],
    }
    status = 422 if form.is_bound else 200
    return render(request, "surveys/officials/tickets.html", context, status=status)


def _issue(request: OfficialRequest, chosen: dict[str, Any], *, on_screen: bool) -> HttpResponse:
    """Make a batch; its codes leave with this reply, and nobody can ask for them again."""
    campaign, counter, day = chosen["campaign"], chosen["counter"], chosen["day"]
    # What cannot be printed was not issued.
    with transaction.atomic():
        codes = tickets.issue(
            campaign,
            counter,
            day=day,
            number=chosen["number"],
            made_by=request.official,
            asking=Asking(chosen["asked_as"], timezone.now()),
        )
        response = _shown(request, codes, chosen) if on_screen else _slips(codes, counter, day)
        audit.record(
            Deed.PRINT_TICKETS,
            by=request.actor,
            to=counter,
            unit=counter.unit_id,
            campaign=campaign,
            after={"day": day, "number": len(codes)},
        )
    response["Cache-Control"] = "no-store"
    return response


def _slips(codes: list[str], counter: Counter, day: date) -> HttpResponse:
    name = ticket_orders.file_name(counter, day, len(codes))
    return HttpResponse(
        ticket_orders.slips(codes, counter, day),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _shown(request: OfficialRequest, codes: list[str], chosen: dict[str, Any]) -> HttpResponse:
    address = ticket_orders.address_of(chosen["counter"])
    context = {
        "counter": chosen["counter"],
        "day": chosen["day"],
        "tickets": [{"code": code, "qr": qr_code(address(code), scalable=True)} for code in codes],
    }
    return render(request, "surveys/officials/tickets_on_screen.html", context)
