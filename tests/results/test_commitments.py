"""Commitments: who writes one, that it stands, and what the next campaign says of it."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone, translation
from django.utils.html import strip_tags
from psycopg.types.range import Range

from results.counting import refresh
from results.downloads.commitment_words import printable
from results.downloads.report import report_values
from results.showing.pages import unit_page
from surveys import commitments
from surveys.models import AuditEntry, Campaign, CampaignUnit, Commitment, Succession, Tier, Unit
from surveys.oversight.audit import Actor
from surveys.rights.acts import Role
from tests import make
from tests.officials.people import sign_in
from tests.races import at_once
from tests.results.test_api import assert_described

pytestmark = pytest.mark.django_db

MERGED = date(2026, 7, 1)
WORDS = "Mở thêm một quầy vào thứ bảy"


def today() -> date:
    return timezone.localdate()


def soon() -> date:
    return today() + timedelta(days=90)


@pytest.fixture
def province() -> Unit:
    return make.province("Thái Nguyên", code="19")


def merge_communes(province: Unit, kind: str) -> None:
    """Have two communes go into one."""
    gone = Range(make.MAP_BEGAN, MERGED)
    old = [
        make.unit(name, tier=Tier.COMMUNE, code=code, parent=province, until=gone.upper)
        for name, code in (("Phú Bình", "05901"), ("Phú Lương", "05902"))
    ]
    new = make.unit("Phú An", tier=Tier.COMMUNE, code="05900", parent=province, since=MERGED)
    for unit in old:
        Succession.objects.create(old=unit, new=new, kind=kind, on=MERGED)


def campaign(
    slug: str, day: date, *, previous: Campaign | None = None, threshold: int = 5
) -> Campaign:
    return make.campaign(
        slug=slug,
        tree_day=day,
        opens_on=day,
        closes_on=day + timedelta(days=29),
        threshold=threshold,
        previous=previous,
    )


def answer(to: Campaign, code: str, satisfied: int, of: int) -> None:
    place = CampaignUnit.objects.get(campaign=to, code=code)
    unit = Unit.objects.get(pk=place.unit_id)
    for number in range(of):
        rating = 5 if number < satisfied else 1
        make.response(to, unit, {"c01": rating, "c02": 5, "c03": 5}, on=to.opens_on)


def committed(on: Campaign, code: str, **said: object) -> Commitment:
    place = CampaignUnit.objects.select_related("campaign").get(campaign=on, code=code)
    writer, _made = User.objects.get_or_create(username="chu-tich")
    words = {"what": WORDS, "answers_for_it": "Chủ tịch", "until": soon(), "today": today(), **said}
    return commitments.publish(place, "c01", by=Actor(writer, "chu-tich"), **words)  # type: ignore[arg-type]  # by name


def told(client: Client, address: str) -> str:
    """Return the words of a page's section of commitments."""
    html = client.get(f"/en/ket-qua/{address}/").content.decode()
    _before, found, rest = html.partition('aria-labelledby="commitments"')
    return " ".join(unescape(strip_tags(rest.partition("</section>")[0])).split()) if found else ""


def api_says(client: Client, slug: str, code: str) -> list[dict[str, Any]]:
    reply = client.get(f"/api/v1/campaigns/{slug}/units/{code}").json()
    assert_described(reply, "Unit")
    said: list[dict[str, Any]] = reply["commitments"]
    return said


@pytest.mark.parametrize(
    ("satisfied", "said"),
    [
        # Wilson's intervals of 10, 30 and 14 of 40, worked out by hand.
        (30, "now 75.00% (59.81–85.81%, n = 40): +50.00 points, more than chance."),
        (14, "now 35.00% (22.13–50.49%, n = 40): +10.00 points, not more than chance."),
    ],
)
def test_it_stands_beside_the_next_figure_of_the_same_people(
    client: Client, province: Unit, satisfied: int, said: str
) -> None:
    merge_communes(province, "whole")
    old = campaign("dot-truoc", date(2026, 1, 1))
    answer(old, "05901", 3, 20)
    answer(old, "05902", 7, 20)
    refresh.refresh(old, clock=timezone.now)
    committed(old, "05901")
    new = campaign("dot-sau", date(2026, 10, 1), previous=old)
    answer(new, "05900", satisfied, 40)
    refresh.refresh(new, clock=timezone.now)

    of_then = told(client, "dot-truoc/05901")
    assert WORDS in of_then
    assert "Then 15.00% (" in of_then
    assert "The figure of the next campaign will stand beside it" in of_then
    of_now = told(client, "dot-sau/05900")
    assert "Made by Xã Phú Bình" in of_now
    assert f"Then 25.00% (14.19–40.19%, n = 40), {said}" in of_now
    (line,) = api_says(client, "dot-sau", "05900")
    assert (line["campaign"], line["criterion"], line["by"]) == ("dot-truoc", "c01", "Xã Phú Bình")
    assert line["then"] == {"percent": "25.00", "low": "14.19", "high": "40.19"}
    assert (
        f"now {line['now']['percent']}% ({line['now']['low']}–{line['now']['high']}%, n = 40)"
        in said
    )
    assert f"{line['change_points']} points" in said
    assert line["distinguishable"] is (satisfied == 30)
    (line,) = api_says(client, "dot-truoc", "05901")
    assert (line["now"], line["why_no_change"]) == (None, "not_yet")
    with translation.override("en"):
        values = report_values(unit_page(new, "05900"))["commitments"]
    assert isinstance(values, list)
    assert (values[0]["what"], said in values[0]["figures"]) == (WORDS, True)
    # Of another unit it says nothing.
    assert told(client, "dot-sau/19") == told(client, "dot-truoc/05902") == ""


