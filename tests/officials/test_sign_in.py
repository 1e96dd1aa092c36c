"""Signing in: the password, the second step, lock-out, sessions, being asked again."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from surveys.models import AuditEntry, FailedSignIn, SignedIn
from surveys.oversight.deeds import Deed
from surveys.people import lockout, second_factors, totp
from surveys.rights.acts import Role
from tests import make
from tests.answering import Reply
from tests.officials.people import PASSWORD, sign_in

pytestmark = pytest.mark.django_db
SIGN_IN = "/quan-tri/dang-nhap/"
SECOND = f"{SIGN_IN}buoc-hai/"
START = "/quan-tri/"
OWN = "/quan-tri/tai-khoan/"


class Clock:
    """The time as the site reads it, moved by the test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = timezone.now()
        monkeypatch.setattr(timezone, "now", lambda: self.now)

    def move(self, **by: float) -> datetime:
        self.now += timedelta(**by)
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def mai() -> User:
    """Mai keys paper at a commune, and has a password."""
    user = make.official("mai", role=Role.DATA_ENTRY, at=make.commune())
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def secret(mai: User, clock: Clock) -> bytes:
    """Mai's app, set up long ago."""
    made = totp.new_secret()
    code = code_of(made, clock.now)
    assert second_factors.add_authenticator(mai, made, code, now=clock.now)
    clock.move(hours=1)
    return made


