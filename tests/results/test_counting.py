"""Promises 2 and 4: after a refresh, cells and totals are what a recount by hand says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from results.counting import recount, refresh, settled, tally
from results.models import Cell, SettledCell, Total
from surveys.models import Campaign, Channel, Response, SetAside, StaleCell, Tier, Unit
from tests import make
from tests.results.counting_oracle import assert_counted, stored_totals

pytestmark = pytest.mark.django_db

UUIDS = [
    "0b8f3c2e-3a55-4d0e-9d9b-0d7c3a6c1a01",
    "0b8f3c2e-3a55-4d0e-9d9b-0d7c3a6c1a02",
]
ANSWERS = "452-0011"


@dataclass
class World:
    """A nation with an agency, and two provinces: one of communes, one of districts."""

    campaign: Campaign
    units: list[Unit]


def world() -> World:
    nation = make.nation()
    ministry = make.unit("Bộ Nội vụ", tier=Tier.AGENCY, parent=nation)
    new = make.province("Thái Nguyên")
    office = make.unit("Sở Y tế", tier=Tier.AGENCY, parent=new)
    communes = [make.commune(name, parent=new) for name in ("Phú Bình", "Đại Từ")]
    old = make.province("Hà Giang")
    district = make.unit("Đồng Văn", tier=Tier.DISTRICT, parent=old)
    agency = make.unit("Phòng Tư pháp", tier=Tier.AGENCY, parent=district)
    ward = make.commune("Lũng Cú", parent=district)
    campaign = make.campaign(opens_on=date(2026, 10, 1), closes_on=date(2026, 12, 31))
    return World(campaign, [nation, ministry, new, office, *communes, old, district, agency, ward])


rating = st.sampled_from([None, 1, 2, 3, 4, 5])
sheet_values = st.fixed_dictionaries(
    {},
    optional={
        "c01": st.sampled_from([None, 1, 2, 3, 4, 5, "?"]),
        "c02": rating,
        "c03": rating,
        "f1": st.sampled_from([None, 1, 2]),
        "m1": st.sampled_from([None, [1], [2], [3], [1, 3], [2, 3]]),
        "p1": st.sampled_from([None, 1, 2]),
    },
)
sheets = st.lists(
    st.tuples(
        st.integers(0, 9),
        st.sampled_from([date(2026, 10, 1), date(2026, 10, 31), date(2026, 11, 1)]),
        st.sampled_from([Channel.KIOSK, Channel.PHONE, Channel.ASSISTED]),
        sheet_values,
    ),
    max_size=12,
)


def store(world: World, batch: list[tuple[int, date, Channel, dict[str, object]]]) -> None:
    for unit, day, channel, values in batch:
        make.response(world.campaign, world.units[unit], values, on=day, channel=channel)


def count(campaign: Campaign, *, on: date = date(2026, 11, 2)) -> None:
    moment = datetime.combine(on, time(12), tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    refresh.refresh(campaign, clock=lambda: moment)
    assert not StaleCell.objects.filter(campaign=campaign).exists()


@pytest.fixture(scope="session")
def examples(size: Callable[[int, int], int]) -> int:
    return size(12, 1000)


def test_counting_agrees_with_counting_by_hand(examples: int, db: None) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        settle_from=st.sampled_from([1, 2, settled.SETTLE_FROM]),
        first=sheets,
        later=sheets,
        aside=st.sets(st.integers(0, 11)),
        gone=st.integers(0, 5),
    )
    def run(
        settle_from: int,
        first: list[tuple[int, date, Channel, dict[str, object]]],
        later: list[tuple[int, date, Channel, dict[str, object]]],
        aside: set[int],
        gone: int,
    ) -> None:
        with transaction.atomic(), pytest.MonkeyPatch.context() as patch:
            patch.setattr(settled, "SETTLE_FROM", settle_from)
            patch.setattr(tally, "SPANS_AT_ONCE", settle_from)
            here = world()
            store(here, first)
            count(here.campaign)
            assert_counted(here.campaign)

            store(here, later)
            stored = list(Response.objects.filter(campaign=here.campaign).order_by("id"))
            chosen = [make.set_aside(stored[i]) for i in sorted(aside) if i < len(stored)]
            # A day later one more day of its sheets is closed.
            count(here.campaign, on=date(2026, 11, 3))
            assert_counted(here.campaign)

            SetAside.objects.filter(pk__in=[row.pk for row in chosen[:2]]).update(
                reversed_at=timezone.now()
            )
            kept = {row.response_id for row in chosen}
            Response.objects.filter(
                pk__in=[row.pk for row in stored[:gone] if row.pk not in kept]
            ).delete()
            count(here.campaign)
            assert_counted(here.campaign)
            transaction.set_rollback(True)

    run()


def test_levels_add_up() -> None:
    here = world()
    for i, unit in enumerate(here.units):
        make.responses(here.campaign, unit, [1 + i % 5] * (i + 1))
    count(here.campaign)

    totals = stored_totals(here.campaign)

    nation, _, new, *_ = here.units
    assert totals[nation.pk, 0, Channel.KIOSK, 0].n == sum(range(1, 11))
    # The province's own three sheets, its office's four, its communes' five and six.
    assert totals[new.pk, 202611, Channel.KIOSK, 0].n == 3 + 4 + 5 + 6
    assert_counted(here.campaign)


def test_counting_twice_changes_nothing() -> None:
    here = world()
    make.responses(here.campaign, here.units[4], [4, 5, 1])
    count(here.campaign)

    count(here.campaign)

    assert_counted(here.campaign)


def test_a_cell_without_sheets_disappears() -> None:
    here = world()
    sheets = make.responses(here.campaign, here.units[4], [4, 5])
    count(here.campaign)
    Response.objects.filter(pk__in=[sheet.pk for sheet in sheets]).delete()

    count(here.campaign)

    assert not Cell.objects.exists()
    assert not Total.objects.exists()


def test_a_sheet_of_today_is_added_to_what_is_settled_and_one_of_a_closed_day_unsettles(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settled, "SETTLE_FROM", 2)
    here = world()
    unit = here.units[4]
    make.response(here.campaign, unit, {"c01": 4}, on=date(2026, 11, 1))
    count(here.campaign, on=date(2026, 11, 20))
    assert not SettledCell.objects.exists()
    make.response(here.campaign, unit, {"c01": 4}, on=date(2026, 11, 2))
    count(here.campaign, on=date(2026, 11, 20))
    assert SettledCell.objects.get().until == date(2026, 11, 19)
    # As if a thousand more had been counted: whoever adds to it shows them.
    SettledCell.objects.update(n=1002)

    make.response(here.campaign, unit, {"c01": 4}, on=date(2026, 11, 19))
    count(here.campaign, on=date(2026, 11, 20))
    assert Cell.objects.get().n == 1003

    make.response(here.campaign, unit, {"c01": 4}, on=date(2026, 11, 18))
    count(here.campaign, on=date(2026, 11, 20))
    assert_counted(here.campaign)
    assert SettledCell.objects.get().n == 3


def test_whatever_changes_a_closed_day_unsettles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settled, "SETTLE_FROM", 1)
    here = world()
    first, second, _third = (
        make.response(here.campaign, here.units[4], {"c01": n}, on=date(2026, 11, n))
        for n in (1, 2, 3)
    )
    aside = make.set_aside(second)

    def change(sheet: Response, **to: object) -> None:
        Response.objects.filter(pk=sheet.pk).update(**to)

    def truncate() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("TRUNCATE surveys_response CASCADE")

    for act in (
        lambda: None,
        lambda: change(first, answered_on=date(2026, 11, 20)),  # out of what is settled
        lambda: change(first, answered_on=date(2026, 11, 4)),
        lambda: change(first, channel=Channel.PAPER),
        lambda: SetAside.objects.filter(pk=aside.pk).update(reversed_at=timezone.now()),
        lambda: SetAside.objects.filter(pk=aside.pk).update(reversed_at=None, response=first),
        aside.delete,
        second.delete,
        truncate,
    ):
        act()
        count(here.campaign, on=date(2026, 11, 20))
        assert_counted(here.campaign)
    assert not SettledCell.objects.exists()


def test_a_repair_believes_nothing_that_is_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settled, "SETTLE_FROM", 1)
    here = world()
    make.response(here.campaign, here.units[4], {"c01": 4}, on=date(2026, 11, 1))
    count(here.campaign, on=date(2026, 11, 20))
    SettledCell.objects.update(n=1001)
    Cell.objects.update(n=1001)

    key = (here.units[4].pk, 202611, Channel.KIOSK.value, 0)
    recount.repair(here.campaign, [recount.Difference("cell", key, "1001 sheets")])
    count(here.campaign, on=date(2026, 11, 20))

    assert_counted(here.campaign)


def marks() -> set[tuple[int, int, int]]:
    return set(StaleCell.objects.values_list("unit_id", "month", "channel"))


@pytest.fixture
def counted_sheet() -> Response:
    """A sheet of November through the kiosk, counted, so that no mark is left."""
    here = world()
    sheet = make.response(here.campaign, here.units[4], {"c01": 3})
    count(here.campaign)
    return sheet


def test_copy_marks_the_cells_it_touches() -> None:
    here = world()
    unit = here.units[5]
    text = "".join(
        f"{uuid}\t{here.campaign.pk}\t{unit.pk}\t2026-11-0{day}\t2\t0\t{ANSWERS}\n"
        for day, uuid in enumerate(UUIDS, start=1)
    )
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "COPY surveys_response (id, campaign_id, unit_id, answered_on, channel,"
            " seconds_band, answers) FROM STDIN"
        ) as copy,
    ):
        copy.write(text)

    assert marks() == {(unit.pk, 202611, Channel.PHONE)}
    count(here.campaign)
    assert_counted(here.campaign)


def test_an_update_by_hand_marks_the_old_and_the_new_cell(counted_sheet: Response) -> None:
    Response.objects.filter(pk=counted_sheet.pk).update(
        channel=Channel.PAPER, answered_on=date(2026, 12, 1)
    )

    assert marks() == {
        (counted_sheet.unit_id, 202611, Channel.KIOSK),
        (counted_sheet.unit_id, 202612, Channel.PAPER),
    }
    count(counted_sheet.campaign)
    assert_counted(counted_sheet.campaign)


def test_a_deletion_by_hand_marks_its_cell(counted_sheet: Response) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM surveys_response WHERE id = %s", [counted_sheet.pk])

    assert marks() == {(counted_sheet.unit_id, 202611, Channel.KIOSK)}


def test_truncate_marks_every_cell(counted_sheet: Response) -> None:
    make.response(counted_sheet.campaign, make.nation(), on=date(2026, 10, 5))
    count(counted_sheet.campaign)
    with connection.cursor() as cursor:
        # A test's checks of foreign keys wait for its end, and TRUNCATE does not wait.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE surveys_response CASCADE")

    assert marks() == {
        (counted_sheet.unit_id, 202611, Channel.KIOSK),
        (make.nation().pk, 202610, Channel.KIOSK),
    }
    count(counted_sheet.campaign)
    assert_counted(counted_sheet.campaign)
    assert not Total.objects.exists()


def test_setting_aside_and_back_mark_the_cell(counted_sheet: Response) -> None:
    cell = {(counted_sheet.unit_id, 202611, Channel.KIOSK)}

    decision = make.set_aside(counted_sheet)
    assert marks() == cell
    count(counted_sheet.campaign)
    assert_counted(counted_sheet.campaign)

    decision.reversed_at = timezone.now()
    decision.save()
    assert marks() == cell
    count(counted_sheet.campaign)
    assert_counted(counted_sheet.campaign)

    decision.delete()
    assert marks() == cell


def test_truncating_the_set_aside_marks_their_cells(counted_sheet: Response) -> None:
    make.set_aside(counted_sheet)
    count(counted_sheet.campaign)
    with connection.cursor() as cursor:
        # A test's checks of foreign keys wait for its end, and TRUNCATE does not wait.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE surveys_setaside")

    assert marks() == {(counted_sheet.unit_id, 202611, Channel.KIOSK)}
    count(counted_sheet.campaign)
    assert_counted(counted_sheet.campaign)
