from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from results.counting.refresh import refresh
from results.models import PublishedIndex, Release
from surveys.campaigns.campaign_tree import open_campaign
from surveys.models import (
    Campaign,
    CampaignUnit,
    Comment,
    Counter,
    OptionProof,
    Questionnaire,
    Response,
    SetAside,
    Succession,
    TicketBatch,
    Tier,
    Unit,
    UnitVersion,
)
from tests import make

pytestmark = pytest.mark.django_db

OURS = [model for model in admin.site._registry if model._meta.app_label in {"surveys", "results"}]
ADDABLE = ["unit", "unitversion", "succession", "questionnaire", "method", "campaign", "counter"]


def url(model: str, page: str, *args: Any, app: str = "surveys") -> str:
    return reverse(f"admin:{app}_{model}_{page}", args=args)


def text(page: Any) -> str:
    return str(page.content.decode())


def errors(page: Any) -> str:
    """Return what a form page says is wrong; the form must have been refused."""
    assert page.status_code == 200
    return str(page.context["errors"])


CAMPAIGN = {
    "slug": "tay",
    "title_vi": "Đợt làm bằng tay",
    "title_en": "",
    "tree_day": "01/11/2026",
    "opens_on": "01/11/2026",
    "closes_on": "30/11/2026",
    "threshold": "10",
    "scope": "",
    "channels": ["kiosk", "phone"],
    "publication": "live",
    "previous": "",
}


def campaign_post(**values: Any) -> dict[str, Any]:
    return {
        **CAMPAIGN,
        "questionnaire": make.questionnaire().pk,
        "method": make.method().pk,
        **values,
    }


@pytest.fixture
def world() -> Campaign:
    """A row of every table: an open campaign, a commune, a counter, sheets, one set aside."""
    commune = make.commune("Phú Bình", code="05443")
    campaign = make.campaign(slug="dot-2026")
    counter = make.counter(commune, code="tn-2k7m")
    sheets = make.responses(campaign, commune, [5, 5, 4, 2])
    make.set_aside(sheets[0])
    Comment.objects.create(campaign=campaign, unit=commune, month=202611, text="Rất tốt")
    TicketBatch.objects.create(
        campaign=campaign,
        counter=counter,
        day=make.DAY,
        issued=40,
        made_by=User.objects.create_user("phat-phieu"),
    )
    OptionProof.objects.create(
        campaign=campaign, counter=counter, column=0, code="1", proven_on=make.DAY
    )
    old = make.unit("Cũ", tier=Tier.COMMUNE, since=date(2020, 1, 1), until=make.MAP_BEGAN)
    Succession.objects.create(old=old, new=commune, on=make.MAP_BEGAN, kind="whole")
    Release.objects.create(campaign=campaign, number=1, released_at=timezone.now(), units=1)
    PublishedIndex.objects.create(year=2024, index_name="SIPAS", rank="3", source="Báo")
    return campaign


def test_every_table_has_its_list_in_vietnamese(admin_client: Client, world: Campaign) -> None:
    for model in OURS:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"

        page = admin_client.get(reverse(name))

        assert page.status_code == 200, name
        assert '<html lang="vi"' in text(page), name
        assert admin_client.get(reverse(name), {"q": "05443"}).status_code == 200, name


def test_every_row_has_its_page(admin_client: Client, world: Campaign) -> None:
    for model in OURS:
        row = model._default_manager.first()
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
        assert row is not None, name

        assert admin_client.get(reverse(name, args=[row.pk])).status_code == 200, name


def test_every_table_people_maintain_has_an_empty_form(admin_client: Client) -> None:
    for model in ADDABLE:
        assert admin_client.get(url(model, "add")).status_code == 200, model


def test_only_superusers_come_in(client: Client) -> None:
    client.force_login(User.objects.create_user("ai-do"))

    page = client.get(url("campaign", "changelist"))

    assert page.status_code == 302
    assert "login" in page["Location"]


