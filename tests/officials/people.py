"""Officials at the door: signed in as a browser is after the page of signing in."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from surveys.people import signing_in

PASSWORD = "ngoi nha mau xanh 27"  # noqa: S105 - of made-up people


def sign_in(client: Client, user: User, *, two_steps: bool = False) -> Client:
    """Sign in without the pages, and leave the session as they do."""
    client.force_login(user)
    session = client.session
    session[signing_in.TWO_STEPS] = two_steps
    session[signing_in.CONFIRMED_AT] = timezone.now().timestamp()
    session.save()
    return client
