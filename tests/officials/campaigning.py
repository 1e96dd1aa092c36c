"""A commune with a counter, and officials who run campaigns there."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from surveys.models import AuditEntry, Campaign, Unit
from surveys.rights.acts import Role
from tests import make
from tests.officials.people import sign_in

PANEL = "/quan-tri/dot/"


def today() -> date:
    return timezone.localdate()


def manager(name: str, at: Unit, role: Role = Role.MANAGER) -> Client:
    return sign_in(Client(), make.official(name, role=role, at=at))


def fields(at: Unit, **others: Any) -> dict[str, Any]:
    """Return a filled-in form of a campaign at one unit, from today on, without a fault."""
    chosen = {
        "title_vi": "Đợt thử",
        "title_en": "Trial",
        "slug": "dot-thu",
        "questionnaire": make.questionnaire().pk,
        "method": make.method().pk,
        "previous": "",
        "scope": at.code,
        "tree_day": today().isoformat(),
        "opens_on": today().isoformat(),
        "closes_on": (today() + timedelta(days=20)).isoformat(),
        "publication": "on_close",
        "threshold": "3",
        "channels": ["kiosk", "phone"],
    }
    return {**chosen, **others}


def drafted(client: Client, at: Unit, **others: Any) -> Campaign:
    """Return a campaign made by its page."""
    reply = client.post(f"{PANEL}moi/", fields(at, **others))
    assert reply.status_code == 302, reply.context["form"].errors
    return Campaign.objects.get(slug=fields(at, **others)["slug"])


def opened(client: Client, at: Unit, **others: Any) -> Campaign:
    campaign = drafted(client, at, **others)
    client.post(f"{PANEL}{campaign.slug}/san-sang/", {"reason": "Đã kiểm tra"})
    client.post(f"{PANEL}{campaign.slug}/mo/")
    campaign.refresh_from_db()
    assert campaign.answers_pattern
    return campaign


def logged(deed: str) -> AuditEntry:
    """Return the one entry of a deed."""
    return AuditEntry.objects.get(deed=deed)


def after(deed: str) -> Any:
    """Return what the one entry of a deed says came of it."""
    return logged(deed).after
