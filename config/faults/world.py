"""What is asked at the private site, and the kiosks that ask it."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.contrib.auth import get_user_model

from config.faults.kiosks import Asked, Paired
from results.bench import world
from surveys.kiosks import devices
from surveys.models import Campaign, Counter, Device

PROVINCES, COMMUNES = 12, 48


def build(*, kiosks: int, sheets: int, now: datetime) -> tuple[Asked, list[Paired]]:
    """Make a campaign of ratings alone, some stored sheets, and kiosks at its first counters.

    Args:
        sheets: stored before anything begins, so that counting takes as long as in real life.
        now: today's campaign is open all this month.
    """
    made = world.build(today=now.date(), provinces=PROVINCES, communes=COMMUNES, criteria_only=True)
    Campaign.objects.update(publication=Campaign.Publication.LIVE)
    made.add_sheets(sheets)
    edition = made.campaign.questionnaire.parsed()
    asked = Asked(
        campaign=made.campaign.slug,
        questionnaire=edition.reference,
        questions=tuple(edition.questions),
        levels=min(len(question.options) for question in edition.questions.values()),
    )
    official = get_user_model().objects.create(username="faults")
    counters = Counter.objects.order_by("?")[:kiosks]
    return asked, [_paired(counter, official.pk, now) for counter in counters]


def _paired(counter: Counter, official_id: int, now: datetime) -> Paired:
    key = devices.KEY_PREFIX + secrets.token_urlsafe(32)
    Device.objects.create(
        counter=counter,
        name=counter.code,
        key_digest=devices.key_digest(key),
        paired_by_id=official_id,
        paired_at=now,
    )
    return Paired(counter.code, key)
