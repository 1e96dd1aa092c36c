"""Officials and piles of paper for the tests of keying and importing."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from surveys.models import PaperBatch
from tests import make
from tests.answering import asked_at_a_counter


def official(name: str = "lan") -> User:
    return make.official(name)


def pile(by: User, *, collected: int = 2) -> PaperBatch:
    """Return an open batch of a counter where the tiny edition is asked."""
    counter, campaign = asked_at_a_counter(title={"vi": "Đợt khảo sát"})
    return PaperBatch.objects.create(
        campaign=campaign,
        counter=counter,
        answered_on=timezone.localdate() - timedelta(days=1),
        handed_out=collected + 5,
        collected=collected,
        keyed_by=by,
    )
