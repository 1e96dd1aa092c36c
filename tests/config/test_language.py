from __future__ import annotations

import pytest
from django.test import Client
from django.utils.translation import get_language, override

ENGLISH_BROWSER = {"Accept-Language": "en-GB,en;q=0.9", "Cookie": "django_language=en"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "language"),
    [
        ("/ket-qua/", "vi"),
        ("/en/ket-qua/", "en"),
        ("/k/unknown/", "vi"),
        ("/en/k/unknown/", "en"),
        ("/nowhere", "vi"),
        ("/en/nowhere", "en"),
        ("/quan-tri/dang-nhap/", "vi"),
        ("/api/v1/campaigns", "vi"),
    ],
)
def test_only_the_address_decides_the_language(client: Client, address: str, language: str) -> None:
    reply = client.get(address, headers=ENGLISH_BROWSER)

    assert reply["Content-Language"] == language
    assert "Accept-Language" not in reply.get("Vary", "")
    if reply["Content-Type"].startswith("text/html"):
        assert f'<html lang="{language}"' in reply.content.decode()


@pytest.mark.django_db
def test_a_public_page_sets_no_cookie_and_is_one_page_for_all(client: Client) -> None:
    reply = client.get("/en/ket-qua/")

    assert not reply.cookies
    assert "Cookie" not in reply.get("Vary", "")


@pytest.mark.django_db
def test_a_request_leaves_no_language_behind(client: Client) -> None:
    with override("vi"):
        client.get("/en/ket-qua/")

        assert get_language() == "vi"
