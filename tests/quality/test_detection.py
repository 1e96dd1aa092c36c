"""From stored sheets to signs and decisions, on real tables."""

from __future__ import annotations

from copy import copy
from datetime import date, timedelta
from uuid import uuid4

import pytest
import yaml
from django.contrib.auth.models import User
from django.utils import timezone

from surveys.answering.answers import encode
from surveys.models import (
    ArrivalCount,
    AuditEntry,
    Campaign,
    Channel,
    Counter,
    CounterDayFacts,
    QualitySign,
    Response,
    ServedCount,
    SetAside,
    StaleCell,
)
from surveys.oversight.audit import Actor
from surveys.quality import decisions, detection
from tests import make
from tests.quality.test_rules import EDITIONS

pytestmark = pytest.mark.django_db

FRIDAY = date(2026, 11, 20)
TODAY = date(2026, 11, 22)


@pytest.fixture
def campaign() -> Campaign:
    make.counter(make.commune("Phú Bình", code="05908"), code="tn-2k72")
    make.counter(make.commune("Phú Lương", code="05611"), code="tn-8p4f")
    edition = yaml.safe_load((EDITIONS / "sipas-22.yaml").read_text("utf-8"))
    return make.campaign(edition=edition)


@pytest.fixture
def here(campaign: Campaign) -> Counter:
    return Counter.objects.get(code="tn-2k72")


def store(
    campaign: Campaign,
    at: Counter,
    levels: str,
    *,
    on: date = FRIDAY,
    band: int = 3,
    times: int = 1,
) -> None:
    """Store sheets that give the criteria these levels in turn, over and over."""
    edition = campaign.questionnaire.parsed()
    values: dict[str, int | None] = {
        q.code: None for q in edition.questions.values() if q.kind != "text"
    }
    for n, question in enumerate(edition.criteria):
        values[question.code] = int(levels[n % len(levels)])
    sheet = Response(
        campaign=campaign,
        unit_id=at.unit_id,
        counter=at,
        answered_on=on,
        channel=Channel.KIOSK,
        seconds_band=band,
        answers=encode(edition, values),
    )
    Response.objects.bulk_create(_copy(sheet) for _ in range(times))


def _copy(sheet: Response) -> Response:
    copied = copy(sheet)
    copied.pk = uuid4()
    return copied


def ordinary_days(campaign: Campaign, at: Counter) -> None:
    for back in range(1, 4):
        for levels in ("45", "34", "445", "4435", "53", "2345"):
            store(campaign, at, levels, on=FRIDAY - timedelta(days=back), times=3)


def rules_found(campaign: Campaign) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for code, rule in QualitySign.objects.filter(campaign=campaign, day=FRIDAY).values_list(
        "counter__code", "rule"
    ):
        found.setdefault(code, set()).add(rule)
    return found


def test_a_day_of_hurried_sheets_is_found_at_its_counter_only(
    campaign: Campaign, here: Counter
) -> None:
    other = Counter.objects.get(code="tn-8p4f")
    ordinary_days(campaign, here)
    ordinary_days(campaign, other)
    store(campaign, other, "45", times=12)
    store(campaign, here, "5", band=1, times=20)
    detection.examine(campaign, today=TODAY)
    assert rules_found(campaign)["tn-2k72"] >= {"too_fast", "one_answer"}
    assert "too_fast" not in rules_found(campaign).get("tn-8p4f", set())


def test_looking_again_replaces_what_was_said_and_changes_no_sheet(
    campaign: Campaign, here: Counter
) -> None:
    ordinary_days(campaign, here)
    store(campaign, here, "5", band=1, times=20)
    StaleCell.objects.all().delete()
    sheets = list(Response.objects.order_by("pk").values())
    first = detection.examine(campaign, today=TODAY)
    assert first == detection.examine(campaign, today=TODAY) == QualitySign.objects.count()
    assert list(Response.objects.order_by("pk").values()) == sheets
    assert not StaleCell.objects.exists()


