"""Setting a counter's day aside, and taking that back: whole days by a rule, never one sheet.

The reviewer stands outside the unit concerned: the role comes from a unit above it. Sheets stay
as they are; a kiosk's sheets that come later join their day.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction

from surveys.models import CounterDayFacts, DayDecision
from surveys.oversight.audit import Actor, record
from surveys.oversight.deeds import Deed
from surveys.quality.rules import RULES, VERSION

PUT_ASIDE = """
INSERT INTO surveys_setaside (response_id, rule, reason, decided_by_id, decided_at, decision_id)
SELECT sheet.id, decision.rule, decision.reason, decision.decided_by_id, decision.decided_at,
       decision.id
  FROM surveys_daydecision AS decision
  JOIN surveys_response AS sheet
    ON sheet.campaign_id = decision.campaign_id AND sheet.unit_id = decision.unit_id
   AND sheet.answered_on = decision.day AND sheet.counter_id = decision.counter_id
 WHERE decision.reversed_at IS NULL
   AND (%(decision)s::bigint IS NULL OR decision.id = %(decision)s)
   AND NOT EXISTS (SELECT FROM surveys_setaside AS aside
                    WHERE aside.response_id = sheet.id AND aside.reversed_at IS NULL)
"""


class NotDecided(Exception):
    """The decision was refused; the message says why."""


class UnknownRule(NotDecided):
    """No published rule has this name."""


class NoReason(NotDecided):
    """A decision needs a reason."""


class AlreadySetAside(NotDecided):
    """The counter's day is set aside already."""


class AlreadyTakenBack(NotDecided):
    """The decision was taken back before."""


def set_aside(
    of_day: CounterDayFacts, rule: str, reason: str, *, by: User, actor: Actor
) -> DayDecision:
    """Set all sheets of a counter's day aside, in one transaction.

    Who may is for the caller to ask (surveys.rights.roles).

    Raises:
        UnknownRule, NoReason, AlreadySetAside
    """
    if rule not in RULES:
        raise UnknownRule(rule)
    if not reason.strip():
        raise NoReason
    try:
        with transaction.atomic():
            decision = DayDecision.objects.create(
                campaign_id=of_day.campaign_id,
                unit_id=of_day.unit_id,
                counter_id=of_day.counter_id,
                day=of_day.day,
                rule=rule,
                version=VERSION,
                reason=reason.strip(),
                decided_by=by,
            )
            n = _put_aside(decision)
            _log(Deed.SET_ASIDE, decision, n, actor)
    except IntegrityError as error:
        if "a_day_is_set_aside_once" in str(error):
            raise AlreadySetAside from error
        raise
    return decision


def take_back(decision: DayDecision, reason: str, *, by: User, actor: Actor, now: datetime) -> None:
    """Count the sheets of a day again; the decision and its reversal stay on record.

    Raises:
        NoReason, AlreadyTakenBack
    """
    if not reason.strip():
        raise NoReason
    with transaction.atomic():
        open_now = DayDecision.objects.filter(pk=decision.pk, reversed_at__isnull=True)
        changed = open_now.update(reversed_at=now, reversed_by=by, reversal_reason=reason.strip())
        if not changed:
            raise AlreadyTakenBack
        n = decision.sheets.filter(reversed_at__isnull=True).update(reversed_at=now)
        decision.refresh_from_db()
        _log(Deed.COUNT_AGAIN, decision, n, actor)


def put_late_sheets_aside() -> int:
    """Let sheets that arrived after their day was set aside join it; return how many."""
    return _put_aside(None)


def _put_aside(decision: DayDecision | None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(PUT_ASIDE, {"decision": decision.pk if decision else None})
        return int(cursor.rowcount)


def _log(deed: Deed, decision: DayDecision, sheets: int, by: Actor) -> None:
    record(
        deed,
        by=by,
        to=decision,
        unit=decision.unit_id,
        campaign=decision.campaign_id,
        after={"counter": decision.counter.code, "day": str(decision.day), "sheets": sheets},
        reason=decision.reversal_reason or decision.reason,
    )
