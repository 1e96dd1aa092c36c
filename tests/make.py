"""Builders of rows for tests: plain functions with defaults, so that a test names what matters.

The map they build by default is small: a nation `vn`, provinces, communes below them. The
edition is tiny too: two factors with three criteria, a fact, an expectation, a profile
question and a comment, so an answer string has 8 characters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import User
from psycopg.types.range import Range

from surveys.answering.answers import encode
from surveys.campaigns.campaign_tree import open_campaign
from surveys.models import (
    Campaign,
    Channel,
    Counter,
    Method,
    Questionnaire,
    Response,
    RoleGrant,
    SetAside,
    Tier,
    Unit,
    UnitVersion,
)
from surveys.rights.acts import Role
from surveys.units.search_keys import search_key, sort_key
from tests import tiny_edition

DAY = date(2026, 11, 2)
MAP_BEGAN = date(2025, 7, 1)

EDITION = tiny_edition.EDITION
METHOD = tiny_edition.METHOD

_numbers = count(1)

TYPES = {
    Tier.NATION: "",
    Tier.PROVINCE: "Tỉnh",
    Tier.DISTRICT: "Huyện",
    Tier.COMMUNE: "Xã",
    Tier.AGENCY: "Sở",
}


def unit(
    name: str = "Thái Nguyên",
    *,
    tier: Tier = Tier.PROVINCE,
    code: str | None = None,
    parent: Unit | None = None,
    type: str | None = None,  # noqa: A002 - the field's own name
    since: date = MAP_BEGAN,
    until: date | None = None,
) -> Unit:
    """Return a new unit with one version that holds from `since` on."""
    in_force: Range[date] = Range(since, until)
    made = Unit.objects.create(tier=tier, code=code or f"{next(_numbers):05}", in_force=in_force)
    unit_version(made, name, parent=parent, type=type)
    return made


def unit_version(
    of: Unit,
    name: str,
    *,
    parent: Unit | None = None,
    type: str | None = None,  # noqa: A002 - the field's own name
    in_force: Range[date] | None = None,
) -> UnitVersion:
    kind = TYPES[Tier(of.tier)] if type is None else type
    full_name = f"{kind} {name}".strip()
    return UnitVersion.objects.create(
        unit=of,
        parent=parent,
        name=name,
        full_name=full_name,
        type=kind,
        in_force=in_force or of.in_force,
        sort_key=sort_key(name),
        search_key=search_key(name, full_name),
    )


def nation() -> Unit:
    """Return the nation, made on the first call of a test."""
    known = Unit.objects.filter(tier=Tier.NATION).first()
    return known or unit("Việt Nam", tier=Tier.NATION, code="vn")


def province(name: str = "Thái Nguyên", *, code: str | None = None) -> Unit:
    return unit(name, code=code, parent=nation())


def commune(name: str = "Phú Bình", *, code: str | None = None, parent: Unit | None = None) -> Unit:
    return unit(name, tier=Tier.COMMUNE, code=code, parent=parent or province())


def questionnaire(definition: Mapping[str, Any] = EDITION) -> Questionnaire:
    """Return the row of an edition, made on the first call of a test."""
    made, _ = Questionnaire.objects.get_or_create(
        code=definition["code"],
        edition=definition["edition"],
        defaults={"definition": definition},
    )
    return made


def method(definition: Mapping[str, Any] = METHOD) -> Method:
    """Return the row of a method, made on the first call of a test."""
    made, _ = Method.objects.get_or_create(
        code=definition["code"], defaults={"definition": definition}
    )
    return made


def campaign(
    *,
    slug: str | None = None,
    title: Mapping[str, str] | None = None,
    edition: Mapping[str, Any] = EDITION,
    by: Mapping[str, Any] = METHOD,
    opens_on: date = date(2026, 11, 1),
    closes_on: date | None = None,
    tree_day: date = date(2026, 11, 1),
    threshold: int = 3,
    channels: Sequence[str] = ("kiosk", "phone", "paper"),
    publication: str = Campaign.Publication.LIVE,
    simulated: bool = False,
    previous: Campaign | None = None,
    scope: Sequence[str] = (),
    receipts: bool = False,
    opened: bool = True,
) -> Campaign:
    """Return a new campaign over all units there are; opened, its tree is frozen now.

    It closes on 30 November 2026; one that opens later, at the end of its thirtieth day.
    """
    if closes_on is None:
        last = date(2026, 11, 30)
        closes_on = last if opens_on <= last else opens_on + timedelta(days=29)
    made = Campaign.objects.create(
        slug=slug or f"dot-{next(_numbers)}",
        title=dict(title or {"vi": "Đợt khảo sát 2026", "en": "Campaign 2026"}),
        questionnaire=questionnaire(edition),
        method=method(by),
        tree_day=tree_day,
        opens_on=opens_on,
        closes_on=closes_on,
        threshold=threshold,
        channels=list(channels),
        publication=publication,
        simulated=simulated,
        previous=previous,
        scope=list(scope),
        receipts=receipts,
    )
    if opened:
        nation()
        open_campaign(made)
        made.refresh_from_db()
    return made


def counter(
    at: Unit, *, code: str | None = None, name: str = "Quầy 1", kind: str = Counter.Kind.DESK
) -> Counter:
    return Counter.objects.create(code=code or f"q{next(_numbers)}", unit=at, name=name, kind=kind)


def response(
    to: Campaign,
    about: Unit,
    answers: Mapping[str, object] | None = None,
    *,
    on: date = DAY,
    channel: Channel = Channel.KIOSK,
    at: Counter | None = None,
) -> Response:
    """Return a new stored sheet.

    Args:
        answers: values by question code; questions left out were asked and not answered.
    """
    edition = to.questionnaire.parsed()
    values = {code: None for code, q in edition.questions.items() if q.kind != "text"}
    return Response.objects.create(
        id=uuid4(),
        campaign=to,
        unit=about,
        counter=at,
        answered_on=on,
        channel=channel,
        answers=encode(edition, {**values, **(answers or {})}),
    )


def responses(
    to: Campaign,
    about: Unit,
    ratings: Sequence[int],
    *,
    on: date = DAY,
    channel: Channel = Channel.KIOSK,
) -> list[Response]:
    """Return one stored sheet per rating, which answers every criterion with it."""
    criteria = [question.code for question in to.questionnaire.parsed().criteria]
    return [
        response(to, about, dict.fromkeys(criteria, rating), on=on, channel=channel)
        for rating in ratings
    ]


def set_aside(sheet: Response, *, rule: str = "speeding") -> SetAside:
    return SetAside.objects.create(response=sheet, rule=rule, reason="Trả lời quá nhanh")


def official(
    name: str = "lan",
    *,
    role: Role = Role.ADMINISTRATOR,
    at: Unit | None = None,
    campaign: Campaign | None = None,
) -> User:
    """Return an account of this name that holds a role, at the nation unless a unit is given."""
    user, _made = User.objects.get_or_create(username=name)
    grant(user, role, at or nation(), campaign=campaign)
    return user


def grant(user: User, role: Role, at: Unit, *, campaign: Campaign | None = None) -> RoleGrant:
    return RoleGrant.objects.create(user=user, role=role, unit=at, campaign=campaign)
