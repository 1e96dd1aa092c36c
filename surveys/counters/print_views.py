"""Officials' pages that give something to print: posters of counters, paper forms."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from surveys.counters import poster_orders
from surveys.counters.poster_orders import NothingToPrint
from surveys.counters.print_forms import PosterForm
from surveys.models import Campaign, CampaignUnit, Questionnaire
from surveys.officials import OfficialRequest, panel_page
from surveys.oversight import audit
from surveys.oversight.deeds import Deed
from surveys.paper import paper_orders
from surveys.paper.paper_orders import NoSuchForm
from surveys.print.typesetting import CannotPrint
from surveys.rights.acts import Act

# 10 ms each: more would hold a worker of the web server for too long.
POSTERS_AT_ONCE = 300


@panel_page(Act.PRINT)
@require_safe
def posters(request: OfficialRequest) -> HttpResponse:
    form = PosterForm(request.GET if "unit" in request.GET else None, reach=request.reach)
    if form.is_valid():
        try:
            return _posters(request, form)
        except (NothingToPrint, CannotPrint) as error:
            form.add_error("unit", str(error))
    query = request.GET.copy()
    query.pop("unit", None)
    context = {
        "form": form,
        "query": query.urlencode(),
        "leads_here_only": poster_orders.leads_here_only(),
    }
    return render(
        request, "surveys/officials/posters.html", context, status=422 if form.is_bound else 200
    )


def _posters(request: OfficialRequest, form: PosterForm) -> HttpResponse:
    campaign, unit, size = (form.cleaned_data[name] for name in ("campaign", "unit", "size"))
    places = poster_orders.places_below(campaign, unit, only=form.cleaned_data["counter"])
    if len(places) > POSTERS_AT_ONCE:
        raise NothingToPrint(
            _(
                "There are %(count)d counters, at most %(limit)d are printed at once. Please choose"
                " a unit below it, or have the operator run: manage.py posters"
            )
            % {"count": len(places), "limit": POSTERS_AT_ONCE}
        )
    pdf = poster_orders.posters(
        campaign,
        places,
        size=size,
        language=form.cleaned_data["language"],
        today=timezone.localdate(),
    )
    place = CampaignUnit.objects.get(campaign=campaign, code=unit)
    audit.record(
        Deed.PRINT_POSTERS,
        by=request.actor,
        to=place.unit,
        unit=place.unit_id,
        campaign=campaign,
        after={"posters": len(places), "size": size},
    )
    return _download(pdf, poster_orders.file_name(campaign, unit, size))


@panel_page(Act.PRINT)
@require_safe
def paper_forms(request: OfficialRequest) -> HttpResponse:
    """List the editions with their languages, those of open campaigns first."""
    today = timezone.localdate()
    asked = set(
        Campaign.objects.filter(answers_pattern__isnull=False, closes_on__gte=today).values_list(
            "questionnaire_id", flat=True
        )
    )
    rows = sorted(
        Questionnaire.objects.all(), key=lambda row: (row.pk not in asked, row.code, -row.edition)
    )
    editions = [(row.parsed(), row.pk in asked) for row in rows]
    return render(request, "surveys/officials/paper_forms.html", {"editions": editions})


@panel_page(Act.PRINT)
@require_safe
def paper_form(request: OfficialRequest, reference: str, language: str) -> HttpResponse:
    """Give the form of an edition; ?campaign=SLUG&unit=CODE prints the office on it."""
    slug, unit_code = request.GET.get("campaign", ""), request.GET.get("unit", "")
    if "\x00" in reference:  # PostgreSQL's texts cannot hold it
        raise Http404
    try:
        campaign = _opened(request, slug, unit_code) if slug else None
        pdf = paper_orders.paper_form(reference, language, campaign=campaign, unit_code=unit_code)
    except (NoSuchForm, CannotPrint) as error:
        raise Http404(str(error)) from error
    return _download(pdf, paper_orders.file_name(reference, language, unit_code))


def _opened(request: OfficialRequest, slug: str, unit_code: str) -> Campaign:
    opened = request.reach.campaigns().filter(answers_pattern__isnull=False)
    campaign = opened.filter(slug=slug).first()
    if campaign is None:
        raise NoSuchForm(_('There is no campaign "%(slug)s".') % {"slug": slug})
    if not request.reach.campaign_units(campaign).filter(code=unit_code).exists():
        raise NoSuchForm(
            _("There is no unit %(code)s in the tree of %(campaign)s.")
            % {"code": unit_code, "campaign": slug}
        )
    return campaign


def _download(pdf: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
