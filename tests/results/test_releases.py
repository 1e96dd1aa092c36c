"""Releases: the public sees new sheets only in batches of at least `threshold`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from results.counting import refresh
from results.models import Release, ReleasedCell, ReleasedTotal, Standing
from results.releasing import publication, releases
from results.releasing.release_check import check_releases
from surveys.models import Campaign, Channel, Tier, Unit
from tests import make
from tests.results.counting_oracle import counts_of, moments_of

pytestmark = pytest.mark.django_db


class World(NamedTuple):
    campaign: Campaign
    nation: Unit
    province: Unit
    communes: list[Unit]


def world(*, threshold: int = 4, publication: str = Campaign.Publication.LIVE) -> World:
    province = make.province()
    office = make.unit("Sở Y tế", tier=Tier.AGENCY, parent=province)
    communes = [make.commune(name, parent=province) for name in ("Phú Bình", "Đại Từ")]
    campaign = make.campaign(threshold=threshold, publication=publication)
    return World(campaign, make.nation(), province, [*communes, office])


def count(campaign: Campaign) -> None:
    refresh.refresh(campaign, clock=timezone.now)


def shown(unit: Unit) -> int:
    """Return how many sheets the public figures of a unit rest on."""
    return sum(
        ReleasedTotal.objects.filter(unit=unit, period=0, channel=0, standing=0).values_list(
            "n", flat=True
        )
    )


def test_figures_wait_for_the_threshold() -> None:
    here = world()
    make.responses(here.campaign, here.communes[0], [5, 5, 5])
    count(here.campaign)
    assert not Release.objects.exists()
    assert not ReleasedTotal.objects.exists()

    make.responses(here.campaign, here.communes[0], [1])
    count(here.campaign)

    assert Release.objects.get().number == 1
    assert [shown(unit) for unit in (here.communes[0], here.province, here.nation)] == [4, 4, 4]


def test_a_release_takes_new_sheets_only_when_enough_have_come() -> None:
    here = world()
    make.responses(here.campaign, here.communes[0], [5] * 4)
    count(here.campaign)
    make.responses(here.campaign, here.communes[0], [1] * 3)
    count(here.campaign)
    assert shown(here.communes[0]) == 4

    make.responses(here.campaign, here.communes[0], [1])
    count(here.campaign)

    assert shown(here.communes[0]) == 8
    assert Release.objects.count() == 2


def test_a_parent_shows_only_what_is_released_below_it() -> None:
    here = world()
    make.responses(here.campaign, here.communes[0], [5] * 4)
    make.responses(here.campaign, here.communes[1], [1] * 3)
    count(here.campaign)

    # Seven came; nobody may learn of the three by subtracting the four.
    assert shown(here.province) == 4
    assert shown(here.nation) == 4


def test_other_channels_and_sheets_set_aside_stay_out_of_the_headline() -> None:
    here = world()
    sheets = make.responses(here.campaign, here.communes[0], [5] * 5)
    make.responses(here.campaign, here.communes[0], [1] * 9, channel=Channel.ASSISTED)
    make.set_aside(sheets[0])
    count(here.campaign)

    assert shown(here.communes[0]) == 4


def test_a_campaign_published_on_close_waits_for_its_release() -> None:
    here = world(publication=Campaign.Publication.ON_CLOSE)
    make.responses(here.campaign, here.communes[0], [5] * 4)
    count(here.campaign)
    assert shown(here.communes[0]) == 0
    assert publication.publish_due(now=timezone.make_aware(make_noon(30))) == []

    [release] = publication.publish_due(now=timezone.make_aware(make_noon(1, month=12)))

    assert (release.number, release.units) == (1, 1)
    assert shown(here.nation) == 4


def make_noon(day: int, *, month: int = 11) -> datetime:
    return datetime(2026, month, day, 12)  # noqa: DTZ001 - made aware by the caller


def test_a_daily_campaign_is_released_by_the_night_task() -> None:
    here = world(publication=Campaign.Publication.DAILY)
    make.responses(here.campaign, here.communes[0], [5] * 4)

    [release] = publication.publish_due(now=timezone.now())

    assert shown(here.nation) == 4
    assert releases.publish(here.campaign, now=timezone.now()) is None
    assert release.campaign == here.campaign


def shown_of(unit: Unit, *, period: int = 0, channel: int = 0, standing: int = 0) -> int | None:
    """Return how many sheets one slice of a unit's public figures rests on; None without it."""
    rows = ReleasedTotal.objects.filter(
        unit=unit, period=period, channel=channel, standing=standing
    )
    return rows.values_list("n", flat=True).first()


