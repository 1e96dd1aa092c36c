"""The tables of results, a module per subject."""

from results.models.bundles import Blob, Bundle, BundleFile
from results.models.counted import (
    SET_ASIDE_THEN,
    WHOLE_CAMPAIGN,
    Cell,
    Counted,
    SettledCell,
    Standing,
    TakenCell,
    TimesTaken,
    Total,
)
from results.models.published import PublishedIndex
from results.models.releases import (
    MIXED,
    Part,
    Release,
    Released,
    ReleasedCell,
    ReleasedIndex,
    ReleasedSegment,
    ReleasedTotal,
)

__all__ = [
    "MIXED",
    "SET_ASIDE_THEN",
    "WHOLE_CAMPAIGN",
    "Blob",
    "Bundle",
    "BundleFile",
    "Cell",
    "Counted",
    "Part",
    "PublishedIndex",
    "Release",
    "Released",
    "ReleasedCell",
    "ReleasedIndex",
    "ReleasedSegment",
    "ReleasedTotal",
    "SettledCell",
    "Standing",
    "TakenCell",
    "TimesTaken",
    "Total",
]