@pytest.mark.parametrize(
    ("text", "printed"),
    [(WORDS, WORDS), ("Quầy 😀\nsớm – “tốt”", "Quầy ? sớm – “tốt”"), ("办公", "??")],
)
def test_a_report_prints_what_the_typeface_has(text: str, printed: str) -> None:
    assert printable(text) == printed


def test_of_other_people_nothing_is_compared(client: Client, province: Unit) -> None:
    merge_communes(province, "part")
    old = campaign("dot-truoc", date(2026, 1, 1))
    answer(old, "05901", 3, 20)
    refresh.refresh(old, clock=timezone.now)
    committed(old, "05901")
    committed(old, "19")
    new = campaign("dot-sau", date(2026, 10, 1), previous=old, threshold=50)
    answer(new, "05900", 30, 40)
    refresh.refresh(new, clock=timezone.now)

    assert told(client, "dot-sau/05900") == ""
    said = told(client, "dot-sau/19")
    # The province is below the threshold of this campaign: its figure is nobody's to know.
    assert WORDS in said
    assert "now" not in said
    assert "One of the two figures is not published." in said


def test_it_can_only_be_withdrawn_once_with_a_reason(client: Client, province: Unit) -> None:
    old = campaign("dot", date(2026, 10, 1))
    answer(old, "19", 3, 20)
    refresh.refresh(old, clock=timezone.now)
    row = committed(old, "19")
    actor = Actor(row.published_by, "chu-tich")
    assert committed(old, "19") == row

    for refused in (
        lambda: Commitment.objects.all().delete(),
        lambda: Commitment.objects.update(what="Không làm gì cả"),
        lambda: Commitment.objects.update(withdrawn_on=today(), withdrawn_by=row.published_by),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            refused()
    assert "Withdrawn" not in told(client, "dot/19")
    commitments.withdraw(row, reason="Sáp nhập đơn vị", today=today(), by=actor)
    with pytest.raises(commitments.AlreadyWithdrawn):
        commitments.withdraw(row, reason="Lần nữa", today=today(), by=actor)

    said = told(client, "dot/19")
    assert WORDS in said
    assert "Sáp nhập đơn vị" in said
    (line,) = api_says(client, "dot", "19")
    assert (line["withdrawn_on"], line["reason"]) == (today().isoformat(), "Sáp nhập đơn vị")
    assert [entry.deed for entry in AuditEntry.objects.order_by("number")] == [
        "commitment.publish",
        "commitment.withdraw",
    ]
    with pytest.raises(DatabaseError), transaction.atomic():
        Commitment.objects.update(reason="Vì lý do khác")


def test_a_leader_commits_to_what_should_be_improved_first(province: Unit) -> None:
    commune = make.commune("Phú Bình", code="05900", parent=province)
    make.commune("Đại Từ", code="05901", parent=province)
    old = campaign("dot", date(2026, 10, 1))
    answer(old, "05900", 3, 20)
    answer(old, "05901", 20, 20)
    refresh.refresh(old, clock=timezone.now)
    client = sign_in(Client(), make.official(role=Role.MANAGER, at=commune))
    address = "/quan-tri/cam-ket/moi/dot.05900/"

    page = client.get(address).content.decode()
    assert 'value="c01"' in page
    form = {"criterion": "c01", "what": WORDS, "answers_for_it": "Chủ tịch xã", "until": soon()}
    for wrong in (
        {"what": "Ừ"},
        {"what": "a" * 601},
        {"criterion": "p1"},
        {"until": today()},
        {"answers_for_it": " "},
    ):
        assert client.post(address, {**form, **wrong}).status_code == 422
    assert not Commitment.objects.exists()
    # 600 characters as a browser counts them: a line's end is one.
    form["what"] = f"{WORDS}\r\n{'a' * (599 - len(WORDS))}"
    assert client.post(address, form).status_code == 302
    made = Commitment.objects.get()
    assert (made.unit, made.published_on, made.until) == (commune, today(), soon())
    listed = client.get("/quan-tri/cam-ket/").content.decode()
    assert WORDS in listed
    assert "Xã Đại Từ" not in listed
    reply = client.post(f"/quan-tri/cam-ket/{made.pk}/rut/", {"reason": "Đã có kế hoạch khác"})
    assert reply.status_code == 302
    made.refresh_from_db()
    assert made.withdrawn_on == today()


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one(province: Unit) -> None:
    old = campaign("dot", date(2026, 10, 1))
    User.objects.create(username="chu-tich")

    act = partial(committed, old, "19")
    first, second = at_once(act, act)
    assert first == second == Commitment.objects.get()


def test_below_the_threshold_there_is_nothing_to_commit_to(province: Unit) -> None:
    old = campaign("dot", date(2026, 10, 1))
    answer(old, "19", 1, 2)
    refresh.refresh(old, clock=timezone.now)
    client = sign_in(Client(), make.official(role=Role.MANAGER, at=province))

    page = client.get("/quan-tri/cam-ket/moi/dot.19/").content.decode()
    assert 'name="criterion"' not in page
    assert "%" not in page.partition("<h1>")[2]
    form = {"criterion": "c01", "what": WORDS, "answers_for_it": "Chủ tịch", "until": soon()}
    assert client.post("/quan-tri/cam-ket/moi/dot.19/", form).status_code == 422
