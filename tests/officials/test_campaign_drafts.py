"""Campaigns begin from a template or a copy, at one's own units, and are changed as drafts."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

import surveys
from surveys.campaigns import campaign_templates
from surveys.models import AuditEntry, Campaign, PlanLine, Unit
from surveys.rights.acts import Role
from tests import make
from tests.officials.campaigning import PANEL, after, drafted, fields, manager, today

pytestmark = pytest.mark.django_db
DATA = Path(surveys.__file__).parent / "data"


@pytest.fixture
def commune() -> Unit:
    made = make.commune("Phú Bình", code="05500")
    make.counter(made)
    return made


@pytest.fixture
def binh(commune: Unit) -> Client:
    return manager("binh", commune)


def test_a_draft_keeps_what_was_chosen_and_who_made_it(binh: Client, commune: Unit) -> None:
    made = drafted(binh, commune, tickets="on", channels=["kiosk"])

    assert made.title == {"vi": "Đợt thử", "en": "Trial"}
    assert (made.scope, made.channels, made.threshold) == (["05500"], ["kiosk"], 3)
    assert (made.tickets, made.short_first, made.simulated) == (True, False, False)
    assert made.answers_pattern is None
    assert made.ready_at is None
    assert made.held
    entry = AuditEntry.objects.get(deed="campaign.create")
    assert (entry.who, entry.unit, entry.campaign) == ("binh", commune, made)
    assert after("campaign.create")["questionnaire"] == "tiny@1"
    assert after("campaign.create")["tickets"] is True


def test_units_are_named_as_people_write_them(binh: Client, commune: Unit) -> None:
    assert drafted(binh, commune, slug="a", scope=" phu binh \n05500\n").scope == ["05500"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"scope": ""}, "scope"),
        ({"scope": "Đồng Hỷ"}, "scope"),
        ({"scope": "19"}, "scope"),
        ({"scope": "Không Có"}, "scope"),
        ({"closes_on": "2020-01-01"}, "closes_on"),
        ({"threshold": "2"}, "threshold"),
        ({"slug": "moi"}, "slug"),
        ({"channels": []}, "channels"),
        ({"short_first": "on"}, "short_first"),
    ],
)
def test_what_cannot_be_is_named_and_nothing_stored(
    binh: Client, commune: Unit, wrong: dict[str, object], field: str
) -> None:
    make.commune("Đồng Hỷ", code="05501")
    province = make.province("Bắc Kạn", code="19")
    make.commune("Bên Trong", parent=province)

    reply = binh.post(f"{PANEL}moi/", fields(commune, **wrong))

    assert reply.status_code == 422
    assert field in reply.context["form"].errors
    assert not Campaign.objects.exists()


def test_a_name_that_fits_several_units_asks_for_the_code(commune: Unit) -> None:
    make.commune("Phú Bình", code="07700")
    nation = manager("an", make.nation())

    reply = nation.post(f"{PANEL}moi/", fields(commune, scope="Phú Bình"))

    [fault] = reply.context["form"].errors["scope"]
    assert "05500" in fault
    assert "07700" in fault


def test_a_changed_draft_is_logged_and_no_longer_ready(binh: Client, commune: Unit) -> None:
    made = drafted(binh, commune)
    binh.post(f"{PANEL}dot-thu/san-sang/", {"reason": "Đã xem"})
    made.refresh_from_db()
    assert made.ready_at

    same = binh.post(f"{PANEL}dot-thu/sua/", fields(commune))
    made.refresh_from_db()
    assert same.status_code == 302
    assert made.ready_at
    reply = binh.post(f"{PANEL}dot-thu/sua/", fields(commune, threshold="12"))

    assert reply.status_code == 302
    made.refresh_from_db()
    assert made.threshold == 12
    assert made.ready_at is None
    entry = AuditEntry.objects.get(deed="campaign.change")
    assert (entry.before, entry.after) == ({"threshold": 3}, {"threshold": 12})


def test_a_neighbour_neither_sees_nor_changes_a_draft(commune: Unit, binh: Client) -> None:
    drafted(binh, commune)
    beside = manager("cuong", make.commune("Bên Cạnh"))

    assert beside.get(f"{PANEL}dot-thu/").status_code == 404
    assert beside.post(f"{PANEL}dot-thu/sua/", fields(commune)).status_code == 404
    assert "Đợt thử" not in beside.get(PANEL).content.decode()


def test_who_has_a_part_sees_but_does_not_change(commune: Unit) -> None:
    other = make.commune("Bên Cạnh", code="05502")
    make.counter(other)
    nation = manager("an", make.nation())
    drafted(nation, commune, scope="05500\n05502")
    part = manager("binh", commune)
    nation.post(f"{PANEL}dot-thu/san-sang/", {"reason": "Đã xem"})
    nation.post(f"{PANEL}dot-thu/mo/")

    assert part.get(f"{PANEL}dot-thu/").status_code == 200
    for page in ("sua", "mo", "dong", "san-sang"):
        assert part.post(f"{PANEL}dot-thu/{page}/", fields(commune)).status_code == 403
    assert "/dong/" not in part.get(f"{PANEL}dot-thu/").content.decode()


def test_every_template_fills_in_a_form_that_is_accepted(commune: Unit) -> None:
    for path in ("questionnaires/sipas-22", "questionnaires/quay-3-muc"):
        call_command("load_questionnaire", DATA / f"{path}.yaml")
    for path in ("methods/top2-pooled", "methods/top2-3-muc"):
        call_command("load_method", DATA / f"{path}.yaml")
    nation = manager("an", make.nation())
    shown = campaign_templates.templates()
    assert len(shown) == 2

    for one in shown:
        assert one.code in nation.get(f"{PANEL}moi/").content.decode()
        form = nation.get(f"{PANEL}moi/?mau={one.code}").context["form"]
        posted = {
            name: getattr(value, "pk", value)
            for name, value in form.initial.items()
            if value not in (None, False)
        }
        reply = nation.post(f"{PANEL}moi/", {**posted, "previous": "", "scope": ""})
        assert reply.status_code == 302, reply.context["form"].errors


def test_a_copy_follows_its_campaign_a_year_later_on_the_newest_map(commune: Unit) -> None:
    old = make.campaign(
        slug="sipas-2024",
        title={"vi": "Đo lường năm 2024", "en": "The year 2024"},
        tree_day=date(2025, 7, 1),
        opens_on=date(2024, 2, 29),
        closes_on=date(2024, 4, 15),
        channels=["paper"],
        threshold=7,
    )
    ahead = make.unit("Mới", since=today() - timedelta(days=3), parent=make.nation())
    nation = manager("an", make.nation())

    initial = nation.get(f"{PANEL}moi/?tu=sipas-2024").context["form"].initial

    years = initial["opens_on"].year - 2024
    assert initial["opens_on"] >= today()
    assert initial["opens_on"] == date(2024 + years, 2, 28 if years % 4 else 29)
    assert initial["closes_on"] == date(2024 + years, 4, 15)
    assert initial["slug"] == f"sipas-{2024 + years}"
    assert initial["title_vi"] == f"Đo lường năm {2024 + years}"
    assert (initial["previous"], initial["channels"], initial["threshold"]) == (old, ["paper"], 7)
    assert initial["tree_day"] == ahead.in_force.lower


def test_a_copy_takes_the_plan_over_where_the_same_units_are_asked(
    binh: Client, commune: Unit
) -> None:
    old = drafted(binh, commune, slug="truoc")
    gone = make.commune("Đã Nhập", code="05503")
    PlanLine.objects.create(campaign=old, unit=commune, target=30, population=900, stratum="a")
    PlanLine.objects.create(campaign=old, unit=gone, target=40)

    reply = binh.post(f"{PANEL}moi/?tu=truoc", fields(commune, slug="sau"), follow=True)

    lines = PlanLine.objects.filter(campaign__slug="sau")
    assert list(lines.values_list("unit", "target", "population", "stratum")) == [
        (commune.pk, 30, 900, "a")
    ]
    # Kept, taken over, and one left out.
    tags = [message.level_tag for message in reply.context["messages"]]
    assert tags[-3:] == ["success", "success", "warning"]
    assert after("campaign.plan")["units"] == 1


def test_only_what_one_may_see_can_be_copied(binh: Client, commune: Unit) -> None:
    stranger = make.commune("Bên Cạnh", code="05502")
    drafted(manager("an", make.nation()), commune, slug="kin", scope=stranger.code)

    assert binh.get(f"{PANEL}moi/?tu=kin").status_code == 404


def test_a_viewer_makes_nothing(commune: Unit) -> None:
    viewer = manager("cuong", commune, Role.VIEWER)

    assert viewer.get(PANEL).status_code == 200
    assert viewer.post(f"{PANEL}moi/", fields(commune)).status_code == 403
