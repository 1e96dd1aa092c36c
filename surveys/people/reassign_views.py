"""Officials' page about roles at units that are no more."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from surveys.officials import OfficialRequest, panel_page
from surveys.people import reassigning
from surveys.rights.acts import Act

# Each is a row of the log, which one writer at a time may write.
ON_A_PAGE = 200


@panel_page(Act.MANAGE_ACCOUNTS)
@require_http_methods(["GET", "POST"])
def stranded(request: OfficialRequest) -> HttpResponse:
    """List roles at abolished units; a POST gives those ticked anew at the units that follow."""
    now = request.rights.now
    if request.method == "POST":
        _reassign(request)
        return redirect("officials:stranded")
    found = reassigning.stranded(request.reach, now=now)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    found_here = reassigning.told(list(page.object_list), now=now)
    lines = [(line, line.may_move(request.rights)) for line in found_here]
    return render(request, "surveys/officials/stranded.html", {"page": page, "lines": lines})


def _reassign(request: OfficialRequest) -> None:
    """Do what was ticked, and say what was done and what was not."""
    ticked = [int(key) for key in request.POST.getlist("role") if _is_number(key)][:ON_A_PAGE]
    units = {key: request.POST.get(f"unit-{key}", "") for key in ticked}
    chosen = {key: int(unit) for key, unit in units.items() if _is_number(unit)}
    moved, left = reassigning.reassign(request.rights, request.reach, chosen, by=request.actor)
    left += len(ticked) - len(chosen)
    if not ticked:
        messages.warning(request, _("Please tick the roles to be given anew."))
    if moved:
        said = ngettext("%(n)d role is given anew.", "%(n)d roles are given anew.", moved)
        messages.success(request, said % {"n": moved})
    if left:
        said = ngettext(
            "%(n)d role stayed as it is: please choose a unit for it.",
            "%(n)d roles stayed as they are: please choose a unit for each.",
            left,
        )
        messages.warning(request, said % {"n": left})


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10