def test_months_and_channels_are_shown_where_each_has_enough() -> None:
    here = world()
    commune = here.communes[0]
    make.responses(here.campaign, commune, [5] * 9)
    make.responses(here.campaign, commune, [4] * 8, channel=Channel.PHONE)
    make.responses(here.campaign, commune, [3] * 2, channel=Channel.PAPER)
    count(here.campaign)

    for unit in (commune, here.province, here.nation):
        assert shown_of(unit) == 19
        # The two on paper went with the smaller block, which is by phone no more.
        assert shown_of(unit, channel=Channel.KIOSK) == 9
        assert shown_of(unit, channel=Channel.PHONE) is None
        assert shown_of(unit, period=202611) == 19


def test_a_channel_outside_the_headline_is_released_by_itself() -> None:
    here = world()
    make.responses(here.campaign, here.communes[0], [1] * 5, channel=Channel.ASSISTED)
    make.responses(here.campaign, here.communes[0], [5] * 3)
    count(here.campaign)

    assert shown_of(here.nation) is None
    assert shown_of(here.nation, channel=Channel.ASSISTED) == 5


def test_sheets_set_aside_before_they_were_published_are_shown_apart() -> None:
    here = world()
    commune = here.communes[0]
    sheets = make.responses(here.campaign, commune, [5] * 8)
    for sheet in sheets[:4]:
        make.set_aside(sheet)
    count(here.campaign)

    for unit in (commune, here.nation):
        assert shown_of(unit) == 4
        assert shown_of(unit, standing=Standing.SET_ASIDE) == 4


def test_sheets_set_aside_later_leave_with_new_ones() -> None:
    here = world()
    commune = here.communes[0]
    for _ in range(2):
        sheets = make.responses(here.campaign, commune, [5] * 8)
        count(here.campaign)
    for sheet in sheets[:6]:
        make.set_aside(sheet)
    count(here.campaign)
    # By themselves they would show the two that stay of the second eight.
    assert shown_of(commune) == 16

    # The first release after that sees them, and the one after that lets them go.
    for shown in (20, 18):
        make.responses(here.campaign, commune, [5] * 4)
        count(here.campaign)
        assert shown_of(commune) == shown
    assert shown_of(here.nation) == 18
    assert shown_of(commune, period=202611) == 20
    assert shown_of(commune, standing=Standing.SET_ASIDE) is None


def test_sheets_of_a_single_release_leave_alone() -> None:
    here = world()
    commune = here.communes[0]
    sheets = make.responses(here.campaign, commune, [5] * 8)
    count(here.campaign)
    for sheet in sheets[:3]:
        make.set_aside(sheet)
    count(here.campaign)
    assert shown_of(commune) == 8

    make.set_aside(sheets[3])
    count(here.campaign)

    assert [shown_of(unit) for unit in (commune, here.nation)] == [4, 4]
    assert list(check_releases(here.campaign)) == []


def test_setting_aside_one_sheet_does_not_stop_a_unit() -> None:
    here = world()
    [first, *_] = make.responses(here.campaign, here.communes[0], [5] * 4)
    count(here.campaign)
    make.set_aside(first)
    make.responses(here.campaign, here.communes[0], [5] * 4)
    count(here.campaign)

    assert shown_of(here.communes[0]) == 8


AFTER_CLOSE = datetime(2026, 12, 1, 12)  # noqa: DTZ001 - made aware below
ALL_OVER = datetime(2026, 12, 31, 12)  # noqa: DTZ001 - made aware below


