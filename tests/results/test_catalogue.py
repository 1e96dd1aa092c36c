"""The catalogue of open data, for people and for machines."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from results.bundles.freeze import freeze_newest
from results.counting import refresh
from surveys.models import Campaign
from tests import make


@pytest.fixture
def campaign(db: None) -> Campaign:
    commune = make.commune("Phú Bình", code="05500")
    made = make.campaign(slug="dot", threshold=3)
    make.responses(made, commune, [5, 4, 3])
    refresh.refresh(made, clock=timezone.now)
    return made


def catalogue(client: Client) -> dict[str, Any]:
    response = client.get("/du-lieu-mo/dcat.jsonld")
    assert response.headers["Content-Type"] == "application/ld+json"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    reply: dict[str, Any] = response.json()
    return reply


def addresses(found: dict[str, Any]) -> list[str]:
    return [
        one["dcat:downloadURL"]["@id"]
        for dataset in found["dcat:dataset"]
        for one in dataset["dcat:distribution"]
    ]


def test_every_distribution_is_there(client: Client, campaign: Campaign) -> None:
    freeze_newest(campaign)

    found = addresses(catalogue(client))

    assert len(found) == 6
    for address in found:
        assert address.startswith(settings.PUBLIC_URL)
        assert client.get(urlsplit(address).path).status_code == 200


def test_media_types_are_those_served(client: Client, campaign: Campaign) -> None:
    (dataset,) = catalogue(client)["dcat:dataset"]

    for one in dataset["dcat:distribution"]:
        served = client.get(urlsplit(one["dcat:downloadURL"]["@id"]).path)
        kind = served.headers["Content-Type"].partition(";")[0]
        assert one["dcat:mediaType"]["@id"].endswith(kind)


def test_a_dataset_says_licence_and_time(client: Client, campaign: Campaign) -> None:
    found = catalogue(client)
    (dataset,) = found["dcat:dataset"]

    released_at = campaign.releases.get().released_at
    assert dataset["dct:modified"]["@value"] == released_at.isoformat(timespec="seconds")
    assert found["dct:modified"] == dataset["dct:modified"]
    assert dataset["dct:license"]["@id"] == found["dct:license"]["@id"]
    assert dataset["dct:title"][0] == {"@value": "Đợt khảo sát 2026", "@language": "vi"}
    prefixes = {key.partition(":")[0] for key in dataset if not key.startswith("@")}
    assert prefixes <= set(found["@context"])


def test_catalogue_and_dataset_say_what_a_portal_asks_for(
    client: Client, campaign: Campaign
) -> None:
    """What DCAT-AP 3 wants of each, which data.europa.eu and national portals follow."""
    found = catalogue(client)
    (dataset,) = found["dcat:dataset"]

    wanted = {"dct:title", "dct:description", "dct:publisher", "dct:license"}
    assert wanted <= found.keys() & dataset.keys()
    assert dataset["dct:publisher"]["foaf:name"]["@value"]
    assert "top2-pooled" in dataset["dct:description"]["@value"]
    assert dataset["dct:issued"]["@value"] <= dataset["dct:modified"]["@value"]
    assert all("@id" in one["dcat:accessURL"] for one in dataset["dcat:distribution"])
    served = found["dcat:service"]["dcat:servesDataset"]
    assert served == [{"@id": dataset["@id"]}]


def test_what_has_its_last_release_is_never_updated(client: Client, campaign: Campaign) -> None:
    def frequency() -> str:
        (dataset,) = catalogue(client)["dcat:dataset"]
        return str(dataset["dct:accrualPeriodicity"]["@id"].rpartition("/")[2])

    assert frequency() == "UPDATE_CONT"
    campaign.releases.update(final=True)
    freeze_newest(campaign)
    assert frequency() == "NEVER"


def test_a_campaign_without_a_release_is_no_dataset(client: Client, db: None) -> None:
    make.campaign(slug="dot")

    assert catalogue(client)["dcat:dataset"] == []
    assert "Nothing has been published yet." in client.get("/en/du-lieu-mo/").content.decode()


def test_the_page_links_to_all_of_it(client: Client, campaign: Campaign) -> None:
    freeze_newest(campaign)

    page = client.get("/en/du-lieu-mo/").content.decode()

    assert 'href="/en/ket-qua/dot/vn/tai-ve/bang-tinh.xlsx"' in page
    assert 'href="/en/ket-qua/dot/cong-bo/1.zip"' in page
    assert "Creative Commons BY 4.0" in page
