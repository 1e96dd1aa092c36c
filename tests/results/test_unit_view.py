"""The page of a unit, as HTTP: who may read it, what it says, and in which language."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from results.counting import refresh
from results.models import Release, ReleasedTotal
from surveys.models import Campaign, Unit
from tests import make
from tests.worlds import made_once

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def campaign(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Campaign]:
    with made_once(django_db_blocker):
        top = make.province("Thái Nguyên", code="19")
        commune = make.commune("Phú Bình", parent=top, code="05500")
        made = make.campaign(slug="dot", threshold=3)
        make.responses(made, commune, [5, 4, 3, 2, 5, 5])
        refresh.refresh(made, clock=timezone.now)
        yield made


@pytest.fixture
def commune() -> Unit:
    return Unit.objects.get(code="05500")


@pytest.fixture
def counted(campaign: Campaign) -> str:
    return f"/en/ket-qua/{campaign.slug}/"


def test_it_works(client: Client, counted: str) -> None:
    page = client.get(f"{counted}05500/")

    assert page.status_code == 200
    assert "66.67%" in page.content.decode()
    assert "Xã Phú Bình" in page.content.decode()


def test_the_nation_is_at_the_campaign_and_at_home(client: Client, counted: str) -> None:
    assert "66.67%" in client.get(counted).content.decode()
    assert "66.67%" in client.get("/en/").content.decode()


@pytest.mark.parametrize(
    "address",
    ["/en/ket-qua/khong-co/", "/en/ket-qua/dot/khong-co/", "/en/ket-qua/dot/%00/"],
)
def test_what_is_not_there_is_not_found(client: Client, counted: str, address: str) -> None:
    page = client.get(address)

    assert page.status_code == 404
    assert "Page not found" in page.content.decode()


def test_nobody_can_post(client: Client, counted: str) -> None:
    assert client.post(counted).status_code == 405


def test_it_sets_no_cookie_and_is_the_same_for_all(client: Client, counted: str) -> None:
    page = client.get(counted)

    assert not page.cookies
    assert "Cookie" not in page.headers.get("Vary", "")
    assert page.headers["Cache-Control"] == "public, max-age=5"


def test_unchanged_it_is_not_sent_again(client: Client, counted: str, campaign: Campaign) -> None:
    tag = client.get(counted).headers["ETag"]

    assert client.get(counted, headers={"If-None-Match": tag}).status_code == 304
    make.responses(campaign, Unit.objects.get(code="05500"), [1])
    assert client.get(counted, headers={"If-None-Match": tag}).status_code == 200


def test_nothing_is_inline(client: Client, counted: str) -> None:
    page = client.get(f"{counted}19/")
    html = page.content.decode()

    assert "style=" not in html
    assert "<style" not in html
    assert "<script>" not in html
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]


def test_the_language_link_leads_to_the_same_page(client: Client, counted: str) -> None:
    english = client.get(f"{counted}19/").content.decode()
    vietnamese = client.get("/ket-qua/dot/19/?q=").content.decode()

    assert 'href="/ket-qua/dot/19/" lang="vi"' in english
    assert 'href="/en/ket-qua/dot/19/?q=" lang="en"' in vietnamese
    assert '<html lang="vi">' in vietnamese
    assert "66,67%" in vietnamese


def test_too_few_sheets_say_so_and_show_no_figure(client: Client, counted: str) -> None:
    make.commune("Đại Từ", code="05501")
    second = make.campaign(slug="dot-2", threshold=10)
    make.responses(second, Unit.objects.get(code="05501"), [5])
    refresh.refresh(second, clock=timezone.now)

    html = client.get("/en/ket-qua/dot-2/05501/").content.decode()

    assert "Not enough sheets" in html
    assert "from 10 answer sheets on" in html
    assert "%" not in html.split('class="hero"')[1].split("</section>")[0]


def test_uncounted_sheets_are_said_and_not_shown_as_zero(client: Client, commune: Unit) -> None:
    waiting = make.campaign(slug="dot-2", threshold=3)
    make.responses(waiting, commune, [5, 4, 3])

    html = client.get("/en/ket-qua/dot-2/05500/").content.decode()

    assert "Not yet published" in html
    assert "are still being counted" in html
    assert "0%" not in html


def test_a_published_page_says_that_more_is_being_counted(
    client: Client, counted: str, campaign: Campaign
) -> None:
    words = "some answer sheets are not yet counted"
    assert words not in client.get(counted).content.decode()
    make.responses(campaign, Unit.objects.get(code="05500"), [1])

    html = client.get(counted).content.decode()

    assert words in html
    assert "66.67%" in html


def test_a_simulated_campaign_says_so(client: Client, counted: str, commune: Unit) -> None:
    make.campaign(slug="gia-lap", simulated=True)

    assert "Simulated figures" in client.get("/en/ket-qua/gia-lap/").content.decode()
    assert "Simulated figures" in client.get("/en/ket-qua/gia-lap/?q=a").content.decode()
    assert "Simulated figures" not in client.get(counted).content.decode()


@pytest.mark.parametrize("query", ["phu binh", "PHÚ BÌNH", "pb", "05500"])
def test_search_finds_without_marks_and_by_initials(
    client: Client, counted: str, query: str
) -> None:
    html = client.get(counted, {"q": query}).content.decode()

    assert 'href="/en/ket-qua/dot/05500/">Xã Phú Bình</a>' in html
    assert "Tỉnh Thái Nguyên" in html


def test_search_says_what_it_did_not_find(client: Client, counted: str) -> None:
    html = client.get(counted, {"q": "<b>" + "x" * 500}).content.decode()

    assert "No unit of this campaign is called" in html
    assert "<b>x" not in html
    assert client.get(counted, {"q": "a\0b"}).status_code == 400


def test_without_any_release_home_explains_itself(client: Client) -> None:
    ReleasedTotal.objects.all().delete()
    Release.objects.all().delete()
    assert "Nothing has been published yet" in client.get("/en/").content.decode()


def test_the_list_names_every_opened_campaign(client: Client, counted: str) -> None:
    make.campaign(title={"vi": "Đợt chưa mở"}, opened=False)
    html = client.get("/en/ket-qua/").content.decode()

    assert 'href="/en/ket-qua/dot/">Campaign 2026</a>' in html
    assert "Release 1" in html
    assert "Đợt chưa mở" not in html


def test_a_few_sheets_have_a_rough_interval(client: Client, counted: str) -> None:
    assert "the interval is rough" in client.get(f"{counted}05500/").content.decode()
