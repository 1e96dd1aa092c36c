"""What every page of officials carries: the act it is for, and objects only from where it reaches.

docs/panel.md shows how a page is added. `tests/officials/test_reach_of_pages.py` walks all
addresses under /quan-tri/ and fails for a view without one of the two decorators here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib import auth
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from surveys.free_text.comments import Batch, batches
from surveys.models import (
    CampaignUnit,
    Commitment,
    CounterDayFacts,
    DayDecision,
    SheetExport,
    Unit,
)
from surveys.oversight.audit import Actor
from surveys.panel import Frame
from surveys.people import second_factors, sessions, signing_in
from surveys.people.client_addresses import address_of
from surveys.rights.acts import Act
from surveys.rights.reach import Reach
from surveys.rights.roles import Rights

View = Callable[..., HttpResponseBase]
# Where a view keeps its rule, for the test that no page lacks one.
MARK = "panel_rule"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Rule:
    """Who may open a page; `see` and `change` are None where anyone may."""

    see: Act | None = None
    change: Act | None = None
    nation: bool = False
    own: bool = False


class OfficialRequest(HttpRequest):
    """A request of a signed-in official, as the views of the panel get it.

    `reach`: where the act of this request is allowed; every queryset starts from it.
    """

    official: User
    rights: Rights
    reach: Reach
    actor: Actor
    panel: Frame


def _batch(reach: Reach, key: Any) -> Model:
    rows = reach.batches().select_related("campaign__questionnaire", "counter", "keyed_by")
    return get_object_or_404(rows, pk=key)


def _counter_day(reach: Reach, key: str) -> Model:
    """Return the facts a key names: the campaign's slug, the counter's code and the day."""
    slug, _dot, rest = key.partition(".")
    code, _dot, day = rest.partition(".")
    try:
        on = date.fromisoformat(day)
    except ValueError as error:
        raise Http404 from error
    rows = reach.within(CounterDayFacts.objects.all())
    found = rows.select_related("campaign__questionnaire", "counter", "unit")
    return get_object_or_404(found, campaign__slug=slug, counter__code=code, day=on)


def _comment_batch(reach: Reach, key: str) -> Batch:
    """Return the batch a key names: the campaign's slug, the unit, its first and last month.

    Only months that make up a batch: others would show fewer comments than may be read at once.
    """
    slug, *numbers = key.rsplit(".", 3)
    if len(numbers) != 3 or not all(number.isdecimal() for number in numbers):
        raise Http404
    unit_id, first, last = map(int, numbers)
    campaign = get_object_or_404(reach.campaigns(), slug=slug)
    if not reach.covers(unit_id, campaign):
        raise Http404
    for batch in batches(campaign, today=timezone.localdate(), unit_ids=[unit_id]):
        if (batch.first, batch.last) == (first, last):
            return batch
    raise Http404


def _campaign_unit(reach: Reach, key: str) -> Model:
    """Return the unit of a campaign's tree a key names: the campaign's slug and the unit's code."""
    slug, _dot, code = key.partition(".")
    opened = reach.campaigns().exclude(answers_pattern=None)
    campaign = get_object_or_404(opened.select_related("questionnaire", "method"), slug=slug)
    units = reach.campaign_units(campaign).select_related("version")
    place: CampaignUnit = get_object_or_404(units, code=code)
    place.campaign = campaign
    return place


def _commitment(reach: Reach, key: Any) -> Model:
    rows = Commitment.objects.select_related("campaign__questionnaire", "unit")
    return get_object_or_404(reach.within(rows), pk=key)


def _decision(reach: Reach, key: Any) -> Model:
    rows = DayDecision.objects.select_related("campaign", "counter", "unit")
    return get_object_or_404(reach.within(rows), pk=key)


def _map_unit(reach: Reach, key: Any) -> Model:
    """Return a unit of today's map, or of an earlier one."""
    unit = get_object_or_404(Unit, pk=key)
    if not reach.covers_ever(unit):
        raise Http404
    return unit


def _export(reach: Reach, key: Any) -> Model:
    """Return an export; when its day is over it is gone, whether or not it is deleted yet."""
    kept = SheetExport.objects.filter(expires_at__gt=timezone.now())
    return get_object_or_404(reach.within(kept.select_related("campaign", "unit")), pk=key)


