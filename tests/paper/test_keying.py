from __future__ import annotations

from datetime import timedelta
from functools import partial
from secrets import token_urlsafe

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from results.counting.refresh import refresh
from results.models import Cell
from surveys.answering.answers import AnswersError
from surveys.models import Campaign, Channel, Comment, KeyedSheet, PaperBatch, Response
from surveys.paper import paper_batches
from surveys.paper.paper_batches import BatchClosed, OtherNumber, SecondRefused
from surveys.paper.paper_keys import keys_of, option_keys, read_keys
from surveys.questionnaires.editions import parse
from surveys.rights.acts import Role
from surveys.submissions import month_of
from tests import make
from tests.answering import asked_at_a_counter
from tests.paper.piles import official, pile
from tests.races import at_once
from tests.results.counting_oracle import assert_counted

SATISFIED = {"c01": "5", "c02": "5", "c03": "5", "f1": "1", "m1": "13", "p1": "2"}
BLANK = {"c01": "?", "c02": "0", "c03": " ", "f1": "", "m1": "", "p1": ""}


@pytest.fixture
def lan() -> User:
    return official("lan")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_keys_are_answers_and_back() -> None:
    edition = parse(make.EDITION)
    answers = read_keys(edition, SATISFIED)
    assert answers == "555" + "1" + "101" + "2"
    assert read_keys(edition, BLANK) == "?--" + "-" + "---" + "-"
    assert read_keys(edition, keys_of(edition, answers)) == answers


@pytest.mark.parametrize("keys", [{"c01": "6"}, {"c02": "?"}, {"c01": "12"}, {"m1": "123"}])
def test_keys_that_are_no_answers_are_named(keys: dict[str, str]) -> None:
    with pytest.raises(AnswersError) as raised:
        read_keys(parse(make.EDITION), keys)
    assert list(raised.value.faults) == list(keys)


@pytest.mark.parametrize(
    ("options", "keys"),
    [(3, ["1–3"]), (5, ["1–5"]), (9, ["1–9"]), (10, ["1–9", "a"]), (12, ["1–9", "a–c"])],
)
def test_the_hint_names_the_keys_that_the_form_has(options: int, keys: list[str]) -> None:
    levels = [{"text": {"vi": f"Mức {n}"}} for n in range(1, options + 1)]
    questions = [{"code": "c01", "kind": "choice", "text": {"vi": "Hỏi"}, "options": levels}]
    section = {"code": "rieng", "kind": "profile", "title": {"vi": "Riêng"}, "questions": questions}
    document = {**make.EDITION, "sections": [section]}
    assert option_keys(parse(document)) == keys


