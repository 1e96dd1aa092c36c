"""A chain of proofs that stopped raises the alarm, as a proof that failed does."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from surveys.models import Campaign, Counter, OptionProof, RoleGrant
from surveys.proofs import canary_sheets, proof_notes, proof_state, used_options
from surveys.proofs.proof_state import State
from surveys.rights.acts import Role
from tests import make
from tests.answering import asked_at_a_counter

pytestmark = pytest.mark.django_db

PAGE = "/quan-tri/chung-minh/"
DAY = timedelta(days=1)


def at(hour: int) -> datetime:
    return timezone.localtime().replace(hour=hour, minute=0)


def prove(campaign: Campaign, counter: Counter, day: date, *, leave_out: int = 0) -> None:
    """Note that all answers were proven on a day, but for the last few."""
    marks = sorted(canary_sheets.marks(campaign.questionnaire.parsed()))
    proven = marks[: len(marks) - leave_out]
    proof_notes.note(campaign, counter, dict.fromkeys(proven, ""), today=day)


def states(campaign: Campaign, hour: int = 15) -> list[State]:
    counters = Counter.objects.order_by("pk")
    return [one.state for one in proof_state.standings(campaign, counters, now=at(hour))]


def test_what_is_proven_today_is_fine_and_yesterday_only_until_noon() -> None:
    counter, campaign = asked_at_a_counter()
    today = timezone.localdate()

    assert states(campaign) == [State.NEVER]
    prove(campaign, counter, today - DAY)
    assert (states(campaign, 11), states(campaign, 12)) == ([State.PROVEN], [State.OVERDUE])
    prove(campaign, counter, today)
    assert states(campaign, 12) == [State.PROVEN]
    prove(campaign, counter, today - 2 * DAY)
    assert states(campaign, 11) == [State.OVERDUE]


def test_one_answer_that_is_not_proven_is_enough() -> None:
    counter, campaign = asked_at_a_counter()
    prove(campaign, counter, timezone.localdate(), leave_out=1)

    assert states(campaign) == [State.OVERDUE]


def test_a_failed_proof_comes_before_all() -> None:
    counter, campaign = asked_at_a_counter()
    prove(campaign, counter, timezone.localdate())
    proof_notes.note(campaign, counter, {(0, "1"): "API: 422"}, today=timezone.localdate())

    (one,) = proof_state.standings(campaign, Counter.objects.all(), now=at(15))

    assert (one.state, one.faults) == (State.FAILED, 1)


def test_answers_people_gave_are_no_proof() -> None:
    counter, campaign = asked_at_a_counter()
    yesterday = timezone.localdate() - DAY
    make.response(campaign, counter.unit, {"c01": 5}, on=yesterday, at=counter)
    used_options.note_used(timezone.localdate())

    assert states(campaign) == [State.NEVER]


def test_cron_is_told_by_the_exit_status(monkeypatch: pytest.MonkeyPatch) -> None:
    counter, campaign = asked_at_a_counter()
    second = make.counter(counter.unit)
    today = timezone.localdate()
    out = StringIO()
    prove(campaign, counter, today)

    with pytest.raises(CommandError, match=second.code) as stopped:
        call_command("prove_options", "--check", stdout=out)
    assert counter.code not in str(stopped.value)
    prove(campaign, second, today)
    call_command("prove_options", "--check", stdout=out)
    assert out.getvalue()


def test_a_campaign_that_began_today_is_not_missed_yet() -> None:
    asked_at_a_counter(opens_in=0)

    assert not proof_state.alarms(now=at(15))
    assert not proof_state.campaigns_to_watch(timezone.localdate()).exists()


@pytest.fixture
def binh(client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Bình's browser in the afternoon, since when she is signed in, too."""
    afternoon = at(15)
    monkeypatch.setattr(timezone, "now", lambda: afternoon)
    client.force_login(make.official("binh", role=Role.VIEWER))
    # Held since yesterday: the model's own "now" is that of the machine.
    RoleGrant.objects.update(starts_at=afternoon - timedelta(days=1))
    return client


def test_the_page_tells_a_lost_chain_from_a_counter_left_out(binh: Client) -> None:
    counter, campaign = asked_at_a_counter()
    make.counter(counter.unit)

    lost = binh.get(PAGE)
    prove(campaign, counter, timezone.localdate())
    one_left = binh.get(PAGE)

    assert lost.context["proofs"][0].is_lost
    assert not one_left.context["proofs"][0].is_lost
    assert len(one_left.context["proofs"][0].alarms) == 1
    assert 'role="alert"' in lost.content.decode()


def test_without_a_key_the_page_says_so(binh: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "CANARY_KEY", "")

    assert "CANARY_KEY" in binh.get(PAGE).content.decode()


def test_the_last_day_of_an_answer_shows_only_among_many_counters(binh: Client) -> None:
    counter, campaign = asked_at_a_counter()
    used_on = timezone.localdate() - DAY
    prove(campaign, counter, used_on)
    OptionProof.objects.filter(column=0, code="1").update(used_on=used_on)
    address = f"{PAGE}{campaign.slug}/"

    few = binh.get(address).context["lines"][0].used
    for _number in range(9):
        make.counter(counter.unit)
    many = binh.get(address).context["lines"][0].used

    assert few == used_on.strftime("%m/%Y")
    assert many == used_on.strftime("%d/%m/%Y")
