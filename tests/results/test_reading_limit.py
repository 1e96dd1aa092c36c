"""The API's GETs and files: open to programs of any site, within a limit."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from results.counting import refresh
from results.open_data import reading_limit
from surveys.answering import short_memory
from surveys.models import Campaign
from tests import make
from tests.results.test_api import DOCUMENT

SOME_NETWORK = "203.0.113.7"


@pytest.fixture
def campaign(db: None) -> Campaign:
    commune = make.commune("Phú Bình", code="05500")
    made = make.campaign(slug="dot", threshold=3)
    make.responses(made, commune, [5, 4, 3])
    refresh.refresh(made, clock=timezone.now)
    return made


@pytest.fixture
def three_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """Allow three readings in a minute that nobody has read in, and that does not end."""
    counted: dict[str, int] = {}

    def add(key: str, *, seconds: int) -> int:
        counted[key] = counted.get(key, 0) + 1
        return counted[key]

    monkeypatch.setattr(settings, "READS_A_MINUTE", 3)
    monkeypatch.setattr(short_memory, "add", add)
    monkeypatch.setattr(reading_limit, "time", lambda: 120.0 + 15)


@pytest.mark.parametrize(
    "address", ["/api/v1/campaigns/dot/units/05500", "/ket-qua/dot/05500/tai-ve/so-lieu.csv"]
)
def test_the_fourth_reading_of_a_minute_waits(
    client: Client, campaign: Campaign, three_a_minute: None, address: str
) -> None:
    statuses = [client.get(address, REMOTE_ADDR=SOME_NETWORK).status_code for _ in range(4)]
    waiting = client.get(address, REMOTE_ADDR=SOME_NETWORK)

    assert statuses == [200, 200, 200, 429]
    assert waiting.headers["Retry-After"] == "45"
    assert waiting.headers["Cache-Control"] == "no-store"
    assert waiting.json()["status"] == 429
    assert client.get(address, REMOTE_ADDR="198.51.100.7").status_code == 200


def test_pages_are_not_limited(client: Client, campaign: Campaign, three_a_minute: None) -> None:
    statuses = {client.get("/ket-qua/dot/05500/").status_code for _ in range(5)}

    assert statuses == {200}


def test_without_redis_nothing_is_limited(
    client: Client, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "READS_A_MINUTE", 1)
    monkeypatch.setattr(settings, "REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(short_memory, "breaker", short_memory.Breaker())

    assert {client.get("/api/v1/campaigns").status_code for _ in range(3)} == {200}


def test_a_browser_may_ask_first(client: Client, campaign: Campaign) -> None:
    response = client.options("/api/v1/campaigns/dot/units/05500")

    assert response.status_code == 204
    assert response.headers["Access-Control-Allow-Headers"] == "If-None-Match"
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_what_is_only_read_says_so(campaign: Campaign, method: str) -> None:
    strict = Client(enforce_csrf_checks=True)

    response = getattr(strict, method)("/api/v1/campaigns/dot/units/05500")

    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert response.headers["Content-Type"] == "application/problem+json"


segments = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/?#"), max_size=25)
known = st.sampled_from(["dot", "05500", "vn", "campaigns", "units", "children", "..", "%", ""])
paths = st.lists(known | segments, max_size=6).map("/".join)


@given(path=paths)
@hypothesis_settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_asked_the_reply_is_described(
    client: Client, campaign: Campaign, path: str
) -> None:
    """A small fuzz for every run; CONTRIBUTING names the large one."""
    response = client.get(f"/api/v1/{path}".replace("\\", ""))

    assert response.status_code in {200, 301, 404, 405}
    if response.status_code == 404:
        assert response.headers["Content-Type"] == "application/problem+json"
        problem = {**DOCUMENT, "$ref": "#/components/schemas/Problem"}
        Draft202012Validator(problem).validate(response.json())
