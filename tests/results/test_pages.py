"""Promises 3 and 8 on the public pages: one definition, and a fault never looks like a figure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import example, given, settings
from hypothesis import strategies as st

from results.counting import refresh
from results.reading import public_campaigns
from results.reading.snapshot import snapshot
from results.showing import pages
from surveys.models import Campaign, CampaignUnit, Channel, Method, Tier, Unit
from tests import make

MOST_QUERIES = 10
MOST_QUERIES_OF_A_KEPT_PAGE = 2


def count(campaign: Campaign) -> None:
    refresh.refresh(campaign, clock=timezone.now)


@pytest.fixture
def province(db: None) -> Unit:
    return make.province("Thái Nguyên", code="19")


@pytest.fixture
def commune(province: Unit) -> Unit:
    return make.commune("Phú Bình", parent=province, code="05500")


def test_a_published_unit_shows_its_figures(commune: Unit) -> None:
    campaign = make.campaign(threshold=3)
    make.responses(campaign, commune, [5, 4, 3, 2, 5, 5])
    count(campaign)

    page = pages.unit_page(campaign, "05500")

    assert page.summary.status == "published"
    assert (page.summary.release, page.summary.n_responses) == (1, 6)
    assert page.summary.index is not None
    assert page.summary.index.percent == Decimal("66.67")
    assert page.figures is not None
    assert page.figures.band is None
    first = page.figures.factors[0].criteria[0]
    assert [option.n for option in first.options] == [0, 1, 1, 1, 3]
    assert (first.figure.percent, first.n_valid, first.n_missing) == (Decimal("66.67"), 6, 0)


def test_blanks_and_escapes_are_missing_and_never_scored(commune: Unit) -> None:
    campaign = make.campaign()
    values: list[dict[str, Any]] = [{"c01": 5}, {"c01": "?"}, {"c01": 1}, {"c01": 4}, {}]
    for answers in values:
        make.response(campaign, commune, answers)
    count(campaign)

    figures = pages.unit_page(campaign, "05500").figures

    assert figures is not None
    first, second = figures.factors[0].criteria
    assert (first.n_valid, first.n_missing, first.figure.percent) == (3, 2, Decimal("66.67"))
    assert (second.n_valid, second.n_missing, second.figure.percent) == (0, 5, None)


def test_a_multiple_choice_shows_shares_of_those_who_answered(commune: Unit) -> None:
    campaign = make.campaign()
    values: list[dict[str, Any]] = [{"m1": [1, 2]}, {"m1": [1]}, {"m1": [3]}, {"m1": []}]
    for visits, answers in zip([2, 2, 1, 2], values, strict=True):
        make.response(campaign, commune, {"f1": visits, **answers})
    count(campaign)

    figures = pages.unit_page(campaign, "05500").figures

    assert figures is not None
    (wishes,) = figures.expectations
    assert [option.n for option in wishes.options] == [2, 1, 1]
    assert [option.percent for option in wishes.options] == [
        Decimal("66.67"),
        Decimal("33.33"),
        Decimal("33.33"),
    ]
    assert (wishes.n_valid, wishes.n_missing) == (3, 1)
    assert [option.percent for option in figures.facts[0].options] == [Decimal(25), Decimal(75)]


def test_below_the_threshold_there_is_no_figure(commune: Unit) -> None:
    campaign = make.campaign(threshold=3)
    make.responses(campaign, commune, [5, 4])
    count(campaign)

    page = pages.unit_page(campaign, "05500")

    assert page.summary.status == "suppressed"
    assert (page.summary.index, page.summary.n_responses, page.figures) == (None, None, None)
    assert page.summary.n_received == 2


def test_sheets_not_counted_yet_are_pending_up_to_the_nation(commune: Unit) -> None:
    campaign = make.campaign(threshold=3)
    make.responses(campaign, commune, [5, 4, 3])

    pending = [pages.unit_page(campaign, code) for code in ("05500", "19", "vn")]

    assert [page.summary.status for page in pending] == ["pending"] * 3
    assert all(page.is_counting for page in pending)
    assert pending[1].children[0].status == "pending"
    with pytest.raises(CampaignUnit.DoesNotExist):
        pages.unit_page(campaign, "24")


def test_a_neighbour_of_what_is_pending_is_not(province: Unit, commune: Unit) -> None:
    make.commune("Đại Từ", parent=province, code="05501")
    campaign = make.campaign(threshold=3)
    make.responses(campaign, commune, [5, 4, 3])

    children = pages.unit_page(campaign, "19").children

    assert {child.unit.name: child.status for child in children} == {
        "Đại Từ": "suppressed",
        "Phú Bình": "pending",
    }
    assert not pages.unit_page(campaign, "05501").is_counting


def test_marks_of_other_channels_make_nothing_pending(commune: Unit) -> None:
    campaign = make.campaign(channels=["kiosk"])
    make.responses(campaign, commune, [5, 4, 3], channel=Channel.ASSISTED)

    assert pages.unit_page(campaign, "05500").summary.status == "suppressed"


def test_enough_sheets_before_the_release_are_pending(province: Unit, commune: Unit) -> None:
    make.commune("Đại Từ", parent=province, code="05501")
    campaign = make.campaign(threshold=3, publication=Campaign.Publication.ON_CLOSE)
    make.responses(campaign, commune, [5, 4, 3])
    count(campaign)

    page = pages.unit_page(campaign, "19")

    assert (page.summary.status, page.is_counting) == ("pending", False)
    assert [child.status for child in page.children] == ["suppressed", "pending"]


def test_too_few_sheets_everywhere_are_not_pending(province: Unit, commune: Unit) -> None:
    second = make.commune("Đại Từ", parent=province)
    campaign = make.campaign(threshold=3, publication=Campaign.Publication.DAILY)
    make.responses(campaign, commune, [5, 4])
    make.responses(campaign, second, [5, 4])
    count(campaign)

    # Four sheets below the province, and still no commune has enough to be released.
    assert pages.unit_page(campaign, "19").summary.status == "suppressed"


def test_a_published_unit_says_that_more_is_being_counted(commune: Unit) -> None:
    campaign = make.campaign(threshold=3)
    make.responses(campaign, commune, [5, 4, 3])
    count(campaign)
    make.responses(campaign, commune, [1])

    page = pages.unit_page(campaign, "05500")

    assert (page.summary.status, page.is_counting) == ("published", True)
    assert page.summary.n_responses == 3


def test_received_counts_headline_channels_and_what_is_set_aside(commune: Unit) -> None:
    campaign = make.campaign(threshold=3, channels=["kiosk", "phone"])
    sheets = make.responses(campaign, commune, [5, 4, 3, 1, 1, 1])
    make.responses(campaign, commune, [1], channel=Channel.ASSISTED)
    for sheet in sheets[3:]:
        make.set_aside(sheet)
    count(campaign)

    for code in ("vn", commune.code):
        page = pages.unit_page(campaign, code)
        summary = page.summary
        assert (summary.n_received, summary.n_set_aside, summary.n_responses) == (6, 3, 3)
        # Two of three are satisfied, two of six with the three set aside.
        assert summary.index
        assert (summary.index.percent, page.with_set_aside) == (Decimal("66.67"), Decimal("33.33"))


def test_nothing_tells_of_few_sheets_set_aside(commune: Unit) -> None:
    campaign = make.campaign(threshold=3, publication=Campaign.Publication.ON_CLOSE)
    sheets = make.responses(campaign, commune, [5, 4, 3])
    refresh.refresh(campaign, clock=timezone.now)
    before = Client().get(f"/ket-qua/{campaign.slug}/{commune.code}/")
    make.set_aside(sheets[0])
    refresh.refresh(campaign, clock=timezone.now)

    after = Client().get(f"/ket-qua/{campaign.slug}/{commune.code}/")

    assert after.content == before.content
    assert after["ETag"] == before["ETag"]
    assert pages.unit_page(campaign, commune.code).summary.n_set_aside == 0


def test_a_month_shows_no_index_with_sheets_set_aside(commune: Unit) -> None:
    campaign = make.campaign(threshold=3)
    sheets = make.responses(campaign, commune, [5, 4, 3, 1, 1, 1])
    for sheet in sheets[3:]:
        make.set_aside(sheet)
    count(campaign)

    assert pages.unit_page(campaign, commune.code, period=202611).with_set_aside is None


def test_the_children_and_the_unit_itself_add_up(province: Unit, commune: Unit) -> None:
    make.unit("Sở Y tế", tier=Tier.AGENCY, parent=province, code="19-yt")
    make.commune("Đại Từ", parent=province)
    campaign = make.campaign(threshold=3)
    make.responses(campaign, commune, [5, 4, 3, 3])
    make.responses(campaign, province, [1, 2, 3])
    count(campaign)

    page = pages.unit_page(campaign, "19")

    assert [child.unit.name for child in page.children] == ["Đại Từ", "Phú Bình", "Sở Y tế"]
    assert (page.summary.n_responses, page.n_about_itself) == (7, 3)


def test_the_way_up_and_the_unit_above(commune: Unit) -> None:
    campaign = make.campaign(threshold=3)
    make.responses(campaign, commune, [5, 4, 3])
    count(campaign)

    page = pages.unit_page(campaign, "05500")

    assert [unit.code for unit in page.above] == ["vn", "19"]
    assert page.figures is not None
    assert page.figures.parent_index == page.summary.index
    assert page.figures.factors[0].parent == page.figures.factors[0].figure


@pytest.mark.parametrize(
    "method",
    [
        {"code": "mean5", "item_rule": "MEAN5", "aggregation": "POOLED_ITEMS"},
        {
            "code": "weighted",
            "item_rule": "TOP2",
            "satisfied": {"hai_long_5": [4, 5]},
            "aggregation": "WEIGHTED",
            "weights": {"tiep_can": 0.75, "cong_chuc": 0.25},
        },
    ],
)
def test_children_show_the_index_of_their_own_page(province: Unit, method: dict[str, Any]) -> None:
    communes = [make.commune(name, parent=province, code=name) for name in ("A", "B", "C")]
    campaign = make.campaign(threshold=3, by=method)
    for unit, second, third in zip(communes, (5, 3, 2), (1, 1, 5), strict=True):
        for first in range(1, 6):
            make.response(campaign, unit, {"c01": first, "c02": second, "c03": third})
    count(campaign)

    children = pages.unit_page(campaign, "19").children

    assert len({child.index for child in children}) == 3
    for child in children:
        assert pages.unit_page(campaign, child.unit.code).summary.index == child.index


def test_the_newest_published_campaign_is_the_one_opened_last(commune: Unit) -> None:
    assert public_campaigns.newest_published().first() is None
    old = make.campaign(opens_on=date(2026, 9, 1))
    make.campaign(opens_on=date(2026, 11, 20))
    make.responses(old, commune, [5, 4, 3])
    count(old)

    assert public_campaigns.newest_published().first() == old


def test_a_campaign_that_is_not_open_has_no_page(db: None) -> None:
    closed = make.campaign(opened=False)

    assert public_campaigns.campaign_list() == []
    with pytest.raises(Campaign.DoesNotExist):
        public_campaigns.find_campaign(closed.slug)


rating = st.sampled_from([None, 1, 2, 3, 4, 5])
worlds = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.fixed_dictionaries(
            {
                "c01": st.sampled_from([None, 1, 2, 3, 4, 5, "?"]),
                "c02": rating,
                "c03": rating,
                "f1": st.sampled_from([None, 1, 2]),
                "m1": st.sampled_from([None, [1], [2], [1, 3]]),
            }
        ),
    ),
    max_size=14,
)


# In it: every rating and blank, "don't know", what too few answered, a unit that has other figures
# than the whole.
MIXED: list[tuple[int, dict[str, Any]]] = [
    *((0, {"c01": n, "c02": 6 - n, "c03": 4, "f1": 1, "m1": [1, 3]}) for n in range(1, 6)),
    *((0, {"c01": "?", "c02": None, "c03": 5, "f1": 2, "m1": [2]}) for _ in range(3)),
    (0, {"c01": None, "c02": 1, "c03": None, "f1": None, "m1": None}),
    *((1, {"c01": 1, "c02": 2, "c03": None, "f1": 2, "m1": [1]}) for _ in range(4)),
    (1, {"c01": 5, "c02": None, "c03": 3, "f1": None, "m1": None}),
]


def test_page_and_api_print_the_same_figures(db: None, size: Callable[[int, int], int]) -> None:
    @given(batch=worlds)
    @example(batch=MIXED)
    @settings(max_examples=size(4, 150))
    def worlds_hold(batch: list[tuple[int, dict[str, Any]]]) -> None:
        with rolled_back():
            top = make.province("Thái Nguyên", code="19")
            units = [make.commune(name, parent=top, code=name) for name in ("A", "B", "C")]
            campaign = make.campaign(slug="dot", threshold=3)
            for unit, values in batch:
                make.response(campaign, units[unit], values)
            count(campaign)
            for code in ("19", "A", "B", "C"):
                html = Client().get(f"/en/ket-qua/dot/{code}/").content.decode()
                api = Client().get(f"/api/v1/campaigns/dot/units/{code}").json()
                assert figures_of_page(html) == figures_of_api(api)

    worlds_hold()


@contextmanager
def rolled_back() -> Iterator[None]:
    """Leave no rows behind: one test function runs many worlds."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def figures_of_page(html: str) -> dict[str, Any]:
    """Return what a page says, read from its tables; an index that is not there is None."""
    big = re.search(r'class="big">(?:([\d.]+)%|–)<', html)
    criteria = table(html, "criteria")
    rows = re.findall(r'class="bar">.*?</svg>.*?<b>(.*?)</b>(.*?)</tr>', criteria, re.DOTALL)
    counts = table(html, "counts").partition("<tbody>")[2].split("</tr>")[:-1]
    shares = re.findall(r'<table class="table shares">.*?</table>', html, re.DOTALL)
    factors = re.findall(r"<b>(.*?)</b>", table(html, "factors"))
    return {
        "published": big is not None,
        "index": big and big[1],
        "factors": [none_or(percent) for percent in factors],
        "criteria": [
            (none_or(percent), [int(n) for n in re.findall(r"</span>(\d+)</td>", rest)])
            for percent, rest in rows
        ],
        "counts": [
            [int(n) for n in re.findall(r'<td class="right">(\d+)</td>', row)] for row in counts
        ],
        "shares": [
            (
                [none_or(percent) for percent in re.findall(r"<b>(.*?)</b>", table)],
                [int(n) for n in re.findall(r'<td class="right n">(\d+)</td>', table)],
            )
            for table in shares
        ],
    }


