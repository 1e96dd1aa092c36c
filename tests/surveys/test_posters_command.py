from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from surveys.answering.form_page import minutes_to_answer
from surveys.counters.poster_orders import NothingToPrint, places_below
from surveys.models import Campaign, Counter, Tier, Unit
from tests import make
from tests.surveys.print.pdf import codes, texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    """Two provinces; three counters in one of them, one of those switched off; one elsewhere."""
    thai_nguyen, hue = make.province("Thái Nguyên", code="19"), make.province("Huế", code="46")
    phu_binh = make.commune("Phú Bình", code="05908", parent=thai_nguyen)
    make.counter(thai_nguyen, code="tn-4h8h", name="Trung tâm Phục vụ hành chính công")
    make.counter(phu_binh, code="tn-2k72", name="Quầy 1")
    make.counter(phu_binh, code="tn-8p4f", name="Quầy 2")
    Counter.objects.filter(code="tn-8p4f").update(active=False)
    make.counter(make.commune("Thuận Hóa", code="19789", parent=hue), code="hu-3k7z")
    make.counter(phu_binh, code="tn-9w59", kind=Counter.Kind.LINK)
    return make.campaign(slug="dot-2026")


def test_all_open_counters_of_a_subtree_get_a_page(
    campaign: Campaign, tmp_path: Path, settings: Settings
) -> None:
    settings.PUBLIC_URL = "https://hailong.example.gov.vn"
    file = tmp_path / "ap-phich.pdf"

    call_command("posters", "19", campaign="dot-2026", size="a5", output=file)

    assert codes(file.read_bytes()) == [
        ["https://hailong.example.gov.vn/k/tn-2k72/"],
        ["https://hailong.example.gov.vn/k/tn-4h8h/"],
    ]
    pages = texts(file.read_bytes())
    assert "Quầy 1 · Xã Phú Bình, Tỉnh Thái Nguyên" in pages[0]
    assert "Trung tâm Phục vụ hành chính công · Tỉnh Thái Nguyên" in pages[1]
    assert "30/11/2026" in pages[0]


def test_the_nation_has_them_all_and_a_commune_its_own(campaign: Campaign) -> None:
    assert [place.code for place in places_below(campaign, "vn")] == [
        "tn-2k72",
        "tn-4h8h",
        "hu-3k7z",
    ]
    assert [place.code for place in places_below(campaign, "05908")] == ["tn-2k72"]


def test_names_are_those_of_the_campaigns_tree(campaign: Campaign) -> None:
    """A later name of a unit does not change the posters of a campaign that is on."""
    commune = Unit.objects.get(tier=Tier.COMMUNE, code="05908")
    commune.versions.update(name="Tên mới", full_name="Phường Tên mới")

    (place,) = places_below(campaign, "05908")

    assert (place.unit, place.above) == ("Phường Tên mới", "Tỉnh Thái Nguyên")


def test_a_unit_outside_the_tree_or_without_counters_is_named(campaign: Campaign) -> None:
    make.counter(make.commune("Ngoài cây", code="99999"), code="hu-8t4h")
    Counter.objects.filter(code="hu-3k7z").update(active=False)

    with pytest.raises(NothingToPrint, match="99999"):
        places_below(campaign, "99999")
    with pytest.raises(NothingToPrint, match="Tỉnh Huế"):
        places_below(campaign, "46")


def test_it_warns_that_a_code_leads_to_this_computer_only(
    campaign: Campaign,
    tmp_path: Path,
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:8000"

    call_command("posters", "19", campaign="dot-2026", output=tmp_path / "a.pdf")

    assert "PUBLIC_URL" in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_one_sentence(campaign: Campaign, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"a\.pdf"):
        call_command("posters", "19", campaign="dot-2026", output=tmp_path / "none" / "a.pdf")


def test_the_minutes_are_those_the_form_states(campaign: Campaign) -> None:
    assert minutes_to_answer(campaign.questionnaire.parsed()) == 1
