"""Public texts travel compressed; what officials see, and what is compressed already, does not."""

from __future__ import annotations

import gzip

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.answering import asked_at_a_counter

pytestmark = pytest.mark.django_db

GZIP = {"accept-encoding": "gzip, deflate, br"}


def test_a_form_is_compressed_for_who_takes_it(client: Client) -> None:
    counter, _campaign = asked_at_a_counter()
    plain = client.get(f"/k/{counter.code}/")
    packed = client.get(f"/k/{counter.code}/", headers=GZIP)

    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in plain["Vary"]
    assert "Accept-Encoding" in packed["Vary"]
    assert b'data-campaign="' in gzip.decompress(packed.content)
    assert len(packed.content) < len(plain.content) / 3


def test_what_has_not_changed_is_not_sent_again_to_who_takes_compressed_pages(
    client: Client,
) -> None:
    asked_at_a_counter()
    first = client.get("/ket-qua/", headers=GZIP)
    assert first["Content-Encoding"] == "gzip"
    assert first["ETag"].startswith("W/")
    again = client.get("/ket-qua/", headers={**GZIP, "if-none-match": first["ETag"]})
    plain = client.get("/ket-qua/")

    assert again.status_code == 304
    assert not again.content
    # A proxy renews what it keeps only by the same tag, under what it is told apart by.
    assert plain["ETag"] == again["ETag"] == first["ETag"]
    for reply in (first, again, plain):
        assert (reply["Vary"], reply["Cache-Control"]) == ("Accept-Encoding", "public, max-age=5")


def test_pages_of_officials_are_never_compressed(client: Client) -> None:
    client.force_login(User.objects.create_superuser("an"))
    for address in ("/quan-tri/", "/quan-tri/dang-nhap/", "/quan-tri/he-thong/"):
        page = client.get(address, headers=GZIP, follow=True)
        assert len(page.content) > 200, address
        assert "Content-Encoding" not in page, address
