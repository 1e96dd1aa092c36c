"""Receipts in frozen releases: their tree, the page that looks for a code, the check of others."""

from __future__ import annotations

import hashlib
import re
import zipfile
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from results.bundles import verify_release
from results.bundles.freeze import freeze_newest
from results.bundles.hash_tree import climbed, leaf, node, root_of, way_up
from results.counting import refresh
from results.models import BundleFile, Release
from surveys.counters import receipt_codes
from surveys.models import Campaign, Receipt
from tests import make

PAGE = "/en/ket-qua/dot/ma-bien-nhan/"


def split_in_two(leaves: list[bytes]) -> bytes:
    """Return the root as RFC 6962, section 2.1, defines it."""
    if len(leaves) == 1:
        return leaves[0]
    left = 1
    while 2 * left < len(leaves):
        left *= 2
    return node(split_in_two(leaves[:left]), split_in_two(leaves[left:]))


@pytest.mark.parametrize("number", [1, 2, 3, 5, 8, 13])
def test_the_way_up_leads_from_every_leaf_to_the_root(number: int) -> None:
    row = [leaf(str(n).encode()) for n in range(number)]

    assert root_of(row) == split_in_two(row)
    for place, start in enumerate(row):
        assert climbed(start, way_up(row, place)) == root_of(row)
        assert climbed(leaf(b"x"), way_up(row, place)) != root_of(row)


@pytest.fixture
def campaign(db: None) -> Campaign:
    top = make.province("Thái Nguyên", code="19")
    make.commune("Phú Bình", parent=top, code="05500")
    return make.campaign(slug="dot", threshold=3, receipts=True)


def release(campaign: Campaign, sheets: int) -> list[str]:
    """Have some sheets come, publish and freeze; return the codes given with them."""
    codes = [receipt_codes.new_code() for _sheet in range(sheets)]
    Receipt.objects.bulk_create(
        Receipt(digest=receipt_codes.digest(code), campaign=campaign) for code in codes
    )
    commune = campaign.units.get(code="05500").unit
    make.responses(campaign, commune, [4] * sheets)
    refresh.refresh(campaign, clock=timezone.now)
    assert freeze_newest(campaign)
    return codes


def listed(codes: list[str]) -> list[str]:
    """Return those of some codes that stand in a list."""
    in_lists = Receipt.objects.exclude(list_number=None).values_list("digest", flat=True)
    known = {bytes(one) for one in in_lists}
    return [code for code in codes if receipt_codes.digest(code) in known]


def zipped(client: Client, number: int, folder: Path) -> Path:
    path = folder / f"{number}.zip"
    response = client.get(f"/ket-qua/dot/cong-bo/{number}.zip")
    path.write_bytes(b"".join(response.streaming_content))  # type: ignore[attr-defined]  # a test client's
    return path


def test_a_listed_code_is_found_with_a_proof_that_holds(client: Client, campaign: Campaign) -> None:
    first, second = release(campaign, 12), release(campaign, 12)
    code = listed(first)[0]

    page = client.post(PAGE, {"ma": f" {code.upper()} "})

    text = unescape(page.content.decode())
    assert "Yes: this code is in release 2." in text
    assert page["Cache-Control"] == "no-store"
    # As the page tells a reader to compute it.
    start = hashlib.sha256(b"\0" + hashlib.sha256(f"hai-long:{code}".encode()).digest()).digest()
    for side, text_hash in re.findall(r'<li>(left|right) <span class="code">(\w+)<', text):
        beside = bytes.fromhex(text_hash)
        pair = beside + start if side == "left" else start + beside
        start = hashlib.sha256(b"\1" + pair).digest()
    manifest = client.get("/ket-qua/dot/cong-bo/2/tep/manifest.json").json()
    assert manifest["receipts"]["root"] == start.hex()
    # Some always wait for the next list.
    waiting = set(first + second) - set(listed(first + second))
    assert all("not in release 2" in client.post(PAGE, {"ma": c}).content.decode() for c in waiting)
    assert Receipt.objects.filter(list_number=None).count() == 3


def test_others_can_check_it_without_us(
    client: Client, campaign: Campaign, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    codes = release(campaign, 12) + release(campaign, 12)
    path = zipped(client, 2, tmp_path)
    known, unknown = listed(codes)[0], receipt_codes.new_code()

    assert verify_release.main([str(path), "--receipt", known.upper()]) == 0
    assert f"The receipt {known} is in list" in capsys.readouterr().out
    assert verify_release.main([str(path), "--receipt", unknown]) == 1

    with zipfile.ZipFile(path) as packed:
        packed.extractall(tmp_path / "whole")
    name = tmp_path / "whole" / "receipts" / "0001.txt"
    lines = name.read_text().splitlines()
    name.write_text("\n".join([*lines[:-1], "ab" * 32]) + "\n")
    capsys.readouterr()
    assert verify_release.main([str(tmp_path / "whole")]) == 1
    assert "list 1 of receipts is not" in capsys.readouterr().out


def test_a_list_is_kept_as_it_is_and_the_last_release_lists_every_code(campaign: Campaign) -> None:
    codes = release(campaign, 12) + release(campaign, 12)
    commune = campaign.units.get(code="05500").unit
    make.responses(campaign, commune, [4] * 3)
    refresh.refresh(campaign, clock=timezone.now)
    Release.objects.filter(number=3).update(final=True)
    assert freeze_newest(campaign)

    assert listed(codes) == codes
    firsts = BundleFile.objects.filter(path="receipts/0001.txt").values_list("blob", flat=True)
    assert len(firsts) == 3
    assert len(set(firsts)) == 1


def test_a_mistyped_code_is_said_to_be_one(client: Client, campaign: Campaign) -> None:
    page = client.post(PAGE, {"ma": "<b>2222"})

    assert page.status_code == 422
    assert "This is no receipt code" in page.content.decode()
    assert "<b>2222" not in page.content.decode()


def test_without_a_release_no_code_is_published(client: Client, campaign: Campaign) -> None:
    assert client.get(PAGE).status_code == 200
    page = client.post(PAGE, {"ma": receipt_codes.new_code()})

    assert "No codes have been published yet" in page.content.decode()


def test_a_campaign_without_receipts_has_no_such_page(client: Client, db: None) -> None:
    make.commune()
    make.campaign(slug="dot")

    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE, {"ma": receipt_codes.new_code()}).status_code == 404
