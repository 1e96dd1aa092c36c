"""The catalogue of open data: what there is to download, as DCAT 3 in JSON-LD."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from results.bundles.shelf import Frozen, frozen_releases
from results.downloads.formats import XLSX
from results.reading.public_campaigns import CampaignSummary, campaign_list

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
VIET_NAM = "http://publications.europa.eu/resource/authority/country/VNM"
FREQUENCY = "http://publications.europa.eu/resource/authority/frequency/"
VIETNAMESE = "http://publications.europa.eu/resource/authority/language/VIE"
GOVERNMENT = "http://publications.europa.eu/resource/authority/data-theme/GOVE"
PUBLIC = "http://publications.europa.eu/resource/authority/access-right/PUBLIC"
MEDIA = "https://www.iana.org/assignments/media-types/"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


@dataclass(frozen=True)
class Distribution:
    """One way to fetch a dataset."""

    title: str
    address: str
    media_type: str


@dataclass(frozen=True)
class Dataset:
    """What a campaign has published."""

    summary: CampaignSummary
    newest: Frozen | None
    distributions: tuple[Distribution, ...]

    @property
    def address(self) -> str:
        return reverse("results:campaign", args=[self.summary.campaign.slug])


def datasets() -> list[Dataset]:
    """Return a dataset for each campaign with a release, the one opened last first."""
    newest: dict[int, Frozen] = {}
    for frozen in frozen_releases():
        newest.setdefault(frozen.campaign.pk, frozen)
    return [
        Dataset(summary, newest.get(summary.campaign.pk), _distributions(summary, newest))
        for summary in campaign_list()
        if summary.release is not None
    ]


def _distributions(summary: CampaignSummary, newest: dict[int, Frozen]) -> tuple[Distribution, ...]:
    slug = summary.campaign.slug
    files = (
        (_("Spreadsheet of the whole campaign"), "bang-tinh.xlsx", XLSX),
        (_("Figures of the whole campaign as CSV"), "so-lieu.csv", "text/csv"),
        (_("Figures of the whole campaign for SPSS"), "so-lieu.sav", "application/x-spss-sav"),
    )
    found = [
        Distribution(title, reverse("results:unit_file", args=[slug, summary.root, name]), kind)
        for title, name, kind in files
    ]
    address = reverse("results_api:unit", kwargs={"slug": slug, "code": summary.root})
    found.append(Distribution(_("API"), address, "application/json"))
    if frozen := newest.get(summary.campaign.pk):
        found += _frozen_distributions(frozen)
    return tuple(found)


def _frozen_distributions(frozen: Frozen) -> list[Distribution]:
    slug = frozen.campaign.slug
    title = (
        _("Frozen release %(number)d, signed") if frozen.signed else _("Frozen release %(number)d")
    )
    return [
        Distribution(
            _("Figures of all units as CSV"),
            reverse("results:all_units", args=[slug, "so-lieu"]),
            "text/csv",
        ),
        Distribution(
            title % {"number": frozen.number},
            reverse("results:release_archive", args=[slug, frozen.number]),
            "application/zip",
        ),
    ]


def dcat(found: list[Dataset]) -> dict[str, object]:
    """Return the catalogue as JSON-LD; addresses are whole, from PUBLIC_URL."""
    times = [one.summary.as_of for one in found if one.summary.as_of]
    home = _whole(reverse("results:catalogue"))
    return {
        "@context": CONTEXT,
        "@id": home,
        "@type": "dcat:Catalog",
        "dct:title": _text(_("Open data on satisfaction with public services")),
        "dct:description": _text(
            _("All published figures, free to use by anyone, with what they follow from.")
        ),
        "dct:publisher": _publisher(),
        "dct:license": {"@id": LICENCE},
        "dct:language": {"@id": VIETNAMESE},
        "foaf:homepage": {"@id": home},
        **({"dct:modified": _time(max(times))} if times else {}),
        "dcat:dataset": [_dataset(one) for one in found],
        "dcat:service": {
            "@type": "dcat:DataService",
            "dct:title": "API",
            "dcat:endpointURL": {"@id": _whole("/api/v1/")},
            "dcat:endpointDescription": {"@id": _whole(reverse("results_api:openapi"))},
            "dcat:servesDataset": [{"@id": _whole(one.address)} for one in found],
        },
    }


def _dataset(one: Dataset) -> dict[str, object]:
    campaign, as_of = one.summary.campaign, one.summary.as_of
    return {
        "@id": _whole(one.address),
        "@type": "dcat:Dataset",
        "dct:title": [
            {"@value": campaign.title[code], "@language": code}
            for code in sorted(campaign.title, key=lambda code: (code != "vi", code))
        ],
        "dct:description": _text(_described(one)),
        "dct:identifier": campaign.slug,
        "dct:publisher": _publisher(),
        "dct:license": {"@id": LICENCE},
        "dct:accessRights": {"@id": PUBLIC},
        "dct:language": {"@id": VIETNAMESE},
        "dcat:theme": {"@id": GOVERNMENT},
        "dct:spatial": {"@id": VIET_NAM},
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _day(campaign.opens_on),
            "dcat:endDate": _day(campaign.closes_on),
        },
        "dct:accrualPeriodicity": {"@id": f"{FREQUENCY}{_frequency(one)}"},
        **({"dct:issued": _time(campaign.published_at)} if campaign.published_at else {}),
        **({"dct:modified": _time(as_of)} if as_of else {}),
        **({"dcat:version": str(one.summary.release)} if one.summary.release else {}),
        "dcat:landingPage": {"@id": _whole(one.address)},
        "dcat:distribution": [_distribution(each) for each in one.distributions],
    }


def _publisher() -> dict[str, object]:
    home = {"@id": settings.PUBLIC_URL}
    return {
        "@type": "foaf:Agent",
        "foaf:name": _text(_("Satisfaction Index")),
        "foaf:homepage": home,
    }


def _described(one: Dataset) -> str:
    campaign = one.summary.campaign
    words = _(
        "How satisfied people are with public services: percentages of units with their intervals"
        " and numbers of answers. Questionnaire %(edition)s, method %(method)s, threshold"
        " %(threshold)d."
    )
    said = words % {
        "edition": campaign.questionnaire,
        "method": campaign.method.code,
        "threshold": campaign.threshold,
    }
    made_up = _("A trial: its figures are made up and judge no office.")
    return f"{made_up} {said}" if campaign.simulated else said


def _frequency(one: Dataset) -> str:
    if one.newest and one.newest.final:
        return "NEVER"
    return {"live": "UPDATE_CONT", "daily": "DAILY"}.get(one.summary.campaign.publication, "IRREG")


def _distribution(each: Distribution) -> dict[str, object]:
    return {
        "@type": "dcat:Distribution",
        "dct:title": _text(each.title),
        "dct:license": {"@id": LICENCE},
        "dcat:accessURL": {"@id": _whole(each.address)},
        "dcat:downloadURL": {"@id": _whole(each.address)},
        "dcat:mediaType": {"@id": f"{MEDIA}{each.media_type}"},
    }


def _text(words: str) -> dict[str, str]:
    return {"@value": words, "@language": get_language() or "vi"}


def _whole(address: str) -> str:
    return f"{settings.PUBLIC_URL}{address}"


def _time(moment: datetime) -> dict[str, str]:
    return {"@value": moment.isoformat(timespec="seconds"), "@type": "xsd:dateTime"}


def _day(day: date) -> dict[str, str]:
    return {"@value": day.isoformat(), "@type": "xsd:date"}