def test_a_campaign_is_made_opened_and_then_frozen(admin_client: Client) -> None:
    make.commune(code="05443")
    made = admin_client.post(url("campaign", "add"), campaign_post())
    assert made.status_code == 302, errors(made)
    campaign = Campaign.objects.get(slug="tay")
    assert campaign.title == {"vi": "Đợt làm bằng tay"}
    assert campaign.channels == ["kiosk", "phone"]
    assert not campaign.simulated

    # Opening goes by the list of checks, so it is the panel's alone.
    listed = admin_client.get(url("campaign", "changelist"))
    assert 'value="open"' not in text(listed)
    open_campaign(campaign)
    campaign.refresh_from_db()
    assert campaign.units.count() == 3
    opened_with = campaign.threshold
    days = (campaign.opens_on, campaign.closes_on, campaign.publication)
    assert opened_with != 12

    changed = admin_client.post(
        url("campaign", "change", campaign.pk),
        campaign_post(
            slug="khac",
            title_vi="Tên mới",
            scope="05443",
            simulated="on",
            threshold="12",
            opens_on="05/10/2026",
            closes_on="31/12/2027",
            publication="on_close",
        ),
    )
    assert changed.status_code == 302, errors(changed)
    campaign.refresh_from_db()
    assert campaign.title == {"vi": "Tên mới"}
    assert (campaign.slug, campaign.scope, campaign.simulated) == ("tay", [], False)
    assert campaign.threshold == opened_with
    assert days == (campaign.opens_on, campaign.closes_on, campaign.publication)


def test_a_faulty_campaign_is_refused_on_the_form(admin_client: Client) -> None:
    page = admin_client.post(
        url("campaign", "add"),
        campaign_post(closes_on="31/10/2026", threshold="2", channels=[], title_vi=""),
    )

    assert page.status_code == 200
    assert set(page.context["adminform"].form.errors) >= {
        "closes_on",
        "threshold",
        "channels",
        "title_vi",
    }
    assert not Campaign.objects.exists()


def test_a_method_must_fit_the_questionnaire(admin_client: Client) -> None:
    other = make.method({**make.METHOD, "code": "khac", "satisfied": {"scale_4": [3, 4]}})

    page = admin_client.post(url("campaign", "add"), campaign_post(method=other.pk))

    assert set(page.context["adminform"].form.errors) == {"method"}


def test_a_change_here_has_to_be_declared_ready_anew(admin_client: Client) -> None:
    make.nation()
    admin_client.post(url("campaign", "add"), campaign_post())
    campaign = Campaign.objects.get()
    Campaign.objects.update(ready_at=timezone.now())

    admin_client.post(url("campaign", "change", campaign.pk), campaign_post(scope="99"))

    campaign.refresh_from_db()
    assert (campaign.scope, campaign.ready_at) == (["99"], None)


def test_simulated_is_fixed_at_creation(admin_client: Client) -> None:
    admin_client.post(url("campaign", "add"), campaign_post(simulated="on"))
    campaign = Campaign.objects.get()
    assert campaign.simulated

    admin_client.post(url("campaign", "change", campaign.pk), campaign_post())

    campaign.refresh_from_db()
    assert campaign.simulated


def test_an_open_campaign_is_not_deleted(admin_client: Client, world: Campaign) -> None:
    assert (
        admin_client.post(url("campaign", "delete", world.pk), {"post": "yes"}).status_code == 403
    )
    assert Campaign.objects.filter(pk=world.pk).exists()


def test_a_counter_is_made_with_a_code_of_its_own(admin_client: Client, world: Campaign) -> None:
    form = admin_client.get(url("counter", "add")).context["adminform"].form
    code = form.initial["code"]
    commune = Unit.objects.get(code="05443")

    made = admin_client.post(
        url("counter", "add"),
        {"code": code, "unit": commune.pk, "name": "Quầy 2", "kind": "desk", "active": "on"},
    )

    assert made.status_code == 302, errors(made)
    assert len(code) == 7
    assert f"/k/{code}/" in text(admin_client.get(url("counter", "changelist")))


def test_a_counter_code_has_a_check_character(admin_client: Client, world: Campaign) -> None:
    unit = Unit.objects.get(code="05443").pk

    for code in ("Quầy", "a b", "-a", "tn-2k7m", "tn-2k73", "TN-2K72"):
        page = admin_client.post(
            url("counter", "add"), {"code": code, "unit": unit, "name": "Q", "kind": "desk"}
        )
        assert "code" in page.context["adminform"].form.errors
    good = {"code": "tn-2k72", "unit": unit, "name": "Q", "kind": "desk"}
    assert admin_client.post(url("counter", "add"), good).status_code == 302


def test_a_counter_keeps_its_code_and_unit_and_can_be_switched_off(
    admin_client: Client, world: Campaign
) -> None:
    counter = Counter.objects.get()

    admin_client.post(
        url("counter", "change", counter.pk),
        {"code": "khac", "unit": make.nation().pk, "name": "Quầy cũ", "kind": "desk"},
    )

    counter.refresh_from_db()
    assert (counter.code, counter.name, counter.active) == ("tn-2k7m", "Quầy cũ", False)
    assert counter.unit.tier == Tier.COMMUNE


