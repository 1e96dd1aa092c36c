"""What ranks of a tier are made of is held against released totals, and made anew from them."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from random import Random
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from results import tasks
from results.counting import refresh
from results.models import ReleasedIndex
from results.releasing.index_check import check_indices, rewrite_indices
from surveys.models import Campaign
from tests import make

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
    campaign = make.campaign(slug="dot", threshold=4, by=method)
    chance = Random(3)  # noqa: S311 - made-up answers
    for number, levels in enumerate(([5], [1], [4, 5], [1, 5], [1, 2, 3, 4, 5], [None, 2, 5])):
        commune = make.commune(f"Xã {number}", parent=top, code=f"0550{number}")
        for _ in range(12 if number else 4):
            make.response(
                campaign, commune, {code: chance.choice(levels) for code in ("c01", "c02", "c03")}
            )
    make.responses(campaign, make.commune("Xã nhỏ", parent=top, code="05509"), [5, 5, 5])
    refresh.refresh(campaign, clock=timezone.now)
    return campaign


@pytest.mark.parametrize("method", METHODS)
def test_what_a_release_keeps_is_what_another_path_gives(method: str) -> None:
    campaign = campaign_by(METHODS[method])
    rows = ReleasedIndex.objects.filter(campaign=campaign)
    assert rows.count() == 6

    assert list(check_indices(campaign)) == []
    for field, row in zip(FIELDS, rows, strict=False):
        right = getattr(row, field)
        rows.filter(pk=row.pk).update(**{field: right + 1e-6})
        assert [difference.key[0] for difference in check_indices(campaign)] == [row.unit_id]
        rows.filter(pk=row.pk).update(**{field: right})


def test_a_release_made_before_they_were_kept_gets_them() -> None:
    campaign = campaign_by(make.METHOD)
    right = sorted(ReleasedIndex.objects.values_list("unit_id", *FIELDS))
    ReleasedIndex.objects.all().delete()

    with pytest.raises(SystemExit):
        call_command("check_results", "dot", stdout=StringIO())
    call_command("check_results", "dot", "--repair", stdout=StringIO())

    assert sorted(ReleasedIndex.objects.values_list("unit_id", *FIELDS)) == right
    assert list(check_indices(campaign)) == []


def test_at_night_one_of_a_unit_without_figures_is_found_and_goes(
    caplog: pytest.LogCaptureFixture,
) -> None:
    campaign = campaign_by(make.METHOD)
    small = campaign.units.get(code="05509")
    ReleasedIndex.objects.create(
        campaign=campaign,
        tier=small.tier,
        unit_id=small.unit_id,
        **dict.fromkeys(FIELDS, 1.0),
    )

    tasks.check_campaign(campaign.pk)

    assert "released index" in caplog.text
    assert not ReleasedIndex.objects.filter(unit=small.unit_id).exists()
    assert ReleasedIndex.objects.count() == 6


def test_a_campaign_that_weighs_its_units_keeps_none() -> None:
    campaign = campaign_by(make.METHOD)
    definition = {**campaign.method.definition, "unit_weights": "DESIGN"}
    type(campaign.method).objects.filter(pk=campaign.method_id).update(definition=definition)
    weighing = Campaign.objects.get(pk=campaign.pk)

    assert len(list(check_indices(weighing))) == 6
    rewrite_indices(weighing)
    assert not ReleasedIndex.objects.exists()
