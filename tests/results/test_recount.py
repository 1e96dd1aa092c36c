"""check_results finds what is wrong, by another path than the counting, and mends it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from results.counting import recount, refresh
from results.models import Cell, Total
from surveys.models import Campaign, Channel, StaleCell, Unit
from tests import make
from tests.results.counting_oracle import assert_counted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def commune() -> Unit:
    return make.commune()


@pytest.fixture
def campaign(commune: Unit) -> Campaign:
    """A campaign with every kind of answer, counted."""
    other = make.commune("Đại Từ")
    campaign = make.campaign(slug="dot-1")
    make.responses(campaign, commune, [1, 2, 3, 4, 5])
    make.response(campaign, commune, {"c01": "?", "m1": [1, 3], "f1": 2}, channel=Channel.PHONE)
    make.set_aside(make.response(campaign, other, {"c03": 2}))
    refresh.refresh(campaign, clock=timezone.now)
    assert_counted(campaign)
    return campaign


def check(*arguments: str) -> tuple[int, str]:
    """Run check_results; return its exit status and what it said."""
    said = StringIO()
    try:
        call_command("check_results", *arguments, stdout=said)
    except SystemExit as end:
        return int(end.code or 0), said.getvalue()
    return 0, said.getvalue()


def above(campaign: Campaign, cell: recount.Key) -> list[recount.Key]:
    """Return the keys of the totals that a cell enters."""
    unit, month, channel, standing = cell
    path = campaign.units.get(unit=unit).path
    return [(at, period, channel, standing) for at in path for period in (month, 0)]


def test_the_sheets_are_divided_into_shares_of_whole_units(
    campaign: Campaign, commune: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = recount.shares(campaign)
    assert [sorted(share) for share in everything] == [
        sorted(campaign.units.values_list("unit_id", flat=True))
    ]

    # The commune has six sheets, the other one.
    monkeypatch.setattr(recount, "SHEETS_A_SHARE", 5)
    divided = recount.shares(campaign)
    assert [unit for share in divided for unit in share] == everything[0]
    assert len(divided) == 3
    assert divided[1][0] == commune.pk

    # Each share finds what is wrong in it, and only that.
    Cell.objects.filter(unit=commune, channel=Channel.PHONE).update(n=7)
    found = [recount.check_share(campaign, share) for share in divided]
    assert [[difference.key[0] for difference in one] for one in found] == [[], [commune.pk], []]


def test_right_figures_are_found_right(campaign: Campaign) -> None:
    assert recount.check(campaign) == []
    assert check()[0] == 0


@pytest.mark.parametrize("field", ["n", "counts", "moments"])
@pytest.mark.parametrize("table", [Cell, Total])
def test_any_wrong_number_is_found_and_mended(
    campaign: Campaign,
    size: Callable[[Any, Any], Any],
    table: type[Cell] | type[Total],
    field: str,
) -> None:
    rows = table.objects.filter(campaign=campaign)
    one_by_one = [[row] for row in rows]
    assert len(one_by_one) > 2
    for wrong in size([list(rows), one_by_one[0], one_by_one[-1]], one_by_one):
        for row in wrong:
            value = getattr(row, field)
            instead = value + 1 if field == "n" else [*value[:-1], value[-1] + 1]
            rows.filter(pk=row.pk).update(**{field: instead})

        found = [(difference.table, difference.key) for difference in recount.check(campaign)]
        expected = {(table.__name__.lower(), row.pk[1:]) for row in wrong}
        if table is Cell:  # then the totals above are not the sum of their cells either
            expected |= {("total", key) for row in wrong for key in above(campaign, row.pk[1:])}
        assert sorted(found) == sorted(expected)
        assert check("dot-1")[0] == 1
        assert check("dot-1", "--repair")[0] == 0
        assert_counted(campaign)


def test_rows_without_sheets_and_sheets_without_rows_are_found(campaign: Campaign) -> None:
    Cell.objects.filter(channel=Channel.PHONE).update(month=202612)

    differences = recount.check(campaign)

    assert {difference.key[1] for difference in differences} == {202611, 202612}
    assert check("--repair")[0] == 0
    assert_counted(campaign)


def test_a_total_of_nothing_is_removed(campaign: Campaign, commune: Unit) -> None:
    row = Total.objects.filter(unit=commune, period=0).first()
    assert row
    row.pk = (row.campaign_id, row.unit_id, 202610, row.channel, row.standing)
    Total.objects.bulk_create([row])

    assert check("--repair")[0] == 0

    assert_counted(campaign)


def test_what_is_marked_stale_is_no_difference(campaign: Campaign, commune: Unit) -> None:
    make.responses(campaign, commune, [1])

    assert recount.check(campaign) == []
    assert StaleCell.objects.count() == 1


def test_an_unknown_campaign_is_refused_by_name() -> None:
    with pytest.raises(CommandError, match="dot-2"):
        call_command("check_results", "dot-2")


def test_refresh_results_counts_without_a_broker(campaign: Campaign, commune: Unit) -> None:
    make.responses(campaign, commune, [1, 1])
    said = StringIO()

    call_command("refresh_results", "dot-1", stdout=said)

    assert "1" in said.getvalue()
    assert_counted(campaign)


def test_publish_results_releases_now(commune: Unit) -> None:
    campaign = make.campaign(
        slug="dot-3",
        publication=Campaign.Publication.ON_CLOSE,
        closes_on=timezone.localdate() + timedelta(days=1),
    )
    make.responses(campaign, commune, [5, 5, 5])

    call_command("publish_results", "dot-3", stdout=StringIO())
    call_command("publish_results", "dot-3", stdout=StringIO())

    assert campaign.releases.get().number == 1