def test_what_is_left_at_the_close_is_pooled() -> None:
    here = world(publication=Campaign.Publication.ON_CLOSE)
    make.responses(here.campaign, here.communes[0], [5] * 6)
    make.responses(here.campaign, here.communes[1], [1] * 2)
    make.responses(here.campaign, here.communes[2], [2] * 3)
    make.responses(here.campaign, here.nation, [3])

    publication.publish_now(here.campaign, now=timezone.make_aware(AFTER_CLOSE))

    assert [shown_of(unit) for unit in here.communes] == [6, None, None]
    row = ReleasedTotal.objects.get(unit=here.province, period=0, channel=0, standing=0)
    assert (row.n, row.pooled) == (11, 5)
    # The one about the nation itself stays out.
    row = ReleasedTotal.objects.get(unit=here.nation, period=0, channel=0, standing=0)
    assert (row.n, row.pooled) == (11, 0)


def test_the_final_release_comes_once_and_others_need_a_reason() -> None:
    here = world()
    [*sheets] = make.responses(here.campaign, here.communes[0], [5] * 8)
    count(here.campaign)

    assert publication.publish_due(now=timezone.make_aware(AFTER_CLOSE)) == []
    [final] = publication.publish_due(now=timezone.make_aware(ALL_OVER))
    assert (final.number, final.final, final.units) == (2, True, 0)
    assert publication.publish_due(now=timezone.make_aware(ALL_OVER)) == []

    for sheet in sheets[:4]:
        make.set_aside(sheet)
    count(here.campaign)
    assert shown_of(here.communes[0]) == 8
    with pytest.raises(publication.ReasonMissing):
        publication.publish_now(here.campaign, now=timezone.make_aware(ALL_OVER))
    corrected = publication.publish_now(
        here.campaign, now=timezone.make_aware(ALL_OVER), reason="Bốn phiếu trùng"
    )
    assert corrected
    assert (corrected.number, corrected.final, corrected.reason) == (3, False, "Bốn phiếu trùng")
    assert shown_of(here.communes[0]) == 4


batches = st.lists(
    st.lists(st.tuples(st.integers(0, 4), st.integers(1, 5)), max_size=8), min_size=1, max_size=4
)


def test_parents_are_the_sum_of_what_is_released(db: None, size: Callable[[int, int], int]) -> None:
    hold = given(batches=batches)(hold_the_sums)
    settings(max_examples=size(6, 15), suppress_health_check=list(HealthCheck))(hold)()


def hold_the_sums(batches: list[list[tuple[int, int]]]) -> None:
    here = world(threshold=3)
    units = [here.nation, here.province, *here.communes]
    edition, method = here.campaign.questionnaire.parsed(), here.campaign.method.parsed()
    waiting: dict[int, list[str]] = {unit.pk: [] for unit in units}
    public: dict[int, list[str]] = {unit.pk: [] for unit in units}
    for batch in batches:
        for index, rating in batch:
            [sheet] = make.responses(here.campaign, units[index], [rating])
            waiting[units[index].pk].append(sheet.answers)
        count(here.campaign)
        for unit in units:
            if len(waiting[unit.pk]) >= 3:
                public[unit.pk] += waiting[unit.pk]
                waiting[unit.pk] = []

    below = {unit.pk: [unit] for unit in here.communes}
    below[here.province.pk] = [here.province, *here.communes]
    below[here.nation.pk] = units
    for unit in units:
        sheets = [sheet for part in below[unit.pk] for sheet in public[part.pk]]
        stored = ReleasedTotal.objects.filter(campaign=here.campaign, unit=unit).first()
        assert (stored.n if stored else 0) == len(sheets)
        if stored:
            assert stored.counts == counts_of(edition, sheets)
            assert stored.moments == moments_of(edition, method, sheets)
    for cell in ReleasedCell.objects.filter(campaign=here.campaign):
        assert cell.n == len(public[cell.unit_id])
