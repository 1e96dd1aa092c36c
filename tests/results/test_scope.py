"""A campaign about some units goes by the name of the unit they hang under, not the nation's."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from results.counting import refresh
from surveys.models import Campaign, Unit
from tests import make


def asked_about(*scope: str) -> Campaign:
    """Return a campaign about some units of two provinces, with figures of one commune."""
    for name, code in (("Thái Nguyên", "19"), ("Phú Thọ", "25")):
        top = make.province(name, code=code)
        for number in (1, 2):
            make.commune(f"Xã {number}", parent=top, code=f"{code}{number}")
    campaign = make.campaign(slug="dot", threshold=3, scope=scope)
    make.responses(campaign, Unit.objects.get(code="191"), [5, 4, 2, 4])
    refresh.refresh(campaign, clock=timezone.now)
    return campaign


@pytest.mark.parametrize(
    ("scope", "top", "name"),
    [
        (["19"], "19", "Tỉnh Thái Nguyên"),
        (["191"], "191", "Xã Xã 1"),
        (["191", "192"], "19", "Tỉnh Thái Nguyên"),
        (["19", "191"], "19", "Tỉnh Thái Nguyên"),
        (["19", "25"], "vn", "Việt Nam"),
        ([], "vn", "Việt Nam"),
    ],
)
def test_it_is_named_by_the_top_of_what_it_asks_about(
    client: Client, db: None, scope: list[str], top: str, name: str
) -> None:
    asked_about(*scope)

    page = client.get("/en/ket-qua/dot/").content.decode()
    commune = client.get("/en/ket-qua/dot/191/").content.decode()
    listed = client.get("/api/v1/campaigns").json()["campaigns"]

    assert f"<title>{name}" in page
    assert ("Việt Nam" in page + commune) == (top == "vn")
    assert [one["root"] for one in listed] == [top]
    for above in ("vn", "19"):
        status = client.get(f"/en/ket-qua/dot/{above}/").status_code
        is_above = {"vn": 0, "19": 1, "191": 2}[top] > {"vn": 0, "19": 1}[above]
        assert status == (302 if is_above else 200), above


@pytest.mark.parametrize(
    ("page", "leads"),
    [
        ("vn/noi-dung/c01/?", ""),
        ("vn/nhom-tra-loi/?", ""),
        ("19/noi-dung/c01/?", "19/noi-dung/c01/"),
        ("so-sanh/?don-vi=vn&don-vi=191&", "so-sanh/?don-vi=191"),
    ],
)
def test_from_another_campaign_nothing_leads_above_what_it_asks_about(
    client: Client, db: None, page: str, leads: str
) -> None:
    asked_about("19")
    make.campaign(slug="ca-nuoc")

    reply = client.get(f"/en/ket-qua/ca-nuoc/{page}dot=dot")

    assert reply["Location"] == f"/en/ket-qua/dot/{leads}"
