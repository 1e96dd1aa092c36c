"""Accounts: made by invitation, managed by who could have given all they hold."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from surveys.models import AuditEntry, Invitation, RoleGrant, Unit
from surveys.people import invitations, second_factors, totp
from surveys.rights.acts import Role
from surveys.rights.roles import Rights
from tests import make
from tests.answering import Reply
from tests.officials.people import PASSWORD, sign_in

pytestmark = pytest.mark.django_db
PEOPLE = "/quan-tri/nguoi-dung/"


@pytest.fixture
def province() -> Unit:
    return make.province("Thái Nguyên", code="19")


@pytest.fixture
def commune(province: Unit) -> Unit:
    return make.commune("Phú Bình", code="05900", parent=province)


@pytest.fixture
def thu(province: Unit) -> Client:
    """Thu manages the accounts of the province."""
    return sign_in(Client(), make.official("thu", at=province))


def wanted(**changes: str) -> dict[str, str]:
    return {
        "username": "mai.tran",
        "full_name": "Trần Thị Mai",
        "email": "mai@example.gov.vn",
        "role": Role.DATA_ENTRY.value,
        "unit": "05900",
        **changes,
    }


def held(name: str) -> list[tuple[str, str]]:
    user = User.objects.get(username=name)
    rights = Rights(user, now=timezone.now())
    return [(h.role.value, Unit.objects.get(pk=h.unit_id).code) for h in rights.held]


def accept(link: str, password: str = PASSWORD) -> Reply:
    path = link.removeprefix("http://testserver")
    return Client().post(path, {"new_password1": password, "new_password2": password})


@pytest.mark.usefixtures("commune")
def test_an_account_is_made_and_its_owner_chooses_the_password(thu: Client) -> None:
    page = thu.post(f"{PEOPLE}moi/", wanted())
    link = page.context["link"]

    assert held("mai.tran") == [("data_entry", "05900")]
    assert not mail.outbox
    assert link not in str(list(Invitation.objects.values()))
    assert accept(link, "12345678901234").status_code == 422
    assert accept(link).status_code == 302
    assert accept(link).status_code == 410
    mai = Client()
    account = {"username": "mai.tran", "password": PASSWORD}
    assert mai.post("/quan-tri/dang-nhap/", account).status_code == 302
    assert mai.get("/quan-tri/giay/").status_code == 200
    told = list(AuditEntry.objects.order_by("number").values_list("deed", flat=True))
    assert told == [
        "account.create",
        "role.grant",
        "account.invite",
        "account.accept",
        "account.sign_in",
    ]
    assert {entry.unit_id for entry in AuditEntry.objects.all()} == {
        Unit.objects.get(code="05900").pk
    }


@pytest.mark.usefixtures("commune")
def test_the_link_is_mailed_where_mail_is_set(thu: Client, settings: Settings) -> None:
    settings.EMAIL_HOST = "smtp.example.gov.vn"

    page = thu.post(f"{PEOPLE}moi/", wanted())

    assert page.context["mailed"]
    assert mail.outbox[0].to == ["mai@example.gov.vn"]
    assert page.context["link"] in mail.outbox[0].body


@pytest.mark.usefixtures("commune")
def test_a_link_expires_and_a_newer_one_replaces_it(
    thu: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = thu.post(f"{PEOPLE}moi/", wanted()).context["link"]
    mai = User.objects.get(username="mai.tran")
    second = thu.post(f"{PEOPLE}{mai.pk}/lien-ket/").context["link"]

    assert accept(first).status_code == 410
    late = timezone.now() + invitations.LASTS
    monkeypatch.setattr(timezone, "now", lambda: late)
    assert accept(second).status_code == 410


@pytest.mark.parametrize(
    "changes",
    [
        {"unit": "vn"},
        {"unit": "20"},
        {"unit": ""},
        {"role": "superuser"},
        {"username": "THU"},
        {"username": "a b"},
        {"until": "2020-01-01"},
    ],
)
@pytest.mark.usefixtures("commune")
def test_what_may_not_be_is_refused_on_the_form(thu: Client, changes: dict[str, str]) -> None:
    make.province("Khác", code="20")

    assert thu.post(f"{PEOPLE}moi/", wanted(**changes)).status_code == 422
    assert not User.objects.filter(username="mai.tran").exists()


def test_a_unit_is_found_by_its_name_and_several_are_shown(
    thu: Client, province: Unit, commune: Unit
) -> None:
    make.commune("Phú Bình Thượng", code="05901", parent=province)
    make.commune("Phú Lương", code="05902", parent=province)

    several = thu.post(f"{PEOPLE}moi/", wanted(unit="phu"))
    assert {row.unit.code for row in several.context["form"].found} == {"05900", "05901", "05902"}
    assert thu.post(f"{PEOPLE}moi/", wanted(unit="phu binh")).status_code == 200
    assert held("mai.tran") == [("data_entry", "05900")]


def test_a_role_ends_on_its_last_day(thu: Client, commune: Unit) -> None:
    day = timezone.localdate() + timedelta(days=3)
    thu.post(f"{PEOPLE}moi/", wanted(until=day.isoformat()))

    ends_at = RoleGrant.objects.get(role=Role.DATA_ENTRY).ends_at

    assert ends_at is not None
    assert timezone.localtime(ends_at).isoformat()[:19] == f"{day + timedelta(days=1)}T00:00:00"


def test_a_role_is_taken_back_at_once_after_being_asked(thu: Client, commune: Unit) -> None:
    mai = make.official("mai", role=Role.DATA_ENTRY, at=commune)
    client, grant = sign_in(Client(), mai), RoleGrant.objects.get(user=mai)
    assert client.get("/quan-tri/giay/").status_code == 200
    page = f"/quan-tri/vai-tro/{grant.pk}/thu-hoi/"

    assert thu.get(page).status_code == 200
    assert held("mai")
    thu.post(page)

    assert client.get("/quan-tri/giay/").status_code == 403
    assert RoleGrant.objects.filter(pk=grant.pk).exists()


def test_who_administers_for_one_campaign_gives_roles_for_it_alone(
    province: Unit, commune: Unit
) -> None:
    one, other = make.campaign(slug="mot"), make.campaign(slug="hai")
    thu = make.official("thu", at=province, campaign=one)
    make.official("khac", role=Role.VIEWER, at=commune, campaign=other)
    make.official("lan", role=Role.VIEWER, at=commune)
    client = sign_in(Client(), thu)
    make.commune("Nơi khác", code="07777")

    assert client.post(f"{PEOPLE}moi/", wanted()).status_code == 422
    assert client.post(f"{PEOPLE}moi/", wanted(campaign="hai")).status_code == 422
    assert client.post(f"{PEOPLE}moi/", wanted(campaign="mot", unit="07777")).status_code == 422
    assert client.post(f"{PEOPLE}moi/", wanted(campaign="mot")).status_code == 200

    grant = RoleGrant.objects.get(user__username="mai.tran")
    assert (grant.unit, grant.campaign) == (commune, one)
    shown = {line.user.username for line in client.get(PEOPLE).context["lines"]}
    assert shown == {"thu", "mai.tran"}
    for name in ("khac", "lan"):
        pk = RoleGrant.objects.get(user__username=name).pk
        assert client.post(f"/quan-tri/vai-tro/{pk}/thu-hoi/").status_code == 404


class TestWhoCouldNotHaveGivenIt:
    """An official of the commune with a role above it is not the commune's to manage."""

    @pytest.fixture
    def binh(self, commune: Unit) -> Client:
        return sign_in(Client(), make.official("binh", at=commune))

    @pytest.fixture
    def mai(self, commune: Unit, province: Unit) -> User:
        user = make.official("mai", role=Role.VIEWER, at=commune)
        make.grant(user, Role.VIEWER, province)
        return user

    @pytest.mark.parametrize("act", ["lien-ket", "dong", "mo", "bo-buoc-hai", "dang-xuat"])
    def test_they_cannot_act_on_the_account(self, binh: Client, mai: User, act: str) -> None:
        assert binh.post(f"{PEOPLE}{mai.pk}/{act}/").status_code == 403
        mai.refresh_from_db()
        assert mai.is_active

    def test_they_take_back_their_own_unit_s_role_only(self, binh: Client, mai: User) -> None:
        below, above = RoleGrant.objects.filter(user=mai).order_by("pk")

        assert binh.post(f"/quan-tri/vai-tro/{above.pk}/thu-hoi/").status_code == 404
        assert binh.post(f"/quan-tri/vai-tro/{below.pk}/thu-hoi/").status_code == 302
        assert held("mai") == [("viewer", "19")]

    def test_nor_on_their_own(self, binh: Client) -> None:
        own = User.objects.get(username="binh")

        assert binh.post(f"{PEOPLE}{own.pk}/dong/").status_code == 403

    def test_nor_on_a_superuser_s(self, binh: Client, commune: Unit) -> None:
        make.official("goc", at=commune)
        User.objects.filter(username="goc").update(is_superuser=True)
        pk = User.objects.get(username="goc").pk

        assert binh.post(f"{PEOPLE}{pk}/lien-ket/").status_code == 403

    def test_a_link_they_hold_dies_when_the_account_gets_more(
        self, binh: Client, thu: Client, commune: Unit
    ) -> None:
        link = binh.post(f"{PEOPLE}moi/", wanted()).context["link"]
        mai = User.objects.get(username="mai.tran")

        thu.post(f"{PEOPLE}{mai.pk}/", {"role": Role.MANAGER.value, "unit": "19"})

        assert ("manager", "19") in held("mai.tran")
        assert accept(link).status_code == 410


