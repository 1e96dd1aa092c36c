"""What officials do with a campaign: make, change, declare ready, open, close early; all logged.

Each function locks the campaign's row, so that two officials at once do one thing after the
other, and looks at its state once it has the lock.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.campaigns import campaign_checks, campaign_tree
from surveys.campaigns.campaign_scope import unit_of
from surveys.campaigns.campaign_states import State, state_of
from surveys.campaigns.check_lines import Check
from surveys.models import Campaign
from surveys.oversight import audit
from surveys.oversight.audit import Actor
from surveys.oversight.deeds import Deed

FIELDS = (
    *("slug", "title", "questionnaire", "method", "previous", "tree_day", "scope"),
    *("opens_on", "closes_on", "threshold", "publication", "channels"),
    *("tickets", "receipts", "short_first", "auto_advance", "simulated"),
)


class NotNow(ValueError):
    """The campaign is no longer, or not yet, in a state where this can be done; says why."""


def store(campaign: Campaign, *, by: Actor) -> None:
    """Make a campaign, or change one; what was ready is a draft again.

    Raises:
        NotNow: it has been opened meanwhile.
    """
    with transaction.atomic():
        old = _locked(campaign) if campaign.pk else None
        if old is not None and old.answers_pattern is not None:
            raise NotNow(_("The campaign is open now: this can no longer be changed."))
        before, after = told(old) if old else {}, told(campaign)
        if before == after:
            return
        campaign.ready_at = None
        if old is None:
            # Whoever makes a campaign here does not publish it alone.
            campaign.held = True
        campaign.save(update_fields=None if old is None else [*FIELDS, "ready_at"])
        deed = Deed.CREATE_CAMPAIGN if old is None else Deed.CHANGE_CAMPAIGN
        _record(
            deed, campaign, by, before=_differing(before, after), after=_differing(after, before)
        )


def amend(
    campaign: Campaign, titles: dict[str, str], closes_on: date, *, now: datetime, by: Actor
) -> None:
    """Change what may still be changed of an open campaign: its title, and a later last day.

    Raises:
        NotNow: it has closed meanwhile, or the last day would be earlier (`close`).
    """
    with transaction.atomic():
        old = _open_one(campaign, timezone.localdate(now))
        if closes_on < old.closes_on:
            raise NotNow(_("An earlier last day is “closing early”, with a reason."))
        before, after = told(old), {**told(old), "title": titles, "closes_on": closes_on}
        if before == after:
            return
        old.title, old.closes_on = titles, closes_on
        old.save(update_fields=["title", "closes_on"])
        changed, became = _differing(before, after), _differing(after, before)
        _record(Deed.CHANGE_CAMPAIGN, old, by, before=changed, after=became)


def declare_ready(campaign: Campaign, *, now: datetime, reason: str, by: Actor) -> None:
    """Note that the list was gone through.

    Raises:
        NotNow: there is a fault on the list, or a warning and no reason, or it is open.
    """
    with transaction.atomic():
        old = _locked(campaign)
        if state_of(old, timezone.localdate(now)) != State.DRAFT:
            raise NotNow(_("The campaign is no draft any more."))
        found = _without_fault(old, now)
        warnings = campaign_checks.warnings(found)
        if warnings and not reason:
            raise NotNow(_("Please write why the campaign may open all the same."))
        old.ready_at = now
        old.save(update_fields=["ready_at"])
        _record(Deed.CAMPAIGN_READY, old, by, after={"warnings": warnings}, reason=reason)


def open_now(campaign: Campaign, *, now: datetime, by: Actor) -> int:
    """Open a campaign that is ready, and return how many units its tree has.

    Raises:
        NotNow: it is not ready, or something on the list has become a fault since.
        TreeError: the map of the tree day cannot carry it.
    """
    with transaction.atomic():
        old = _locked(campaign)
        if state_of(old, timezone.localdate(now)) != State.READY:
            raise NotNow(_("Only a campaign that is ready can be opened."))
        _without_fault(old, now)
        size = campaign_tree.open_campaign(old)
        _record(Deed.OPEN_CAMPAIGN, old, by, after={**told(old), "units": size})
        return size


def close(campaign: Campaign, last_day: date, *, now: datetime, reason: str, by: Actor) -> None:
    """Bring the last day forward, to today at the earliest: what was answered today counts.

    Raises:
        NotNow: the campaign has closed, or would not close earlier.
    """
    with transaction.atomic():
        old = _open_one(campaign, timezone.localdate(now))
        if not max(timezone.localdate(now), old.opens_on) <= last_day < old.closes_on:
            raise NotNow(_("The last day must lie between today and the day before the last."))
        before = {"closes_on": old.closes_on}
        old.closes_on = last_day
        old.save(update_fields=["closes_on"])
        after = {"closes_on": last_day}
        _record(Deed.CLOSE_CAMPAIGN, old, by, before=before, after=after, reason=reason)


def told(campaign: Campaign) -> dict[str, Any]:
    """Return what the log says of a campaign."""
    named = {
        "questionnaire": str(campaign.questionnaire),
        "method": campaign.method.code,
        "previous": campaign.previous.slug if campaign.previous else None,
    }
    return {name: named.get(name, getattr(campaign, name)) for name in FIELDS}


def _without_fault(campaign: Campaign, now: datetime) -> list[Check]:
    found = campaign_checks.checks(campaign, today=timezone.localdate(now))
    if campaign_checks.has_fault(found):
        raise NotNow(_("The list of what must be so has a fault: please see below."))
    return found


def _locked(campaign: Campaign) -> Campaign:
    rows = Campaign.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("questionnaire", "method", "previous").get(pk=campaign.pk)


def _open_one(campaign: Campaign, today: date) -> Campaign:
    old = _locked(campaign)
    if state_of(old, today) != State.OPEN:
        raise NotNow(_("The campaign is not open."))
    return old


def _differing(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in one.items() if name not in other or value != other[name]}


def _record(deed: Deed, campaign: Campaign, by: Actor, **said: Any) -> None:
    audit.record(deed, by=by, to=campaign, unit=unit_of(campaign), campaign=campaign, **said)
