"""Officials' page of a campaign's sample plan: read, entered unit by unit, sized by formula."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from surveys.campaigns.campaign_states import FROZEN
from surveys.campaigns.campaign_tree import TreeError
from surveys.models import Campaign, PlanLine, UnitVersion
from surveys.officials import OfficialRequest, panel_page, refused
from surveys.rights.acts import Act
from surveys.sampling import plan_drawing, plans
from surveys.sampling.plan_drawing import NothingToDraw
from surveys.sampling.plan_forms import DrawForm, LineForm, ShareOutForm, SizeForm
from surveys.sampling.plans import PlanFrozen
from surveys.sampling.sample_size import each_alone, sample_size, shared_out
from surveys.units.search_keys import search_text

PER_PAGE = 50
USUAL_ERROR = "5"


@panel_page(Act.SEE_CAMPAIGNS, change=Act.MANAGE_CAMPAIGNS)
@require_http_methods(["GET", "POST"])
def plan(request: OfficialRequest, campaign: Campaign) -> HttpResponse:
    """Show the plan; a POST puts one unit into it, or changes what is planned there."""
    if request.method == "POST" and not may_change(request, campaign):
        return refused(request)
    chosen = request.GET.get("don-vi", "")
    rows = lines(request, campaign)
    line = rows.filter(unit__code=chosen).first() if chosen else None
    initial = LineForm.initial_of(line) if line else {}
    form = LineForm(request.POST or None, campaign=campaign, initial=initial)
    if request.method == "POST" and form.is_valid() and form.line is not None:
        try:
            plans.put(campaign, form.line, by=request.actor)
        except PlanFrozen as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The plan is changed."))
            return redirect("officials:plan", campaign.slug)
    return shown(request, campaign, form=form, status=422 if form.is_bound else 200)


@panel_page(Act.MANAGE_CAMPAIGNS)
@require_POST
def remove(request: OfficialRequest, campaign: Campaign) -> HttpResponse:
    """Take a unit out of the plan."""
    if not may_change(request, campaign):
        return refused(request)
    code = request.POST.get("unit", "")
    line = lines(request, campaign).filter(unit__code=code).first()
    if line is None:
        messages.warning(request, _("The plan has no such unit any more."))
        return redirect("officials:plan", campaign.slug)
    try:
        plans.take_out(campaign, line.unit_id, by=request.actor)
    except PlanFrozen as error:
        messages.error(request, str(error))
    else:
        said = _("%(unit)s is no longer in the plan.")
        messages.success(request, said % {"unit": code})
    return redirect("officials:plan", campaign.slug)


@panel_page(Act.MANAGE_CAMPAIGNS)
@require_POST
def sizes(request: OfficialRequest, campaign: Campaign) -> HttpResponse:
    """Plan as many sheets as the formula asks for, at every unit whose people are stated."""
    if not may_change(request, campaign):
        return refused(request)
    form = ShareOutForm(request.POST)
    if not form.is_valid():
        return shown(request, campaign, share_form=form, status=422)
    people = {
        line.unit_id: line.population
        for line in lines(request, campaign)
        if line.population is not None
    }
    by_way = {ShareOutForm.EACH: each_alone, ShareOutForm.TOGETHER: shared_out}
    targets = by_way[form.cleaned_data["way"]](people, form.share)
    try:
        plans.set_targets(campaign, targets, by=request.actor)
    except PlanFrozen as error:
        messages.error(request, str(error))
    else:
        said = ngettext(
            "Planned anew by the formula at %(n)d unit.",
            "Planned anew by the formula at %(n)d units.",
            len(targets),
        )
        messages.success(request, said % {"n": len(targets)})
    return redirect("officials:plan", campaign.slug)


@panel_page(Act.MANAGE_CAMPAIGNS)
@require_POST
def draw(request: OfficialRequest, campaign: Campaign) -> HttpResponse:
    """Draw units of each stratum of the plan by a lot."""
    if not may_change(request, campaign):
        return refused(request)
    form = DrawForm(request.POST)
    if not form.is_valid():
        return shown(request, campaign, draw_form=form, status=422)
    try:
        n, of = plan_drawing.draw(
            campaign, form.cleaned_data["m"], lot=form.cleaned_data["lot"], by=request.actor
        )
    except (PlanFrozen, NothingToDraw, TreeError) as error:
        messages.error(request, str(error))
    else:
        said = _("Drawn: %(n)d of %(of)d units. They stand for all people of their strata.")
        messages.success(request, said % {"n": n, "of": of})
    return redirect("officials:plan", campaign.slug)


def shown(
    request: OfficialRequest,
    campaign: Campaign,
    *,
    form: LineForm | None = None,
    share_form: ShareOutForm | None = None,
    draw_form: DrawForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page of the plan."""
    rows, text = lines(request, campaign), request.GET.get("q", "")
    on_day = UnitVersion.objects.in_force_on(campaign.tree_day)
    sums = rows.aggregate(
        units=Count("pk"),
        sheets=Sum("target"),
        people=Sum("population"),
        stated=Count("population"),
        in_strata=Count("pk", filter=~Q(stratum="")),
    )
    if words := search_text(text):
        rows = rows.filter(unit__in=on_day.filter(search_key__contains=f" {words}").values("unit"))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    names = dict(
        on_day.filter(unit__in=[line.unit_id for line in page]).values_list("unit", "full_name")
    )
    size_form = _size_form(request, sums["people"])
    context = {
        "campaign": campaign,
        "page": page,
        "lines": [(line, names.get(line.unit_id, line.unit.code)) for line in page],
        "text": text,
        "sums": sums,
        "form": form or LineForm(campaign=campaign),
        "share_form": share_form or ShareOutForm(initial={"error": USUAL_ERROR}),
        "draw_form": draw_form or DrawForm(),
        "size_form": size_form,
        "size": _size(size_form),
        "may_change": may_change(request, campaign) and campaign.answers_pattern is None,
        "frozen": FROZEN["plan"] if campaign.answers_pattern is not None else "",
    }
    return render(request, "surveys/officials/plan.html", context, status=status)


def _size_form(request: OfficialRequest, people: int | None) -> SizeForm:
    """Return the form of the formula: as asked, else with the people of the plan."""
    asked = {name: request.GET[name] for name in ("people", "error") if name in request.GET}
    if not asked and not people:
        return SizeForm(initial={"error": USUAL_ERROR})
    return SizeForm({"people": people, "error": USUAL_ERROR, **asked})


def _size(form: SizeForm) -> dict[str, object] | None:
    """Return what the formula says, number by number."""
    if not form.is_valid():
        return None
    people, error = form.cleaned_data["people"], form.cleaned_data["error"]
    return {
        "people": people,
        "error": error.normalize(),
        "share": (error / 100).normalize(),
        "n": sample_size(people, form.share),
    }


def lines(request: OfficialRequest, campaign: Campaign) -> QuerySet[PlanLine]:
    """Return the lines of a plan within reach; of a draft all, since all of it lies there."""
    rows = PlanLine.objects.filter(campaign=campaign).select_related("unit")
    if campaign.answers_pattern is not None:
        rows = request.rights.reach(Act.SEE_CAMPAIGNS).within(rows)
    return rows.order_by("unit__code")


def may_change(request: OfficialRequest, campaign: Campaign) -> bool:
    return request.rights.reach(Act.MANAGE_CAMPAIGNS).covers_whole(campaign)
