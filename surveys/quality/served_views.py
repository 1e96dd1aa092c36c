"""The officials' page on which an office says how many people it served."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from surveys.models import ServedCount
from surveys.officials import OfficialRequest, panel_page
from surveys.oversight import audit
from surveys.oversight.deeds import Deed
from surveys.quality.quality_forms import ServedForm
from surveys.rights.acts import Act

ON_A_PAGE = 50


@panel_page(Act.KEY_PAPER)
@require_http_methods(["GET", "POST"])
def served(request: OfficialRequest) -> HttpResponse:
    """Take a number of people served, new or corrected, and list what was noted."""
    today = timezone.localdate(request.rights.now)
    asked = {"counter": request.GET.get("quay", ""), "day": request.GET.get("ngay", today)}
    form = ServedForm(request.POST or None, initial=asked, reach=request.reach, today=today)
    if request.method == "POST" and form.is_valid():
        _note(request, form)
        messages.success(request, _("The number is noted."))
        return redirect("officials:served")
    noted = request.reach.at_units(ServedCount.objects.all(), unit="counter__unit")
    rows = noted.select_related("counter", "entered_by").order_by("-day", "counter__code")
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page}
    status = 422 if form.is_bound else 200
    return render(request, "surveys/officials/served.html", context, status=status)


def _note(request: OfficialRequest, form: ServedForm) -> None:
    given = form.cleaned_data
    with transaction.atomic():
        known = form.known()
        noted, _made = ServedCount.objects.update_or_create(
            counter=given["counter"],
            day=given["day"],
            defaults={"n": given["n"], "entered_by": request.official},
        )
        audit.record(
            Deed.SERVED,
            by=request.actor,
            to=noted,
            unit=given["counter"].unit_id,
            before={"n": known.n} if known else None,
            after={"counter": given["counter"].code, "day": str(given["day"]), "n": given["n"]},
        )
