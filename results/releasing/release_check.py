"""The check of releases: what is public is what was taken in, and parents are their parts.

Added up in one pass along the paths of the tree, where releases add children to parents.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from results.arithmetic.column_groups import Ints
from results.counting.recount import Difference, Key
from results.models import Part, ReleasedCell, ReleasedTotal, Standing, TakenCell
from results.reading.public_rows import headline_channels
from results.releasing.released_rows import slices_of
from surveys.models import Campaign, CampaignUnit

NUMBERS = ("n", "counts", "moments")


def check_releases(campaign: Campaign) -> Iterator[Difference]:
    """Yield where public figures are not the sum of what releases took in."""
    paths = dict(CampaignUnit.objects.filter(campaign=campaign).values_list("unit_id", "path"))
    headline = headline_channels(campaign)
    root = next(unit for unit, path in paths.items() if len(path) == 1)
    entered: dict[int, Ints] = defaultdict(lambda: np.zeros(1, dtype=np.int64))
    wanted: dict[Key, Ints] = {}
    cells = ReleasedCell.objects.filter(campaign=campaign)
    for *key, n, counts, moments in cells.values_list(
        "unit_id", "month", "channel", "part", *NUMBERS
    ).iterator():
        numbers = np.array([n, *counts, *moments], dtype=np.int64)
        family = 0 if key[2] in headline else key[2]
        if key[3] != Part.SET_ASIDE:
            entered[family] = entered[family] + numbers
        for above in paths[key[0]]:
            for part in slices_of(key, headline):
                wanted[above, *part] = wanted.get((above, *part), 0) + numbers
    taken = TakenCell.objects.filter(campaign=campaign, standing=Standing.COUNTED)
    for channel, n, counts, moments in taken.values_list("channel", *NUMBERS).iterator():
        family = 0 if channel in headline else channel
        entered[family] = entered[family] - np.array([n, *counts, *moments], dtype=np.int64)
    for family, left in entered.items():
        if left.any():
            what = f"{np.count_nonzero(left)} numbers differ from what was taken in"
            yield Difference("released cells", (root, 0, family, 0), what)
    yield from _check_totals(campaign, wanted)


def _check_totals(campaign: Campaign, wanted: dict[Key, Ints]) -> Iterator[Difference]:
    totals = ReleasedTotal.objects.filter(campaign=campaign)
    for *names, n, counts, moments in totals.values_list(
        "unit_id", "period", "channel", "standing", *NUMBERS
    ).iterator():
        key: Key = tuple(names)
        right = wanted.pop(key, np.zeros(1, dtype=np.int64))
        stored = np.array([n, *counts, *moments], dtype=np.int64)
        if not np.array_equal(np.broadcast_to(right, stored.shape), stored):
            yield Difference("released total", key, f"{n} sheets, should be {right[0]}")
    for key, numbers in wanted.items():
        if numbers.any():
            yield Difference("released total", key, f"missing, {numbers[0]} sheets")
