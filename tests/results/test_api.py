"""The API's GETs: what they say is described, and any site may read it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve
from django.utils import timezone
from jsonschema import Draft202012Validator

from results.api import OPENAPI
from results.counting import refresh
from surveys.models import Campaign, Unit
from tests import make

DOCUMENT: dict[str, Any] = json.loads(OPENAPI.read_text())


def assert_described(reply: object, schema: str) -> None:
    """Fail unless a reply has exactly the shape the document promises."""
    described = {**DOCUMENT, "$ref": f"#/components/schemas/{schema}"}
    Draft202012Validator(described).validate(reply)


@pytest.fixture
def campaign(db: None) -> Campaign:
    top = make.province("Thái Nguyên", code="19")
    commune = make.commune("Phú Bình", parent=top, code="05500")
    make.commune("Đại Từ", parent=top, code="05501")
    made = make.campaign(slug="dot", threshold=3)
    for rating in (5, 4, 3, 2, 5, 5):
        make.response(
            made,
            commune,
            {
                "c01": rating,
                "c02": rating,
                "c03": rating,
                "f1": 1,
                "m1": [1, 3] if rating > 2 else [2],
            },
        )
    refresh.refresh(made, clock=timezone.now)
    return made


def test_a_unit_has_the_figures_of_design(client: Client, campaign: Campaign) -> None:
    reply = client.get("/api/v1/campaigns/dot/units/05500").json()

    assert_described(reply, "Unit")
    as_of = timezone.localtime(campaign.releases.get().released_at).isoformat(timespec="seconds")
    assert reply.pop("as_of") == as_of
    index = reply.pop("index")
    assert (index["percent"], index["n_valid"], index["n_missing"]) == ("66.67", 6, 0)
    assert reply["criteria"][0] == {
        "code": "c01",
        "counts": {"1": 0, "2": 1, "3": 1, "4": 1, "5": 3},
        "n_valid": 6,
        "n_missing": 0,
        "percent": "66.67",
        "at_least": None,
        "at_most": None,
    }
    assert [factor["code"] for factor in reply["factors"]] == ["tiep_can", "cong_chuc"]
    assert reply["expectations"][0]["counts"] == {"1": 5, "2": 1, "3": 5}
    # All six made one visit: that is withheld.
    assert reply["facts"][0]["counts"] == {}
    assert {key: reply[key] for key in ("campaign", "status", "release", "rank", "previous")} == {
        "campaign": "dot",
        "status": "published",
        "release": 1,
        "rank": {"position": 1, "of": 1, "best": 1, "worst": 1, "band": None},
        "previous": None,
    }
    assert (reply["n_received"], reply["n_responses"], reply["n_set_aside"]) == (6, 6, 0)
    assert reply["unit"] == {
        "code": "05500",
        "name": "Phú Bình",
        "full_name": "Xã Phú Bình",
        "tier": "commune",
    }
    assert reply["method"] == {
        "code": "top2-pooled",
        "item_rule": "TOP2",
        "aggregation": "POOLED_ITEMS",
    }


def test_a_suppressed_unit_has_no_figure(client: Client, campaign: Campaign) -> None:
    make.responses(campaign, Unit.objects.get(code="05501"), [5, 4])
    refresh.refresh(campaign, clock=timezone.now)

    reply = client.get("/api/v1/campaigns/dot/units/05501").json()

    assert_described(reply, "Unit")
    assert reply["status"] == "suppressed"
    assert (reply["index"], reply["n_responses"], reply["release"]) == (None, None, None)
    assert (reply["factors"], reply["criteria"], reply["facts"]) == ([], [], [])
    assert reply["n_received"] == 2


def test_a_pending_unit_says_so(client: Client, campaign: Campaign) -> None:
    make.responses(campaign, Unit.objects.get(code="05501"), [5, 4, 3])

    reply = client.get("/api/v1/campaigns/dot/units/05501").json()

    assert_described(reply, "Unit")
    assert (reply["status"], reply["index"]) == ("pending", None)


def test_children_are_those_directly_below(client: Client, campaign: Campaign) -> None:
    reply = client.get("/api/v1/campaigns/dot/units/19/children").json()

    assert_described(reply, "Children")
    states = {child["unit"]["name"]: child["status"] for child in reply["children"]}
    assert states == {"Đại Từ": "suppressed", "Phú Bình": "published"}
    own_page = client.get("/api/v1/campaigns/dot/units/05500").json()
    assert reply["children"][1]["index"] == own_page["index"]
    assert client.get("/api/v1/campaigns/dot/units/05500/children").json()["children"] == []


def test_campaigns_are_listed(client: Client, campaign: Campaign) -> None:
    make.campaign(opened=False)

    (listed,) = client.get("/api/v1/campaigns").json()["campaigns"]

    assert_described(listed, "Campaign")
    assert (listed["slug"], listed["root"], listed["release"]) == ("dot", "vn", 1)


@pytest.mark.parametrize(
    "address", ["campaigns/dot/units/99", "campaigns/x/units/19/children", "x", "campaigns/"]
)
def test_what_is_not_there_is_a_problem(client: Client, campaign: Campaign, address: str) -> None:
    reply = client.get(f"/api/v1/{address}")

    assert reply.status_code == 404
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert_described(reply.json(), "Problem")


def test_figures_are_only_read(client: Client, campaign: Campaign) -> None:
    assert client.post("/api/v1/campaigns").status_code == 405


def test_any_site_may_read_and_ask_again(client: Client, campaign: Campaign) -> None:
    address = "/api/v1/campaigns/dot/units/19"
    reply = client.get(address)

    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert not reply.cookies
    tag = reply.headers["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304


def test_the_description_is_served(client: Client) -> None:
    reply = client.get("/api/v1/openapi.json")

    assert reply.json() == DOCUMENT
    assert reply.headers["Access-Control-Allow-Origin"] == "*"


def test_every_described_address_and_schema_exists() -> None:
    values = {"slug": "dot", "code": "19", "counter": "q1", "id": "x"}
    for path in DOCUMENT["paths"]:
        assert "not_found" not in resolve(f"/api/v1{path.format(**values)}").view_name
    for name in DOCUMENT["components"]["schemas"]:
        Draft202012Validator.check_schema({**DOCUMENT, "$ref": f"#/components/schemas/{name}"})
    text = json.dumps(DOCUMENT)
    named = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert named == set(DOCUMENT["components"]["schemas"])
