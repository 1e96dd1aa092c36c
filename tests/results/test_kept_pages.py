"""Pages kept in the process: the same while nothing changed, new as soon as something did."""

from __future__ import annotations

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from results.counting import refresh
from results.reading import kept_pages
from results.reading.kept_pages import LONGEST, kept_page
from surveys.models import Campaign, Unit
from tests import make


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    kept_pages.forget_pages()


class Pages:
    """Makes a new page each time and counts how often."""

    def __init__(self, status: int = 200) -> None:
        self.made = 0
        self.status = status

    def __call__(self) -> HttpResponse:
        self.made += 1
        return HttpResponse(f"page {self.made}", status=self.status)


def test_a_page_is_made_once_for_its_key() -> None:
    make_page = Pages()
    first, second, other = (kept_page(key, make_page) for key in ("a", "a", "b"))

    assert first.content == second.content == b"page 1"
    assert first["ETag"] == second["ETag"]
    assert first["Content-Type"] == second["Content-Type"]
    assert other.content == b"page 2"
    assert other["ETag"] != first["ETag"]


def test_after_a_minute_it_is_made_again() -> None:
    now, make_page = [0.0], Pages()
    kept_page("a", make_page, clock=lambda: now[0])
    now[0] = LONGEST - 1
    kept_page("a", make_page, clock=lambda: now[0])
    assert make_page.made == 1
    now[0] = LONGEST
    kept_page("a", make_page, clock=lambda: now[0])
    assert make_page.made == 2


def test_a_fault_is_not_kept() -> None:
    make_page = Pages(status=404)
    for _ in range(2):
        kept_page("a", make_page)
    assert make_page.made == 2


def test_the_oldest_leave_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_pages, "MOST", 2)
    make_page = Pages()
    for key in ("a", "b", "a", "c", "a", "b"):
        kept_page(key, make_page)
    # a was asked for again, so b had to leave.
    assert make_page.made == 4


@pytest.fixture
def commune(db: None) -> Unit:
    return make.commune("Phú Bình", code="05500", parent=make.province("Thái Nguyên", code="19"))


@pytest.fixture
def campaign(commune: Unit) -> Campaign:
    made = make.campaign(slug="dot", threshold=3)
    make.responses(made, commune, [5, 4, 1])
    refresh.refresh(made, clock=timezone.now)
    return made


def test_a_release_shows_at_once(client: Client, campaign: Campaign, commune: Unit) -> None:
    before = client.get("/en/ket-qua/dot/05500/").content.decode()
    make.responses(campaign, commune, [5, 5, 5])
    refresh.refresh(campaign, clock=timezone.now)
    after = client.get("/en/ket-qua/dot/05500/").content.decode()

    assert "66.67%" in before
    assert "83.33%" in after


def test_a_sheet_that_waits_or_is_counted_shows_at_once(
    client: Client, campaign: Campaign, commune: Unit
) -> None:
    pages = [client.get("/en/ket-qua/dot/19/").content.decode()]
    make.responses(campaign, commune, [5])
    pages.append(client.get("/en/ket-qua/dot/19/").content.decode())
    refresh.refresh(campaign, clock=timezone.now)
    pages.append(client.get("/en/ket-qua/dot/19/").content.decode())

    assert ["not yet counted" in page for page in pages] == [False, True, False]
    assert ["4 received so far" in page for page in pages] == [False, False, True]


def test_a_release_of_the_campaign_before_shows_at_once(
    client: Client, campaign: Campaign, commune: Unit
) -> None:
    newer = make.campaign(slug="sau", threshold=3, previous=campaign)
    make.responses(newer, commune, [5, 5, 5])
    refresh.refresh(newer, clock=timezone.now)
    assert "+33.33" in client.get("/en/ket-qua/sau/05500/").content.decode()
    make.responses(campaign, commune, [1, 1, 1])
    refresh.refresh(campaign, clock=timezone.now)

    assert "+66.67" in client.get("/en/ket-qua/sau/05500/").content.decode()


def test_each_language_and_part_has_a_page_of_its_own(client: Client, campaign: Campaign) -> None:
    addresses = ("/en/ket-qua/dot/19/", "/ket-qua/dot/19/", "/en/ket-qua/dot/19/?phan=kiosk")
    assert len({client.get(address).content for address in addresses}) == 3


def test_unchanged_it_is_not_sent_again(client: Client, campaign: Campaign) -> None:
    tag = client.get("/ket-qua/dot/").headers["ETag"]

    reply = client.get("/ket-qua/dot/", headers={"If-None-Match": tag})

    assert (reply.status_code, reply.content) == (304, b"")
    assert reply.headers["Cache-Control"] == "public, max-age=5"
    assert (reply.headers["ETag"], reply.headers["Vary"]) == (tag, "Accept-Encoding")
    assert tag.startswith('W/"')


@pytest.mark.parametrize("address", ["19/noi-dung/c01/", "so-sanh/?don-vi=05500"])
def test_pages_across_units_are_kept_until_a_release(
    client: Client, campaign: Campaign, commune: Unit, address: str
) -> None:
    before = client.get(f"/en/ket-qua/dot/{address}")
    with CaptureQueriesContext(connection) as queries:
        again = client.get(f"/en/ket-qua/dot/{address}")
    asked = [query["sql"] for query in queries if " FROM " in query["sql"]]
    make.responses(campaign, commune, [5, 5, 5])
    refresh.refresh(campaign, clock=timezone.now)
    after = client.get(f"/en/ket-qua/dot/{address}")

    assert again.content == before.content
    assert len(asked) == 2  # the campaign, its newest release
    assert "66.67" in before.content.decode()
    assert "83.33" in after.content.decode()


def test_a_comparison_with_other_units_is_another_page(client: Client, campaign: Campaign) -> None:
    one, other = (
        client.get(f"/en/ket-qua/dot/so-sanh/?don-vi={code}").content for code in ("05500", "19")
    )

    assert one != other