# What a part of an address names, by its name there, looked up where the act reaches. The view
# gets the object under the same name.
OBJECTS: Mapping[str, Callable[[Reach, Any], Model | Batch]] = {
    "account": lambda reach, key: get_object_or_404(reach.accounts(), pk=key),
    "batch": _batch,
    "campaign": lambda reach, key: get_object_or_404(reach.campaigns(), slug=key),
    "campaign_unit": _campaign_unit,
    "commitment": _commitment,
    "counter": lambda reach, key: get_object_or_404(reach.counters(), code=key),
    "comment_batch": _comment_batch,
    "counter_day": _counter_day,
    "decision": _decision,
    "device": lambda reach, key: get_object_or_404(reach.devices(), pk=key),
    "export": _export,
    "grant": lambda reach, key: get_object_or_404(reach.grants(), pk=key),
    "map_unit": _map_unit,
    "ticket_batch": lambda reach, key: get_object_or_404(reach.ticket_batches(), pk=key),
    "unit": lambda reach, key: get_object_or_404(reach.units(), pk=key),
}
# Parts of addresses that name nothing which belongs to a unit or a campaign.
FREE_PARTS = frozenset(
    {"kind", "language", "place", "position", "reference", "token", "draft", "part"}
)


def panel_page(
    act: Act,
    *,
    change: Act | None = None,
    nation: bool = False,
    fresh: bool = False,
) -> Callable[[View], View]:
    """Show a page to officials who may do `act`, and its objects only where they may.

    Who is not signed in is asked to; who may not do it anywhere is refused (403): to ask for a
    password again would not help. What lies elsewhere does not exist (404).

    Args:
        change: the act of a request that changes something, where it is another one.
        nation: what is changed here concerns all units, so only who may do it everywhere may.
        fresh: asks for the password again where it was given long ago.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: OfficialRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path(), reverse("officials:login"))
            changes = request.method not in SAFE
            _prepare(request, change if changes and change is not None else act)
            if signing_in.must_take_second_step(request, request.rights):
                return _to_second_factor(request)
            if not request.reach or (nation and changes and not request.reach.everywhere):
                return refused(request)
            if fresh and not signing_in.is_confirmed(request, now=request.rights.now):
                return _to(request, "officials:confirm")
            for name in OBJECTS.keys() & kwargs.keys():
                kwargs[name] = OBJECTS[name](request.reach, kwargs[name])
            return view(request, *args, **kwargs)

        checked.__dict__[MARK] = Rule(act, change or act, nation)
        return checked

    return decorate


def open_page(view: View) -> View:
    """Mark a page that shows nothing of the panel, such as signing in: anyone may see it."""
    view.__dict__[MARK] = Rule()
    return view


def own_page(*, fresh: bool = False) -> Callable[[View], View]:
    """Show a page about the reader's own account: to who is signed in, whatever the role.

    Here one also comes who must sign in in two steps and has no second factor yet.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: OfficialRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path(), reverse("officials:login"))
            _prepare(request, Act.OPEN_PANEL)
            if fresh and not signing_in.is_confirmed(request, now=request.rights.now):
                return _to(request, "officials:confirm")
            return view(request, *args, **kwargs)

        checked.__dict__[MARK] = Rule(own=True)
        return checked

    return decorate


def _to(request: HttpRequest, view: str) -> HttpResponse:
    """Lead to a page that leads back; what was posted is to be posted again, from its page."""
    page = urlsplit(request.headers.get("Referer", "")).path
    back = request.get_full_path() if request.method in SAFE else page
    return redirect(f"{reverse(view)}?{urlencode({'next': back})}")


def _to_second_factor(request: OfficialRequest) -> HttpResponse:
    if second_factors.has_any(request.official):
        # Signed in before the second factor was there: once more, in two steps.
        auth.logout(request)
        return redirect_to_login(request.get_full_path(), reverse("officials:login"))
    return _to(request, "officials:second_factors")


def refused(request: OfficialRequest) -> HttpResponse:
    """Say that this official may not, on a page from which there is a way on."""
    return render(request, "surveys/officials/refused.html", status=403)


def _prepare(request: OfficialRequest, act: Act) -> None:
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - only narrows the type: is_authenticated
    request.official = user
    request.rights = Rights(user, now=timezone.now())
    request.reach = request.rights.reach(act)
    request.actor = Actor(user, user.get_username(), address_of(request))
    request.panel = Frame(request.rights, request.path, request.session)
    sessions.note_seen(request.session.session_key or "", now=request.rights.now)
