"""Two people publish: one proposes, another confirms; until then nothing of it is public."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from results.counting import refresh
from results.models import Release, Total
from results.releasing import publication
from surveys.models import AuditEntry, Campaign, Proposal, Unit
from surveys.people import signing_in
from surveys.rights.acts import Role
from tests import make
from tests.officials.campaigning import PANEL, logged, manager, opened, today

pytestmark = pytest.mark.django_db
PAGE = f"{PANEL}dot-thu/cong-bo/"


@pytest.fixture
def commune() -> Unit:
    made = make.commune("Phú Bình", code="05500")
    make.counter(made)
    return made


@pytest.fixture
def binh(commune: Unit) -> Client:
    return manager("binh", commune)


@pytest.fixture
def cuong(commune: Unit) -> Client:
    return manager("cuong", commune)


@pytest.fixture
def campaign(binh: Client, commune: Unit) -> Campaign:
    """A campaign that has closed, with sheets enough for a release."""
    made = opened(binh, commune)
    yesterday = today() - timedelta(days=1)
    Campaign.objects.update(opens_on=today() - timedelta(days=9), closes_on=yesterday)
    make.responses(made, commune, [4, 5, 3, 4], on=yesterday)
    made.refresh_from_db()
    return made


def proposal() -> dict[str, object]:
    return {"proposal": Proposal.objects.get(outcome="waiting").pk}


def tonight() -> datetime:
    return timezone.now()


def test_nothing_is_released_before_two_have_agreed(
    campaign: Campaign, binh: Client, cuong: Client
) -> None:
    Campaign.objects.update(publication="live")
    refresh.refresh(campaign, clock=timezone.now)
    assert Total.objects.filter(campaign=campaign).exists()
    assert publication.publish_due(now=tonight()) == []
    with pytest.raises(CommandError):
        call_command("publish_results", "dot-thu")
    assert not Release.objects.exists()

    assert binh.post(PAGE).status_code == 302
    assert not Release.objects.exists()
    cuong.post(f"{PAGE}xac-nhan/", proposal())

    release = Release.objects.get()
    assert release.units == 1
    made = Campaign.objects.get()
    assert not made.held
    assert made.published_at == release.released_at
    assert binh.get(f"{PANEL}dot-thu/").context["state"] == "published"
    row = Proposal.objects.get()
    assert (row.outcome, row.release) == ("confirmed", 1)


def test_both_names_stand_in_the_log(campaign: Campaign, binh: Client, cuong: Client) -> None:
    binh.post(PAGE, {"reason": "Lần đầu"})
    cuong.post(f"{PAGE}xac-nhan/", proposal())

    asked, agreed = logged("release.propose"), logged("release.confirm")
    assert (asked.who, agreed.who) == ("binh", "cuong")
    assert asked.campaign == agreed.campaign == campaign
    assert agreed.after == {
        "proposed_by": "binh",
        "decided_by": "cuong",
        "proposal": Proposal.objects.get().pk,
    }


def test_nobody_confirms_alone(campaign: Campaign, binh: Client) -> None:
    binh.post(PAGE)

    binh.post(f"{PAGE}xac-nhan/", proposal())

    assert not Release.objects.exists()
    assert Proposal.objects.get().outcome == "waiting"
    assert "xac-nhan" not in binh.get(PAGE).content.decode()
    row = Proposal.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.update(
            outcome="confirmed", decided_by=row.proposed_by, decided_at=timezone.now()
        )


def test_a_refusal_takes_a_reason_and_leaves_nothing_public(
    campaign: Campaign, binh: Client, cuong: Client
) -> None:
    binh.post(PAGE)
    waiting = proposal()

    assert cuong.post(f"{PAGE}tu-choi/", {**waiting, "answer": " "}).status_code == 422
    assert (
        cuong.post(f"{PAGE}tu-choi/", {**waiting, "answer": "Còn thiếu phiếu"}).status_code == 302
    )

    row = Proposal.objects.get()
    assert (row.outcome, row.answer) == ("refused", "Còn thiếu phiếu")
    assert logged("release.refuse").reason == "Còn thiếu phiếu"
    assert not Release.objects.exists()
    assert Campaign.objects.get().held
    # Who looks at an old page confirms nothing.
    cuong.post(f"{PAGE}xac-nhan/", waiting)
    assert not Release.objects.exists()
    binh.post(PAGE)
    assert Proposal.objects.filter(outcome="waiting").count() == 1


def test_a_page_that_shows_an_older_proposal_confirms_nothing(
    campaign: Campaign, binh: Client, cuong: Client
) -> None:
    binh.post(PAGE)
    old = proposal()
    binh.post(f"{PAGE}tu-choi/", {**old, "answer": "Nhầm đợt"})
    assert Proposal.objects.get().outcome == "withdrawn"
    assert logged("release.withdraw").who == "binh"
    binh.post(PAGE)

    cuong.post(f"{PAGE}xac-nhan/", old)

    assert not Release.objects.exists()


def test_only_one_proposal_waits(campaign: Campaign, binh: Client, cuong: Client) -> None:
    binh.post(PAGE)

    assert cuong.post(PAGE).status_code == 422
    assert Proposal.objects.count() == 1


def test_the_password_is_asked_for_again(campaign: Campaign, binh: Client) -> None:
    session = binh.session
    session[signing_in.CONFIRMED_AT] = 0
    session.save()

    reply = binh.post(PAGE)

    assert reply["Location"].startswith("/quan-tri/tai-khoan/xac-nhan/")
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST, Role.REVIEWER, Role.DATA_ENTRY])
def test_other_roles_neither_propose_nor_confirm(
    campaign: Campaign, commune: Unit, binh: Client, role: Role
) -> None:
    binh.post(PAGE)
    other = manager("dung", commune, role)

    assert other.post(PAGE).status_code == 403
    assert other.post(f"{PAGE}xac-nhan/", proposal()).status_code == 403
    assert not Release.objects.exists()


def test_who_may_publish_at_a_part_does_not_publish_the_whole(commune: Unit) -> None:
    other = make.commune("Bên Cạnh", code="05502")
    make.counter(other)
    nation = manager("an", make.nation())
    opened(nation, commune, scope="05500\n05502")
    Campaign.objects.update(
        opens_on=today() - timedelta(days=9), closes_on=today() - timedelta(days=1)
    )
    nation.post(PAGE)
    part = manager("binh", commune)

    assert part.get(PAGE).status_code == 200
    for page, data in (("", {}), ("xac-nhan/", proposal()), ("tu-choi/", proposal())):
        assert part.post(PAGE + page, data).status_code == 403
    assert Proposal.objects.get().outcome == "waiting"


def test_results_announced_for_after_the_close_are_not_published_before(
    binh: Client, commune: Unit
) -> None:
    opened(binh, commune)

    assert binh.post(PAGE).status_code == 422
    Campaign.objects.update(publication="live")
    assert binh.post(PAGE).status_code == 302


def test_a_correction_of_the_final_release_needs_a_public_reason(
    campaign: Campaign, binh: Client, cuong: Client
) -> None:
    binh.post(PAGE)
    cuong.post(f"{PAGE}xac-nhan/", proposal())
    Release.objects.update(final=True)

    assert binh.post(PAGE, {"reason": "Sửa"}).status_code == 422
    make.responses(campaign, Unit.objects.get(code="05500"), [1, 1, 1], on=campaign.closes_on)
    reason = "Bổ sung một tập phiếu giấy bị bỏ sót"
    assert binh.post(PAGE, {"reason": reason}).status_code == 302
    cuong.post(f"{PAGE}xac-nhan/", proposal())

    assert Release.objects.order_by("-number")[0].reason == reason
    assert Release.objects.count() == 2
    assert AuditEntry.objects.filter(deed="release.confirm", reason=reason).count() == 1


def test_a_proposal_that_the_final_release_overtook_is_not_confirmed(
    campaign: Campaign, binh: Client, cuong: Client
) -> None:
    binh.post(PAGE)
    cuong.post(f"{PAGE}xac-nhan/", proposal())
    binh.post(PAGE)
    Release.objects.update(final=True)

    assert cuong.post(f"{PAGE}xac-nhan/", proposal()).status_code == 302

    assert Proposal.objects.filter(outcome="waiting").exists()
    assert Release.objects.count() == 1


def test_the_list_says_how_far_each_is_and_what_comes_next(
    campaign: Campaign, binh: Client, commune: Unit
) -> None:
    refresh.refresh(campaign, clock=timezone.now)

    [line] = binh.get(PANEL).context["lines"]
    assert (line.state, line.sheets, line.units) == ("closed", 4, 1)
    assert line.address == PAGE
    [of_nation] = manager("an", make.nation()).get(PANEL).context["lines"]
    assert (of_nation.sheets, of_nation.units) == (4, 3)
    [seen] = manager("dung", commune, Role.VIEWER).get(PANEL).context["lines"]
    assert seen.address == f"{PANEL}dot-thu/"
    binh.post(PAGE)
    [waiting] = binh.get(PANEL).context["lines"]
    assert waiting.next_act != line.next_act


def test_the_list_asks_no_more_for_more_campaigns(
    campaign: Campaign, binh: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    def queries() -> int:
        with django_assert_max_num_queries(16) as asked:
            assert binh.get(PANEL).status_code == 200
        return len(asked)

    few = queries()
    for number in range(5):
        make.campaign(slug=f"dot-{number}", tree_day=today())

    assert queries() == few


def test_sheets_of_a_unit_within_another_are_counted_once(
    campaign: Campaign, commune: Unit
) -> None:
    refresh.refresh(campaign, clock=timezone.now)
    user = make.official("hai", role=Role.MANAGER, at=commune)
    above = Unit.objects.get(tier="province")
    make.grant(user, Role.MANAGER, above)
    client = Client()
    client.force_login(user)

    [line] = client.get(PANEL).context["lines"]

    assert (line.sheets, line.units) == (4, 2)
