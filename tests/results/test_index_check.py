"""What ranks of a tier are made of is held against released totals, and made anew from them."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from random import Random
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.utils import timezone

from results import tasks
from results.counting import refresh
from results.counting.recount import Difference
from results.models import ReleasedIndex
from results.releasing.index_check import check_indices, rewrite_indices
from results.releasing.release_check import check_releases
from surveys.models import Campaign
from tests import make
from tests.live import database_address

METHODS: Mapping[str, Mapping[str, Any]] = {
    "shares": make.METHOD,
    "means": {"code": "mean5", "item_rule": "MEAN5", "aggregation": "POOLED_ITEMS"},
    "weighted": {
        "code": "weighted",
        "item_rule": "MEAN_0_100",
        "aggregation": "WEIGHTED",
        "weights": {"tiep_can": "1/3", "cong_chuc": "2/3"},
    },
}
FIELDS = ("ratio", "variance", "sheets", "freedom")

pytestmark = pytest.mark.django_db


def campaign_by(method: Mapping[str, Any]) -> Campaign:
    """Return a campaign of communes of which all, none and some are satisfied; one is too small."""
    top = make.province("Thái Nguyên", code="19")
    said: list[list[int | None]] = [[5], [1], [4, 5], [1, 5], [1, 2, 3, 4, 5], [None, 2, 5]]
    communes = [make.commune(f"Xã {n}", parent=top, code=f"0550{n}") for n in range(len(said))]
    # Sheets so alike that a sheet counts as two answers (docs/method.md section 5).
    alike = make.commune("Xã giống nhau", parent=top, code="05508")
    small = make.commune("Xã nhỏ", parent=top, code="05509")
    campaign = make.campaign(slug="dot", threshold=4, by=method)
    chance = Random(3)  # noqa: S311 - made-up answers
    for number, (commune, levels) in enumerate(zip(communes, said, strict=True)):
        # Of 30 sheets and more shares have a spread as well.
        for _ in range({0: 4, 3: 31}.get(number, 12)):
            answers = {code: chance.choice(levels) for code in ("c01", "c02", "c03")}
            make.response(campaign, commune, answers)
    for satisfied in (*[0] * 2, *[1] * 18, *[2] * 18, *[3] * 2):
        ratings = [5] * satisfied + [1] * (3 - satisfied)
        make.response(campaign, alike, dict(zip(("c01", "c02", "c03"), ratings, strict=True)))
    make.responses(campaign, small, [5, 5, 5])
    refresh.refresh(campaign, clock=timezone.now)
    return campaign


@pytest.mark.parametrize("method", METHODS)
def test_what_a_release_keeps_is_what_another_path_gives(method: str) -> None:
    campaign = campaign_by(METHODS[method])
    rows = ReleasedIndex.objects.filter(campaign=campaign)
    assert rows.count() == 7

    assert list(check_indices(campaign)) == []
    for field, row in zip(FIELDS, rows, strict=False):
        right = getattr(row, field)
        rows.filter(pk=row.pk).update(**{field: right + 1e-6})
        assert [difference.key[0] for difference in check_indices(campaign)] == [row.unit_id]
        rows.filter(pk=row.pk).update(**{field: right})


# Before anything is sent: what is sent first stays with its broker.
@pytest.mark.usefixtures("broker")
@pytest.mark.django_db(transaction=True)
def test_what_an_older_release_lacks_is_made_by_the_command_and_at_night(
    caplog: pytest.LogCaptureFixture,
) -> None:
    campaign = campaign_by(make.METHOD)
    rows = ReleasedIndex.objects.order_by("unit")
    right = list(rows.values_list("unit_id", *FIELDS))
    rows.delete()

    said = StringIO()
    with pytest.raises(SystemExit):
        call_command("check_results", "dot", stdout=said)
    assert "--repair" in said.getvalue()
    call_command("check_results", "dot", "--repair", stdout=StringIO())
    assert list(rows.values_list("unit_id", *FIELDS)) == right

    # One of a unit that has no figures goes.
    small = campaign.units.get(code="05509")
    made_up = dict.fromkeys(FIELDS, 1.0)
    rows.create(campaign=campaign, tier=small.tier, unit_id=small.unit_id, **made_up)
    tasks.check_campaign(campaign.pk)
    assert "released index" in caplog.text
    assert list(rows.values_list("unit_id", *FIELDS)) == right


@pytest.mark.usefixtures("broker")
@pytest.mark.django_db(transaction=True)
def test_what_a_release_writes_while_it_is_checked_is_no_difference(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    campaign = campaign_by(make.METHOD)

    def and_meanwhile(checked: Campaign) -> list[Difference]:
        found = list(check_releases(checked))
        with psycopg.connect(database_address()) as other:
            other.execute("UPDATE results_releasedindex SET sheets = sheets + 1")
        return found

    monkeypatch.setattr(tasks, "check_releases", and_meanwhile)
    tasks.check_campaign(campaign.pk)
    assert "released index" not in caplog.text
    assert len(list(check_indices(campaign))) == 7


def test_a_campaign_that_weighs_its_units_keeps_none() -> None:
    campaign = campaign_by(make.METHOD)
    campaign.method.definition = {**campaign.method.definition, "unit_weights": "DESIGN"}

    assert len(list(check_indices(campaign))) == 7
    rewrite_indices(campaign)
    assert not ReleasedIndex.objects.exists()
