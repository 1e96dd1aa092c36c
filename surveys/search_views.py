"""The page that finds anything of the panel: campaigns, units, counters, kiosks, accounts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from surveys.counters import counter_rows
from surveys.officials import OfficialRequest, panel_page
from surveys.rights.acts import Act
from surveys.rights.reach import Reach
from surveys.units import map_pages
from surveys.units.search_keys import search_text

SHOWN = 8


@dataclass(frozen=True)
class Hit:
    """Something that was found, with what tells it from others of its name, and its page."""

    name: str
    detail: str
    address: str


@dataclass(frozen=True)
class Group:
    """What was found of one kind; `list_address` is where there may be more."""

    title: str
    hits: Sequence[Hit]
    list_address: str

    @property
    def has_more(self) -> bool:
        return len(self.hits) >= SHOWN


@panel_page(Act.OPEN_PANEL)
@require_safe
def search(request: OfficialRequest) -> HttpResponse:
    """Show what has a name or code, each kind where its act reaches."""
    text, today = request.GET.get("q", "").strip()[:100], request.reach.today
    kinds = (
        (Act.SEE_CAMPAIGNS, _("Campaigns"), _campaigns, "campaigns"),
        (Act.SEE_UNITS, _("Units"), _units, "units"),
        (Act.SEE_UNITS, _("Counters"), _counters, "counters"),
        (Act.SEE_KIOSKS, _("Kiosks"), _kiosks, "kiosks"),
        (Act.MANAGE_ACCOUNTS, _("Accounts and roles"), _accounts, "accounts"),
    )
    groups = []
    for act, title, find, name in kinds if text else ():
        if reach := request.rights.reach(act):
            hits = list(find(reach, text, today))
            groups.append(Group(title, hits, reverse(f"officials:{name}")))
    found = [group for group in groups if group.hits]
    return render(request, "surveys/officials/search.html", {"text": text, "groups": found})


def _campaigns(reach: Reach, text: str, _today: date) -> Iterator[Hit]:
    words = search_text(text)
    rows = reach.campaigns().order_by("-opens_on", "slug")
    fit = (row for row in rows if words and words in search_text(f"{row.title_text} {row.slug}"))
    for _number, row in zip(range(SHOWN), fit, strict=False):
        yield Hit(row.title_text, row.slug, reverse("officials:campaign", args=[row.slug]))


def _units(reach: Reach, text: str, today: date) -> Iterator[Hit]:
    for row in map_pages.found_on(reach, text, today)[:SHOWN]:
        yield Hit(row.full_name, row.unit.code, reverse("officials:map_unit", args=[row.unit_id]))


def _counters(reach: Reach, text: str, today: date) -> Iterator[Hit]:
    rows = counter_rows.with_unit_name(reach.counters(), today)
    fit = rows.filter(counter_rows.called(text, today)).order_by("unit__code", "name")
    for row in fit[:SHOWN]:
        detail = f"{row.code} · {row.__dict__['unit_name'] or row.unit.code}"
        yield Hit(row.name, detail, reverse("officials:counter", args=[row.code]))


def _kiosks(reach: Reach, text: str, _today: date) -> Iterator[Hit]:
    asked = Q(name__icontains=text) | Q(counter__code=text.lower())
    rows = reach.devices().filter(asked, revoked_at=None).select_related("counter")
    for row in rows.order_by("name", "pk")[:SHOWN]:
        address = reverse("officials:counter", args=[row.counter.code])
        yield Hit(row.name, f"{row.counter.code} · {row.counter.name}", address)


def _accounts(reach: Reach, text: str, _today: date) -> Iterator[Hit]:
    asked = Q(username__icontains=text) | Q(first_name__icontains=text)
    for row in reach.accounts().filter(asked).order_by("username")[:SHOWN]:
        address = reverse("officials:account", args=[row.pk])
        yield Hit(row.get_username(), row.get_full_name(), address)
