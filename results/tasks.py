"""Celery's door to the counting. Lost, late or doubled messages change nothing: marks decide."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from results.bundles.freeze import freeze_newest
from results.counting import recount, refresh
from results.exports import exporting
from results.reading.snapshot import snapshot
from results.releasing import index_check, publication
from results.releasing.release_check import check_releases
from results.watching import boards, digest, pulse, times_taken
from surveys.models import Campaign

logger = logging.getLogger(__name__)

# Workers take what has no priority first (redis://: 0 before 9): a night's recount keeps no tick
# waiting for longer than the shares that are being done.
AFTER_COUNTING = 9


@shared_task
def count_stale() -> None:
    """Send every chunk with marks to a worker, and free the locks of workers that stopped."""
    for pid in refresh.end_stuck_counting():
        logger.warning("ended a counting transaction that did not move (server process %s)", pid)
    for chunk in refresh.stale_chunks():
        count_chunk.apply_async(chunk, expires=60)


@shared_task
def count_chunk(campaign_id: int, unit_id: int) -> None:
    counted = refresh.count_chunk(refresh.Chunk(campaign_id, unit_id), now=timezone.now())
    if counted and counted.cells:
        logger.info(
            "counted campaign=%s chunk=%s cells=%s sheets=%s",
            campaign_id,
            unit_id,
            counted.cells,
            counted.sheets,
        )


@shared_task
def publish_due() -> None:
    """Release the campaigns that publish every night or after they close."""
    for release in publication.publish_due(now=timezone.now()):
        logger.info("released campaign=%s number=%s", release.campaign, release.number)


@shared_task(soft_time_limit=3600, time_limit=3700)
def freeze_releases() -> None:
    """Freeze the newest release of every campaign that is not frozen yet."""
    opened = Campaign.objects.exclude(answers_pattern=None)
    for campaign in opened.select_related("questionnaire", "method"):
        if bundle := freeze_newest(campaign):
            logger.info("froze campaign=%s root=%s", campaign, bundle.merkle_root)


@shared_task
def count_times_taken() -> None:
    """Count how long people took, where enough new sheets came since that was last counted."""
    for campaign in Campaign.objects.exclude(answers_pattern=None):
        times_taken.count_times(campaign)


@shared_task
def keep_boards() -> None:
    """Make the boards anew that officials look at just now."""
    boards.keep_wanted(now=timezone.localtime())


@shared_task
def mail_digests() -> None:
    """Mail officials what needs somebody where they watch."""
    sent = digest.send_digests(now=timezone.localtime())
    logger.info("sent %d digests", sent)


@shared_task
def check_all() -> None:
    """Send every campaign with a tree to be compared with its sheets."""
    opened = Campaign.objects.exclude(answers_pattern=None)
    for campaign_id in opened.values_list("pk", flat=True):
        check_campaign.apply_async((campaign_id,), priority=AFTER_COUNTING)


@shared_task(soft_time_limit=3600, time_limit=3700)
def check_campaign(campaign_id: int) -> None:
    """Divide the recount of a campaign among workers, and check what takes no sheets."""
    campaign = Campaign.objects.select_related("questionnaire", "method").get(pk=campaign_id)
    shares = recount.shares(campaign)
    pulse.begin_recount(campaign.slug, len(shares) + 1)
    for unit_ids in shares:
        check_share.apply_async((campaign_id, unit_ids), priority=AFTER_COUNTING)
    # A release made meanwhile is no difference.
    with snapshot():
        # What was published is not changed by a night task: an operator has to look.
        published = list(check_releases(campaign))
        # What ranks are made of follows from it.
        ranked = list(index_check.check_indices(campaign))
    for difference in [*published, *ranked]:
        logger.error("campaign=%s %s", campaign, difference)
    if ranked:
        index_check.rewrite_indices(campaign)
    besides = len(published) + len(ranked)
    _tell(campaign, "totals", recount.check_totals(campaign), besides=besides)


@shared_task(soft_time_limit=3600, time_limit=3700)
def check_share(campaign_id: int, unit_ids: list[int]) -> None:
    """Compare the cells of some units with a recount of their sheets."""
    campaign = Campaign.objects.select_related("questionnaire", "method").get(pk=campaign_id)
    _tell(campaign, str(unit_ids[0]), recount.check_share(campaign, unit_ids))


def _tell(
    campaign: Campaign, share: str, differences: list[recount.Difference], *, besides: int = 0
) -> None:
    """Log what a share of the recount found, add it to the night's result, and repair it."""
    for difference in differences:
        logger.error("campaign=%s %s", campaign, difference)
    pulse.note_share(campaign.slug, share, len(differences) + besides)
    if differences:
        recount.repair(campaign, differences)
        refresh.refresh(campaign, clock=timezone.now)


def send_export(export_id: int) -> None:
    """Have a worker make an export; without a broker it waits until somebody asks again."""
    try:
        make_export.apply_async((export_id,), retry=False)
    except OperationalError as error:
        logger.error("export %s is not sent: %s", export_id, error)  # noqa: TRY400 - says all


@shared_task(soft_time_limit=1800, time_limit=1900)
def make_export(export_id: int) -> None:
    """Make a file of sheets that an official asked for."""
    exporting.make(export_id)


@shared_task
def delete_expired_exports() -> None:
    """Delete the files of sheets whose day is over."""
    if deleted := exporting.delete_expired(timezone.now()):
        logger.info("deleted %d exports of sheets", deleted)
