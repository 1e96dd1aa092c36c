"""A passkey is made and used in a real browser, and the codes on paper help without it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from surveys.models import Passkey
from surveys.rights.acts import Role
from tests import make
from tests.journeys.test_accessibility import RULES, load_axe
from tests.officials.people import PASSWORD

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]


def key_in_the_machine(page: Page) -> None:
    """Plug a key of Chromium's own into the machine; it is always touched."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def give_password(page: Page, site: str) -> None:
    page.goto(f"{site}/quan-tri/dang-nhap/")
    page.fill("[name=username]", "mai")
    page.fill("[name=password]", PASSWORD)
    page.click("main [type=submit]")


def assert_clean(page: Page) -> None:
    load_axe(page)
    found = page.evaluate("rules => axe.run(document, rules)", RULES)["violations"]
    assert not [(rule["id"], rule["nodes"][0]["target"]) for rule in found]


def test_a_passkey_is_added_and_then_asked_for(live_server: LiveServer, page: Page) -> None:
    site = live_server.url.replace("127.0.0.1", "localhost")
    mai = make.official("mai", role=Role.DATA_ENTRY, at=make.commune())
    mai.set_password(PASSWORD)
    mai.save()
    key_in_the_machine(page)

    give_password(page, site)
    page.goto(f"{site}/quan-tri/tai-khoan/hai-buoc/")
    assert_clean(page)
    page.fill("[name=name]", "máy cơ quan")
    page.click("[data-passkey] [data-do]")
    expect(page.locator(".codes li")).to_have_count(10)
    assert_clean(page)
    code = page.locator(".codes li").first.inner_text()
    assert Passkey.objects.get().name == "máy cơ quan"

    page.click(".bar [action$='dang-xuat/'] [type=submit]")
    give_password(page, site)
    assert_clean(page)
    page.click("[data-passkey] [data-do]")
    expect(page.locator(".side")).to_be_visible()
    assert Passkey.objects.get().used_at is not None

    page.click(".bar [action$='dang-xuat/'] [type=submit]")
    give_password(page, site)
    page.fill("[name=code]", code)
    page.click("main [type=submit]")
    expect(page.locator(".side")).to_be_visible()


def test_an_answer_to_another_question_opens_nothing(live_server: LiveServer, page: Page) -> None:
    """What one sign-in was answered is not good for the next: the question differs."""
    site = live_server.url.replace("127.0.0.1", "localhost")
    mai = make.official("mai", role=Role.DATA_ENTRY, at=make.commune())
    mai.set_password(PASSWORD)
    mai.save()
    key_in_the_machine(page)
    give_password(page, site)
    page.goto(f"{site}/quan-tri/tai-khoan/hai-buoc/")
    page.click("[data-passkey] [data-do]")
    expect(page.locator(".codes li")).to_have_count(10)
    page.click(".bar [action$='dang-xuat/'] [type=submit]")

    give_password(page, site)
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.click("[data-passkey] [data-do]")
    answer = (sent.value.post_data_json or {})["passkey"]
    expect(page.locator(".side")).to_be_visible()
    page.click(".bar [action$='dang-xuat/'] [type=submit]")
    give_password(page, site)
    page.locator("[data-answer]").evaluate("(field, answer) => { field.value = answer }", answer)
    page.click("main [type=submit]")

    expect(page.locator("#code-fault")).to_be_visible()
