"""Celery's door to what is done every day around the counters."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from surveys import rewriting
from surveys.bulk import uploads
from surveys.models import Campaign, Counter
from surveys.oversight import retention
from surveys.proofs import canary, used_options
from surveys.quality import arrivals, decisions, detection
from surveys.submissions import LATE_FOR

logger = logging.getLogger(__name__)


@shared_task
def prove_options() -> None:
    """Start the day's proof that every answer can be given."""
    today = timezone.localdate()
    canary.delete_old_sheets(today)
    prove_next.delay([(campaign.pk, counter.pk) for campaign, counter in canary.places(today)])


@shared_task
def prove_next(places: list[tuple[int, int]]) -> None:
    """Prove the first of some campaigns and counters, then send the rest.

    One after the other, so that thousands of counters neither burst upon the site nor stand
    in the queue before the counting.
    """
    if not places:
        return
    (campaign_id, counter_id), *rest = places
    try:
        campaign = Campaign.objects.select_related("questionnaire").get(pk=campaign_id)
        counter = Counter.objects.get(pk=counter_id)
        canary.prove(campaign, counter, today=timezone.localdate())
    except canary.CannotProve as error:
        logger.error("no option is proven: %s", error)  # noqa: TRY400 - its words say all
        return
    prove_next.delay(rest)


@shared_task
def note_used_options() -> None:
    """Note which options people chose until yesterday."""
    used_options.note_used(timezone.localdate())


@shared_task(soft_time_limit=3600, time_limit=3700)
def rewrite_closed_days() -> None:
    """Take away what joins the sheets, tickets, comments and receipts of days that have closed."""
    moved = rewriting.rewrite_closed_days(today=timezone.localdate())
    rewriting.clear_old_places()
    logger.info("rewrote closed days: %s", moved)


@shared_task(soft_time_limit=3600, time_limit=3700)
def delete_what_is_over() -> None:
    """Delete what may no longer be kept of people."""
    deleted = retention.delete_what_is_over(timezone.localtime())
    uploads.forget_old()
    logger.info("deleted what is over: %s", deleted)


@shared_task
def keep_arrivals() -> None:
    """Keep how many sheets of kiosks came in the hours that have ended."""
    arrivals.keep_ended_hours(now=timezone.localtime())


@shared_task
def look_for_signs() -> None:
    """Look at the counters' days of every campaign that may have new sheets, one task each."""
    decisions.put_late_sheets_aside()
    since = timezone.localdate() - LATE_FOR - detection.LOOK_BACK
    asked = Campaign.objects.exclude(answers_pattern=None).filter(closes_on__gte=since)
    for campaign_id in asked.values_list("pk", flat=True):
        look_for_signs_of.delay(campaign_id)


@shared_task(soft_time_limit=3600, time_limit=3700)
def look_for_signs_of(campaign_id: int) -> None:
    """Look at one campaign's counters' days of the last week."""
    campaign = Campaign.objects.select_related("questionnaire").get(pk=campaign_id)
    found = detection.examine(campaign, today=timezone.localdate())
    logger.info("campaign %s: %d signs of poor data", campaign.slug, found)
