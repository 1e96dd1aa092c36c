"""Queries and server time of officials' list pages, with a nation's accounts, kiosks and log."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from results.bench.pages import page_figures
from results.bench.world import World
from surveys.models import Counter, Device, RoleGrant, Tier, Unit
from surveys.oversight import audit
from surveys.oversight.audit import Actor
from surveys.oversight.deeds import Deed
from surveys.people import signing_in
from surveys.rights.acts import Role

OVERVIEW = "start"
LISTS = (
    *("campaigns", "counters", "kiosks", "posters", "tickets", "proofs", "signs", "served"),
    *("batches", "comments", "commitments", "exports", "questionnaires", "units", "accounts"),
    *("stranded", "audit"),
)
ENTRIES = 2_000


def measure(world: World, *, views: int, say: Callable[[str], None]) -> dict[str, dict[str, float]]:
    """Return, by page and reader, queries, size, and milliseconds first and at the median.

    Readers are an administrator of the nation, and one of the province with the most communes.
    """
    with transaction.atomic():
        _people_and_kiosks()
    province = (
        Unit.objects.filter(tier=Tier.PROVINCE).order_by("-code").values_list("pk", flat=True)
    )
    readers = {"nation": Unit.objects.get(tier=Tier.NATION).pk, "province": province[0]}
    found = {}
    for who, unit in readers.items():
        client = _signed_in(f"bench-{who}", unit)
        for page in (OVERVIEW, *LISTS):
            name = f"{who}, {page}"
            found[name] = page_figures(client, reverse(f"officials:{page}"), views)
            say(f"{name}: {found[name]['median_ms']} ms, {found[name]['queries']} queries")
    return found


def _people_and_kiosks() -> None:
    """Give every unit an account and every counter a kiosk, and fill some of the log."""
    now = timezone.now()
    units = list(Unit.objects.order_by("code"))
    users = User.objects.bulk_create(User(username=f"can-bo-{unit.pk}") for unit in units)
    RoleGrant.objects.bulk_create(
        RoleGrant(user=user, role=Role.DATA_ENTRY, unit=unit)
        for user, unit in zip(users, units, strict=True)
    )
    Device.objects.bulk_create(
        Device(
            counter=counter,
            name=f"Máy {counter.code}",
            key_digest=counter.code,
            paired_by=users[0],
            paired_at=now,
            seen_at=now,
        )
        for counter in Counter.objects.all()
    )
    for number in range(ENTRIES):
        unit, user = units[number % len(units)], users[number % len(units)]
        by, facts = Actor(user, user.username), {"role": Role.DATA_ENTRY, "unit": unit.pk}
        audit.record(Deed.GRANT, by=by, to=user, unit=unit, after=facts)


def _signed_in(name: str, unit: int) -> Client:
    """Return a client as a browser is after the page of signing in."""
    user = User.objects.create(username=name)
    RoleGrant.objects.create(user=user, role=Role.ADMINISTRATOR, unit_id=unit)
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    session = client.session
    session[signing_in.TWO_STEPS] = True
    # Later than it is, so that nobody is asked again however long this takes.
    session[signing_in.CONFIRMED_AT] = timezone.now().timestamp() + 3600
    session.save()
    return client
