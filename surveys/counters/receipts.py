"""The digests of a campaign's receipts: decoys at its opening, and lists to publish.

A list must not tell which sheets it is of, nor how many. So a campaign begins with decoys, as
many as chance says; a list takes no fewer than the campaign's threshold, and leaves as many out,
drawn by lot, for the next (docs/decisions/0032).
"""

from __future__ import annotations

import secrets

from django.db import connection, transaction
from django.db.models import Max

from surveys.models import Campaign, Receipt

# A proof is computed from one whole list.
LIST_LENGTH = 50_000


def add_decoys(campaign: Campaign) -> None:
    """Add digests without a code: at least the threshold, at most three times that."""
    number = campaign.threshold + secrets.randbelow(2 * campaign.threshold + 1)
    Receipt.objects.bulk_create(
        Receipt(digest=secrets.token_bytes(32), campaign=campaign) for _decoy in range(number)
    )


def list_new(campaign: Campaign, *, everything: bool) -> int:
    """Put what stands in no list yet into new ones; return how many it took.

    Args:
        everything: no sheet can come any more, so nothing is left for a next list.
    """
    with transaction.atomic():
        # Two at once would each leave out other ones.
        Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
        of_campaign = Receipt.objects.filter(campaign=campaign)
        new = of_campaign.filter(list_number=None).count()
        take = new if everything else new - campaign.threshold
        if take < campaign.threshold:
            return 0
        last = of_campaign.aggregate(last=Max("list_number"))["last"] or 0
        with connection.cursor() as cursor:
            cursor.execute(
                _LIST,
                {"campaign": campaign.pk, "first": last + 1, "take": take, "length": LIST_LENGTH},
            )
            if cursor.rowcount != take:
                # The nightly rewrite moved them meanwhile; what is left may be a few that just
                # came. The next release lists them.
                transaction.set_rollback(True)
                return 0
    return take


_LIST = """
UPDATE surveys_receipt AS receipt
   SET list_number = %(first)s + drawn.place / %(length)s
  FROM (SELECT digest, row_number() OVER (ORDER BY random()) - 1 AS place
          FROM surveys_receipt
         WHERE campaign_id = %(campaign)s AND list_number IS NULL) AS drawn
 WHERE receipt.digest = drawn.digest AND drawn.place < %(take)s
"""


def lists_of(campaign: Campaign) -> list[list[bytes]]:
    """Return the digests of each list of a campaign, in their own order."""
    rows = Receipt.objects.filter(campaign=campaign, list_number__isnull=False)
    lists: dict[int | None, list[bytes]] = {}
    for number, digest in rows.order_by("list_number", "digest").values_list(
        "list_number", "digest"
    ):
        lists.setdefault(number, []).append(bytes(digest))
    return list(lists.values())


def list_with(campaign: Campaign, digest: bytes) -> int | None:
    """Return the number of the list a digest stands in; None: in none of this campaign."""
    found = Receipt.objects.filter(pk=digest, campaign=campaign).values_list(
        "list_number", flat=True
    )
    return found.first()


def is_kept(campaign_id: int, digest: bytes) -> bool:
    """Return whether a digest of a campaign is stored."""
    return Receipt.objects.filter(pk=digest, campaign=campaign_id).exists()
