"""Every address of the panel × every role × where it is held, from the URL configuration."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core import signing
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from surveys.bulk.import_views import SALT
from surveys.models import Unit
from surveys.officials import FREE_PARTS, MARK, OBJECTS, Rule
from surveys.rights.acts import ACTS, Act, Role
from surveys.units.map_change_views import SALT as MAP_SALT
from tests import make
from tests.officials.people import sign_in
from tests.officials.world import MARKED, World, world

pytestmark = pytest.mark.django_db

# The second entry is for anyone but who keyed the first, and `world` has the user key it.
NOT_FOR_WHO_KEYS = "second"
# Whether data are set aside is not for the unit they are of.
NOT_FOR_OWN_UNIT = {"set_aside", "take_back"}
# Signing in and out, and one's own account: shown without a role, and about no unit.
FOR_ANYONE = {
    "login",
    "second_step",
    "logout",
    "accept_invitation",
    "own_account",
    "password",
    "sign_out_others",
    "confirm",
    "second_factors",
    "add_app",
    "add_passkey",
    "remove_factor",
    "new_codes",
}


def panel_patterns() -> Iterator[URLPattern]:
    """Yield every address under /quan-tri/ but those of Django's own admin."""

    def walk(resolver: URLResolver, path: str) -> Iterator[tuple[str, URLPattern]]:
        for entry in resolver.url_patterns:
            here = path + str(entry.pattern)
            if isinstance(entry, URLPattern):
                yield here, entry
            elif entry.namespace != "admin":
                yield from walk(entry, here)

    for path, pattern in walk(get_resolver(), ""):
        if path.startswith("quan-tri/"):
            yield pattern


PATTERNS = {str(pattern.name): pattern for pattern in panel_patterns()}


def rule_of(pattern: URLPattern) -> Rule:
    callback: Callable[..., HttpResponse] = pattern.callback
    rule = callback.__dict__.get(MARK)
    assert isinstance(rule, Rule), f"{pattern.name}: the view has no panel_page(Act. …)"
    return rule


def test_every_address_has_a_name_of_its_own() -> None:
    assert len(PATTERNS) == len(list(panel_patterns())) > 20


@pytest.mark.parametrize("name", PATTERNS)
def test_every_page_declares_its_act_and_its_parts(name: str) -> None:
    rule_of(PATTERNS[name])
    assert rule_of(PATTERNS[name]).see or name in FOR_ANYONE
    unknown = set(PATTERNS[name].pattern.converters) - OBJECTS.keys() - FREE_PARTS
    assert not unknown, f"{name}: surveys.officials.OBJECTS does not look up {unknown}"


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", PATTERNS)
def test_only_who_may_comes_in_and_only_where(name: str, method: str) -> None:
    rule = rule_of(PATTERNS[name])
    act = rule.see if method == "get" else rule.change
    if act is None:
        return
    there = world()
    address = address_of(name, there)
    user = User.objects.create(username="binh")
    session = sign_in(Client(), user).cookies[settings.SESSION_COOKIE_NAME].value

    def ask(
        role: Role | None = None,
        at: Unit | None = None,
        *,
        signed_in: bool = True,
        may_all: bool = False,
    ) -> HttpResponse:
        client = Client()
        # Rights, and what a page does, are taken back before the next asks.
        with transaction.atomic():
            if signed_in:
                client.cookies[settings.SESSION_COOKIE_NAME] = session
                there.batch.keyed_by = user
                there.batch.save()
            if role is not None and at is not None:
                make.grant(user, role, at)
            if may_all:
                User.objects.filter(pk=user.pk).update(is_superuser=True)
            data = posted(there, user) if method == "post" else None
            reply: HttpResponse = getattr(client, method)(address, data)
            transaction.set_rollback(True)
        return reply

    reply = ask(signed_in=False)
    assert reply.status_code == 302
    assert reply["Location"].startswith("/quan-tri/dang-nhap/")
    assert ask().status_code == 403
    has_object = bool(PATTERNS[name].pattern.converters.keys() & OBJECTS.keys())
    for role in Role:
        for at in places(there, act, role):
            check(
                ask(role, at),
                rule,
                role,
                act,
                at,
                there,
                has_object=has_object,
                name=name,
                method=method,
            )
    assert_let_in(ask(may_all=True), name)


def places(there: World, act: Act, role: Role) -> list[Unit]:
    if act not in ACTS[role]:
        return [there.inside]
    # Above works alike for all roles: each page is tried there by one of them.
    above = [there.above, make.nation()] if role == Role.ADMINISTRATOR else []
    return [there.inside, there.outside, *above]


def check(
    reply: HttpResponse,
    rule: Rule,
    role: Role,
    act: Act,
    at: Unit,
    there: World,
    *,
    has_object: bool,
    name: str,
    method: str,
) -> None:
    where = f"{name} as {role} at {at.code}"
    concerns_all = rule.nation and method == "post"
    if act not in ACTS[role] or (concerns_all and at != make.nation()):
        assert reply.status_code == 403, where
    elif at == there.outside and has_object:
        assert reply.status_code == 404, where
    elif at == there.inside and name in NOT_FOR_OWN_UNIT:
        assert reply.status_code == 403, where
    else:
        assert_let_in(reply, name)
    if at == there.outside and not reply.streaming:
        assert MARKED.encode() not in reply.content, f"{where} shows what lies elsewhere"


def assert_let_in(reply: HttpResponse, name: str) -> None:
    if name == NOT_FOR_WHO_KEYS:
        assert reply.status_code == 403
    else:
        assert reply.status_code not in {403, 404}, name
        assert reply.status_code < 500
        assert not reply.get("Location", "").startswith("/quan-tri/dang-nhap/")


def posted(there: World, user: User) -> dict[str, str]:
    """Return what pages that refuse an empty form need to find their object."""
    ticket = ["no-such-file.csv", there.campaign.pk, user.pk]
    of_map = ["no-such-file.csv", user.pk]
    return {
        "ticket": signing.dumps(ticket, salt=SALT),
        "map_ticket": signing.dumps(of_map, salt=MAP_SALT),
    }


def address_of(name: str, there: World) -> str:
    parts = there.parts()
    named = PATTERNS[name].pattern.converters
    return reverse(f"officials:{name}", kwargs={part: parts[part] for part in named})
