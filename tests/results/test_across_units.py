"""Pages across units: one content, a comparison, the method, and the choices that lead there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from results.counting import refresh
from results.models import PublishedIndex
from surveys.models import Campaign, Channel
from tests import make
from tests.worlds import made_once

METHOD = {
    **make.METHOD,
    "code": "day-du",
    "bands": [{"code": "A", "from": 90}, {"code": "B", "from": 80}],
    "target": 90,
    "par_index_maximum": 12,
}


pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def campaign(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Campaign]:
    with made_once(django_db_blocker):
        top = make.province("Thái Nguyên", code="19")
        units = [make.commune(name, parent=top, code=code) for name, code in NAMES]
        made = make.campaign(slug="dot", threshold=3, by=METHOD)
        for unit, yes in zip(units, (40, 4, 3), strict=False):
            for number in range(40):
                make.response(made, unit, {"c01": 5, "c02": 5 if number < yes else 1, "c03": 4})
        refresh.refresh(made, clock=timezone.now)
        yield made


NAMES = (("An Khánh", "01"), ("Bá Xuyên", "02"), ("Cao Minh", "03"), ("Đại Từ", "04"))


def page(client: Client, address: str) -> str:
    reply = client.get(f"/en/ket-qua/dot/{address}")
    assert reply.status_code == 200
    return reply.content.decode()


def test_a_criterion_is_ranked_across_units(client: Client, campaign: Campaign) -> None:
    html = page(client, "19/noi-dung/c02/")

    rows = html.partition('class="table ranking"')[2].split("</tr>")[1:5]
    assert [("100.00%" in row, "10.00%" in row, "7.50%" in row) for row in rows[:3]] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
    ]
    assert "Not enough sheets" in rows[3]
    assert 'possible muted">1<' in rows[0]
    assert ">2–3<" in rows[1]
    # (40 + 4 + 3) of 120.
    assert "39.17%" in html


def test_a_factor_is_ranked_across_units(client: Client, campaign: Campaign) -> None:
    assert "100.00%" in page(client, "19/noi-dung/tiep_can/")


@pytest.mark.parametrize(
    "address", ["19/noi-dung/f1/", "19/noi-dung/khong-co/", "99/noi-dung/c02/"]
)
def test_other_contents_are_not_found(client: Client, campaign: Campaign, address: str) -> None:
    assert client.get(f"/ket-qua/dot/{address}").status_code == 404


def test_choices_lead_to_addresses_one_can_pass_on(client: Client, campaign: Campaign) -> None:
    make.campaign(slug="khac")
    for asked, leads in (
        ("dot/19/?dot=dot&noi-dung=c02&q=", "dot/19/noi-dung/c02/"),
        ("dot/19/?dot=dot&noi-dung=c02&phan=kiosk&q=", "dot/19/noi-dung/c02/?phan=kiosk"),
        ("dot/19/?dot=khac&noi-dung=&q=", "khac/19/"),
        # The same content in another campaign; its months are others.
        ("dot/19/?dot=khac&noi-dung=c02&phan=202611", "khac/19/noi-dung/c02/"),
        ("dot/19/?dot=khac&noi-dung=khong-co", "khac/19/"),
        ("dot/19/?dot=khac&q=phu+binh", "khac/?q=phu+binh"),
        ("dot/19/noi-dung/c02/?dot=khac&noi-dung=c02", "khac/19/noi-dung/c02/"),
        (
            "dot/19/noi-dung/c02/?dot=dot&noi-dung=c01&phan=kiosk",
            "dot/19/noi-dung/c01/?phan=kiosk",
        ),
        ("dot/so-sanh/?don-vi=01&don-vi=19&dot=khac", "khac/so-sanh/?don-vi=01&don-vi=19"),
        ("dot/19/nhom-tra-loi/?dot=khac", "khac/19/nhom-tra-loi/"),
        ("dot/so-sanh/?don-vi=01&dot=dot&phan=kiosk", "dot/so-sanh/?don-vi=01&phan=kiosk"),
        ("dot/?dot=khac", "khac/"),
        ("dot/19/?dot=khong-co", "dot/19/"),
        ("dot/19/?dot=dot&noi-dung=&phan=kiosk&q=", "dot/19/?phan=kiosk"),
        ("dot/19/noi-dung/c02/?noi-dung=", "dot/19/"),
        ("dot/19/noi-dung/c02/?noi-dung=c01", "dot/19/noi-dung/c01/"),
    ):
        reply = client.get(f"/en/ket-qua/{asked}")
        assert (reply.status_code, reply["Location"]) == (302, f"/en/ket-qua/{leads}")
    assert client.get("/ket-qua/dot/19/?noi-dung=%00/x").status_code == 400
    assert client.get("/ket-qua/dot/19/noi-dung/c02/?noi-dung=%00/x").status_code == 400


def test_units_stand_side_by_side_with_what_may_be_said(client: Client, campaign: Campaign) -> None:
    html = page(client, "so-sanh/?don-vi=01&don-vi=02&don-vi=03&don-vi=khong-co")

    assert "Xã An Khánh is 30 percentage points above Xã Bá Xuyên, more than chance" in html
    assert "Xã Bá Xuyên and Xã Cao Minh: it cannot yet be said which is higher" in html
    index = html.partition('class="index">')[2].partition("</tr>")[0]
    assert [figure in index for figure in ("100.00%", "70.00%", "69.17%")] == [True] * 3
    assert index.count("n = 40") == 3


def test_of_a_unit_and_a_part_of_it_nothing_is_said_of_chance(
    client: Client, campaign: Campaign
) -> None:
    html = page(client, "so-sanh/?don-vi=19&don-vi=01")

    # 120 of 120 answers, and 120 + 84 + 83 of 360.
    assert "Xã An Khánh is 20.28 percentage points above Tỉnh Thái Nguyên; one is part" in html
    assert "more than chance" not in html


def test_a_unit_is_added_by_its_name_and_four_are_enough(
    client: Client, campaign: Campaign
) -> None:
    reply = client.get("/en/ket-qua/dot/so-sanh/?don-vi=01&them=ba+xuyen&phan=kiosk")
    assert reply["Location"] == "/en/ket-qua/dot/so-sanh/?don-vi=01&don-vi=02&phan=kiosk"
    missed = page(client, "so-sanh/?don-vi=01&them=xyz")
    assert "No unit of this campaign is called “xyz”" in missed

    full = page(client, "so-sanh/?don-vi=01&don-vi=02&don-vi=03&don-vi=04&don-vi=19")
    assert "Four units are compared" in full
    assert full.rpartition("<form")[2].count('name="don-vi"') == 4
    # Too few sheets: nothing of the fourth is shown.
    assert full.count("not shown") == 6
    assert "Choose up to four" in page(client, "so-sanh/")


def test_a_kept_page_repeats_nothing_of_another_readers_address(
    client: Client, campaign: Campaign
) -> None:
    for address in ("19/noi-dung/c02/", "so-sanh/"):
        assert "?fbclid=cua-ai-do" in page(client, f"{address}?fbclid=cua-ai-do")
        assert "fbclid" not in page(client, address)


def test_the_method_is_told_from_its_version(client: Client, campaign: Campaign) -> None:
    html = page(client, "phuong-phap/")

    for words in ("day-du", "share of answers at the satisfied levels", "index of 90%", "tiny@1"):
        assert words in html
    assert "index × 12 / 100" in html
    assert "at least 3 new ones" in html
    assert html.count("<td>satisfied</td>") == 2
    assert "kiosk" in html.partition("Channels in the index")[2].partition("</dd>")[0]


def test_a_page_says_what_others_published(client: Client, campaign: Campaign) -> None:
    for name in ("Thái Nguyên", "Cả nước", "An Khánh"):
        PublishedIndex.objects.create(
            year=2024, index_name="SIPAS", unit_name=name, value=f"8{len(name)}.5", source="Báo"
        )
    words = "What others have published"
    assert "811.5" in page(client, "19/")
    assert "87.5" in page(client, "")
    assert words not in page(client, "01/")


def test_one_channel_has_a_page_of_its_own(client: Client, campaign: Campaign) -> None:
    html = page(client, "01/?phan=kiosk")

    assert "kiosk" in html.partition('class="sub"')[2].partition("</p>")[0]
    assert "100.00%" in html
    assert client.get("/en/ket-qua/dot/01/?phan=paper").status_code == 200


def test_a_content_and_a_comparison_are_told_by_channel_and_month(client: Client) -> None:
    top = make.province("Phú Thọ", code="25")
    communes = [make.commune(name, parent=top, code=name) for name in ("X", "Y")]
    campaign = make.campaign(slug="hai-kenh", threshold=3)
    # Satisfied with c02: 18 and 6 of 20 at the kiosk; 10 of 20 by phone, in X alone.
    for unit, channel, yes in (
        (communes[0], Channel.KIOSK, 18),
        (communes[1], Channel.KIOSK, 6),
        (communes[0], Channel.PHONE, 10),
    ):
        for number in range(20):
            answers = {
                "c01": 5 - number % 4,
                "c02": 5 if number < yes else 1,
                "c03": 5 - number % 4,
            }
            make.response(campaign, unit, answers, channel=channel)
    refresh.refresh(campaign, clock=timezone.now)

    def rows(query: str) -> list[tuple[str, str]]:
        html = client.get(f"/en/ket-qua/hai-kenh/25/noi-dung/c02/{query}").content.decode()
        table = html.partition('class="table ranking"')[2].partition("</table>")[0]
        found = re.findall(r"<b>([\d.]+)%</b>.*?n = </span>(\d+)</td>", table)
        assert f"/X/{query}" in table
        return found

    assert rows("") == [("70.00", "40"), ("30.00", "20")]
    assert rows("?phan=202611") == rows("")
    assert rows("?phan=kiosk") == [("90.00", "20"), ("30.00", "20")]
    assert rows("?phan=phone") == [("50.00", "20")]
    html = client.get("/en/ket-qua/hai-kenh/so-sanh/?don-vi=X&don-vi=Y&phan=phone").content.decode()
    line = html.partition("The equipment is complete")[2].partition("</tr>")[0]
    assert ("50.00%" in line, line.count("n = 20"), line.count("not shown")) == (True, 1, 1)
    assert '<option value="phone" selected>' in html


def test_a_unit_is_ranked_on_its_page(client: Client, campaign: Campaign) -> None:
    hero = page(client, "02/").partition('class="hero"')[2].partition("</section>")[0]

    assert "2 / 3" in hero
    assert "possibly 2–3" in hero
    assert "it cannot yet be said whether it is above or below 1 other<" in hero
    assert (
        "it cannot yet be said"
        not in page(client, "01/").partition('class="hero"')[2].partition("</section>")[0]
    )


def test_the_islands_are_on_the_map_of_the_nation(client: Client, campaign: Campaign) -> None:
    html = page(client, "")

    assert "Quần đảo Hoàng Sa" in html
    assert "Quần đảo Trường Sa" in html


@pytest.mark.usefixtures("campaign")
def test_what_to_improve_stands_in_one_sentence(client: Client) -> None:
    html = page(client, "03/").replace("\N{NO-BREAK SPACE}", " ")

    # (40 + 4) of 80 in the two similar units; the province itself has 47 of 120.
    assert "7.50% (n = 40) against 55.00% of similar units together (n = 80)" in html
    assert "the index would rise by" in html
