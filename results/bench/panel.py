"""Queries and time of the panel's list pages, to a reader of the nation and one of a province."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from statistics import median

from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from results.bench.machine import CpuMeter, database_server
from results.bench.pages import milliseconds_to_get
from results.watching import boards, kept_boards
from surveys.models import Campaign
from surveys.people import signing_in

FIRST_LOOKS = 5


def addresses(campaign: Campaign) -> Mapping[str, str]:
    """Return the pages that list something, and the searches in them."""
    slug = campaign.slug
    lists = {
        "overview": "start",
        "campaigns": "campaigns",
        "kiosks": "kiosks",
        "proofs": "proofs",
        "signs": "signs",
        "people served": "served",
        "paper": "batches",
        "tickets": "tickets",
        "comments": "comments",
        "commitments": "commitments",
        "exports": "exports",
        "questionnaires": "questionnaires",
        "counters": "counters",
        "posters": "posters",
        "units": "units",
        "accounts": "accounts",
        "roles at abolished units": "stranded",
        "log": "audit",
    }
    found = {name: reverse(f"officials:{view}") for name, view in lists.items()}
    for name, view in {
        "answers proven": "proven_options",
        "plan": "plan",
        "quotas": "quotas",
        "publication": "publication",
    }.items():
        found[name] = reverse(f"officials:{view}", args=[slug])
    asked = {
        ("overview", "all units"): "tat-ca=1",
        ("overview", "units behind"): "cham=1",
        ("kiosks", "silent"): "state=silent",
        ("signs", "strong, of a rule"): "rule=too_fast&strength=strong",
        ("comments", "with words"): "q=chờ hơi lâu",
        ("comments", "with a tag"): "tag=lệ phí",
        ("units", "by name"): "q=commune 001",
        ("accounts", "by name"): "q=0012",
        ("log", "by words"): "q=0012",
    }
    return found | {f"{page}, {what}": f"{found[page]}?{q}" for (page, what), q in asked.items()}


def measure(
    campaign: Campaign,
    readers: Mapping[str, User],
    *,
    views: int,
    say: Callable[[str], None],
) -> dict[str, dict[str, float]]:
    """Return for each page and reader: queries, kilobytes, and milliseconds of a reply.

    Through all middleware to the reply, in this process. `median_ms` and `shortest_ms` by the
    clock, `cpu_ms` of this process and `database_cpu_ms` of the whole server on average;
    `first_ms` is the first look of that page; of the overview `first_look_ms` is the median of
    looks of a process that has not seen it for a minute, `first_look_alone_ms` without beat's.
    """
    found = {}
    for reader, user in readers.items():
        client = _signed_in(user)
        for page, address in addresses(campaign).items():
            name = f"{page} · {reader}"
            found[name] = _measure(client, address, views)
            say(f"{name}: {found[name]}")
        overview = found[f"overview · {reader}"]
        overview["first_look_ms"] = _first_look(client, campaign, kept=True)
        overview["first_look_alone_ms"] = _first_look(client, campaign, kept=False)
        say(f"overview · {reader}: {overview}")
    return found


def _signed_in(user: User) -> Client:
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    session = client.session
    session[signing_in.TWO_STEPS] = True
    # Longer than the benchmark takes: exports and publication ask for it again.
    session[signing_in.CONFIRMED_AT] = timezone.now().timestamp() + 86_400
    session.save()
    return client


def _first_look(client: Client, campaign: Campaign, *, kept: bool) -> float:
    """Return the median of looks of a process that knows nothing, but for what beat keeps."""
    taken = []
    for _ in range(FIRST_LOOKS):
        boards.forget()
        kept_boards.drop(campaign.pk)
        if kept:
            boards.keep_wanted(now=timezone.localtime())
        taken.append(milliseconds_to_get(client, reverse("officials:start")))
    return round(median(taken), 1)


def _measure(client: Client, address: str, views: int) -> dict[str, float]:
    first = milliseconds_to_get(client, address)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    # Now: with the next request they are forgotten.
    asked = len(queries)
    server, started = CpuMeter(database_server()), time.process_time()
    taken = [milliseconds_to_get(client, address) for _ in range(views)]
    used = (time.process_time() - started) * 1000
    return {
        "queries": asked,
        "first_ms": round(first, 1),
        "median_ms": round(median(taken), 1),
        "shortest_ms": round(min(taken), 1),
        "cpu_ms": round(used / views, 1),
        "database_cpu_ms": round(server.milliseconds() / views, 1),
        "kilobytes": round(len(response.content) / 1000, 1),
    }
