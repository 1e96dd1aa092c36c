from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from surveys.models import Campaign
from tests import make
from tests.surveys.print.pdf import texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    make.commune("Phú Bình", code="05908", parent=make.province("Thái Nguyên", code="19"))
    return make.campaign(slug="dot-2026", title={"vi": "Đợt 2026"})


@pytest.mark.parametrize(("language", "word"), [("vi", "Phiếu nhỏ"), ("en", "A small form")])
def test_it_prints_an_edition_in_a_language(
    campaign: Campaign, tmp_path: Path, language: str, word: str
) -> None:
    file = tmp_path / "form.pdf"

    call_command("paper_form", "tiny@1", language=language, output=file)

    page = texts(file.read_bytes())[0]
    assert word in page
    assert f"tiny@1 · {language} · 1/" in page


def test_it_fills_in_the_office(campaign: Campaign, tmp_path: Path) -> None:
    file = tmp_path / "form.pdf"

    call_command("paper_form", "tiny@1", campaign="dot-2026", unit="05908", output=file)

    page = texts(file.read_bytes())[0]
    assert "Cơ quan: Xã Phú Bình, Tỉnh Thái Nguyên" in page
    assert "Đợt 2026" in page


@pytest.mark.parametrize(
    ("edition", "options", "reason"),
    [
        ("tiny@2", {}, "tiny@2"),
        ("tiny", {}, "tiny"),
        ("tiny@x", {}, "tiny@x"),
        ("tiny@1", {"language": "hmn"}, "en, vi"),
        ("tiny@1", {"campaign": "dot-2026", "unit": "nowhere"}, "nowhere"),
        ("tiny@1", {"campaign": "dot-2026"}, "--unit"),
        ("tiny@1", {"campaign": "none", "unit": "19"}, "none"),
    ],
)
def test_what_is_not_there_is_named(
    campaign: Campaign, tmp_path: Path, edition: str, options: dict[str, str], reason: str
) -> None:
    file = tmp_path / "form.pdf"

    with pytest.raises(CommandError, match=reason):
        call_command("paper_form", edition, output=file, **options)

    assert not file.exists()


def test_a_campaign_prints_its_own_edition_only(campaign: Campaign, tmp_path: Path) -> None:
    make.questionnaire({**make.EDITION, "edition": 2})

    with pytest.raises(CommandError, match="tiny@1"):
        call_command(
            "paper_form", "tiny@2", campaign="dot-2026", unit="19", output=tmp_path / "a.pdf"
        )
