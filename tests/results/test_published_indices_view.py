"""Figures of others: shown with their source, never mixed with ours."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from results.models import PublishedIndex

ADDRESS = "/en/chi-so-da-cong-bo/"


def published(**values: Any) -> PublishedIndex:
    given = {"year": 2024, "index_name": "SIPAS", "unit_level": "quốc gia", "unit_name": "Cả nước"}
    given |= {"value": "83.94", "unit_of_value": "%", "source": "https://moha.gov.vn/sipas"}
    return PublishedIndex.objects.create(**(given | values))


def test_it_works(client: Client, db: None) -> None:
    published(rank="11", of="63", quote="đạt 83,94%")
    html = client.get(ADDRESS).content.decode()

    assert "<b>83.94</b>" in html
    assert 'href="https://moha.gov.vn/sipas" rel="noopener nofollow">moha.gov.vn</a>' in html
    assert "11 / 63" in html


def test_names_stand_in_vietnamese_order_after_the_nation(client: Client, db: None) -> None:
    for name in ("Đà Nẵng", "Cà Mau", "Cần Thơ", "Điện Biên", "Cao Bằng", "Cả nước"):
        published(unit_name=name)
    published(index_name="PAR INDEX", unit_name="An Giang")
    published(year=2025, index_name="PAPI", unit_name="Vĩnh Long")
    html = client.get(ADDRESS).content.decode()

    assert re.findall(r'<th scope="row" role="rowheader">(.*?) <', html) == [
        *("Vĩnh Long", "Cả nước", "Cà Mau", "Cao Bằng", "Cần Thơ", "Đà Nẵng", "Điện Biên"),
        "An Giang",
    ]
    # What is quoted is Vietnamese on an English page too.
    assert '<tbody role="rowgroup" lang="vi">' in html


def test_a_source_that_is_no_address_is_not_linked(client: Client, db: None) -> None:
    published(source="javascript:alert(1)")

    assert 'href="javascript' not in client.get(ADDRESS).content.decode()


def test_without_figures_it_says_so(client: Client, db: None) -> None:
    assert "No published figure" in client.get(ADDRESS).content.decode()


@pytest.mark.parametrize("rows", [1, 8])
def test_it_takes_one_query(
    client: Client, db: None, rows: int, django_assert_num_queries: Any
) -> None:
    for number in range(rows):
        published(unit_name=str(number))
    with django_assert_num_queries(1):
        client.get(ADDRESS)
