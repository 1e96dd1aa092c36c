"""From draft to closed: the checked list decides, and what is open cannot be bent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from surveys.answering.answers import encode
from surveys.campaigns import campaign_trials
from surveys.campaigns.campaign_states import FROZEN
from surveys.models import AuditEntry, Campaign, Counter, Unit
from surveys.proofs.canary_doors import offered_by
from surveys.questionnaires.editions import Edition
from tests import make, tiny_edition
from tests.officials.campaigning import PANEL, after, drafted, fields, manager, opened, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def commune() -> Unit:
    made = make.commune("Phú Bình", code="05500")
    make.counter(made)
    return made


@pytest.fixture
def binh(commune: Unit) -> Client:
    return manager("binh", commune)


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CANARY_KEY", "SIGNING_KEY", "TICKET_KEY"):
        monkeypatch.setattr(settings, name, "x" * 40)


def grades(client: Client) -> dict[str, str]:
    """Return the lines of the list that are not good, by their code."""
    found = client.get(f"{PANEL}dot-thu/").context["checks"]
    return {check.code: check.grade for check in found if check.grade != "good"}


def test_without_fault_or_warning_it_is_ready_by_one_press(binh: Client, commune: Unit) -> None:
    made = drafted(binh, commune, questionnaire=reviewed().pk)
    assert grades(binh) == {}

    binh.post(f"{PANEL}dot-thu/san-sang/")

    made.refresh_from_db()
    assert made.ready_at
    assert AuditEntry.objects.get(deed="campaign.ready").after == {"warnings": []}


def reviewed() -> Any:
    definition = {**tiny_edition.EDITION, "code": "tiny-r"}
    definition["languages"] = dict.fromkeys(definition["languages"], "reviewed")
    return make.questionnaire(definition)


def test_a_warning_needs_a_reason_which_the_log_keeps(
    binh: Client, commune: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = drafted(binh, commune, questionnaire=reviewed().pk)
    monkeypatch.setattr(settings, "SIGNING_KEY", "")
    assert grades(binh) == {"signing": "warning"}

    binh.post(f"{PANEL}dot-thu/san-sang/", {"reason": "  "})
    made.refresh_from_db()
    assert made.ready_at is None
    binh.post(f"{PANEL}dot-thu/san-sang/", {"reason": "Đợt diễn tập"})

    made.refresh_from_db()
    assert made.ready_at
    entry = AuditEntry.objects.get(deed="campaign.ready")
    assert (entry.reason, entry.after) == ("Đợt diễn tập", {"warnings": ["signing"]})


def test_a_fault_cannot_be_argued_away(binh: Client, commune: Unit) -> None:
    made = drafted(binh, commune)
    Counter.objects.update(active=False)
    assert grades(binh)["counters"] == "fault"

    binh.post(f"{PANEL}dot-thu/san-sang/", {"reason": "Vẫn mở"})
    made.refresh_from_db()

    assert made.ready_at is None


def test_a_fault_that_comes_after_ready_keeps_it_from_opening(binh: Client, commune: Unit) -> None:
    made = drafted(binh, commune)
    binh.post(f"{PANEL}dot-thu/san-sang/", {"reason": "Đã xem"})
    Counter.objects.update(active=False)

    binh.post(f"{PANEL}dot-thu/mo/")

    made.refresh_from_db()
    assert made.ready_at
    assert made.answers_pattern is None
    assert not AuditEntry.objects.filter(deed="campaign.open").exists()


def test_units_without_a_counter_are_listed(commune: Unit) -> None:
    nation = manager("an", make.nation())
    make.commune("Không Quầy", code="05777", parent=make.province("Cao Bằng"))
    made = drafted(nation, commune, scope="", questionnaire=reviewed().pk)
    assert made.scope == []

    [line] = [
        check
        for check in nation.get(f"{PANEL}dot-thu/").context["checks"]
        if check.code == "counters"
    ]
    # The province with a counter below it needs none; the two without anything below do.
    assert line.grade == "warning"
    assert [item for item in line.items if "05777" in item]
    assert not [item for item in line.items if "05500" in item]


@pytest.mark.parametrize(
    ("changed", "code", "grade"),
    [
        ({"opens_on": -1}, "days", "warning"),
        ({"opens_on": -9, "closes_on": -1}, "days", "fault"),
        ({"tree_day": 1}, "map_day", "fault"),
        ({"scope": ["khong-co"]}, "tree", "fault"),
        ({"short_first": True}, "short_form", "fault"),
    ],
)
def test_what_is_wrong_stands_on_the_list(
    binh: Client, commune: Unit, changed: dict[str, Any], code: str, grade: str
) -> None:
    nation = manager("an", make.nation())
    drafted(nation, commune, questionnaire=reviewed().pk)
    for name, value in changed.items():
        day = name.endswith(("_on", "_day"))  # days are counted from today
        Campaign.objects.update(**{name: today() + timedelta(days=value) if day else value})

    assert grades(nation) == {code: grade}


def test_tickets_without_a_key_and_drafts_of_translations_stand_on_the_list(
    binh: Client, commune: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafted(binh, commune, tickets="on")
    monkeypatch.setattr(settings, "TICKET_KEY", "")
    monkeypatch.setattr(settings, "CANARY_KEY", "")
    draft = "draft" in tiny_edition.EDITION["languages"].values()

    assert draft
    assert grades(binh) == {"tickets": "fault", "languages": "warning", "proofs": "warning"}


def test_a_campaign_before_that_does_not_compare_says_why(binh: Client, commune: Unit) -> None:
    old = make.campaign(
        slug="truoc",
        opens_on=today() - timedelta(days=400),
        closes_on=today() - timedelta(days=380),
    )
    drafted(binh, commune, previous=old.pk, questionnaire=reviewed().pk)
    assert grades(binh) == {"previous": "warning"}

    binh.post(f"{PANEL}dot-thu/sua/", fields(commune, previous=old.pk))
    assert "previous" not in grades(binh)


def test_another_campaign_on_the_same_days_is_named(binh: Client, commune: Unit) -> None:
    make.campaign(slug="kia", opens_on=today(), closes_on=today())
    drafted(binh, commune, questionnaire=reviewed().pk)
    assert grades(binh) == {"at_once": "warning"}

    tomorrow = (today() + timedelta(days=1)).isoformat()
    binh.post(
        f"{PANEL}dot-thu/sua/",
        fields(commune, opens_on=tomorrow, questionnaire=reviewed().pk),
    )
    assert grades(binh) == {}


@pytest.fixture
def tried_anew() -> Iterator[None]:
    """Nothing is known of editions tried before, nor afterwards of those tried here."""
    campaign_trials.failures_in.cache_clear()
    yield
    campaign_trials.failures_in.cache_clear()


@pytest.mark.usefixtures("tried_anew")
def test_the_dry_run_finds_an_option_that_cannot_be_given(
    binh: Client, commune: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafted(binh, commune, questionnaire=reviewed().pk)
    edition = make.questionnaire().parsed()
    assert campaign_trials.failures(edition, short_first=False) == []

    def swapped(of: Edition, values: dict[str, Any]) -> str:
        return encode(of, {**values, "c01": 5 if values["c01"] == 1 else values["c01"]})

    monkeypatch.setattr("surveys.campaigns.campaign_trials.encode", swapped)

    assert grades(binh) == {"proofs": "fault"}


def test_the_dry_run_finds_an_option_the_form_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    edition = make.questionnaire().parsed()
    name = "surveys.campaigns.campaign_trials.offered_by"
    monkeypatch.setattr(name, lambda page: offered_by(page) - {("c01", "1")})

    found = campaign_trials.failures(edition, short_first=False)

    assert len(found) == len(edition.languages)
    assert all("c01 = 1" in fault for fault in found)


def test_opening_freezes_and_says_what_and_why(binh: Client, commune: Unit) -> None:
    drafted(binh, commune)
    assert binh.post(f"{PANEL}dot-thu/mo/").status_code == 302
    assert Campaign.objects.get().answers_pattern is None  # not ready yet
    binh.post(f"{PANEL}dot-thu/san-sang/", {"reason": "Đã xem"})
    asked = binh.get(f"{PANEL}dot-thu/mo/")
    assert {fact.name for fact in asked.context["facts"] if fact.frozen} == FROZEN.keys()

    binh.post(f"{PANEL}dot-thu/mo/")

    made = Campaign.objects.get()
    assert made.answers_pattern
    assert after("campaign.open")["units"] == made.units.count() == 3
    page = binh.get(f"{PANEL}dot-thu/sua/").context
    assert set(page["form"].fields) == {"title_vi", "title_en", "closes_on"}
    assert {fact.name for fact in page["facts"]} == FROZEN.keys()


def test_of_an_open_campaign_only_title_and_a_later_day_change(binh: Client, commune: Unit) -> None:
    made = opened(binh, commune)
    later = made.closes_on + timedelta(days=5)

    binh.post(
        f"{PANEL}dot-thu/sua/",
        fields(commune, title_vi="Tên mới", threshold="30", closes_on=later.isoformat()),
    )

    was = made
    made = Campaign.objects.get()
    assert (made.title["vi"], made.closes_on) == ("Tên mới", later)
    assert (made.threshold, made.slug, made.held) == (was.threshold, was.slug, True)
    assert after("campaign.change") == {
        "title": {"vi": "Tên mới", "en": "Trial"},
        "closes_on": later.isoformat(),
    }
    earlier = binh.post(f"{PANEL}dot-thu/sua/", fields(commune, closes_on=today().isoformat()))
    assert earlier.status_code == 422
    assert Campaign.objects.get().closes_on == later


def test_closing_early_takes_a_reason_and_counts_today(binh: Client, commune: Unit) -> None:
    opened(binh, commune)
    address = f"{PANEL}dot-thu/dong/"
    yesterday = (today() - timedelta(days=1)).isoformat()

    assert binh.post(address, {"last_day": today().isoformat()}).status_code == 422
    assert binh.post(address, {"last_day": yesterday, "reason": "Lụt"}).status_code == 422
    assert not AuditEntry.objects.filter(deed="campaign.close").exists()
    assert binh.post(address, {"last_day": today().isoformat(), "reason": "Lụt"}).status_code == 302

    assert Campaign.objects.get().closes_on == today()
    entry = AuditEntry.objects.get(deed="campaign.close")
    assert (entry.reason, entry.after) == ("Lụt", {"closes_on": today().isoformat()})
    assert binh.get(f"{PANEL}dot-thu/").context["state"] == "open"
    Campaign.objects.update(
        opens_on=today() - timedelta(days=2), closes_on=today() - timedelta(days=1)
    )
    assert binh.get(f"{PANEL}dot-thu/").context["state"] == "closed"
    assert binh.post(address, {"last_day": today().isoformat(), "reason": "x"}).status_code == 422
    late = fields(commune, closes_on=(today() + timedelta(days=9)).isoformat())
    assert binh.post(f"{PANEL}dot-thu/sua/", late).status_code == 302
    assert Campaign.objects.get().closes_on == today() - timedelta(days=1)