def test_no_single_sheet_is_set_aside_here(admin_client: Client, world: Campaign) -> None:
    sheet = Response.objects.filter(set_asides__isnull=True)[0]
    decision = SetAside.objects.get()
    values = {"response": str(sheet.pk), "rule": "thu", "reason": "Phiếu thử"}

    assert admin_client.post(url("setaside", "add"), values).status_code == 403
    action = {"action": "count_again", "_selected_action": [decision.pk]}
    admin_client.post(url("setaside", "changelist"), action)

    assert SetAside.objects.get() == decision
    decision.refresh_from_db()
    assert decision.reversed_at is None


def yaml_file(definition: object) -> SimpleUploadedFile:
    return SimpleUploadedFile("mau.yaml", yaml.safe_dump(definition, allow_unicode=True).encode())


def test_a_questionnaire_comes_as_a_file_until_it_is_used(admin_client: Client) -> None:
    made = admin_client.post(url("questionnaire", "add"), {"file": yaml_file(make.EDITION)})
    assert made.status_code == 302, errors(made)
    row = Questionnaire.objects.get(code="tiny", edition=1)

    better = {**make.EDITION, "title": {"vi": "Tên mới", "en": "New"}}
    admin_client.post(url("questionnaire", "change", row.pk), {"file": yaml_file(better)})
    row.refresh_from_db()
    assert row.definition["title"]["vi"] == "Tên mới"
    page = text(admin_client.get(url("questionnaire", "change", row.pk)))
    assert page.index("code: tiny") < page.index("sections:")

    make.nation()
    make.campaign(edition=better)
    refused = admin_client.post(
        url("questionnaire", "change", row.pk), {"file": yaml_file(make.EDITION)}
    )
    assert refused.status_code == 403
    assert admin_client.get(url("questionnaire", "change", row.pk)).status_code == 200
    assert admin_client.post(url("questionnaire", "delete", row.pk)).status_code == 403
    row.refresh_from_db()
    assert row.definition["title"]["vi"] == "Tên mới"


def test_a_faulty_file_is_refused_on_the_form(admin_client: Client) -> None:
    wrong = yaml.safe_dump({**make.EDITION, "edition": 0}).encode()
    for content in (b"", b"\xff", b"a: [", b"code: x", wrong):
        page = admin_client.post(
            url("questionnaire", "add"), {"file": SimpleUploadedFile("mau.yaml", content)}
        )

        found = page.context["adminform"].form.errors["file"][0]
        assert "/" not in found, content
        assert not Questionnaire.objects.exists(), content


def test_an_edition_and_a_method_are_stored_once(admin_client: Client) -> None:
    make.questionnaire()
    make.method()

    for model, definition in (("questionnaire", make.EDITION), ("method", make.METHOD)):
        page = admin_client.post(url(model, "add"), {"file": yaml_file(definition)})
        assert "file" in page.context["adminform"].form.errors


def test_a_method_comes_as_a_file(admin_client: Client) -> None:
    made = admin_client.post(url("method", "add"), {"file": yaml_file(make.METHOD)})

    assert made.status_code == 302, errors(made)


UNIT = {
    "tier": "commune",
    "code": "09999",
    "in_force_0": "01/07/2025",
    "in_force_1": "",
    "opened_by": "",
    "closed_by": "",
    "versions-TOTAL_FORMS": "1",
    "versions-INITIAL_FORMS": "0",
    "versions-0-name": "Đồng Hỷ",
    "versions-0-full_name": "Xã Đồng Hỷ",
    "versions-0-type": "Xã",
    "versions-0-in_force_0": "01/07/2025",
    "versions-0-in_force_1": "",
    "versions-0-law": "",
}


def test_a_unit_is_made_with_its_first_version(admin_client: Client) -> None:
    province = make.province()

    made = admin_client.post(url("unit", "add"), {**UNIT, "versions-0-parent": province.pk})

    assert made.status_code == 302, errors(made)
    version = UnitVersion.objects.get(full_name="Xã Đồng Hỷ")
    assert (version.parent, version.in_force.lower) == (province, date(2025, 7, 1))
    assert "dong hy" in version.search_key
    assert version.sort_key
    found = text(admin_client.get(url("unit", "changelist"), {"q": "dong hy"}))
    assert "Xã Đồng Hỷ" in found


def test_what_the_database_refuses_at_the_end_is_an_error_on_the_form(
    admin_client: Client,
) -> None:
    page = admin_client.post(
        url("unit", "add"),
        {**UNIT, "versions-0-parent": "", "versions-0-in_force_0": "01/07/2024"},
    )

    assert "Xã Đồng Hỷ" in errors(page)
    assert not Unit.objects.exists()


