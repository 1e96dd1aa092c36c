from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone, translation
from pytest_django import DjangoDbBlocker

from surveys.bulk.simulation import NothingToSimulate, NotSimulated, simulate
from surveys.models import Campaign, Channel, Response
from tests import make
from tests.worlds import made_once

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture(scope="module")
def campaign(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Campaign]:
    with made_once(django_db_blocker):
        for name in ("Thái Nguyên", "Phú Thọ", "Tuyên Quang"):
            province = make.province(name)
            for number in range(30):
                make.commune(f"Xã {number}", parent=province)
        yield make.campaign(slug="mo-phong", simulated=True)


def sheets() -> list[tuple[object, ...]]:
    return sorted(
        Response.objects.values_list(
            "id", "unit", "answered_on", "channel", "seconds_band", "answers"
        )
    )


def test_the_same_seed_makes_the_same_sheets_once(campaign: Campaign) -> None:
    assert simulate(campaign, 500, 7, today=TODAY) == 500
    first = sheets()

    assert simulate(campaign, 500, 7, today=TODAY) == 0
    Response.objects.all().delete()
    assert simulate(campaign, 500, 7, today=TODAY) == 500

    assert sheets() == first


def test_the_same_seed_on_a_later_day_adds_nothing(campaign: Campaign) -> None:
    simulate(campaign, 100, 7, today=TODAY)

    assert simulate(campaign, 100, 7, today=TODAY + timedelta(days=3)) == 0


def test_another_seed_adds_other_sheets(campaign: Campaign) -> None:
    simulate(campaign, 300, 1, today=TODAY)
    first = Counter(sheet[1:] for sheet in sheets())

    assert simulate(campaign, 300, 2, today=TODAY) == 300

    second = Counter(sheet[1:] for sheet in sheets()) - first
    assert (first & second).total() < 30


def test_sheets_fit_the_campaign(campaign: Campaign) -> None:
    simulate(campaign, 2000, 1, today=TODAY)

    pattern = re.compile(campaign.answers_pattern or "")
    for sheet in Response.objects.all():
        assert pattern.match(sheet.answers)
        assert sheet.answers[4:7].count("1") <= 2
        assert sheet.answers[4:7] != "000"
        assert campaign.opens_on <= sheet.answered_on <= TODAY
        assert sheet.id.version == 4
        assert (sheet.seconds_band == 0) == (sheet.channel == Channel.PAPER)
    channels = Counter(Response.objects.values_list("channel", flat=True))
    assert set(channels) == {Channel.KIOSK, Channel.PHONE, Channel.PAPER}


def test_after_closing_sheets_end_with_the_last_day(campaign: Campaign) -> None:
    simulate(campaign, 500, 1, today=date(2027, 5, 1))

    last = Response.objects.order_by("-answered_on").values_list("answered_on", flat=True)[0]
    assert last <= campaign.closes_on


def test_figures_look_like_published_ones(campaign: Campaign) -> None:
    simulate(campaign, 6000, 1, today=TODAY)

    text = "".join(Response.objects.values_list("answers", flat=True))
    answers = np.array(list(text)).reshape(6000, 8)
    ratings = answers[:, :3]
    satisfied = np.isin(ratings, ["4", "5"]).sum() / np.isin(ratings, list("12345")).sum()
    assert 0.75 < satisfied < 0.92
    assert 0.03 < (answers == "-").mean() < 0.07
    assert 0.005 < (answers[:, 0] == "?").mean() < 0.04
    whole = ratings[np.isin(ratings, list("12345")).all(axis=1)].astype(int)
    correlation = np.corrcoef(whole.T)[np.triu_indices(3, 1)]
    assert all(0.4 < r < 0.62 for r in correlation)


def test_offices_get_unequal_numbers_of_sheets(campaign: Campaign) -> None:
    simulate(campaign, 2000, 1, today=TODAY)

    sizes = Counter(Response.objects.values_list("unit", flat=True)).values()
    assert min(sizes) < 10
    assert max(sizes) > 60


def test_a_real_campaign_never_takes_made_up_answers(campaign: Campaign) -> None:
    real = make.campaign(slug="that")

    with pytest.raises(NotSimulated):
        simulate(real, 10, 1, today=TODAY)
    with pytest.raises(CommandError, match="that"):
        call_command("simulate", "that", "--responses", "10", "--seed", "1")

    assert not Response.objects.exists()


def test_before_the_first_day_there_is_nothing_to_simulate(campaign: Campaign) -> None:
    with pytest.raises(NothingToSimulate):
        simulate(campaign, 10, 1, today=campaign.opens_on - timedelta(days=1))


@pytest.mark.parametrize(("n", "seed"), [("0", "1"), ("5", "-1")])
def test_the_command_wants_sheets_and_a_seed(campaign: Campaign, n: str, seed: str) -> None:
    with pytest.raises(CommandError):
        call_command("simulate", "mo-phong", f"--responses={n}", f"--seed={seed}")


def test_the_command_says_what_is_new() -> None:
    make.commune()
    make.campaign(
        slug="nay",
        simulated=True,
        opens_on=timezone.localdate() - timedelta(days=5),
        closes_on=timezone.localdate(),
    )
    output = StringIO()

    for _ in range(2):
        call_command("simulate", "nay", "--responses=50", "--seed=3", stdout=output)

    assert output.getvalue().splitlines() == [
        "50 simulated sheets: 50 new, 0 already there.",
        "50 simulated sheets: 0 new, 50 already there.",
    ]
