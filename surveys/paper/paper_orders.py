"""Which paper form is asked for, and for which office."""

from __future__ import annotations

from django.utils.translation import gettext as _

from surveys.answering.forms import in_language
from surveys.models import Campaign, CampaignUnit, Counter, Questionnaire, Tier
from surveys.print.paper_form import BLANK, PaperOffice, paper_form_pdf


class NoSuchForm(LookupError):
    """The edition, its language or the office is unknown; the message says which."""


def paper_form(
    reference: str,
    language: str,
    *,
    campaign: Campaign | None = None,
    unit_code: str = "",
    counter: Counter | None = None,
) -> bytes:
    """Return the paper form of an edition, for an office where one is given.

    Args:
        reference: code and number of the edition, such as sipas-22@1.
        campaign: with `unit_code`: the campaign whose tree names the office.
        counter: printed at the foot of each page.

    Raises:
        NoSuchForm: there is no such edition, it is not in this language, the campaign asks
            another edition, or the unit is not in the campaign's tree.
        CannotPrint: a text has a letter that the typeface lacks.
    """
    code, _at, number = reference.rpartition("@")
    row = (
        Questionnaire.objects.filter(code=code, edition=int(number)).first()
        if number.isascii() and number.isdecimal() and len(number) < 4
        else None
    )
    if row is None:
        raise NoSuchForm(_("There is no edition %(reference)s.") % {"reference": reference})
    edition = row.parsed()
    if language not in edition.languages:
        raise NoSuchForm(
            _("%(reference)s is written in %(languages)s.")
            % {"reference": reference, "languages": ", ".join(sorted(edition.languages))}
        )
    if campaign is None:
        return paper_form_pdf(edition, language, BLANK)
    if campaign.questionnaire_id != row.pk:
        raise NoSuchForm(
            _("The campaign asks the questionnaire %(reference)s.")
            % {"reference": campaign.questionnaire}
        )
    return paper_form_pdf(edition, language, _office(campaign, unit_code, language, counter))


def file_name(reference: str, language: str, unit_code: str = "") -> str:
    unit = f"-{unit_code}" if unit_code else ""
    return f"phieu-giay-{reference.replace('@', '-')}-{language}{unit}.pdf"


def _office(
    campaign: Campaign, unit_code: str, language: str, counter: Counter | None
) -> PaperOffice:
    units = CampaignUnit.objects.filter(campaign=campaign).select_related("version")
    place = units.filter(code=unit_code).first()
    if place is None:
        raise NoSuchForm(
            _("There is no unit %(code)s in the tree of %(campaign)s.")
            % {"code": unit_code, "campaign": campaign.slug}
        )
    above = units.filter(unit=place.parent_id).exclude(tier=Tier.NATION).first()
    names = [place.version.full_name, above.version.full_name if above else ""]
    return PaperOffice(
        unit=", ".join(name for name in names if name),
        counter=f"{counter.name} · {counter.code}" if counter else "",
        campaign=in_language(campaign.title, language),
        simulated=campaign.simulated,
    )
