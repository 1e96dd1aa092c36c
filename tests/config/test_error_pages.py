"""Error pages: in the look of the site, in its language, even without a request."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils.translation import override
from django.views import defaults
from django.views.csrf import csrf_failure


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_fault_of_the_server_has_a_page_of_its_own(language: str) -> None:
    with override(language):
        html = render_to_string("500.html")

    assert f'<html lang="{language}">' in html
    assert 'class="masthead"' in html


def test_refusals_have_a_page_of_their_own(rf: RequestFactory) -> None:
    request = rf.get("/")
    with override("en"):
        pages = {
            400: defaults.bad_request(request, ValueError()),
            403: defaults.permission_denied(request, ValueError()),
            500: defaults.server_error(request),
        }
        forged = csrf_failure(request)

    assert {status: page.status_code for status, page in pages.items()} == {
        400: 400,
        403: 403,
        500: 500,
    }
    assert all(b'class="masthead"' in page.content for page in pages.values())
    assert b"The form has expired" in forged.content


def test_a_missing_page_leads_home_in_the_other_language(client: Client, db: None) -> None:
    html = client.get("/en/khong-co/").content.decode()

    assert "Page not found" in html
    assert 'href="/" lang="vi"' in html
