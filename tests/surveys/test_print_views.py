from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from surveys.counters import print_views
from surveys.models import Campaign
from tests import make
from tests.surveys.print.pdf import codes, texts

pytestmark = pytest.mark.django_db

POSTERS = "/quan-tri/ap-phich/"
FORMS = "/quan-tri/phieu-giay/mau/"


@pytest.fixture
def campaign() -> Campaign:
    thai_nguyen = make.province("Thái Nguyên", code="19")
    for number, name in enumerate(("Phú Bình", "Phú Lương")):
        commune = make.commune(name, code=f"0590{number}", parent=thai_nguyen)
        make.counter(commune, name=f"Quầy {number}")
    return make.campaign(slug="dot-2026")


@pytest.fixture
def official(client: Client) -> Client:
    client.force_login(make.official("can-bo"))
    return client


@pytest.mark.parametrize("path", [POSTERS, FORMS, f"{FORMS}tiny@1/vi/"])
def test_only_officials_see_it(client: Client, campaign: Campaign, path: str) -> None:
    assert client.get(path).status_code == 302

    client.force_login(User.objects.create_user("dan"))
    assert client.get(path).status_code == 403

    client.force_login(make.official("can-bo"))
    assert client.get(path).status_code == 200
    assert client.post(path).status_code == 405


@pytest.mark.parametrize(("typed", "pages"), [("19", 2), ("phu binh", 1), ("Thái Nguyên", 2)])
def test_a_unit_by_code_or_name_gives_its_posters(
    official: Client, campaign: Campaign, settings: Settings, typed: str, pages: int
) -> None:
    settings.PUBLIC_URL = "https://hailong.example.gov.vn"

    response = official.get(POSTERS, asked(unit=typed))

    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    found = codes(response.content)
    assert len(found) == pages
    assert found[0][0].startswith("https://hailong.example.gov.vn/k/")


def asked(**changes: str) -> dict[str, str]:
    return {"campaign": "dot-2026", "unit": "19", "size": "a4", "language": "vi", **changes}


def test_the_file_says_what_is_in_it(official: Client, campaign: Campaign) -> None:
    response = official.get(POSTERS, asked(size="tent", unit="phu binh"))

    expected = 'attachment; filename="ap-phich-tent-dot-2026-05900.pdf"'
    assert response["Content-Disposition"] == expected


def test_a_name_of_several_units_asks_which(official: Client, campaign: Campaign) -> None:
    response = official.get(POSTERS, asked(unit="phu", size="a5"))

    html = response.content.decode()
    assert response.status_code == 422
    for code in ("05900", "05901"):
        link = f'href="?campaign=dot-2026&amp;size=a5&amp;language=vi&amp;unit={code}"'
        assert link in html


@pytest.mark.parametrize(
    "changes",
    [
        {"unit": "Cà Mau"},
        {"unit": ""},
        {"campaign": "none"},
        {"size": "a0"},
        {"language": "xx"},
    ],
)
def test_what_is_not_there_is_said_on_the_form(
    official: Client, campaign: Campaign, changes: dict[str, str]
) -> None:
    response = official.get(POSTERS, asked(**changes))

    assert response.status_code == 422
    assert "errorlist" in response.content.decode()


def test_a_campaign_that_is_not_open_yet_has_no_posters(
    official: Client, campaign: Campaign
) -> None:
    make.campaign(slug="sap-toi", opened=False)

    assert official.get(POSTERS, asked(campaign="sap-toi")).status_code == 422


def test_too_many_at_once_go_to_the_command(
    official: Client, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(print_views, "POSTERS_AT_ONCE", 1)

    response = official.get(POSTERS, asked())

    assert response.status_code == 422
    assert "manage.py posters" in response.content.decode()


def test_it_warns_while_no_address_is_set(
    official: Client, campaign: Campaign, settings: Settings
) -> None:
    settings.PUBLIC_URL = "http://localhost:8000"
    assert "PUBLIC_URL" in official.get(POSTERS).content.decode()

    settings.PUBLIC_URL = "https://hailong.example.gov.vn"
    assert "PUBLIC_URL" not in official.get(POSTERS).content.decode()


def test_paper_forms_are_listed_with_their_languages(official: Client, campaign: Campaign) -> None:
    html = official.get(FORMS).content.decode()

    for language in ("vi", "en"):
        assert f'href="{FORMS}tiny@1/{language}/"' in html
    assert "bản dịch nháp" in html


def test_a_paper_form_is_given_for_an_office(official: Client, campaign: Campaign) -> None:
    response = official.get(f"{FORMS}tiny@1/vi/", {"campaign": "dot-2026", "unit": "05900"})

    expected = 'attachment; filename="phieu-giay-tiny-1-vi-05900.pdf"'
    assert response["Content-Disposition"] == expected
    assert "Cơ quan: Xã Phú Bình, Tỉnh Thái Nguyên" in texts(response.content)[0]


@pytest.mark.parametrize(
    "path",
    [
        "tiny@2/vi/",
        "tiny@1/hmn/",
        "tiny/vi/",
        "tiny@1/vi/?campaign=none",
        "tiny@1/vi/?campaign=dot-2026&unit=nowhere",
        "tiny%00@1/vi/",
    ],
)
def test_a_form_that_is_not_there_is_not_found(
    official: Client, campaign: Campaign, path: str
) -> None:
    assert official.get(f"{FORMS}{path}").status_code == 404
