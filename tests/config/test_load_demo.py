from __future__ import annotations

import re
import stat
from collections import Counter as Tally
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import translation

from config.demo import CAMPAIGNS, DATA, administrator_password, load_counters
from results.models import PublishedIndex, ReleasedTotal
from surveys.models import Campaign, Counter, Response, StaleCell, Tier, Unit
from tests import make

pytestmark = pytest.mark.django_db

COUNTERS = yaml.safe_load((DATA / "demo" / "counters.yaml").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    return tmp_path / "var"


def load() -> str:
    output = StringIO()
    with translation.override("en"):
        call_command("load_demo", stdout=output)
    return output.getvalue()


def test_the_demo_loads_once_and_shows_figures_at_once(client: Client, var: Path) -> None:
    said = load()

    old, new, own = (Campaign.objects.get(slug=slug) for slug, _sheets in CAMPAIGNS)
    assert all(campaign.simulated for campaign in (old, new, own))
    assert new.previous == old
    tiers = Tally(old.units.values_list("tier", flat=True))
    assert tiers[Tier.DISTRICT] > 80
    assert Tier.DISTRICT not in new.units.values_list("tier", flat=True)
    assert {"19", "25", "08", "33"} <= set(new.units.values_list("code", flat=True))
    assert Tally(Response.objects.values_list("campaign__slug", flat=True)) == {
        slug: sheets for slug, sheets in CAMPAIGNS if sheets
    }
    assert not StaleCell.objects.exists()
    for campaign, sheets in ((old, 6_000), (new, 12_000)):
        public = ReleasedTotal.objects.get(
            campaign=campaign, unit__tier=Tier.NATION, period=0, channel=0, standing=0
        )
        assert 0.85 * sheets < public.n < sheets
    assert PublishedIndex.objects.exists()
    assert own.threshold == 5

    for counter in Counter.objects.all():
        asked = own if counter.code.startswith("hu-") else new
        page = client.get(f"/k/{counter.code}/").content.decode()
        assert str(asked.title["vi"]) in page

    password = (var / "admin_password").read_text().strip()
    assert password in said
    assert client.login(username="admin", password=password)

    before = Response.objects.count(), Unit.objects.count(), Counter.objects.count()
    again = load()
    assert (Response.objects.count(), Unit.objects.count(), Counter.objects.count()) == before
    assert password in again


def test_a_database_with_a_real_campaign_is_left_alone() -> None:
    make.campaign()

    with pytest.raises(CommandError, match="real campaign"):
        load()

    assert not Campaign.objects.filter(simulated=True).exists()
    assert not get_user_model().objects.exists()


def test_counter_codes_cannot_be_misread() -> None:
    codes = [counter["code"] for counter in COUNTERS["counters"]]

    assert len(codes) == len(set(codes)) >= 15
    for code in codes:
        assert re.fullmatch(r"[a-hjkmnp-z]{2}-[2-9a-hjkmnp-z]{4}", code)


def test_a_counter_changed_by_hand_stays(tmp_path: Path) -> None:
    make.commune(code="05443")
    path = tmp_path / "counters.yaml"
    path.write_text("day: 2026-11-01\ncounters:\n- {code: tn-2k7m, unit: '05443', name: Quầy}\n")
    load_counters(path)
    Counter.objects.update(name="Tên khác", active=False)

    assert load_counters(path) == ["tn-2k7m"]

    assert Counter.objects.get().name == "Tên khác"


def test_the_password_is_random_and_kept_from_others(var: Path) -> None:
    password = administrator_password(var)

    assert password is not None
    assert len(password) >= 16
    assert stat.S_IMODE((var / "admin_password").stat().st_mode) == 0o600
    assert administrator_password(var) == password


def test_an_administrator_s_own_password_is_never_replaced(var: Path) -> None:
    administrator_password(var)
    user = get_user_model().objects.get(username="admin")
    user.set_password("của tôi")
    user.save()

    assert administrator_password(var) is None

    user.refresh_from_db()
    assert user.check_password("của tôi")
