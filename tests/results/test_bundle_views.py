"""Frozen releases on the web: to read, to fetch, to compare."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from results.bundles import freeze, verify_release
from results.bundles.freeze import freeze_newest
from results.bundles.manifest import public_key_of
from results.counting import refresh
from results.models import Bundle, Release
from results.showing import pages
from surveys.models import Campaign, Unit
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(db: None) -> Campaign:
    top = make.province("Thái Nguyên", code="19")
    for name, code in (("Phú Bình", "05500"), ("=Đại Từ", "05501")):
        make.commune(name, parent=top, code=code)
    made = make.campaign(slug="dot", threshold=3)
    add(made, "05500", [5, 4, 3, 2, 5, 5])
    add(made, "05501", [1, 1, 4])
    return made


def add(campaign: Campaign, code: str, ratings: list[int]) -> None:
    make.responses(campaign, Unit.objects.get(code=code), ratings)
    refresh.refresh(campaign, clock=timezone.now)
    freeze_newest(campaign)


def body(response: object) -> bytes:
    streamed = getattr(response, "streaming_content", None)
    return b"".join(streamed) if streamed is not None else response.content  # type: ignore[attr-defined]  # a test client's


def test_the_archive_passes_its_own_check(
    client: Client, campaign: Campaign, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    response = client.get("/ket-qua/dot/cong-bo/1.zip")

    assert response.headers["Content-Disposition"].endswith('"hai-long_dot_dot-1.zip"')
    assert "immutable" in response.headers["Cache-Control"]
    (tmp_path / "a.zip").write_bytes(body(response))
    assert verify_release.main([str(tmp_path / "a.zip")]) == 0
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        script = packed.read("verify_release.py")
    assert script == Path(str(verify_release.__file__)).read_bytes()


def test_two_downloads_are_the_same_bytes(client: Client, campaign: Campaign) -> None:
    first, second = (body(client.get("/ket-qua/dot/cong-bo/1.zip")) for _ in range(2))

    assert first == second


def test_a_release_is_shown_with_its_files(client: Client, campaign: Campaign) -> None:
    page = client.get("/en/ket-qua/dot/cong-bo/2/").content.decode()

    assert Bundle.objects.get(release__number=2).merkle_root in page
    assert public_key_of(settings.SIGNING_KEY) in page
    assert 'href="/en/ket-qua/dot/cong-bo/2/tep/figures/19.csv"' in page
    table = client.get("/en/ket-qua/dot/cong-bo/2/tep/figures/19.csv")
    assert table.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert table.content.startswith(b"unit_code,period,channel,n,")


def test_releases_are_listed_with_their_reasons(client: Client, campaign: Campaign) -> None:
    Release.objects.filter(number=2).update(reason="Sửa cây đơn vị")

    page = client.get("/en/ket-qua/dot/cong-bo/").content.decode()

    assert page.index("Release 2") < page.index("Release 1")
    assert "Sửa cây đơn vị" in page


@pytest.mark.parametrize(
    "address",
    ["x/cong-bo/", "dot/cong-bo/9/", "dot/cong-bo/9.zip", "dot/cong-bo/1/tep/x", "dot/9/thay-doi/"],
)
def test_what_is_not_there_is_not_found(client: Client, campaign: Campaign, address: str) -> None:
    assert client.get(f"/ket-qua/{address}").status_code == 404


def test_the_key_is_published(client: Client) -> None:
    response = client.get("/du-lieu-mo/khoa-cong-khai.txt")

    assert response.content.decode().strip() == public_key_of(settings.SIGNING_KEY)


def test_without_a_key_nothing_is_signed(
    client: Client, campaign: Campaign, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings, "SIGNING_KEY", "")
    add(campaign, "05500", [5, 5, 5])

    assert client.get("/du-lieu-mo/khoa-cong-khai.txt").status_code == 404
    (tmp_path / "a.zip").write_bytes(body(client.get("/ket-qua/dot/cong-bo/3.zip")))
    assert verify_release.main([str(tmp_path / "a.zip")]) == 0
    assert "not signed" in client.get("/en/ket-qua/dot/cong-bo/3/").content.decode()


def test_why_a_number_changed(client: Client, campaign: Campaign) -> None:
    add(campaign, "05500", [1, 1, 1])
    Release.objects.filter(number=3).update(reason="Sửa cây đơn vị")

    page = client.get("/en/ket-qua/dot/05500/thay-doi/").content.decode()

    # 4 of 6 were satisfied, now 4 of 9.
    assert "The figures rest on 3 more sheets: 6 before, 9 now." in page
    assert "66.67%" in page
    assert "44.44%" in page
    assert "−22.23" in page
    assert "Release 3: Sửa cây đơn vị" in page
    unchanged = client.get("/en/ket-qua/dot/05501/thay-doi/?tu=2&den=3").content.decode()
    assert "Both rest on 3 sheets." in unchanged
    absent = client.get("/en/ket-qua/dot/05501/thay-doi/?tu=1&den=2").content.decode()
    assert "In one of these releases the unit has no figures" in absent


def test_another_program_is_a_reason_too(
    client: Client, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = client.get("/en/ket-qua/dot/05500/thay-doi/").content.decode()
    monkeypatch.setattr(freeze, "ARITHMETIC", freeze.ARITHMETIC[1:])
    add(campaign, "05500", [1, 1, 1])

    after = client.get("/en/ket-qua/dot/05500/thay-doi/").content.decode()

    assert "The program that computes figures was changed" not in before
    assert "The program that computes figures was changed" in after


def test_nothing_to_compare_is_said(client: Client) -> None:
    make.commune("Phú Bình", code="05500")
    make.campaign(slug="dot")

    page = client.get("/en/ket-qua/dot/05500/thay-doi/?tu=x&den=²").content.decode()

    assert "not yet two frozen releases" in page


def test_comparing_takes_the_same_few_queries(client: Client, campaign: Campaign) -> None:
    used = []
    for _ in range(2):
        add(campaign, "05500", [4, 4, 4])
        with CaptureQueriesContext(connection) as queries:
            client.get("/ket-qua/dot/05500/thay-doi/")
        used.append(len(queries))

    assert used[0] == used[1] <= 12


def test_all_units_come_in_one_file(client: Client, campaign: Campaign) -> None:
    response = client.get("/ket-qua/dot/tat-ca-don-vi/so-lieu.csv")

    assert "hai-long_dot_tat-ca-don-vi_dot-2.csv" in response.headers["Content-Disposition"]
    text = body(response).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    headline = {r["unit_code"]: r for r in rows if (r["period"], r["channel"]) == ("0", "0")}
    assert {code: row["index"] for code, row in headline.items()} == {
        "05500": "66.67",
        "05501": "33.33",
        "19": "55.56",
        "vn": "55.56",
    }
    assert headline["05501"]["unit_name"] == "Xã =Đại Từ"
    vietnamese = body(client.get("/ket-qua/dot/tat-ca-don-vi/so-lieu-cham-phay.csv")).decode()
    assert ";66,67;" in vietnamese


def test_what_the_headline_withholds_no_month_or_channel_shows(client: Client) -> None:
    """All sheets of one month and channel: the part would show what the whole does not."""
    top = make.province("Thái Nguyên", code="19")
    units = [make.commune(f"Xã {n}", parent=top, code=f"0550{n}") for n in range(3)]
    made = make.campaign(slug="dot", threshold=3)
    for unit in units:
        for rating in (5, 4, 1, 2):
            make.response(made, unit, {"c01": 5, "c02": rating, "c03": rating})
    refresh.refresh(made, clock=timezone.now)
    freeze_newest(made)

    for part in ({}, {"period": 202611}, {"channel": 1}):
        figures = pages.unit_page(made, "05500", **part).figures
        assert figures is not None
        assert figures.factors[0].criteria[0].is_withheld
    table = client.get("/ket-qua/dot/cong-bo/1/tep/counts/19.csv").content.decode()
    rows = [r for r in csv.DictReader(io.StringIO(table)) if r["unit_code"] == "05500"]
    assert len(rows) == 3
    assert {row["c01=5"] for row in rows} == {""}
