from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command

import surveys
from surveys.models import Campaign, CampaignUnit, PlanLine
from tests import make
from tests.surveys.definitions import ABSENT, changed

pytestmark = pytest.mark.django_db

CAMPAIGN: Mapping[str, Any] = {
    "slug": "dot-1",
    "title": {"vi": "Đợt một", "en": "Campaign one"},
    "questionnaire": "tiny@1",
    "method": "top2-pooled",
    "tree_day": date(2026, 11, 1),
    "opens_on": date(2026, 11, 1),
    "closes_on": date(2026, 12, 15),
    "threshold": 10,
    "scope": ["19", "25"],
    "channels": ["kiosk", "phone"],
    "publication": "daily",
    "simulated": True,
}


@pytest.fixture(autouse=True)
def map_and_forms() -> None:
    for name, code in [("Thái Nguyên", "19"), ("Phú Thọ", "25"), ("Hưng Yên", "33")]:
        make.commune(f"Xã của {name}", code=f"{code}001", parent=make.province(name, code=code))
    make.questionnaire()
    make.method()


def load(folder: Path, definition: Mapping[str, Any]) -> str:
    path = folder / "dot.yaml"
    path.write_text(
        yaml.safe_dump(dict(definition), allow_unicode=True, sort_keys=False), encoding="utf-8"
    )
    out = StringIO()
    call_command("load_campaign", str(path), stdout=out)
    return out.getvalue().strip()


def test_a_campaign_is_stored_and_open(tmp_path: Path) -> None:
    assert load(tmp_path, CAMPAIGN) == "dot-1: created"

    campaign = Campaign.objects.get()
    assert campaign.answers_pattern == campaign.questionnaire.parsed().answers_pattern
    assert (campaign.threshold, campaign.scope) == (10, ["19", "25"])
    assert (campaign.channels, campaign.publication) == (["kiosk", "phone"], "daily")
    assert campaign.simulated
    codes = CampaignUnit.objects.filter(campaign=campaign).values_list("code", flat=True)
    assert sorted(codes) == ["19", "19001", "25", "25001", "vn"]


def test_what_a_file_leaves_out_has_its_default(tmp_path: Path) -> None:
    left_out = ("threshold", "scope", "channels", "publication", "simulated")
    load(tmp_path, {key: value for key, value in CAMPAIGN.items() if key not in left_out})

    campaign = Campaign.objects.get()
    assert (campaign.threshold, campaign.scope) == (10, [])
    assert campaign.channels == ["kiosk", "phone", "paper", "interview", "online"]
    assert (campaign.publication, campaign.simulated) == ("live", False)
    assert campaign.previous is None
    assert campaign.units.count() == 7


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    load(tmp_path, CAMPAIGN)
    before = Campaign.objects.values().get()

    assert load(tmp_path, CAMPAIGN) == "dot-1: unchanged"
    assert Campaign.objects.values().get() == before


@pytest.mark.parametrize(
    ("key", "value", "change"),
    [
        ("scope", ["19"], r"scope is \['19', '25'\], in the file \['19'\]"),
        ("threshold", 5, "threshold is 10, in the file 5"),
        ("simulated", False, "simulated is True, in the file False"),
        ("closes_on", date(2026, 12, 31), "closes_on is 2026-12-15, in the file 2026-12-31"),
    ],
)
def test_a_changed_file_of_an_open_campaign_is_refused(
    tmp_path: Path, key: str, value: object, change: str
) -> None:
    load(tmp_path, CAMPAIGN)

    with pytest.raises(CommandError, match=f"dot-1 is open.*{change}"):
        load(tmp_path, {**CAMPAIGN, key: value})

    assert getattr(Campaign.objects.get(), key) == CAMPAIGN[key]


def test_a_campaign_made_by_hand_takes_the_file_and_opens(tmp_path: Path) -> None:
    make.campaign(slug="dot-1", simulated=True, opened=False)

    assert load(tmp_path, CAMPAIGN) == "dot-1: changed"

    campaign = Campaign.objects.get()
    assert campaign.answers_pattern is not None
    assert campaign.title_text == "Đợt một"


def test_a_real_campaign_made_by_hand_never_becomes_a_simulated_one(tmp_path: Path) -> None:
    make.campaign(slug="dot-1", simulated=False, opened=False)

    with pytest.raises(CommandError, match="simulated: is fixed when a campaign is made"):
        load(tmp_path, CAMPAIGN)


PLAN = [
    {"unit": "19001", "sheets": 300, "population": 12_000, "stratum": "đô thị"},
    {"unit": "25", "sheets": 50},
]