def code_of(secret: bytes, now: datetime) -> str:
    return totp.code_at(secret, int(now.timestamp()) // 30)


def give(client: Client, password: str = PASSWORD, name: str = "mai", **more: str) -> Reply:
    return client.post(SIGN_IN, {"username": name, "password": password, **more})


def test_a_password_opens_the_panel_and_is_logged(client: Client, mai: User) -> None:
    reply = give(client, next="/quan-tri/giay/")

    assert reply["Location"] == "/quan-tri/giay/"
    opened = client.get(START)
    assert (opened.status_code, opened["Cache-Control"]) == (200, "no-store")
    entry = AuditEntry.objects.get()
    assert (entry.deed, entry.user, entry.address) == (Deed.SIGN_IN.value, mai, "127.0.0.0/24")
    assert entry.unit is not None
    cookie = client.cookies["sessionid"]
    assert (cookie["path"], cookie["httponly"]) == ("/quan-tri/", True)


@pytest.mark.parametrize(
    "elsewhere", ["https://example.com/", "//example.com/quan-tri/", "/ket-qua/", "javascript:0"]
)
def test_signing_in_leads_nowhere_else(client: Client, mai: User, elsewhere: str) -> None:
    assert give(client, next=elsewhere)["Location"] == START


def test_which_of_the_two_is_wrong_is_not_told(client: Client, mai: User) -> None:
    replies = [give(client, "sai"), give(client, PASSWORD, "khong-co")]

    assert [reply.status_code for reply in replies] == [422, 422]
    first, second = ([*reply.context["form"].non_field_errors()] for reply in replies)
    assert first == second != []
    assert client.get(START).status_code == 302


def test_a_closed_account_does_not_sign_in(client: Client, mai: User) -> None:
    User.objects.update(is_active=False)

    assert give(client).status_code == 422


def test_ten_failures_lock_an_account_for_a_while(client: Client, mai: User, clock: Clock) -> None:
    for _try in range(lockout.FAILURES_OF_ACCOUNT):
        assert give(client, "sai").status_code == 422

    assert give(client).status_code == 429
    assert give(client, name="MAI").status_code == 429
    assert AuditEntry.objects.get().deed == Deed.SIGN_IN_REFUSED.value

    clock.move(minutes=16)
    assert give(client).status_code == 302
    assert not FailedSignIn.objects.filter(key=lockout._key("account", "mai")).exists()


def test_strangers_lock_an_account_for_strangers_only(client: Client, mai: User) -> None:
    give(client)
    now = timezone.now()
    for _try in range(lockout.FAILURES_OF_ACCOUNT):
        lockout.note_failure("mai", "203.113.131.77", now=now)
    account = {"username": "mai", "password": PASSWORD}

    assert Client().post(SIGN_IN, account, REMOTE_ADDR="203.113.131.77").status_code == 429
    assert Client().post(SIGN_IN, account, REMOTE_ADDR="10.0.0.9").status_code == 429
    assert give(Client()).status_code == 302


def test_a_known_network_is_counted_too(client: Client, mai: User) -> None:
    give(client)

    for _try in range(lockout.FAILURES_OF_ACCOUNT):
        assert give(Client(), "sai").status_code == 422

    assert give(Client()).status_code == 429


def test_an_address_is_locked_whatever_accounts_it_tries(client: Client, mai: User) -> None:
    now = timezone.now()
    for number in range(lockout.FAILURES_OF_ADDRESS):
        lockout.note_failure(f"ai-{number}", "127.0.0.1", now=now)

    assert give(client).status_code == 429
    assert (
        client.post(
            SIGN_IN, {"username": "mai", "password": PASSWORD}, REMOTE_ADDR="10.0.0.9"
        ).status_code
        == 302
    )


def test_the_client_behind_a_proxy_is_the_one_it_names(
    client: Client, mai: User, settings: Settings
) -> None:
    """With one proxy the last part is its word; what stands before it anyone may write."""
    settings.PROXIES = 1
    forwarded = "10.9.9.9, 203.113.131.77"

    client.post(
        SIGN_IN, {"username": "mai", "password": PASSWORD}, headers={"X-Forwarded-For": forwarded}
    )

    assert AuditEntry.objects.get().address == "203.113.131.0/24"


class TestSecondStep:
    def test_the_password_alone_opens_nothing(self, client: Client, secret: bytes) -> None:
        reply = give(client, next="/quan-tri/giay/")

        assert reply["Location"].startswith(SECOND)
        assert client.get(START).status_code == 302
        assert not AuditEntry.objects.exists()

    def test_the_code_of_now_opens_once(self, client: Client, secret: bytes, clock: Clock) -> None:
        give(client)
        code = code_of(secret, clock.now)

        reply = client.post(SECOND, {"code": code, "next": "/quan-tri/giay/"})
        again = Client()
        give(again)

        assert reply["Location"] == "/quan-tri/giay/"
        assert client.get(START).status_code == 200
        assert again.post(SECOND, {"code": code}).status_code == 422

    def test_ten_wrong_codes_lock_the_account(self, client: Client, secret: bytes) -> None:
        give(client)
        for _try in range(lockout.FAILURES_OF_ACCOUNT):
            assert client.post(SECOND, {"code": "000000"}).status_code == 422

        assert client.post(SECOND, {"code": "000000"}).status_code == 429
        assert give(Client()).status_code == 429

    def test_giving_the_password_again_does_not_begin_the_count_anew(
        self, client: Client, secret: bytes
    ) -> None:
        for _try in range(lockout.FAILURES_OF_ACCOUNT):
            give(client)
            client.post(SECOND, {"code": "000000"})

        assert give(client).status_code == 429

    def test_it_is_awaited_for_ten_minutes(
        self, client: Client, secret: bytes, clock: Clock
    ) -> None:
        give(client)
        clock.move(minutes=11)

        reply = client.post(SECOND, {"code": code_of(secret, clock.now)})

        assert reply["Location"] == SIGN_IN

    def test_a_recovery_code_opens_once(self, client: Client, mai: User, secret: bytes) -> None:
        codes = second_factors.new_recovery_codes(mai)
        assert len(set(codes)) == second_factors.RECOVERY_CODES
        give(client)

        assert client.post(SECOND, {"code": f" {codes[3].upper()} "}).status_code == 302
        again = Client()
        give(again)
        assert again.post(SECOND, {"code": codes[3]}).status_code == 422
        assert second_factors.recovery_codes_left(mai) == second_factors.RECOVERY_CODES - 1

    def test_a_secret_sealed_with_another_key_leaves_the_recovery_codes(
        self, client: Client, mai: User, secret: bytes, settings: Settings, clock: Clock
    ) -> None:
        codes = second_factors.new_recovery_codes(mai)
        settings.SECRET_KEY = "another"  # noqa: S105 - made up
        give(client)

        assert client.post(SECOND, {"code": code_of(secret, clock.now)}).status_code == 422
        assert client.post(SECOND, {"code": codes[0]}).status_code == 302


class TestAdministrators:
    @pytest.fixture(autouse=True)
    def _not_waived(self, settings: Settings) -> None:
        settings.SECOND_FACTOR_WAIVED = False

    def test_without_a_second_factor_they_get_to_nothing_else(self, client: Client) -> None:
        user = sign_in(client, make.official("thu", role=Role.ADMINISTRATOR))

        reply = user.get(START)
        assert reply["Location"].startswith("/quan-tri/tai-khoan/hai-buoc/")
        assert user.get(reply["Location"]).status_code == 200
        superuser = sign_in(Client(), User.objects.create(username="goc", is_superuser=True))
        assert superuser.get(START).status_code == 302
        admin = superuser.get("/quan-tri/he-thong/", follow=True)
        assert admin.redirect_chain[-1][0].startswith("/quan-tri/tai-khoan/hai-buoc/")

    def test_others_may_go_on_without(self, client: Client, mai: User) -> None:
        give(client)

        assert client.get(START).status_code == 200

    def test_setting_up_an_app_opens_the_panel_and_gives_codes(
        self, client: Client, clock: Clock
    ) -> None:
        thu = make.official("thu", role=Role.ADMINISTRATOR)
        clock.move(minutes=1)
        elsewhere = sign_in(Client(), thu)
        sign_in(client, thu)
        page = client.get(f"{OWN}hai-buoc/ung-dung/")
        secret = page.context["letters"].replace(" ", "")
        assert client.post(f"{OWN}hai-buoc/ung-dung/", {"code": "000000"}).status_code == 422
        assert client.get(START).status_code == 302

        code = code_of(base64.b32decode(secret), clock.now)
        reply = client.post(f"{OWN}hai-buoc/ung-dung/", {"code": code})

        assert len(reply.context["codes"]) == second_factors.RECOVERY_CODES
        assert client.get(START).status_code == 200
        # A session begun by the password alone must begin again, in two steps.
        assert elsewhere.get(START)["Location"].startswith(SIGN_IN)
        assert client.post(f"{OWN}hai-buoc/bo/", {"which": "app"}).status_code == 302
        assert second_factors.has_any(thu)

    def test_django_s_admin_has_no_way_in_of_its_own(self, client: Client) -> None:
        reply = client.post("/quan-tri/he-thong/login/", {"username": "x", "password": "y"})

        assert reply["Location"].startswith(SIGN_IN)
        mai = sign_in(Client(), make.official("mai", role=Role.ADMINISTRATOR), two_steps=True)
        assert mai.get("/quan-tri/he-thong/", follow=True).status_code == 403


class TestOwnAccount:
    def test_it_lists_where_one_is_signed_in_and_ends_it(self, mai: User) -> None:
        here, there = Client(), Client()
        for client in (here, there):
            give(client)
        page = here.get(OWN)
        assert len(page.context["sessions"]) == 2

        here.post(f"{OWN}noi-khac/")

        assert there.get(START).status_code == 302
        assert here.get(START).status_code == 200
        assert SignedIn.objects.count() == 1

    def test_a_new_password_ends_all_other_sessions(self, mai: User) -> None:
        here, there = Client(), Client()
        for client in (here, there):
            give(client)
        new = "mot con duong dai 88"
        change = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}

        assert here.post(f"{OWN}mat-khau/", {**change, "old_password": "sai"}).status_code == 422
        short = {**change, "new_password1": "ngan 12", "new_password2": "ngan 12"}
        assert here.post(f"{OWN}mat-khau/", short).status_code == 422
        assert here.post(f"{OWN}mat-khau/", change).status_code == 302

        assert here.get(START).status_code == 200
        assert there.get(START).status_code == 302
        assert give(Client()).status_code == 422
        assert give(Client(), new).status_code == 302

    def test_what_matters_asks_again_after_a_while(
        self, client: Client, mai: User, clock: Clock
    ) -> None:
        page = f"{OWN}hai-buoc/"
        give(client)
        assert client.get(page).status_code == 200
        clock.move(minutes=11)

        asked = client.get(page)["Location"]

        assert asked.startswith(f"{OWN}xac-nhan/")
        assert client.post(asked, {"password": "sai"}).status_code == 422
        assert client.post(asked, {"password": PASSWORD})["Location"] == page
        assert client.get(page).status_code == 200

    def test_with_two_steps_the_second_is_asked_and_not_the_password(
        self, client: Client, secret: bytes, clock: Clock
    ) -> None:
        give(client)
        client.post(SECOND, {"code": code_of(secret, clock.now)})
        clock.move(minutes=11)
        ask = f"{OWN}xac-nhan/"

        assert client.post(ask, {"password": PASSWORD, "code": ""}).status_code == 422
        assert client.post(ask, {"code": code_of(secret, clock.now)}).status_code == 302


def test_the_frame_costs_a_page_few_queries(
    client: Client, mai: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    give(client)
    client.get(START)

    with django_assert_max_num_queries(12):
        assert client.get(START).status_code == 200
