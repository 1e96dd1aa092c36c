from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape

from surveys.answering.answers import decode
from surveys.answering.openings import forget_places
from surveys.models import Campaign, Channel, Comment, Counter, Response
from tests import make
from tests.answering import (
    SHIPPED,
    FormPage,
    answer,
    asked_at_a_counter,
    open_form,
    post,
    shipped,
)

pytestmark = pytest.mark.django_db


def stored(campaign: Campaign) -> Mapping[str, object]:
    """Return the values of the only stored sheet."""
    return decode(campaign.questionnaire.parsed(), Response.objects.get().answers)


def test_it_asks_every_question_of_the_edition_and_preselects_nothing(client: Client) -> None:
    for name in SHIPPED:
        counter, campaign = asked_at_a_counter(edition=shipped(name))
        page = open_form(client, counter)

        asked = {control.name for control in page.controls} - page.hidden.keys()
        assert asked == set(campaign.questionnaire.parsed().questions)
        assert not any(control.checked for control in page.controls)
        assert not any(control.value for control in page.controls if control.type == "textarea")
        assert "required" not in page.html


def test_every_option_takes_the_same_effort(client: Client) -> None:
    for name in SHIPPED:
        counter, campaign = asked_at_a_counter(edition=shipped(name))
        page = open_form(client, counter)

        for group in page.groups:
            question = campaign.questionnaire.parsed().questions[group[0].name]
            assert len({(control.name, control.type) for control in group}) == 1
            # In the order of the edition, the worst first.
            positions = [str(n) for n in range(1, len(question.options) + 1)]
            assert [control.value for control in group] == [*positions, *question.escapes]
            assert [c.label for c in group[: len(positions)]] == [
                option.text["vi"] for option in question.options
            ]


@pytest.mark.parametrize("name", SHIPPED)
def test_every_option_of_every_question_is_stored_as_chosen(
    client: Client, size: Callable[[Any, Any], Any], name: str
) -> None:
    counter, campaign = asked_at_a_counter(edition=shipped(name))
    blank = {
        code: None
        for code, question in campaign.questionnaire.parsed().questions.items()
        if question.kind != "text"
    }
    groups = open_form(client, counter).groups
    # One option of each question at a time, not the same of neighbours; or one of all.
    together = [
        [group[(n + m) % len(group)] for m, group in enumerate(groups)]
        for n in range(max(map(len, groups)))
    ]
    for chosen in size(together, [[option] for group in groups for option in group]):
        sent = answer(client, counter, *((option.name, option.value) for option in chosen))
        assert sent.status_code == 303

        values: dict[str, object] = {}
        for option in chosen:
            value: object = int(option.value) if option.value.isdigit() else option.value
            values[option.name] = [value] if option.type == "checkbox" else value
        assert stored(campaign) == {**blank, **values}
        Response.objects.all().delete()


def test_several_options_of_a_multiple_choice_are_stored(client: Client) -> None:
    counter, campaign = asked_at_a_counter()

    answer(client, counter, ("m1", "1"), ("m1", "3"))

    assert stored(campaign)["m1"] == [1, 3]


def test_a_blank_sheet_is_stored_as_blanks(client: Client) -> None:
    counter, campaign = asked_at_a_counter()

    response = answer(client, counter)

    assert response.status_code == 303
    assert response["Location"] == f"/k/{counter.code}/cam-on/"
    sheet = Response.objects.get()
    assert set(sheet.answers) == {"-"}
    assert sheet.channel == Channel.PHONE
    assert sheet.answered_on == timezone.localdate()
    assert (sheet.campaign_id, sheet.unit_id) == (campaign.pk, counter.unit_id)


def test_a_public_link_is_the_online_channel(client: Client) -> None:
    counter, _campaign = asked_at_a_counter(kind=Counter.Kind.LINK)

    answer(client, counter, ("c01", "1"))

    assert Response.objects.get().channel == Channel.ONLINE


def test_two_visitors_never_share_an_id(client: Client) -> None:
    counter, _campaign = asked_at_a_counter()

    ids = {UUID(open_form(client, counter).hidden["id"]) for _visit in range(20)}

    assert len(ids) == 20
    assert {sheet_id.version for sheet_id in ids} == {4}