def test_a_file_brings_its_sample_plan(tmp_path: Path) -> None:
    load(tmp_path, {**CAMPAIGN, "plan": PLAN})

    lines = PlanLine.objects.values_list("unit__code", "target", "population", "stratum")
    assert sorted(lines) == [("19001", 300, 12_000, "đô thị"), ("25", 50, None, "")]
    assert load(tmp_path, {**CAMPAIGN, "plan": PLAN}) == "dot-1: unchanged"
    with pytest.raises(CommandError, match="plan: the campaign is open and has another plan"):
        load(tmp_path, {**CAMPAIGN, "plan": PLAN[:1]})


@pytest.mark.parametrize(
    ("entries", "fault"),
    [
        ([], "plan: at least one entry is needed"),
        ([{"unit": "33001", "sheets": 30}], r'plan\[0\].unit: the campaign does not ask "33001"'),
        ([{"unit": "25", "sheets": 0}], r"plan\[0\].sheets: a whole number from 1"),
        ([{"unit": "25", "sheets": 9, "population": 8}], r"plan\[0\].population: "),
        ([PLAN[1], {**PLAN[1]}], r"plan\[1\].unit: 25 stands there twice"),
        ([PLAN[1], {"unit": "25001", "sheets": 9}], r"plan\[1\].unit: 25 above it is planned"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_whole(
    tmp_path: Path, entries: list[object], fault: str
) -> None:
    with pytest.raises(CommandError, match=fault):
        load(tmp_path, {**CAMPAIGN, "plan": entries})
    assert not Campaign.objects.exists()


def test_a_campaign_names_the_one_before(tmp_path: Path) -> None:
    earlier = make.campaign(slug="dot-0")

    load(tmp_path, {**CAMPAIGN, "previous": "dot-0"})

    assert Campaign.objects.get(slug="dot-1").previous == earlier


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        ("slug", "Đợt 1", "slug: at most 50 characters"),
        ("title", {"en": "One"}, 'title: the text in "vi" is missing'),
        ("questionnaire", "tiny", "questionnaire: code@edition is needed"),
        ("questionnaire", "tiny@x", "questionnaire: code@edition is needed"),
        ("questionnaire", "tiny@2", "questionnaire: there is no such edition"),
        ("method", "mean", "method: there is no such method"),
        ("method", 5, "method: a text is needed"),
        ("tree_day", ABSENT, "tree_day: is missing"),
        ("tree_day", "hôm nay", "tree_day: a day such as 2026-11-01 is needed"),
        ("tree_day", date(1990, 1, 1), r'scope\[0\]: no units have the code "19" on 1990-01-01'),
        ("closes_on", date(2026, 10, 31), "closes_on: 2026-10-31 lies before opens_on"),
        ("threshold", 2, "threshold: a whole number from 3"),
        ("scope", [], "scope: at least one unit is needed"),
        ("scope", "19", "scope: a list is needed"),
        ("scope", ["19", "99"], r'scope\[1\]: no units have the code "99"'),
        ("scope", ["19", "19"], r'scope\[1\]: "19" stands there twice'),
        ("scope", [19], r"scope\[0\]: a unit's code in quotes is needed"),
        ("channels", ["fax"], r"channels\[0\]: one of kiosk, phone, paper"),
        ("channels", ["phone", "phone"], r'channels\[1\]: "phone" stands there twice'),
        ("channels", [], "channels: at least one channel"),
        ("publication", "now", "publication: one of live, daily, on_close"),
        ("simulated", "no", "simulated: true or false is needed"),
        ("previous", "dot-1", "previous: there is no other campaign"),
        ("previus", "dot-0", "previus: there is no such key"),
    ],
)
def test_a_fault_is_refused_and_nothing_stored(
    tmp_path: Path, place: str, value: object, message: str
) -> None:
    with pytest.raises(CommandError, match=rf"dot.yaml:\d+: {message}"):
        load(tmp_path, changed(CAMPAIGN, place, value))

    assert not Campaign.objects.exists()


def test_a_method_must_fit_the_edition(tmp_path: Path) -> None:
    other = changed(make.METHOD, "satisfied", {"hai_long_3": [2, 3]})
    make.method({**other, "code": "ba-muc"})

    with pytest.raises(CommandError, match=r"method: ba-muc does not fit tiny@1: .*hai_long_3"):
        load(tmp_path, {**CAMPAIGN, "method": "ba-muc"})


def test_a_day_without_a_map_opens_no_campaign(tmp_path: Path) -> None:
    before = {**CAMPAIGN, "tree_day": date(1990, 1, 1)}
    del before["scope"]

    with pytest.raises(CommandError, match=r"dot.yaml:\d+: tree_day: "):
        load(tmp_path, before)

    assert not Campaign.objects.exists()


def test_the_shipped_example_is_read(tmp_path: Path) -> None:
    shipped = Path(surveys.__file__).parent / "data" / "campaigns" / "example.yaml"
    example = yaml.safe_load(shipped.read_text(encoding="utf-8"))

    outcome = load(tmp_path, {**example, "questionnaire": "tiny@1"})

    assert outcome == "vi-du-2026: created"