def table(html: str, name: str) -> str:
    """Return the table of a class; empty where the page has none."""
    return html.partition(f'class="table {name}"')[2].partition("</table>")[0]


def none_or(percent: str) -> str | None:
    return None if percent == "–" else percent.removesuffix("%")


def figures_of_api(reply: dict[str, Any]) -> dict[str, Any]:
    # What is withheld has no counts; the page says so in words.
    criteria = [criterion for criterion in reply["criteria"] if criterion["counts"]]
    return {
        "published": reply["status"] == "published",
        "index": reply["index"] and reply["index"]["percent"],
        "factors": [factor["percent"] for factor in reply["factors"]],
        "criteria": [(c["percent"], [c["n_valid"], c["n_missing"]]) for c in criteria],
        "counts": [[*c["counts"].values(), c["n_missing"]] for c in criteria],
        "shares": [
            (list(question["percents"].values()), list(question["counts"].values()))
            for question in reply["facts"] + reply["expectations"]
        ],
    }


@pytest.mark.parametrize("publication", list(Campaign.Publication))
def test_every_tier_takes_the_same_few_queries(db: None, publication: str) -> None:
    nation = make.nation()
    top = make.province("Hà Giang", code="02")
    district = make.unit("Đồng Văn", tier=Tier.DISTRICT, parent=top, code="026")
    for number in range(12):
        make.commune(f"Xã {number}", parent=district, code=f"007{number:02}")
    year_before = make.campaign(slug="before", threshold=3)
    campaign = make.campaign(threshold=3, publication=publication, previous=year_before)
    for place in (*Unit.objects.filter(tier=Tier.COMMUNE)[:4], nation):
        make.responses(year_before, place, [3, 3, 3])
        make.responses(campaign, place, [5, 4, 3])
    count(year_before)
    count(campaign)

    used: tuple[set[int], set[int]] = (set(), set())
    for address in ("", "02/", "026/", "00700/", "00711/"):
        for again in (0, 1):
            with CaptureQueriesContext(connection) as queries:
                assert Client().get(f"/ket-qua/{campaign.slug}/{address}").status_code == 200
            used[again].add(len(queries))

    # Outside a test's own transaction BEGIN, SET TRANSACTION and COMMIT come on top.
    assert [len(numbers) for numbers in used] == [1, 1]
    assert used[0].pop() <= MOST_QUERIES
    assert used[1].pop() <= MOST_QUERIES_OF_A_KEPT_PAGE


@pytest.mark.django_db(transaction=True)
def test_a_page_sees_one_moment() -> None:
    with snapshot():
        assert not Method.objects.filter(code="x").exists()
        with psycopg.connect(connection.connection.info.dsn) as other:
            other.execute("INSERT INTO surveys_method (code, definition) VALUES ('x', '{}')")
        assert not Method.objects.filter(code="x").exists()
    assert Method.objects.filter(code="x").exists()


@pytest.mark.django_db(transaction=True)
def test_a_page_cannot_write() -> None:
    with pytest.raises(DatabaseError, match="read-only"), snapshot():
        Method.objects.create(code="x", definition={})