@pytest.mark.django_db
class TestPages:
    def test_only_officials_come_in(self, lan: User) -> None:
        batch = pile(lan)
        paths = ["", "giay/", "giay/moi/", f"giay/{batch.pk}/1/", "nhap-tep/", "may/", "ap-phich/"]
        for path in paths:
            reply = Client().get(f"/quan-tri/{path}")
            assert reply.status_code == 302
            assert reply["Location"].startswith("/quan-tri/dang-nhap/?next=")
            stranger, _made = User.objects.get_or_create(username="dan")
            assert signed_in(stranger).get(f"/quan-tri/{path}").status_code == 403
            assert signed_in(lan).get(f"/quan-tri/{path}").status_code == 200

    def test_an_official_signs_in_and_out(self) -> None:
        account = {"username": "mai", "password": token_urlsafe()}
        make.grant(User.objects.create_user(**account), Role.VIEWER, make.nation())
        client = Client()
        reply = client.post("/quan-tri/dang-nhap/", account)
        assert reply["Location"] == "/quan-tri/"
        assert client.get("/quan-tri/").status_code == 200
        client.post("/quan-tri/dang-xuat/")
        assert client.get("/quan-tri/").status_code == 302

    def test_a_batch_is_opened_keyed_and_corrected(self, lan: User) -> None:
        counter, campaign = asked_at_a_counter(title={"vi": "Đợt khảo sát"})
        client = signed_in(lan)
        new = "/quan-tri/giay/moi/"
        header = {
            "campaign": campaign.slug,
            "counter": counter.code,
            "answered_on": timezone.localdate().isoformat(),
            "handed_out": 3,
            "collected": 2,
        }
        assert client.post(new, {**header, "collected": 4}).status_code == 422
        late = (timezone.localdate() + timedelta(days=1)).isoformat()
        assert client.post(new, {**header, "answered_on": late}).status_code == 422

        client.post(new, header)
        batch = PaperBatch.objects.get()
        assert batch.keyed_by == lan
        first = f"/quan-tri/giay/{batch.pk}/1/"
        assert client.post(first, {**SATISFIED, "c01": "7"}).status_code == 422
        assert not batch.sheets.exists()
        client.post(first, {**SATISFIED, "_comment": "Gọi 0912 345 678"})
        client.post(first, {**SATISFIED, "c01": "1", "_comment": "Gọi 0912 345 678"})

        sheet = batch.sheets.get()
        assert sheet.answers == "1551" + "101" + "2"
        assert sheet.comment == "Gọi [số điện thoại]"
        assert 'value="1"' in client.get(first).content.decode()
        assert client.get(f"/quan-tri/giay/{batch.pk}/3/").status_code == 404
        client.post(first, {"_remove": "1"})
        assert not batch.sheets.exists()

    def test_the_second_entry_is_blind_and_its_differences_are_settled(self, lan: User) -> None:
        batch = pile(lan, collected=1)
        first, second = signed_in(lan), signed_in(official("mai"))
        first.post(f"/quan-tri/giay/{batch.pk}/1/", SATISFIED)
        assert second.get(f"/quan-tri/giay/{batch.pk}/1/").status_code == 403
        assert first.get(f"/quan-tri/giay/{batch.pk}/lan-hai/").status_code == 403

        again = f"/quan-tri/giay/{batch.pk}/lan-hai/"
        assert 'value="5"' not in second.get(again).content.decode()
        other = {**SATISFIED, "c02": "4", "m1": "2", "_position": "1"}
        second.post(again, other)
        second.post(again, other)
        first.post(f"/quan-tri/giay/{batch.pk}/dong/")
        batch.refresh_from_db()
        assert (batch.closed_at, batch.checked_sheets, batch.checked_differences) == (None, 1, 2)

        listed = f"/quan-tri/giay/{batch.pk}/khac-nhau/"
        page = second.get(listed).content.decode()
        assert "Trang thiết bị đầy đủ" in page
        assert "Nơi ngồi chờ đủ chỗ" not in page
        second.post(listed, {"1.c02": "second", "1.m1": "first"})
        first.post(f"/quan-tri/giay/{batch.pk}/dong/")
        assert Response.objects.get().answers == "5451" + "101" + "2"

    def test_who_keyed_a_sheet_cannot_key_it_again(self, lan: User) -> None:
        batch = pile(lan, collected=1)
        paper_batches.save_sheet(batch, 1, "5551" + "101" + "2", "")
        with pytest.raises(SecondRefused):
            paper_batches.save_second(batch, 1, "5551" + "101" + "2", by_id=lan.pk)

    def test_another_number_than_collected_is_asked_about(self, lan: User) -> None:
        batch = pile(lan, collected=2)
        client = signed_in(lan)
        client.post(f"/quan-tri/giay/{batch.pk}/1/", SATISFIED)
        close = f"/quan-tri/giay/{batch.pk}/dong/"
        reply = client.post(close)
        assert reply.status_code == 422
        assert 'name="confirmed" value="1"' in reply.content.decode()
        assert not Response.objects.exists()
        client.post(close, {"confirmed": "1"})
        assert Response.objects.count() == 1
        # No page of the closed batch takes a sheet any more.
        client.post(f"/quan-tri/giay/{batch.pk}/2/", SATISFIED)
        assert not KeyedSheet.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestClosing:
    def keyed(self, lan: User) -> PaperBatch:
        batch = pile(lan, collected=3)
        edition = batch.campaign.questionnaire.parsed()
        for place, keys in enumerate((SATISFIED, BLANK, {"c01": "1"}), start=1):
            paper_batches.save_sheet(batch, place, read_keys(edition, keys), f"Ý kiến {place}")
        return batch

    def test_sheets_are_stored_as_paper_and_counted(self, lan: User) -> None:
        batch = self.keyed(lan)
        batch.answered_on -= timedelta(days=40)
        batch.save(update_fields=["answered_on"])
        assert paper_batches.close_batch(batch, confirmed=None) == 3

        for sheet in Response.objects.all():
            assert sheet.channel == Channel.PAPER
            assert (sheet.batch_id, sheet.counter_id) == (batch.pk, batch.counter_id)
            assert (sheet.unit_id, sheet.answered_on) == (batch.counter.unit_id, batch.answered_on)
            assert sheet.id.version == 4
        # Of the month in which the batch was closed: those of the sheets' own may have been read.
        this_month = month_of(timezone.localdate())
        assert [comment.month for comment in Comment.objects.all()] == [this_month] * 3
        assert not KeyedSheet.objects.exists()
        refresh(clock=timezone.now)
        campaign = Campaign.objects.get()
        assert Cell.objects.exists()
        assert_counted(campaign)

    def test_two_who_close_at_once_close_once(self, lan: User) -> None:
        batch = self.keyed(lan)
        act = partial(paper_batches.close_batch, batch, confirmed=None)
        outcomes = at_once(act, act)
        assert 3 in outcomes
        assert [type(o) for o in outcomes if o != 3] == [BatchClosed]
        assert Response.objects.count() == 3

    def test_a_failure_in_the_middle_leaves_everything(
        self, lan: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        batch = self.keyed(lan)

        def fail(_batch: PaperBatch) -> None:
            raise RuntimeError

        monkeypatch.setattr(paper_batches, "_move_comments", fail)
        with pytest.raises(RuntimeError):
            paper_batches.close_batch(batch, confirmed=None)
        batch.refresh_from_db()
        assert batch.closed_at is None
        assert (batch.sheets.count(), Response.objects.count()) == (3, 0)

    def test_a_number_confirmed_before_another_sheet_came_is_none(self, lan: User) -> None:
        batch = self.keyed(lan)
        PaperBatch.objects.filter(pk=batch.pk).update(collected=5)
        with pytest.raises(OtherNumber):
            paper_batches.close_batch(batch, confirmed=2)
        assert not Response.objects.exists()
