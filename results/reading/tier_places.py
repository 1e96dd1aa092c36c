"""Where a unit stands among all units of its tier in the campaign, whatever is above them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from results.arithmetic.intervals import COVERAGE, quantile
from results.counting.wire import floats_from_wire
from results.reading.summaries import Standing

Floats = NDArray[np.float64]

# Unit, ratio, variance, sheets and freedom of each, one after the other.
FIELDS = 5


def place_in_tier(indices: bytes | None, unit_id: int) -> Standing | None:
    """Return the place of a unit among all of its tier, and those it may have.

    As results.arithmetic.ranks and .possible_ranks do it, for thousands of units at once. The
    quantile is that of the next power of two of units, so that few are ever computed: joint
    coverage is a little above 95 %.

    Args:
        indices: results.models.ReleasedIndex of the tier, FIELDS numbers each; None: none.

    Returns:
        None for a unit that is not among them.
    """
    if indices is None:
        return None
    units, ratio, variance, sheets, freedom = floats_from_wire(indices).reshape(-1, FIELDS).T
    own = np.flatnonzero(units == unit_id)
    if not own.size:
        return None
    coverage = COVERAGE ** (1 / (1 << (len(units) - 1).bit_length()))
    low, high = _intervals(ratio, variance, sheets, freedom, coverage)
    (at,) = own
    return Standing(
        position=1 + int((ratio > ratio[at]).sum()),
        of=len(units),
        best=1 + int((low > high[at]).sum()),
        worst=int((high >= low[at]).sum()),
    )


def _intervals(
    ratio: Floats, variance: Floats, sheets: Floats, freedom: Floats, coverage: float
) -> tuple[Floats, Floats]:
    """Return the ends of Wilson's intervals (results.arithmetic.intervals.ratio_interval)."""
    estimated = (variance > 0) & (freedom > 0)
    known, which = np.unique(np.where(estimated, freedom, 0).astype(np.int64), return_inverse=True)
    z = np.array([quantile(one, coverage) for one in known.tolist()])[which]
    size = np.where(variance > 0, ratio * (1 - ratio) / np.where(variance > 0, variance, 1), sheets)
    middle = ratio + z**2 / (2 * size)
    reach = z * np.sqrt(ratio * (1 - ratio) / size + z**2 / (4 * size**2))
    stretch = 1 + z**2 / size
    low = np.where(ratio == 0, 0.0, (middle - reach) / stretch)
    high = np.where(ratio == 1, 1.0, (middle + reach) / stretch)
    return low, high