def test_a_kept_form_needs_no_query(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    counter, _campaign = asked_at_a_counter()
    monkeypatch.setattr("surveys.answering.openings.monotonic", lambda: 0.0)
    monkeypatch.setattr("surveys.voice.recordings.monotonic", lambda: 0.0)
    with CaptureQueriesContext(connection) as first:
        open_form(client, counter)
    with CaptureQueriesContext(connection) as second:
        open_form(client, counter)

    # Whether anything changed, once for all counters; the counter; its campaign, the edition
    # and its recordings, once per campaign.
    assert len(first) == 1 + 4
    assert [q["sql"] for q in second] == []


@pytest.mark.django_db(transaction=True)
def test_what_changed_is_looked_up_after_two_seconds(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter, campaign = asked_at_a_counter()
    opened = {"opens_on": campaign.opens_on}
    shut = {"opens_on": campaign.closes_on + timedelta(days=1)}
    shut["closes_on"] = shut["opens_on"]
    steps: list[tuple[float, int, Callable[[], object]]] = [
        (0.0, 200, lambda: Campaign.objects.update(**shut)),
        (1.9, 200, lambda: None),
        (2.1, 404, lambda: Campaign.objects.update(**opened)),
        (4.1, 200, lambda: Counter.objects.update(active=False)),
        (5.9, 200, lambda: None),
        (6.1, 410, lambda: None),
    ]
    for seconds, status, then in steps:
        monkeypatch.setattr("surveys.answering.openings.monotonic", lambda now=seconds: now)
        assert client.get(f"/k/{counter.code}/").status_code == status, seconds
        then()


def test_a_change_by_an_official_shows(client: Client) -> None:
    counter, _campaign = asked_at_a_counter()
    open_form(client, counter)
    Counter.objects.update(name="Quầy tiếp nhận mới")
    forget_places()  # two seconds later

    assert "Quầy tiếp nhận mới" in open_form(client, counter).html


def test_each_counter_has_its_own_names_on_the_form_they_share(client: Client) -> None:
    here = (make.counter(make.commune("La Hiên"), name='Quầy <b>2</b> & "một cửa"'), "La Hiên")
    there = (asked_at_a_counter()[0], "Phú Bình")

    for (one, unit), (another, strange_unit) in ((here, there), (there, here)):
        form = open_form(client, one)
        for own in (one.name, unit):
            assert escape(own) in form.html
        for strange in (f"/k/{another.code}/", another.name, strange_unit):
            assert escape(strange) not in form.html
        assert f'action="/k/{one.code}/"' in form.html
        assert f'data-thanks="/k/{one.code}/cam-on/"' in form.html
        # Nothing that stands for a name is left.
        assert set(re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", form.html)) == {
            form.hidden["id"]
        }


def test_nothing_is_kept_on_the_way_and_no_cookie_is_set(client: Client) -> None:
    counter, _campaign = asked_at_a_counter()
    page = client.get(f"/k/{counter.code}/")
    wrong = answer(client, counter, ("c01", "9"))
    done = answer(client, counter, ("c01", "1"))
    thanks = client.get(done["Location"])

    for response in (page, wrong, done, thanks):
        assert response["Cache-Control"] == "no-store"
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")


def test_a_trial_says_so_and_a_real_campaign_does_not(client: Client) -> None:
    real, _campaign = asked_at_a_counter()
    trial, _campaign = asked_at_a_counter(simulated=True)

    assert 'class="simulated"' in open_form(client, trial).html
    assert 'class="simulated"' not in open_form(client, real).html


def test_it_is_there_in_english_with_a_note_that_the_translation_is_a_draft(
    client: Client,
) -> None:
    counter, _campaign = asked_at_a_counter()
    page = open_form(client, counter, "/en")

    assert '<html lang="en">' in page.html
    assert "Very dissatisfied" in page.html
    assert "draft" in page.html
    response = post(client, page.action, [*page.hidden.items(), ("c01", "2")])
    assert response["Location"] == f"/en/k/{counter.code}/cam-on/"


def test_the_same_post_again_gets_the_same_reply_and_stores_nothing_new(client: Client) -> None:
    counter, _campaign = asked_at_a_counter()
    page = open_form(client, counter)
    sent = [*page.hidden.items(), ("c01", "4"), ("y_kien", "Tốt")]

    replies = [post(client, page.action, sent) for _time in range(3)]

    assert {(reply.status_code, reply["Location"]) for reply in replies} == {
        (303, f"/k/{counter.code}/cam-on/")
    }
    assert Response.objects.count() == 1
    assert Comment.objects.count() == 1


def test_other_answers_under_one_id_are_shown_again_with_one_button(client: Client) -> None:
    counter, campaign = asked_at_a_counter()
    page = open_form(client, counter)
    post(client, page.action, [*page.hidden.items(), ("c01", "4")])
    second = post(
        client,
        page.action,
        [*page.hidden.items(), ("c01", "1"), ("m1", "2"), ("m1", "3"), ("y_kien", "Chậm & lâu")],
    )

    assert second.status_code == 409
    again = FormPage(second.content.decode())
    assert again.hidden["id"] != page.hidden["id"]
    assert len(again.buttons) == 1
    assert Response.objects.count() == 1

    assert post(client, again.action, again.chosen()).status_code == 303
    new = Response.objects.get(pk=again.hidden["id"])
    values = decode(campaign.questionnaire.parsed(), new.answers)
    assert (values["c01"], values["m1"]) == (1, [2, 3])
    assert Comment.objects.get().text == "Chậm & lâu"


def test_a_comment_is_kept_apart_from_the_sheet(client: Client) -> None:
    counter, campaign = asked_at_a_counter()

    # "ê" as two characters, and the line ends of a browser.
    answer(client, counter, ("y_kien", "  Nhân vie\u0302n\r\ntận tình  "))

    comment = Comment.objects.get()
    assert comment.text == "Nhân viên\ntận tình"
    assert (comment.campaign_id, comment.unit_id) == (campaign.pk, counter.unit_id)
    assert comment.pk != Response.objects.get().pk


LONG = "ă" * 2001

BAD_ANSWERS: Sequence[tuple[tuple[str, str], str]] = [
    (("c01", "6"), "cau-c01"),
    (("c01", "0"), "cau-c01"),
    (("c01", "-1"), "cau-c01"),
    (("c01", ""), "cau-c01"),
    (("c01", "hài lòng"), "cau-c01"),
    (("c01", "1.0"), "cau-c01"),
    (("c01", "²"), "cau-c01"),
    (("c01", "99999999999999999999999"), "cau-c01"),
    (("c01", "x"), "cau-c01"),  # does not apply: not offered by this question
    (("c02", "?"), "cau-c02"),  # don't know: not offered by this question
    (("f1", "3"), "cau-f1"),
    (("m1", "4"), "cau-m1"),
    (("m1", "?"), "cau-m1"),
    (("y_kien", "a\x00b"), "cau-y_kien"),
    (("y_kien", LONG), "cau-y_kien"),
    (("c99", "1"), "c99"),
    (("name", "Nguyễn Văn A"), "name"),
]


@pytest.mark.parametrize(("bad", "named"), BAD_ANSWERS)
def test_it_names_a_bad_answer_and_keeps_the_good_ones(
    client: Client, bad: tuple[str, str], named: str
) -> None:
    counter, _campaign = asked_at_a_counter()

    response = answer(client, counter, ("c03", "2"), bad)

    assert response.status_code == 422
    page = FormPage(response.content.decode())
    assert "<title>Lỗi:" in page.html
    assert named in page.html
    if named.startswith("cau-"):
        assert f'href="#{named}"' in page.html
        assert named in {control.id for control in page.controls}
        assert f'id="{named}-error"' in page.html
    assert ("c03", "2") in page.chosen()
    assert not Response.objects.exists()


def test_it_refuses_two_options_where_one_is_asked(client: Client) -> None:
    counter, _campaign = asked_at_a_counter()

    assert answer(client, counter, ("c01", "1"), ("c01", "5")).status_code == 422


def test_it_refuses_more_choices_than_asked_and_shows_them_all(client: Client) -> None:
    counter, _campaign = asked_at_a_counter()

    response = answer(client, counter, ("m1", "1"), ("m1", "2"), ("m1", "3"))

    assert response.status_code == 422
    page = FormPage(response.content.decode())
    assert [value for name, value in page.chosen() if name == "m1"] == ["1", "2", "3"]


BAD_ENVELOPES = [
    {"id": "no-uuid"},
    {"id": ""},
    {"id": str(UUID(int=0))},
    {"id": "00000000-0000-1000-8000-000000000000"},
    {"questionnaire": "tiny@2"},
    {"questionnaire": ""},
    {"campaign": "another"},
    {"campaign": "a\x00b"},
]


@pytest.mark.parametrize("bad", BAD_ENVELOPES)
def test_it_keeps_the_answers_when_id_campaign_or_edition_is_wrong(
    client: Client, bad: dict[str, str]
) -> None:
    counter, campaign = asked_at_a_counter()
    page = open_form(client, counter)
    fields = {**page.hidden, **bad}

    response = post(client, page.action, [*fields.items(), ("c01", "3")])

    assert response.status_code == 422
    again = FormPage(response.content.decode())
    assert 'role="alert"' in again.html
    assert not Response.objects.exists()
    assert post(client, again.action, again.chosen()).status_code == 303
    assert stored(campaign)["c01"] == 3


def test_a_missing_envelope_is_a_fault(client: Client) -> None:
    counter, _campaign = asked_at_a_counter()

    assert post(client, f"/k/{counter.code}/", [("c01", "3")]).status_code == 422


def test_an_error_page_keeps_the_id_since_nothing_was_stored(client: Client) -> None:
    counter, _campaign = asked_at_a_counter()
    page = open_form(client, counter)

    response = post(client, page.action, [*page.hidden.items(), ("c01", "9")])

    assert FormPage(response.content.decode()).hidden["id"] == page.hidden["id"]


def test_what_was_written_is_escaped(client: Client) -> None:
    counter, _campaign = asked_at_a_counter()
    text = "</textarea><script>alert(1)</script>"

    response = answer(client, counter, ("c01", '"><b>'), ("<i>", "1"), ("y_kien", text))

    html = response.content.decode()
    assert "<script>alert" not in html
    assert "<i>" not in html
    assert '"><b>' not in html
    assert unescape(FormPage(html).controls[-1].value) == text


def test_an_oversized_body_is_refused(client: Client) -> None:
    counter, _campaign = asked_at_a_counter()

    assert answer(client, counter, ("y_kien", "x" * 70_000)).status_code == 413


def test_a_thousand_fields_are_refused(client: Client) -> None:
    counter, _campaign = asked_at_a_counter()

    assert answer(client, counter, *[("c01", "1")] * 2000).status_code == 400


@pytest.mark.parametrize(
    "content_type", ["multipart/form-data; boundary=x", "application/json", "text/plain", ""]
)
def test_another_type_of_body_is_refused(client: Client, content_type: str) -> None:
    counter, _campaign = asked_at_a_counter()

    response = client.post(f"/k/{counter.code}/", b"c01=1", content_type=content_type)

    assert response.status_code == 415


@pytest.mark.parametrize("raw", [b"\xff\xfe=\xff", b"c01=%FF", b"c01=%00", b"=&==&;", b"%"])
def test_bytes_that_are_no_text_are_no_crash(client: Client, raw: bytes) -> None:
    counter, _campaign = asked_at_a_counter()

    response = client.post(
        f"/k/{counter.code}/", raw, content_type="application/x-www-form-urlencoded"
    )

    assert response.status_code == 422


def test_a_charset_other_than_utf_8_is_refused(client: Client) -> None:
    counter, _campaign = asked_at_a_counter()

    response = client.post(
        f"/k/{counter.code}/",
        b"c01=1",
        content_type="application/x-www-form-urlencoded; charset=utf-16",
    )

    assert response.status_code == 415


@pytest.mark.parametrize("code", ["nowhere", "a%00b", "%ff", "x" * 300, "Đà Nẵng"])
def test_an_unknown_counter_is_not_found(client: Client, code: str) -> None:
    assert client.get(f"/k/{code}/").status_code == 404
    assert post(client, f"/k/{code}/", [("c01", "1")]).status_code == 404


def test_a_counter_switched_off_is_gone(client: Client) -> None:
    counter, _campaign = asked_at_a_counter()
    Counter.objects.update(active=False)

    assert client.get(f"/k/{counter.code}/").status_code == 410


def test_a_closed_campaign_says_when_it_was_open(client: Client) -> None:
    counter, campaign = asked_at_a_counter(opens_in=-20, closes_in=-1)

    response = client.get(f"/k/{counter.code}/")

    assert response.status_code == 410
    assert f"{campaign.closes_on:%d/%m/%Y}" in response.content.decode()


def test_a_coming_campaign_says_when_it_opens(client: Client) -> None:
    counter, campaign = asked_at_a_counter(opens_in=1, closes_in=5)

    response = client.get(f"/k/{counter.code}/")

    assert response.status_code == 404
    assert f"{campaign.opens_on:%d/%m/%Y}" in response.content.decode()


def test_a_counter_outside_the_tree_of_every_campaign_takes_nothing(client: Client) -> None:
    asked_at_a_counter()
    elsewhere = make.counter(make.commune("Mới lập"))

    assert client.get(f"/k/{elsewhere.code}/").status_code == 404


def test_a_campaign_that_closed_meanwhile_takes_no_sheet(client: Client) -> None:
    counter, campaign = asked_at_a_counter()
    page = open_form(client, counter)
    Campaign.objects.update(closes_on=timezone.localdate() - timedelta(days=1))
    forget_places()

    response = post(client, page.action, [*page.hidden.items(), ("c01", "5")])

    assert response.status_code == 410
    assert campaign.title["vi"] in response.content.decode()
    assert not Response.objects.exists()


def test_a_reply_lost_before_closing_is_given_again(client: Client) -> None:
    counter, _campaign = asked_at_a_counter()
    page = open_form(client, counter)
    sent = [*page.hidden.items(), ("c01", "5")]
    post(client, page.action, sent)
    yesterday = timezone.localdate() - timedelta(days=1)
    Response.objects.update(answered_on=yesterday)
    Campaign.objects.update(closes_on=yesterday)
    forget_places()

    assert post(client, page.action, sent).status_code == 303


def test_an_id_of_days_ago_is_not_confirmed(client: Client) -> None:
    counter, _campaign = asked_at_a_counter()
    page = open_form(client, counter)
    sent = [*page.hidden.items(), ("c01", "5")]
    post(client, page.action, sent)
    Response.objects.update(answered_on=timezone.localdate() - timedelta(days=2))

    for choice in ("5", "4"):
        response = post(client, page.action, [*page.hidden.items(), ("c01", choice)])
        assert response.status_code == 410
        assert f"/k/{counter.code}/" in response.content.decode()


def test_the_latest_opened_of_two_campaigns_is_asked_and_both_take_sheets(client: Client) -> None:
    counter, first = asked_at_a_counter(opens_in=-20)
    first_page = open_form(client, counter)
    today = timezone.localdate()
    second = make.campaign(
        tree_day=today, opens_on=today, closes_on=today + timedelta(days=3), slug="sau"
    )
    forget_places()

    assert open_form(client, counter).hidden["campaign"] == second.slug
    response = post(client, first_page.action, [*first_page.hidden.items(), ("c01", "5")])
    assert response.status_code == 303
    assert Response.objects.get().campaign_id == first.pk


def test_only_get_and_post_are_answered(client: Client) -> None:
    counter, _campaign = asked_at_a_counter()
    address = f"/k/{counter.code}/"

    assert client.head(address).status_code == 200
    for method in (client.put, client.delete, client.patch):
        assert method(address).status_code == 405
