"""Proof that every answer can be given: our own sheets, sent as citizens and devices send them.

A canary goes through the public address, by real HTTP, through both doors: the form it reads
and posts as a browser does, and the API. Its sheets are checked and encoded like any other and
are stored beside the responses, never among them (surveys.submissions). Then the rows are read
back and compared, column by column, with what was chosen.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid4

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from surveys.models import Campaign, CampaignUnit, CanarySheet, Counter
from surveys.proofs import canary_sheets, proof_notes
from surveys.proofs.canary_doors import CanarySheetRefused, Door, SiteUnreachable, doors
from surveys.proofs.canary_sheets import CanaryAnswers, Mark
from surveys.questionnaires.editions import OPTION_CODES, Edition

logger = logging.getLogger(__name__)

KEEP_SHEETS = timedelta(days=30)


class CannotProve(Exception):
    """Nothing can be proven; the message says why."""


@dataclass(frozen=True)
class Fault:
    """An option that cannot be chosen, and why."""

    campaign: str
    counter: str
    question: str
    option: str
    reason: str

    def __str__(self) -> str:
        return f"{self.campaign} {self.counter} {self.question} = {self.option}: {self.reason}"


def places(today: date) -> list[tuple[Campaign, Counter]]:
    """Return every open campaign with each counter in use where it is asked."""
    open_now = Campaign.objects.filter(
        answers_pattern__isnull=False, opens_on__lte=today, closes_on__gte=today
    ).select_related("questionnaire")
    return [
        (campaign, counter)
        for campaign in open_now.order_by("pk")
        for counter in counters_of(campaign)
    ]


def counters_of(campaign: Campaign) -> QuerySet[Counter]:
    """Return the counters in use of a campaign's units."""
    units = CampaignUnit.objects.filter(campaign=campaign).values("unit")
    return Counter.objects.filter(active=True, unit__in=units).order_by("pk")


def prove(campaign: Campaign, counter: Counter, *, today: date) -> list[Fault]:
    """Choose every option at a counter, note the proofs, and return the options that failed.

    Raises:
        CannotProve: the site has no key for its canary.
    """
    if not settings.CANARY_KEY:
        raise CannotProve(_("CANARY_KEY is not set, so the canary has no way in."))
    edition = campaign.questionnaire.parsed()
    sheets = canary_sheets.sheets(edition)
    reasons: dict[Mark, str] = {
        mark: "" for sheet in sheets for choice in sheet for mark in choice.marks
    }
    try:
        for door in doors(campaign, counter):
            for sheet in sheets:
                for mark, reason in _failures(door, campaign, counter, edition, sheet).items():
                    reasons[mark] = reasons[mark] or f"{door.name}: {reason}"
    except SiteUnreachable as error:
        reasons = {mark: reason or str(error) for mark, reason in reasons.items()}
    proof_notes.note(campaign, counter, reasons, today=today)
    found = [
        Fault(campaign.slug, counter.code, *_named(edition, mark), reason)
        for mark, reason in reasons.items()
        if reason
    ]
    for fault in found:
        logger.error("an answer cannot be given: %s", fault)
    return found


def delete_old_sheets(today: date) -> int:
    """Delete canary sheets older than KEEP_SHEETS, and return how many."""
    return CanarySheet.objects.filter(sent_on__lt=today - KEEP_SHEETS).delete()[0]


def _failures(
    door: Door, campaign: Campaign, counter: Counter, edition: Edition, sheet: CanaryAnswers
) -> dict[Mark, str]:
    """Return why options of a sheet did not arrive; of a refused sheet, each is tried alone."""
    sheet_id = uuid4()
    try:
        door.send(sheet_id, sheet)
    except CanarySheetRefused as error:
        if len(sheet) == 1:
            return dict.fromkeys(sheet[0].marks, str(error))
        alone: dict[Mark, str] = {}
        for choice in sheet:
            alone |= _failures(door, campaign, counter, edition, (choice,))
        return alone
    row = CanarySheet.objects.filter(pk=sheet_id, campaign=campaign, counter=counter).first()
    if row is None:
        return _of_all(sheet, lambda: _("It was acknowledged and is not stored."))
    if row.answers == canary_sheets.written(edition, sheet):
        return {}
    found: dict[Mark, str] = {}
    for choice in sheet:
        stored = row.answers[choice.start : choice.start + len(choice.written)]
        if stored != choice.written:
            reason = _("Sent as %(sent)s, stored as %(stored)s.")
            named = reason % {"sent": choice.written, "stored": stored}
            found |= dict.fromkeys(choice.marks, named)
    return found or _of_all(sheet, lambda: _("A question left blank was stored with an answer."))


def _of_all(sheet: CanaryAnswers, reason: Callable[[], str]) -> dict[Mark, str]:
    return {mark: reason() for choice in sheet for mark in choice.marks}


def _named(edition: Edition, mark: Mark) -> tuple[str, str]:
    """Return question and option of a mark, as files and the API name them."""
    column = edition.columns[mark[0]]
    code = mark[1]
    if code in column.question.escapes:
        return column.question.code, code
    return column.question.code, str(column.option or 1 + OPTION_CODES.index(code))
