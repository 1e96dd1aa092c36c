"""The overview of officials: counts of sheets within reach, and never how satisfied anybody is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from results.counting import refresh
from results.models import ReleasedTotal, TimesTaken
from results.releasing import publication
from results.watching import boards, kept_boards, pulse, times_taken
from results.watching.dashboard import Dashboard
from surveys.models import (
    ArrivalCount,
    Campaign,
    CampaignUnit,
    Device,
    PaperBatch,
    Response,
    Unit,
)
from surveys.rights.acts import Role
from tests import make
from tests.live import Broker
from tests.officials.people import sign_in
from tests.officials.world import MARKED, World, world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    boards.forget()
    yield
    boards.forget()


@pytest.fixture
def there() -> World:
    made = world()
    Response.objects.all().delete()  # this page is of sheets, so each test stores its own
    refresh.refresh(made.campaign, clock=timezone.now)
    return made


def shown(client: Client, **asked: str) -> Dashboard:
    reply = client.get("/quan-tri/", asked)
    assert reply.status_code == 200
    board = reply.context["board"]
    assert isinstance(board, Dashboard)
    return board


def counted(campaign: Campaign, about: Unit, n: int, *, days_ago: int = 0) -> None:
    on = timezone.localdate() - timedelta(days=days_ago)
    for rating in range(n):
        make.response(campaign, about, {"c01": 1 + rating % 5}, on=on)
    refresh.refresh(campaign, clock=timezone.now)


def as_(client: Client, role: Role, at: Unit) -> None:
    sign_in(client, make.official("nhin", role=role, at=at))


def test_it_counts_today_and_so_far_and_says_who_has_enough(client: Client, there: World) -> None:
    counted(there.campaign, there.inside, 2)
    counted(there.campaign, there.inside, 2, days_ago=3)
    as_(client, Role.VIEWER, there.inside)

    board = shown(client)

    assert (board.today, board.watch.sheets, board.enough, board.asked) == (2, 4, 1, 1)


def test_who_watches_elsewhere_sees_nothing_of_it(client: Client, there: World) -> None:
    counted(there.campaign, there.inside, 4)
    as_(client, Role.VIEWER, there.outside)

    reply = client.get("/quan-tri/")

    assert MARKED not in reply.content.decode()
    reply = client.get("/quan-tri/", {"don-vi": there.inside.code})
    assert reply.status_code in {200, 404}
    assert MARKED not in reply.content.decode()


def test_a_unit_that_will_not_reach_the_threshold_is_named(client: Client, there: World) -> None:
    as_(client, Role.VIEWER, there.above)
    assert any(str(a.title) for a in shown(client).alerts)
    before = shown(client).watch.board.places[there.inside.pk]
    assert (before.silent, before.missing) == ([there.inside.pk], [there.inside.pk])

    # Six of eleven days have gone by: one sheet makes two at the end, two make four.
    boards.forget()
    counted(there.campaign, there.inside, 1)
    assert shown(client).watch.board.places[there.inside.pk].missing == [there.inside.pk]
    boards.forget()
    counted(there.campaign, there.inside, 1)
    assert shown(client).watch.board.places[there.inside.pk].missing == []


def test_hours_of_fewer_than_the_threshold_have_no_number(client: Client, there: World) -> None:
    today = timezone.localdate()
    as_(client, Role.VIEWER, there.above)
    ArrivalCount.objects.create(counter=there.counter, day=today, hour=8, n=2)
    assert shown(client).bars == []

    ArrivalCount.objects.create(counter=there.counter, day=today, hour=10, n=3)
    boards.forget()

    assert [(bar.hour, bar.n) for bar in shown(client).bars] == [(8, None), (9, 0), (10, 3)]


def test_what_was_left_out_is_told_of_published_sheets(client: Client, there: World) -> None:
    """The attack: look, wait for one sheet, look again."""
    as_(client, Role.VIEWER, there.above)
    for rating in (1, 5):
        make.response(there.campaign, there.inside, {"c01": rating}, on=timezone.localdate())
    publication.publish_now(there.campaign, now=timezone.now())
    board = shown(client)
    assert (board.questions, board.completion, board.time) == ([], None, "")

    make.response(there.campaign, there.inside, {"c01": 4}, on=timezone.localdate())
    publication.publish_now(there.campaign, now=timezone.now())
    boards.forget()
    before = shown(client).questions
    by_place = [(q.answered, q.blank, q.not_asked) for q in before]
    assert by_place[:2] == [(100, 0, 0), (0, 100, 0)]  # only c01 was answered

    make.response(there.campaign, there.inside, {"c02": 4}, on=timezone.localdate())
    refresh.refresh(there.campaign, clock=timezone.now)
    boards.forget()

    after = shown(client)
    assert after.watch.sheets == 4
    assert after.questions == before

    ReleasedTotal.objects.update(n=there.campaign.threshold - 1)
    boards.forget()
    assert shown(client).questions == []


def test_the_middle_time_moves_by_as_many_people_as_the_threshold(
    client: Client, there: World
) -> None:
    """The attack: look, wait for one sheet, look again."""
    as_(client, Role.VIEWER, there.above)
    times = []
    for band in (1, 1, 1, 5, 5, 5, 5):
        make.response(there.campaign, there.inside, {"c01": 4}, on=timezone.localdate())
        Response.objects.filter(seconds_band=0).update(seconds_band=band)
        refresh.refresh(there.campaign, clock=timezone.now)
        times_taken.count_times(there.campaign)
        boards.forget()
        times.append(sum(shown(client).watch.bands()))
    assert times == [0, 0, 3, 3, 3, 6, 6]
    assert shown(client).time
    assert TimesTaken.objects.get().bands == [3, 0, 0, 0, 3]

    # Nor does what two units show together: the other's two are in no sum.
    for _ in range(2):
        make.response(there.campaign, there.above, {"c01": 4}, on=timezone.localdate())
    Response.objects.update(seconds_band=5)
    refresh.refresh(there.campaign, clock=timezone.now)
    assert times_taken.count_times(there.campaign) == 0


def test_no_answer_moves_anything_but_counts(client: Client, there: World) -> None:
    """The same number of sheets, nearly all worst or nearly all best: the page is the same."""
    pages = []
    user = make.official("nhin", role=Role.MANAGER, at=there.above)
    for rating in (1, 5):
        boards.forget()
        ratings = [rating, rating, rating, rating, 6 - rating]
        make.responses(there.campaign, there.inside, ratings, on=timezone.localdate())
        refresh.refresh(there.campaign, clock=timezone.now)
        sign_in(client, user)
        board = shown(client)
        pages.append((board.watch.sheets, board.questions, board.completion))
    assert pages[0][0] * 2 == pages[1][0]
    assert pages[0][1:] == pages[1][1:]


def test_a_silent_kiosk_is_an_alert_where_kiosks_are_seen(client: Client, there: World) -> None:
    long_ago = timezone.now() - timedelta(days=7)
    Device.objects.update(paired_at=long_ago, seen_at=long_ago)
    as_(client, Role.VIEWER, there.inside)
    assert shown(client).alerts[0].address == "/quan-tri/may/?state=silent"

    other = Client()
    sign_in(other, make.official("xa", role=Role.VIEWER, at=there.outside))
    assert MARKED not in other.get("/quan-tri/").content.decode()


def test_sheets_that_wait_on_kiosks_are_an_alert(client: Client, there: World) -> None:
    now, today = timezone.now(), timezone.localdate()
    Device.objects.update(paired_at=now, seen_at=now, queue_length=7, oldest_on=today)
    as_(client, Role.VIEWER, there.inside)

    def told() -> list[str]:
        boards.forget()
        return [a.address for a in shown(client).alerts if a.address.startswith("/quan-tri/may/")]

    assert told() == []
    assert shown(client).watch.kiosks.waiting == 7
    Device.objects.update(oldest_on=today - timedelta(days=2))
    assert told() == ["/quan-tri/may/?state=waiting"]
    Device.objects.update(queue_length=0, rejected=2)
    assert told() == ["/quan-tri/may/?state=refused"]


def test_paper_that_lies_about_is_an_alert_to_who_sees_paper(client: Client, there: World) -> None:
    batch = PaperBatch.objects.filter(pk=there.batch.pk)
    week_ago = timezone.now() - timedelta(days=7)

    def told(role: Role) -> int:
        boards.forget()
        sign_in(client, make.official(role.value, role=role, at=there.inside))
        return sum(a.address == "/quan-tri/giay/" for a in shown(client).alerts)

    assert told(Role.MANAGER) == 0
    paper = shown(client).watch.paper
    assert (paper.open, paper.collected, paper.keyed) == (1, 2, there.batch.sheets.count())
    batch.update(opened_at=week_ago)
    assert (told(Role.MANAGER), told(Role.VIEWER)) == (1, 0)
    batch.update(closed_at=timezone.now())
    assert told(Role.MANAGER) == 0
    paper = shown(client).watch.paper
    assert (paper.closed, paper.handed_out, paper.brought) == (1, 3, 2)


def test_units_behind_are_listed_however_deep(client: Client, there: World) -> None:
    as_(client, Role.VIEWER, there.above)
    alert = next(a for a in shown(client).alerts if "cham=1" in a.address)
    assert alert.address.endswith("?cham=1#don-vi")

    behind = shown(client, cham="1")
    assert [(line.code, line.place.counted) for line in behind.units] == [(there.inside.code, 0)]

    boards.forget()
    counted(there.campaign, there.inside, there.campaign.threshold)
    assert shown(client, cham="1").units == []
    assert shown(client).units != []


def test_without_a_campaign_it_says_what_can_be_done_here(client: Client) -> None:
    sign_in(client, User.objects.create(username="tat-ca", is_superuser=True))

    page = client.get("/quan-tri/")

    assert page.status_code == 200
    assert b"/quan-tri/may/" in page.content


def test_more_units_cost_no_more_queries(client: Client, there: World) -> None:
    as_(client, Role.MANAGER, there.above)
    client.get("/quan-tri/")
    boards.forget()

    with CaptureQueriesContext(connection) as few:
        client.get("/quan-tri/")
    for n in range(20):
        make.counter(make.commune(f"Xã {n}", code=f"07{n:03}", parent=there.above))
    make.campaign(
        slug="rong",
        tree_day=timezone.localdate(),
        opens_on=timezone.localdate() - timedelta(days=4),
        closes_on=timezone.localdate() + timedelta(days=4),
    )
    boards.forget()
    with CaptureQueriesContext(connection) as many:
        assert len(shown(client).units) == 10

    assert len(many) <= len(few) + 2


def test_while_somebody_looks_beat_makes_the_board_for_all(
    client: Client, there: World, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process that looks then reads no sheet; what is lost or old is made by who asks."""
    now = timezone.localtime()
    with pulse.without_waiting() as redis:
        redis.flushdb()  # other tests of this process have looked

    def read() -> tuple[int, int]:
        boards.forget()
        with CaptureQueriesContext(connection) as asked:
            board = boards.board(there.campaign, now=now)
        return board.places[there.inside.pk].today, len(asked)

    assert boards.keep_wanted(now=now) == 0  # nobody has looked
    assert read() == (0, 1)
    assert boards.keep_wanted(now=now) == 1
    counted(there.campaign, there.inside, 2)
    assert read() == (0, 0)
    assert boards.keep_wanted(now=now) == 1
    assert read() == (2, 0)
    assert kept_boards.get(there.campaign.pk, now=now + timedelta(seconds=151)) is None
    assert boards.keep_wanted(now=now + timedelta(seconds=901)) == 0  # nobody looks any more
    # A benchmark works in a database of its own, beside the same Redis.
    with monkeypatch.context() as elsewhere:
        elsewhere.setitem(connection.settings_dict, "NAME", "bench_0")
        assert kept_boards.get(there.campaign.pk, now=now) is None
    with pulse.without_waiting() as redis:
        redis.flushdb()
    assert read() == (2, 1)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMINISTRATOR])
