"""The locking protocol of counting.refresh, with real connections that meet at a barrier."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date, datetime
from threading import Barrier, get_ident
from uuid import uuid4

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from results.counting import refresh
from results.counting.count_table import CountTable
from results.counting.refresh import Chunk
from results.counting.settled import Touched
from results.counting.tally import count_cells
from results.models import ReleasedTotal, Total
from surveys.models import Campaign, Channel, StaleCell, Unit
from tests import make
from tests.live import database_address
from tests.races import at_once
from tests.results.counting_oracle import assert_counted

pytestmark = pytest.mark.django_db(transaction=True)


def count(chunk: Chunk) -> refresh.Counted | None:
    return refresh.count_chunk(chunk, now=timezone.now())


def chunk_of(campaign: Campaign, unit: Unit) -> Chunk:
    return Chunk(campaign.pk, campaign.units.get(unit=unit).chunk_id)


@pytest.fixture
def rounds(size: Callable[[int, int], int]) -> int:
    return size(8, 200)


def test_two_workers_on_one_cell_count_it_once(rounds: int) -> None:
    commune = make.commune()
    campaign = make.campaign()
    chunk = chunk_of(campaign, commune)
    for _ in range(rounds):
        make.responses(campaign, commune, [5, 4, 2])

        outcomes = at_once(lambda: count(chunk), lambda: count(chunk))

        assert not [error for error in outcomes if isinstance(error, Exception)]
        # The loser of the lock leaves the marks to the winner.
        assert refresh.Counted(1, Total.objects.get(unit=commune, period=0).n) in outcomes
        assert not StaleCell.objects.exists()
        assert_counted(campaign)


def test_two_chunks_at_once_both_reach_the_nation(rounds: int) -> None:
    communes = [make.commune("A", parent=make.province("P")), make.commune("B")]
    campaign = make.campaign()
    chunks = [chunk_of(campaign, commune) for commune in communes]
    for done in range(1, rounds + 1):
        for commune in communes:
            make.responses(campaign, commune, [5, 1, 3])

        outcomes = at_once(lambda: count(chunks[0]), lambda: count(chunks[1]))

        assert all(isinstance(outcome, refresh.Counted) for outcome in outcomes), outcomes
        assert_counted(campaign)
        assert ReleasedTotal.objects.get(unit=make.nation(), period=0, channel=0).n == done * 6


def test_marks_of_a_locked_chunk_are_left_to_the_next_tick() -> None:
    commune = make.commune()
    campaign = make.campaign()
    chunk = chunk_of(campaign, commune)
    make.responses(campaign, commune, [5])
    with psycopg.connect(database_address()) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s, %s)", list(chunk))

        assert count(chunk) is None
        assert StaleCell.objects.count() == 1

    assert count(chunk) == refresh.Counted(1, 1)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_sheet_that_commits_while_its_cell_is_counted_is_counted(
    moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    commune = make.commune()
    campaign = make.campaign()
    make.responses(campaign, commune, [5, 5, 5])

    def count_meanwhile(campaign: Campaign, touched: Touched, *, closed_before: date) -> CountTable:
        if moment == "before":
            insert_elsewhere(campaign, commune)
        cells = count_cells(campaign, touched, closed_before=closed_before)
        if moment == "after":
            insert_elsewhere(campaign, commune)
        return cells

    monkeypatch.setattr(refresh, "count_cells", count_meanwhile)
    count(chunk_of(campaign, commune))
    monkeypatch.undo()

    assert StaleCell.objects.count() == 1
    count(chunk_of(campaign, commune))
    assert_counted(campaign)
    assert Total.objects.get(unit=commune, period=0).n == 4


def insert_elsewhere(campaign: Campaign, unit: Unit) -> None:
    """Store one sheet and commit, on a connection of its own."""
    with psycopg.connect(database_address()) as other:
        other.execute(
            "INSERT INTO surveys_response (id, campaign_id, unit_id, answered_on, channel,"
            " seconds_band, answers) VALUES (%s, %s, %s, %s, %s, 0, '1111----')",
            [uuid4(), campaign.pk, unit.pk, make.DAY, Channel.KIOSK],
        )


def test_counting_never_holds_up_a_citizen() -> None:
    commune = make.commune()
    campaign = make.campaign()
    with psycopg.connect(database_address()) as counting:
        # What a counting transaction holds at its longest: chunk, root, its written rows.
        counting.execute("SELECT pg_advisory_xact_lock(%s, %s)", list(chunk_of(campaign, commune)))
        counting.execute(
            "SELECT 1 FROM surveys_campaignunit WHERE campaign_id = %s FOR NO KEY UPDATE",
            [campaign.pk],
        )
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '30s'")
        make.responses(campaign, commune, [1])
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
    assert StaleCell.objects.count() == 1


def test_two_chunks_are_counted_at_a_time_and_each_is_told_of_once() -> None:
    communes = [make.commune(name, parent=make.province(f"P{name}")) for name in "ABCDE"]
    campaign = make.campaign()
    for commune in communes:
        make.responses(campaign, commune, [5, 1, 3])
    told: list[tuple[Chunk, refresh.Counted | None, int]] = []
    met, calls = Barrier(2), itertools.count()

    def report(chunk: Chunk, counted: refresh.Counted | None) -> None:
        told.append((chunk, counted, get_ident()))

    def clock() -> datetime:
        if next(calls) < 2:
            met.wait(timeout=120)  # neither goes on before the other has begun
        return timezone.now()

    refresh.refresh(campaign, clock=clock, report=report)

    assert {chunk for chunk, *_ in told} == {chunk_of(campaign, commune) for commune in communes}
    assert [counted for _, counted, _ in told] == [refresh.Counted(1, 3)] * 5
    assert len({thread for *_, thread in told}) == 2
    assert_counted(campaign)


def test_a_fault_in_one_chunk_ends_the_counting(monkeypatch: pytest.MonkeyPatch) -> None:
    communes = [make.commune(name, parent=make.province(f"P{name}")) for name in "ABCDEF"]
    campaign = make.campaign()
    for commune in communes:
        make.responses(campaign, commune, [5])

    def fail(_chunk: Chunk, *, now: datetime) -> refresh.Counted:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(refresh, "count_chunk", fail)
    with pytest.raises(RuntimeError, match="the disk is full"):
        refresh.refresh(campaign, clock=timezone.now)
    assert StaleCell.objects.count() == 6
