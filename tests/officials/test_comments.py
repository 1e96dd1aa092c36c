"""Who reads comments reads several of one unit together, after the month, and changes no sheet."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.test import Client

from surveys.free_text import comments
from surveys.models import AuditEntry, Campaign, Comment, CommentNote, Unit
from surveys.oversight.audit import Actor
from surveys.rights.acts import Role
from tests import make
from tests.officials.people import sign_in

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)


@pytest.fixture
def commune() -> Unit:
    return make.commune("Phú Bình", code="05908")


@pytest.fixture
def campaign(commune: Unit) -> Campaign:
    return make.campaign(opens_on=date(2026, 8, 1), threshold=4)


def write(campaign: Campaign, unit: Unit, month: int, texts: int, sheets: int) -> None:
    for n in range(texts):
        Comment.objects.create(campaign=campaign, unit=unit, month=month, text=f"Ý kiến {n}")
    make.responses(campaign, unit, [4] * sheets, on=date(month // 100, month % 100, 28))


def months(campaign: Campaign) -> list[tuple[int, int, int]]:
    return [(b.first, b.last, b.n) for b in comments.batches(campaign, today=TODAY)]


def test_months_wait_for_each_other_until_nobody_stands_alone(
    campaign: Campaign, commune: Unit
) -> None:
    write(campaign, commune, 202608, texts=4, sheets=9)
    assert months(campaign) == []
    write(campaign, commune, 202609, texts=1, sheets=1)
    assert months(campaign) == [(202608, 202609, 5)]
    write(campaign, commune, 202610, texts=7, sheets=3)
    assert months(campaign) == [(202608, 202609, 5)]
    write(campaign, commune, 202610, texts=0, sheets=1)
    assert months(campaign) == [(202608, 202609, 5), (202610, 202610, 7)]


def test_the_month_in_which_we_are_is_not_read(campaign: Campaign, commune: Unit) -> None:
    write(campaign, commune, 202611, texts=9, sheets=9)
    assert months(campaign) == []
    assert comments.batches(campaign, today=date(2026, 12, 1))[0].n == 9


def test_units_are_not_put_together(campaign: Campaign, commune: Unit) -> None:
    nation = Unit.objects.get(code="vn")
    write(campaign, commune, 202609, texts=3, sheets=9)
    write(campaign, nation, 202609, texts=3, sheets=9)
    assert months(campaign) == []


def test_what_came_after_closing_is_read_among_all_of_the_campaign(
    campaign: Campaign, commune: Unit
) -> None:
    later = date(2027, 2, 1)
    write(campaign, commune, 202610, texts=0, sheets=4)
    for n in range(5):
        assert comments.batches(campaign, today=later) == []
        Comment.objects.create(campaign=campaign, unit=commune, month=202612, text=f"Muộn {n}")

    assert [(b.first, b.n) for b in comments.batches(campaign, today=later)] == [(202612, 5)]


def test_hidden_words_are_gone_for_good_and_not_in_the_log(
    campaign: Campaign, commune: Unit
) -> None:
    official = User.objects.create_user("mai")
    text = "Chị Lan quầy 2 và chị Lan quầy 3"
    comment = Comment.objects.create(campaign=campaign, unit=commune, month=202609, text=text)
    comments.hide(comment, "chị Lan quầy 3", by=Actor(official, "mai"))
    with pytest.raises(comments.NotHereError):
        comments.hide(comment, "anh Bình", by=Actor(official, "mai"))
    comment.refresh_from_db()
    assert comment.text == "Chị Lan quầy 2 và [đã che]"
    entry = AuditEntry.objects.get()
    assert "Lan" not in str((entry.before, entry.after, entry.reason, entry.name))


def test_words_that_two_hide_at_once_are_both_gone(campaign: Campaign, commune: Unit) -> None:
    Comment.objects.create(campaign=campaign, unit=commune, month=202610, text="Lan và Bình")
    one, other = Comment.objects.get(), Comment.objects.get()
    mai = Actor(User.objects.create(username="mai"), "mai")

    comments.hide(one, "Lan", by=mai)
    comments.hide(other, "Bình", by=mai)

    assert Comment.objects.get().text == f"{comments.HIDDEN} và {comments.HIDDEN}"


def test_a_batch_is_worked_through_in_the_panel(
    client: Client, campaign: Campaign, commune: Unit
) -> None:
    write(campaign, commune, 202609, texts=5, sheets=4)
    sign_in(client, make.official("mai", role=Role.MANAGER, at=commune))
    address = f"/quan-tri/y-kien/{campaign.slug}.{commune.pk}.202609.202609/"
    assert f'href="{address}"' in client.get("/quan-tri/y-kien/").content.decode()
    comment = Comment.objects.first()
    assert comment is not None
    said = {"comment": comment.pk, "tags": "Giờ làm việc, lệ phí,", "answer": "Xin cảm ơn."}

    refused = client.post(address, said)
    assert refused.status_code == 200
    assert not CommentNote.objects.exists()
    assert client.post(address, {**said, "checked": "on"}).status_code == 302
    note = CommentNote.objects.get(comment_id=comment.pk)
    assert note.tags == ["giờ làm việc", "lệ phí"]
    assert (note.answer, note.checked_by_id) == ("Xin cảm ơn.", note.answered_by_id)
    page = client.get(address).content.decode()
    assert page.index("Ý kiến") > 0
    assert client.get(f"{address}?x").status_code == 200


@pytest.mark.parametrize("ending", ["202609.202608", "202608.202609", "1.2.3", "x", "202609.2026x"])
def test_months_that_are_no_batch_do_not_exist(
    client: Client, campaign: Campaign, commune: Unit, ending: str
) -> None:
    write(campaign, commune, 202608, texts=1, sheets=1)
    write(campaign, commune, 202609, texts=5, sheets=4)
    sign_in(client, make.official("mai", role=Role.REVIEWER, at=commune))
    at = f"{campaign.slug}.{commune.pk}"
    assert client.get(f"/quan-tri/y-kien/{at}.202608.202609/").status_code == 200
    reply = client.get(f"/quan-tri/y-kien/{at}.{ending}/")
    assert reply.status_code == (200 if ending == "202608.202609" else 404)


def test_words_are_found_only_in_what_may_be_read(
    client: Client, campaign: Campaign, commune: Unit
) -> None:
    write(campaign, commune, 202609, texts=5, sheets=4)
    Comment.objects.create(campaign=campaign, unit=commune, month=202611, text="Ý kiến mới nhất")
    sign_in(client, make.official("mai", role=Role.REVIEWER, at=commune))
    page = client.get("/quan-tri/y-kien/?q=ý KIẾN").content.decode()
    assert page.count("<blockquote>") == 5
    assert "mới nhất" not in page


def test_a_tag_is_found_only_where_comments_may_be_read(
    client: Client, campaign: Campaign, commune: Unit
) -> None:
    write(campaign, commune, 202609, texts=5, sheets=4)
    other = make.commune("Phú Lương", code="05611")
    official = User.objects.create_user("an")
    first, second, *_rest = Comment.objects.order_by("pk")
    Comment.objects.filter(pk=first.pk).update(text="Chờ 100% buổi sáng")
    comments.sort(first, ["chờ lâu", "ghế"], checked=True, by=official)
    comments.sort(second, ["ghế"], checked=True, by=official)
    sign_in(client, make.official("mai", role=Role.REVIEWER, at=commune))

    def found(**asked: str) -> list[str]:
        reply = client.get("/quan-tri/y-kien/", asked)
        return [comment.text for comment, _unit in reply.context["hits"]]

    assert client.get("/quan-tri/y-kien/").context["tags"] == [("ghế", 2), ("chờ lâu", 1)]
    assert (len(found(tag="ghế")), found(tag="chờ lâu")) == (2, ["Chờ 100% buổi sáng"])
    # A percent sign is one, and words and tag must both fit.
    assert (found(q="100% b"), found(q="1%b"), found(q="100%", tag="lệ phí")) == (
        ["Chờ 100% buổi sáng"],
        [],
        [],
    )
    elsewhere = sign_in(Client(), make.official("xa", role=Role.REVIEWER, at=other))
    reply = elsewhere.get("/quan-tri/y-kien/", {"tag": "ghế"})
    assert (reply.context.get("hits", []), reply.context.get("tags", [])) == ([], [])


def test_who_may_not_answer_is_not_asked_for_an_answer(
    client: Client, campaign: Campaign, commune: Unit
) -> None:
    write(campaign, commune, 202609, texts=5, sheets=4)
    sign_in(client, make.official("mai", role=Role.REVIEWER, at=commune))
    address = f"/quan-tri/y-kien/{campaign.slug}.{commune.pk}.202609.202609/"
    assert 'name="answer"' not in client.get(address).content.decode()
    comment = Comment.objects.first()
    assert comment is not None
    client.post(address, {"comment": comment.pk, "checked": "on", "answer": "Lén trả lời"})
    assert CommentNote.objects.get().answer == ""


def test_the_public_reads_what_was_checked_and_answered(
    client: Client, campaign: Campaign, commune: Unit
) -> None:
    write(campaign, commune, 202609, texts=5, sheets=4)
    official = User.objects.create_user("mai")
    first, second, third, *_rest = Comment.objects.order_by("pk")
    Comment.objects.filter(pk=first.pk).update(text="Chờ lâu <quá>")
    for comment, checked in ((first, True), (second, False)):
        note = comments.sort(comment, [], checked=checked, by=official)
        actor = Actor(official, "mai")
        comments.answer(note, "Đã thêm ghế ngồi.", by=official, actor=actor, today=TODAY)
    comments.sort(third, ["ghế"], checked=True, by=official)

    address = f"/ket-qua/{campaign.slug}/05908/y-kien/"
    page = client.get(address).content.decode()
    assert page.count("Đã thêm ghế ngồi.") == page.count("<blockquote") == 1
    assert "Chờ lâu &lt;quá&gt;" in page
    assert "22/11/2026" in page
    assert client.get(f"/ket-qua/{campaign.slug}/vn/y-kien/").status_code == 200
    assert client.get(f"/ket-qua/{campaign.slug}/khong-co/y-kien/").status_code == 404