def test_two_units_with_one_code_a_day_are_refused_on_the_form(admin_client: Client) -> None:
    make.commune(code="09999")

    page = admin_client.post(url("unit", "add"), {**UNIT, "versions-0-parent": ""})

    assert "errornote" in text(page)
    assert Unit.objects.filter(code="09999").count() == 1


def test_a_succession_on_another_day_is_refused_on_the_form(admin_client: Client) -> None:
    old = make.unit("Cũ", tier=Tier.COMMUNE, since=date(2020, 1, 1), until=make.MAP_BEGAN)
    new = make.unit("Mới", tier=Tier.COMMUNE)
    values = {"old": old.pk, "new": new.pk, "kind": "same", "people_share": "1"}

    page = admin_client.post(url("succession", "add"), {**values, "on": "02/07/2025"})
    assert "2025-07-02" in errors(page)

    made = admin_client.post(url("succession", "add"), {**values, "on": "01/07/2025"})
    assert made.status_code == 302, errors(made)
    assert Succession.objects.count() == 1


def test_what_citizens_gave_is_never_changed_here(admin_client: Client, world: Campaign) -> None:
    rows = {"response": Response, "comment": Comment, "campaignunit": CampaignUnit}
    for model, table in rows.items():
        pk = table._default_manager.values_list("pk", flat=True)[0]
        change, delete = url(model, "change", pk), url(model, "delete", pk)

        assert admin_client.get(url(model, "add")).status_code == 403, model
        assert admin_client.post(change, {"answers": "11111111"}).status_code == 403, model
        assert admin_client.post(delete, {"post": "yes"}).status_code == 403, model


def test_sheets_are_found_by_the_code_of_their_unit(admin_client: Client, world: Campaign) -> None:
    other = make.commune(code="05446")
    second = make.campaign()
    make.responses(second, other, [3])

    page = admin_client.get(url("response", "changelist"), {"q": "05446"})

    assert page.context["cl"].result_count == 1
    assert (
        admin_client.get(url("response", "changelist"), {"q": "x"}).context["cl"].result_count == 0
    )


def test_the_list_of_sheets_never_counts_them_all(admin_client: Client, world: Campaign) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        admin_client.get(url("response", "changelist"))

    counts = [q["sql"] for q in queries if "COUNT(" in q["sql"] and "surveys_response" in q["sql"]]
    assert counts
    assert all("LIMIT" in sql for sql in counts)
    assert len(queries) < 12


def test_a_sheet_is_shown_question_by_question(admin_client: Client, world: Campaign) -> None:
    sheet = Response.objects.filter(answers__startswith="2")[0]

    page = text(admin_client.get(url("response", "change", sheet.pk)))

    assert "c01: 2" in page
    assert "m1: -" in page


def test_cells_totals_and_releases_of_a_unit_stand_on_one_page(
    admin_client: Client, world: Campaign
) -> None:
    refresh(clock=timezone.now)

    page = admin_client.get(
        reverse("admin:results_figures"), {"campaign": "dot-2026", "unit": "05443"}
    )

    rows = page.context["rows"]
    assert page.status_code == 200
    # Counted and set aside: of the unit itself, with all below it; then what is released of each.
    assert [row.n for row in rows if row.period == "11/2026"] == [3, 1, 3, 1, 3, 3]
    assert any(row.n == 3 and "5: 1" in row.counts for row in rows)
    assert page.context["rows"][-1].n == 3  # released: four sheets, one set aside


def test_the_page_of_figures_takes_any_question(admin_client: Client, world: Campaign) -> None:
    queries: list[dict[str, str]] = [{}, {"campaign": "x"}, {"campaign": "dot-2026", "unit": "x"}]
    for query in queries:
        assert admin_client.get(reverse("admin:results_figures"), query).status_code == 200, query


def test_a_published_index_may_come_from_an_article(admin_client: Client) -> None:
    page = admin_client.post(
        url("publishedindex", "add", app="results"),
        {
            "year": "2024",
            "index_name": "SIPAS",
            "unit_level": "quốc gia",
            "unit_name": "Cả nước",
            "value": "83.94",
            "source": "Báo Thái Nguyên 13/06/2022",
        },
    )

    assert page.status_code == 302, errors(page)
    assert PublishedIndex.objects.get().value == "83.94"


def test_a_published_index_without_figure_is_refused(admin_client: Client) -> None:
    page = admin_client.post(
        url("publishedindex", "add", app="results"),
        {"year": "2024", "index_name": "S", "unit_level": "q", "unit_name": "C", "source": "B"},
    )

    assert "errornote" in text(page)


def test_days_are_read_day_first(admin_client: Client) -> None:
    admin_client.post(url("campaign", "add"), campaign_post(opens_on="03/04/2026"))

    assert Campaign.objects.get().opens_on == date(2026, 4, 3)