def test_closing_ends_sessions_and_roles_and_opening_gives_none_back(
    thu: Client, commune: Unit
) -> None:
    mai = make.official("mai", role=Role.DATA_ENTRY, at=commune)
    client = sign_in(Client(), mai)

    assert thu.get(f"{PEOPLE}{mai.pk}/dong/").status_code == 200
    thu.post(f"{PEOPLE}{mai.pk}/dong/")
    assert client.get("/quan-tri/").status_code == 302
    thu.post(f"{PEOPLE}{mai.pk}/mo/")

    mai.refresh_from_db()
    assert mai.is_active
    assert held("mai") == []


def test_a_lost_second_step_is_reset(thu: Client, commune: Unit) -> None:
    mai, now = make.official("mai", role=Role.DATA_ENTRY, at=commune), timezone.now()
    secret = totp.new_secret()
    code = totp.code_at(secret, int(now.timestamp()) // 30)
    assert second_factors.add_authenticator(mai, secret, code, now=now)
    second_factors.new_recovery_codes(mai)

    thu.post(f"{PEOPLE}{mai.pk}/bo-buoc-hai/")

    assert not second_factors.has_any(mai)
    assert second_factors.recovery_codes_left(mai) == 0


def test_the_operator_resets_it_for_the_last_superuser() -> None:
    goc, now = User.objects.create(username="goc", is_superuser=True), timezone.now()
    secret = totp.new_secret()
    code = totp.code_at(secret, int(now.timestamp()) // 30)
    assert second_factors.add_authenticator(goc, secret, code, now=now)

    call_command("reset_second_step", "goc", stdout=io.StringIO())

    assert not second_factors.has_any(goc)
    assert AuditEntry.objects.get().who == "manage.py"
    with pytest.raises(CommandError):
        call_command("reset_second_step", "khong-co")


def test_a_name_and_an_address_are_corrected_by_who_manages_the_account(
    thu: Client, commune: Unit, province: Unit
) -> None:
    mai = make.official("mai", role=Role.DATA_ENTRY, at=commune)
    page = f"{PEOPLE}{mai.pk}/sua/"
    assert thu.post(page, {"full_name": "Mai", "email": "khong"}).status_code == 422

    thu.post(page, {"full_name": "Trần Thị Mai", "email": "mai@example.gov.vn"})

    mai.refresh_from_db()
    assert (mai.first_name, mai.email) == ("Trần Thị Mai", "mai@example.gov.vn")
    assert AuditEntry.objects.get().after == {"changed": ["full_name", "email"]}
    make.grant(mai, Role.VIEWER, make.nation())
    assert thu.post(page, {"full_name": "Khác"}).status_code == 403


def test_an_account_is_signed_out_everywhere_by_who_manages_it(thu: Client, commune: Unit) -> None:
    mai = make.official("mai", role=Role.DATA_ENTRY, at=commune)
    mai.set_password(PASSWORD)
    mai.save()
    places = [Client(), Client()]
    for place in places:
        place.post("/quan-tri/dang-nhap/", {"username": "mai", "password": PASSWORD})
        assert place.get("/quan-tri/").status_code == 200
    assert thu.get(f"{PEOPLE}{mai.pk}/").context["n_sessions"] == 2

    thu.post(f"{PEOPLE}{mai.pk}/dang-xuat/")

    assert [place.get("/quan-tri/").status_code for place in places] == [302, 302]
    assert AuditEntry.objects.order_by("-number")[0].after == {"sessions": 2}
    assert held("mai") == [("data_entry", "05900")]


def test_the_list_finds_accounts_and_costs_a_fixed_number_of_queries(
    thu: Client, commune: Unit, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(60):
        make.official(f"can-bo-{number:02}", role=Role.DATA_ENTRY, at=commune)

    thu.get(PEOPLE)
    with django_assert_max_num_queries(12):
        assert len(thu.get(PEOPLE).context["lines"]) == 50
    assert len(thu.get(PEOPLE, {"page": 2}).context["lines"]) == 11
    assert len(thu.get(PEOPLE, {"q": "can-bo-1"}).context["lines"]) == 10
