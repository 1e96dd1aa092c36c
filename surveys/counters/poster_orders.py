"""Which counters stand in a part of a campaign's tree, and their posters as one PDF."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from surveys.answering.form_page import minutes_to_answer
from surveys.models import Campaign, CampaignUnit, Counter, Tier
from surveys.print.posters import Invitation, PosterPlace, poster_pdf


class NothingToPrint(LookupError):
    """The unit is not in the campaign's tree, or has no counter; the message says which."""


def places_below(campaign: Campaign, unit_code: str, *, only: str = "") -> list[PosterPlace]:
    """Return the open counters of a unit and of all units below it, unit by unit.

    Args:
        only: the code of one of them, to have no other.

    Raises:
        NothingToPrint: there is no such unit in the tree, or no counter.
    """
    try:
        top = CampaignUnit.objects.select_related("version").get(campaign=campaign, code=unit_code)
    except CampaignUnit.DoesNotExist:
        raise NothingToPrint(
            _("There is no unit %(code)s in the tree of %(campaign)s.")
            % {"code": unit_code, "campaign": campaign.slug}
        ) from None
    units = {
        place.unit_id: place
        for place in CampaignUnit.objects.filter(
            campaign=campaign, path__contains=[top.unit_id]
        ).select_related("version")
    }
    counters = (
        Counter.objects.filter(unit__in=units, active=True, kind=Counter.Kind.DESK)
        .annotate(unit_key=F("unit__code"))
        .order_by("unit_key", "code")
    )
    if only:
        counters = counters.filter(code=only.strip().lower())
    above = _names_above(campaign, units)
    found = [
        PosterPlace(
            code=counter.code,
            name=counter.name,
            unit=units[counter.unit_id].version.full_name,
            above=above.get(counter.unit_id, ""),
            path=counter_path(counter),
        )
        for counter in counters
    ]
    if not found:
        raise NothingToPrint(
            _("No counter takes answers at %(unit)s or below it.") % {"unit": top.version.full_name}
        )
    return found


def posters(
    campaign: Campaign,
    places: list[PosterPlace],
    *,
    size: str,
    language: str,
    today: date,
    progress: Callable[[int, int], None] | None = None,
) -> bytes:
    """Return the posters of these counters as one PDF, a page each.

    Raises:
        CannotPrint: a name has a letter that the typeface lacks.
    """
    edition = campaign.questionnaire.parsed()
    invitation = Invitation(
        site=settings.PUBLIC_URL,
        questions=len(edition.questions),
        minutes=minutes_to_answer(edition),
        closes_on=campaign.closes_on,
        printed_on=today,
        simulated=campaign.simulated,
        other_language="en" in edition.languages or language != "vi",
    )
    return poster_pdf(places, invitation, size=size, language=language, progress=progress)


def counter_path(counter: Counter) -> str:
    """Return the path of a counter's form: the Vietnamese one, from which one can switch."""
    with override("vi"):
        return reverse("surveys:respond", args=[counter.code])


def leads_here_only() -> bool:
    """Return whether a code printed now leads to this very computer: PUBLIC_URL is not set."""
    return any(f"//{name}" in settings.PUBLIC_URL for name in ("127.0.0.1", "localhost", "[::1]"))


def file_name(campaign: Campaign, unit_code: str, size: str) -> str:
    return f"ap-phich-{size}-{campaign.slug}-{unit_code}.pdf"


def _names_above(campaign: Campaign, units: dict[int, CampaignUnit]) -> dict[int, str]:
    """Return the name of the unit above each, but for those under the nation."""
    parents = {
        place.unit_id: place.version.full_name
        for place in CampaignUnit.objects.filter(
            campaign=campaign, unit__in={place.parent_id for place in units.values()}
        )
        .exclude(tier=Tier.NATION)
        .select_related("version")
    }
    return {pk: parents.get(place.parent_id or 0, "") for pk, place in units.items()}
