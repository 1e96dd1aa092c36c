"""Editions in any number of languages: complete before people are asked, offered by address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from surveys.campaigns.campaign_tree import TreeError, open_campaign
from surveys.models import Response
from surveys.questionnaires import translations
from surveys.questionnaires.editions import parse
from tests import make
from tests.answering import SHIPPED, FormPage, asked_at_a_counter, post, shipped

SAMPLE = "tyz"
"""Tày. The texts are placeholders made here, marked as such; they are no translation."""


def with_sample(value: Any, *, key: str = "") -> Any:
    """Return a definition in which every text also stands in the sample language."""
    if isinstance(value, Mapping):
        if key == "languages":
            return {**value, SAMPLE: "draft"}
        if "vi" in value:
            return {**value, SAMPLE: f"[tày] {value['vi']}"}
        return {name: with_sample(entry, key=name) for name, entry in value.items()}
    return [with_sample(entry) for entry in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_edition_is_complete_in_its_languages(name: str) -> None:
    edition = parse(shipped(name))

    assert set(edition.languages) >= {"vi", "en"}
    assert translations.missing(edition) == []


@pytest.mark.django_db
def test_a_language_that_lacks_texts_keeps_a_campaign_closed() -> None:
    definition = with_sample(shipped("quay-3-muc"))
    question = definition["sections"][0]["questions"][0]
    del question["text"][SAMPLE], definition["scales"]["hai_long_3"][1]["text"]["en"]
    campaign = make.campaign(edition=definition, opened=False)
    make.nation()

    with translation.override("en"), pytest.raises(TreeError) as refused:
        open_campaign(campaign)

    assert f"q1 ({SAMPLE})" in str(refused.value)
    assert "q1.2 (en)" in str(refused.value)
    campaign.refresh_from_db()
    assert campaign.answers_pattern is None


@pytest.mark.django_db
def test_a_complete_sample_language_may_be_asked_in() -> None:
    campaign = make.campaign(edition=with_sample(shipped("quay-3-muc")), opened=False)
    make.nation()

    assert open_campaign(campaign) == 1


@pytest.mark.django_db
def test_the_form_asks_in_the_sample_language_within_a_vietnamese_page(client: Client) -> None:
    definition = with_sample(shipped("quay-3-muc"))
    counter, _campaign = asked_at_a_counter(edition=definition)
    address = f"/k/{counter.code}/"

    plain = client.get(address).content.decode()
    page = client.get(f"{address}?ngon-ngu={SAMPLE}").content.decode()

    assert "[tày]" not in plain
    assert f'href="{address}?ngon-ngu={SAMPLE}" hreflang="{SAMPLE}"' in plain
    assert '<html lang="vi">' in page
    first = definition["sections"][0]["questions"][0]["text"][SAMPLE]
    assert f"{first}</legend>" in page
    assert page.count(f'<fieldset class="question" lang="{SAMPLE}"') == page.count("<fieldset")
    assert page.count("[tày]") > page.count("<fieldset") * 3
    assert "Bản dịch này" in page  # a draft is marked as one
    assert client.get(f"{address}?ngon-ngu=%3Cb").content.decode().count("<fieldset")


@pytest.mark.django_db
def test_a_sheet_in_the_sample_language_is_taken_and_shown_again_in_it(client: Client) -> None:
    counter, _campaign = asked_at_a_counter(edition=with_sample(shipped("quay-3-muc")))
    html = client.get(f"/k/{counter.code}/?ngon-ngu={SAMPLE}").content.decode()
    page = FormPage(html)

    again = post(client, page.action, [*page.hidden.items(), ("q1", "9")])
    taken = post(client, page.action, [*page.hidden.items(), ("q1", "1")])

    assert again.status_code == 422
    assert f'lang="{SAMPLE}"' in again.content.decode()
    assert taken.status_code == 303
    assert Response.objects.get().answers.startswith("1")
