"""The states of a campaign, and what can no longer be changed in each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from surveys.models import Campaign


class State(TextChoices):
    """How far a campaign is. Days and deeds decide; nothing is stored under this name."""

    DRAFT = "draft", pgettext_lazy("campaign", "draft")
    READY = "ready", pgettext_lazy("campaign", "ready")
    OPEN = "open", pgettext_lazy("campaign", "open")
    CLOSED = "closed", pgettext_lazy("campaign", "closed")
    PUBLISHED = "published", pgettext_lazy("campaign", "published")


def state_of(campaign: Campaign, today: date) -> State:
    """Return the state on a day. Open begins with the opening, though the first day may come."""
    if campaign.answers_pattern is None:
        return State.READY if campaign.ready_at else State.DRAFT
    if today <= campaign.closes_on:
        return State.OPEN
    return State.PUBLISHED if campaign.published_at else State.CLOSED


_READ_BY = _("Stored answers are read by it.")
_PROMISED = _("Those who have answered were told so.")
_SAME = _("Sheets of before and after would not compare.")
FROZEN: Mapping[str, str | Promise] = {
    "slug": _("It stands in printed addresses and is part of every sheet."),
    "questionnaire": _READ_BY,
    "method": _("Figures already published were counted by it."),
    "tree_day": _("Sheets are counted along the units of this day."),
    "scope": _("Sheets are counted along these units."),
    "opens_on": _("It was announced, and sheets may have come since."),
    "threshold": _PROMISED,
    "publication": _PROMISED,
    "channels": _("They decide what the index is of."),
    "previous": _("Published comparisons rest on it."),
    "tickets": _SAME,
    "receipts": _PROMISED,
    "short_first": _SAME,
    "auto_advance": _SAME,
    "plan": _("A plan bent to what came in would always be met, and weights would follow answers."),
    "simulated": _("It was fixed when the campaign was made."),
}
"""Why a field of an open campaign stays as it is; title and last day are not among them."""
