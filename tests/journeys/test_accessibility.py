"""axe-core finds nothing on any page of a citizen or a reader, however it is displayed.

What readers see also fits every width, comes from here alone and sets no cookie.

Each page is looked at in one state, a language, a width and a display, and these take turns; a
long run looks at each in all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import cycle, islice, product
from typing import TypeAlias
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from results.bundles.freeze import freeze_newest
from results.counting import refresh
from results.models import PublishedIndex
from results.releasing import publication
from surveys.models import Campaign, Comment, CommentNote, Counter, DayDecision, Unit
from tests import make

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]

WIDTHS = (390, 820, 1440)
# The first is a phone of 390 px whose browser shows text twice as large.
EDGES = (195, 320, 390, 820, 1280, 1440)
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
RULES = {
    "runOnly": [
        *("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"),
    ],
    # axe leaves this rule of WCAG 2.2 off unless asked.
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
READERS = (
    "/",
    "/ket-qua/dot/19/",
    "/ket-qua/dot/05501/",
    "/ket-qua/dot/?q=phu",
    "/ket-qua/dot/19/noi-dung/c01/",
    "/ket-qua/truoc/19/nhom-tra-loi/",
    "/ket-qua/truoc/05500/y-kien/",
    "/ket-qua/dot/so-sanh/?don-vi=19&don-vi=05500&don-vi=05501&don-vi=vn",
    "/ket-qua/dot/phuong-phap/",
    "/ket-qua/truoc/chat-luong/",
    "/ket-qua/truoc/ma-bien-nhan/",
    "/ket-qua/",
    "/chi-so-da-cong-bo/",
    "/du-lieu-mo/",
    "/ket-qua/dot/cong-bo/",
    "/ket-qua/dot/cong-bo/2/",
    "/ket-qua/dot/05500/thay-doi/",
    "/tiep-can/",
    "/khong-co/",
)
CITIZENS = ("/k/mo/", "/k/mo/cam-on/", "/k/dong/", "/k/nghi/", "/k/khong-co/")
PREFIXES = ("", "/en")
# What a test whose pages follow from one another begins with, and what only a long one adds.
VIETNAMESE = ("", pytest.param("/en", marks=pytest.mark.long))
ENGLISH = ("/en", pytest.param("", marks=pytest.mark.long))
DISPLAYS = ("", "text", "contrast", "dark", "dark contrast")
State: TypeAlias = tuple[int, str]
# Seven, so that each comes with either language.
TURNS: Sequence[State] = (
    *((390, ""), (820, "text"), (1440, "contrast"), (390, "dark")),
    *((820, "dark contrast"), (1440, ""), (390, "text")),
)


@pytest.fixture
def site(live_server: LiveServer) -> str:
    """A site with a published province whose communes have long names, and one without figures."""
    top = make.province("Thái Nguyên", code="19")
    commune = make.commune("Phú Bình – Nghĩa trang Nước ngoài", parent=top, code="05500")
    make.commune("Đại Từ", parent=top, code="05501")
    today = timezone.localdate()
    campaign = make.campaign(
        slug="dot",
        threshold=3,
        simulated=True,
        opens_on=today,
        closes_on=today,
        tree_day=today,
        previous=finished(commune),
    )
    for rating in (5, 4, 3, 2, 5, 5):
        answers = dict.fromkeys(("c01", "c02", "c03"), rating)
        make.response(campaign, commune, {**answers, "f1": 1, "m1": [1]}, on=today)
    refresh.refresh(campaign, clock=timezone.now)
    freeze_newest(campaign)
    make.responses(campaign, commune, [5, 4, 3], on=today)
    refresh.refresh(campaign, clock=timezone.now)
    freeze_newest(campaign)
    PublishedIndex.objects.create(
        year=2024,
        index_name="SIPAS - xây dựng, tổ chức thực hiện chính sách",
        unit_level="tỉnh/thành phố",
        unit_name="Bà Rịa - Vũng Tàu",
        value="83.94",
        unit_of_value="% (làm tròn)",
        rank="nhóm 5 thấp nhất",
        of="63",
        source="https://a-very-long-name-of-a-host.example.vn/tin-tuc",
        quote="đạt 83,94%, " * 8,
    )
    return str(live_server.url)


def finished(commune: Unit) -> Campaign:
    """Return a campaign of a year before that is over and tells groups of respondents apart."""
    year_before = date(2025, 9, 1)
    campaign = make.campaign(
        slug="truoc",
        title={"vi": "Đợt khảo sát 2025", "en": "Campaign 2025"},
        threshold=3,
        opens_on=year_before,
        closes_on=date(2025, 9, 30),
        receipts=True,
    )
    for number in range(16):
        rating, other = 1 + number % 5, 5 - number % 4
        answers = {"c01": rating, "c02": other, "c03": rating, "p1": 1 + number % 2}
        make.response(campaign, commune, answers, on=year_before)
    official = User.objects.create(username="lan")
    said = Comment.objects.create(
        campaign=campaign, unit=commune, month=202509, text="Xin thêm ghế"
    )
    CommentNote.objects.create(
        comment_id=said.pk,
        campaign=campaign,
        unit=commune,
        checked_by=official,
        answer="Đã thêm ghế",
        answered_by=official,
        answered_on=year_before,
    )
    DayDecision.objects.create(
        campaign=campaign,
        unit=commune,
        counter=make.counter(commune),
        day=year_before,
        rule="too_fast",
        version=1,
        reason="Không có ai đến",
        decided_by=official,
    )
    publication.publish_now(campaign, now=timezone.make_aware(datetime(2025, 12, 1, 12)))  # noqa: DTZ001 - made aware here
    return campaign


@pytest.fixture
def asking(live_server: LiveServer) -> str:
    """A site with a counter that asks, one between campaigns, one switched off."""
    today = timezone.localdate()
    commune = make.commune("Phú Bình")
    make.campaign(slug="dot", simulated=True, opens_on=today, closes_on=today, tree_day=today)
    make.counter(commune, code="mo")
    make.counter(make.commune("Xã Mới"), code="dong")
    off = make.counter(commune, code="nghi")
    Counter.objects.filter(pk=off.pk).update(active=False)
    return str(live_server.url)


def load_axe(page: Page) -> None:
    """Bring axe-core into a page; where the clock is stopped, with a timer that runs."""
    script = Axe().axe_script
    page.evaluate(f"(setTimeout => {{ {script} }})(window.realTimeout ?? window.setTimeout)")


def faults(page: Page, width: int, display: str) -> list[str]:
    """Return what axe finds at a width, a line for each fault and place.

    Args:
        display: what a reader may have chosen: nothing, "text", "contrast", "dark" or several.
    """
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(
        color_scheme="dark" if "dark" in display else "light", reduced_motion="reduce"
    )
    page.evaluate(
        """display => {
            const { dataset } = document.documentElement;
            delete dataset.text;
            delete dataset.contrast;
            if (display.includes("text")) dataset.text = "xl";
            if (display.includes("contrast")) dataset.contrast = "more";
        }""",
        display,
    )
    found = page.evaluate("rules => axe.run(document, rules)", RULES)["violations"]
    return [
        f"{page.url} {width} {display} {rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


def faults_in_states(page: Page, states: Sequence[State]) -> list[str]:
    load_axe(page)
    return [fault for width, display in states for fault in faults(page, width, display)]


@pytest.fixture
def states(size: Callable[[int, int], int]) -> Iterator[Sequence[State]]:
    """For each page that comes, the states to look at it in: one in turn, or all."""
    every = list(product(WIDTHS, DISPLAYS))
    return cycle([every]) if size(0, 1) else cycle([[state] for state in TURNS])


@pytest.fixture
def addresses(size: Callable[[int, int], int]) -> Callable[[Sequence[str]], Iterator[str]]:
    """Return a function that puts pages into the languages: each into one in turn, or into all."""

    def in_languages(paths: Sequence[str]) -> Iterator[str]:
        turns = cycle(PREFIXES)
        for path in paths:
            yield from (prefix + path for prefix in islice(turns, size(1, len(PREFIXES))))

    return in_languages


def test_no_page_of_a_reader_has_a_fault(
    site: str,
    page: Page,
    addresses: Callable[[Sequence[str]], Iterator[str]],
    states: Iterator[Sequence[State]],
    size: Callable[[int, int], int],
) -> None:
    hosts = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    found = []
    for address in addresses(READERS):
        page.goto(site + address)
        looks = next(states)
        # The narrowest, and the width it is looked at next; a long run, all.
        widths = EDGES[: size(2, len(EDGES))]
        found += over_the_edge(page, (*widths, looks[0][0]))
        found += faults_in_states(page, looks)

    assert not found, "\n".join(found)
    assert hosts == {urlsplit(site).netloc}
    assert page.context.cookies() == []


def over_the_edge(page: Page, widths: Iterable[int]) -> list[str]:
    """Return by how much a page is wider than a window of these widths."""
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        if pixels := page.evaluate(TOO_WIDE):
            found.append(f"{page.url} at {width} px is {pixels} px too wide")
    return found


def test_no_page_of_a_citizen_has_a_fault(
    asking: str,
    page: Page,
    addresses: Callable[[Sequence[str]], Iterator[str]],
    states: Iterator[Sequence[State]],
) -> None:
    found = []
    for address in addresses(CITIZENS):
        page.goto(asking + address)
        found += faults_in_states(page, next(states))

    assert not found, "\n".join(found)


@pytest.mark.parametrize("prefix", VIETNAMESE)
def test_no_step_of_a_sheet_has_a_fault(
    asking: str, page: Page, prefix: str, states: Iterator[Sequence[State]]
) -> None:
    def step(name: str) -> list[str]:
        page.locator(f'[data-act="{name}"]').click()
        return faults_in_states(page, next(states))

    page.goto(f"{asking}{prefix}/k/mo/")
    found = step("next")  # the first question
    found += step("next")  # pointed out
    for _question in range(6):
        page.locator('[data-act="skip"]').click()
    found += faults_in_states(page, next(states))  # free text
    found += step("skip")  # looked over

    assert not found, "\n".join(found)


@pytest.mark.parametrize("prefix", ENGLISH)
def test_no_page_without_a_script_has_a_fault(
    asking: str, page: Page, prefix: str, states: Iterator[Sequence[State]]
) -> None:
    page.goto(f"{asking}{prefix}/k/mo/")
    page.evaluate("""() => {
        const option = document.querySelector('input[name=c01]');
        option.value = '9';
        option.checked = true;
        option.form.submit();
    }""")
    page.locator(".error-summary").wait_for()  # shown again with its fault
    found = faults_in_states(page, next(states))
    page.goto(f"{asking}{prefix}/k/mo/")
    for number in ("2", "6", "7"):  # options, free text, the review
        page.evaluate(
            """number => {
                const form = document.getElementById("phieu");
                const field = document.createElement("input");
                field.name = "sang-trang";
                field.value = number;
                form.append(field);
                form.submit();
            }""",
            number,
        )
        page.locator(f'[name="o-trang"][value="{number}"]').wait_for(state="attached")
        found += faults_in_states(page, next(states))
    # Sent by one, and with another answer once more.
    page.evaluate("""() => {
        const form = document.getElementById("phieu");
        const body = new URLSearchParams(new FormData(form));
        return fetch(form.action, { method: "POST", body }).then(() => {
            const field = document.createElement("input");
            field.name = "c01";
            field.value = "2";
            form.append(field);
            form.submit();
        });
    }""")
    page.locator(".send.stays").wait_for()
    found += faults_in_states(page, next(states))

    assert not found, "\n".join(found)
