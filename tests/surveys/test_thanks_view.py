from __future__ import annotations

import pytest
from django.test import Client

from surveys.models import Counter
from tests.answering import answer, asked_at_a_counter

pytestmark = pytest.mark.django_db


def test_it_thanks_and_leads_to_the_results_and_to_a_new_sheet(client: Client) -> None:
    counter, campaign = asked_at_a_counter()
    place = campaign.units.get(unit=counter.unit_id)

    response = client.get(answer(client, counter, ("c01", "5"))["Location"])

    html = response.content.decode()
    assert response.status_code == 200
    assert place.version.full_name in html
    assert f'href="/ket-qua/{campaign.slug}/{place.code}/"' in html
    assert f'href="/k/{counter.code}/"' in html


def test_it_says_nothing_of_the_sheet_that_was_sent(client: Client) -> None:
    counter, _campaign = asked_at_a_counter()

    worst = client.get(answer(client, counter, ("c01", "1"), ("y_kien", "Kém"))["Location"])
    best = client.get(answer(client, counter, ("c01", "5"))["Location"])

    assert worst.content == best.content


def test_it_is_there_after_the_campaign_has_closed(client: Client) -> None:
    counter, _campaign = asked_at_a_counter(opens_in=-9, closes_in=-1)

    assert client.get(f"/k/{counter.code}/cam-on/").status_code == 200


def test_a_trial_says_so(client: Client) -> None:
    counter, _campaign = asked_at_a_counter(simulated=True)

    assert 'class="simulated"' in client.get(f"/k/{counter.code}/cam-on/").content.decode()


def test_it_speaks_english(client: Client) -> None:
    counter, _campaign = asked_at_a_counter()

    assert "Thank you!" in client.get(f"/en/k/{counter.code}/cam-on/").content.decode()


def test_an_unknown_counter_is_not_found(client: Client) -> None:
    assert client.get("/k/nowhere/cam-on/").status_code == 404


def test_a_counter_switched_off_is_gone(client: Client) -> None:
    counter, _campaign = asked_at_a_counter()
    Counter.objects.update(active=False)

    assert client.get(f"/k/{counter.code}/cam-on/").status_code == 410


def test_it_takes_no_post(client: Client) -> None:
    counter, _campaign = asked_at_a_counter()

    assert client.post(f"/k/{counter.code}/cam-on/").status_code == 405