def test_the_overview_takes_at_most_twelve_queries(
    client: Client, there: World, role: Role
) -> None:
    client = sign_in(client, make.official("binh", role=role, at=there.above), two_steps=True)
    boards.forget()
    client.get("/quan-tri/")

    # The board of a minute is at hand, as it is for all but one reader in that minute.
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/quan-tri/").context["board"].asked == 1

    assert len(asked) <= 12


def test_administrators_are_told_what_the_nightly_recount_found(
    client: Client, there: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only those of the whole campaign, and until a night finds nothing."""
    # A key of this process alone: others test on the same server.
    for key in ("DIFFERENCES", "RECOUNT"):
        monkeypatch.setattr(pulse, key, f"pulse:{key}:{os.getpid()}")
    pulse.begin_recount(there.campaign.slug, 1)
    pulse.note_share(there.campaign.slug, "totals", 2)
    nation = CampaignUnit.objects.get(campaign=there.campaign, parent=None).unit
    chief = make.official("quan-tri", role=Role.ADMINISTRATOR, at=nation)

    page = reverse("officials:campaign", args=[there.campaign.slug])

    def told() -> bool:
        return any(alert.is_serious and alert.address == page for alert in shown(client).alerts)

    sign_in(client, chief, two_steps=True)
    assert told()
    as_(client, Role.MANAGER, nation)
    assert not told()
    pulse.note_share(there.campaign.slug, "totals", 0)
    sign_in(client, chief, two_steps=True)
    assert not told()