def test_sheets_a_kiosk_brings_late_are_counted_with_their_day_once_there_are_enough(
    campaign: Campaign, here: Counter
) -> None:
    store(campaign, here, "45", times=4)
    counted = []
    for late in (2, 1):  # of two who look at the day again one could say what the others said
        detection.examine(campaign, today=TODAY)
        counted.append(CounterDayFacts.objects.get(day=FRIDAY).facts["n"])
        store(campaign, here, "5", times=late)
    assert counted == [4, 4]
    detection.examine(campaign, today=TODAY + timedelta(days=1))
    assert CounterDayFacts.objects.get(day=FRIDAY).facts["n"] == 7


def test_hours_and_people_served_are_held_against_the_sheets(
    campaign: Campaign, here: Counter
) -> None:
    official = User.objects.create_user("can-bo")
    ordinary_days(campaign, here)
    for levels in ("45", "34", "445", "4435", "53"):
        store(campaign, here, levels, times=6)
    for back in range(1, 4):
        ArrivalCount.objects.create(counter=here, day=FRIDAY - timedelta(days=back), hour=9, n=3)
    ArrivalCount.objects.create(counter=here, day=FRIDAY, hour=21, n=28)
    ServedCount.objects.create(counter=here, day=FRIDAY, n=29, entered_by=official)
    detection.examine(campaign, today=TODAY)
    assert rules_found(campaign)["tn-2k72"] >= {"burst", "outside_hours", "more_than_served"}


def test_an_option_nobody_chose_in_four_weeks_is_named(campaign: Campaign, here: Counter) -> None:
    other = Counter.objects.get(code="tn-8p4f")
    for back in range(4):
        day = FRIDAY - timedelta(days=back)
        store(campaign, here, "45", on=day, times=15)
        store(campaign, here, "54", on=day, times=15)
        for levels in ("44551", "45514", "55144", "51445", "14455"):
            store(campaign, other, levels, on=day, times=2)
    detection.examine(campaign, today=TODAY)
    sign = QualitySign.objects.get(counter=here, day=FRIDAY, rule="option_never_used")
    assert sign.figures["position"] == 1
    assert sign.figures["of"] == 120


def test_a_day_is_set_aside_whole_and_taken_back_whole(campaign: Campaign, here: Counter) -> None:
    reviewer = User.objects.create_user("tham-dinh")
    actor = Actor(reviewer, "tham-dinh")
    store(campaign, here, "45", times=4)
    store(campaign, here, "45", on=FRIDAY - timedelta(days=1), times=2)
    make.responses(campaign, here.unit, [5], on=FRIDAY, channel=Channel.PAPER)
    detection.count_day(campaign, FRIDAY)
    of_day = CounterDayFacts.objects.get(day=FRIDAY)
    decision = decisions.set_aside(of_day, "too_fast", "Nhập hộ", by=reviewer, actor=actor)
    assert SetAside.objects.filter(reversed_at=None).count() == 4
    assert set(SetAside.objects.values_list("response__answered_on", flat=True)) == {FRIDAY}
    with pytest.raises(decisions.AlreadySetAside):
        decisions.set_aside(of_day, "jump", "Lần nữa", by=reviewer, actor=actor)

    store(campaign, here, "45", times=1)
    assert decisions.put_late_sheets_aside() == 1
    decisions.take_back(decision, "Đã xác minh", by=reviewer, actor=actor, now=timezone.now())
    assert not SetAside.objects.filter(reversed_at=None).exists()
    assert decisions.put_late_sheets_aside() == 0
    with pytest.raises(decisions.AlreadyTakenBack):
        decisions.take_back(decision, "x", by=reviewer, actor=actor, now=timezone.now())
    assert list(AuditEntry.objects.order_by("number").values_list("deed", "after__sheets")) == [
        ("day.set_aside", 4),
        ("day.count_again", 5),
    ]


@pytest.mark.parametrize(
    ("rule", "reason", "refused"),
    [("too_fast", "  ", decisions.NoReason), ("made_up", "x", decisions.UnknownRule)],
)
def test_a_decision_needs_a_published_rule_and_a_reason(
    campaign: Campaign, here: Counter, rule: str, reason: str, refused: type[Exception]
) -> None:
    reviewer = User.objects.create_user("tham-dinh")
    store(campaign, here, "45")
    detection.count_day(campaign, FRIDAY)
    with pytest.raises(refused):
        decisions.set_aside(
            CounterDayFacts.objects.get(), rule, reason, by=reviewer, actor=Actor(reviewer, "x")
        )
    assert not SetAside.objects.exists()
