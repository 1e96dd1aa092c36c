"""What is published of the units of one chunk: every slice with its figures, counts and sums."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from results.arithmetic.indices import Moments, index
from results.arithmetic.indices import factor as figure_of_factor
from results.arithmetic.scoring import scoring_of
from results.arithmetic.weighting import PlannedMoments
from results.bundles.columns import Row, count_row, figure_row, sum_row
from results.counting.moments import Tabulator
from results.counting.wire import fetch, from_wire
from results.downloads.csv_file import harmless
from results.models import Standing
from results.reading.figures import factor_results, question_results, shown
from results.reading.planned_rows import planned_below
from results.reading.released_arrays import planned_moments
from surveys.models import Campaign, Channel

ROWS = """
SELECT place.code, version.full_name, place.tier, total.period, total.channel::integer,
       release.number, total.n, total.withheld || coalesce(headline.withheld, '{}'),
       array_send(total.counts), array_send(total.moments), total.unit_id
  FROM results_releasedtotal AS total
  JOIN surveys_campaignunit AS place USING (campaign_id, unit_id)
  JOIN surveys_unitversion AS version ON version.id = place.version_id
  JOIN results_release AS release ON release.id = total.release_id
  LEFT JOIN results_releasedtotal AS headline
    ON headline.campaign_id = total.campaign_id AND headline.unit_id = total.unit_id
   AND (headline.period, headline.channel, headline.standing) = (0, 0, 0)
 WHERE total.campaign_id = %(campaign)s AND place.chunk_id = %(chunk)s
   AND total.standing = %(counted)s AND total.n >= %(threshold)s
 ORDER BY place.code, total.period, total.channel
"""


class Slice(NamedTuple):
    """One published slice of one unit, as rows of two tables."""

    figures: Row
    counts: Row


def slices_of(campaign: Campaign, chunk_id: int) -> Iterator[Slice]:
    """Return what is published of the units of a chunk: the headline, months, channels."""
    method, edition = campaign.method.parsed(), campaign.questionnaire.parsed()
    layout = Tabulator(edition, method)
    rows = fetch(
        ROWS,
        {
            "campaign": campaign.pk,
            "chunk": chunk_id,
            "counted": Standing.COUNTED.value,
            "threshold": campaign.threshold,
        },
    )
    if not rows:
        return
    weighted = _weighted(campaign, [row[10] for row in rows])
    counts = from_wire([row[8] for row in rows], layout.counts_width, size=4).tolist()
    moments = from_wire([row[9] for row in rows], layout.moments_width, size=8).tolist()
    for row, counted, array in zip(rows, counts, moments, strict=True):
        sums = Moments.from_array(array, factors=len(edition.factors))
        yield _slice(campaign, row, counted, sums, weighted(row[10], *row[3:5]) or sums)


def _slice(
    campaign: Campaign,
    row: Sequence[Any],
    counts: Sequence[int],
    sums: Moments,
    figures_of: Moments | PlannedMoments,
) -> Slice:
    method, edition = campaign.method.parsed(), campaign.questionnaire.parsed()
    code, name, tier, period, channel, release, n, withheld = row[:8]
    factors = factor_results(
        edition,
        method,
        counts=counts,
        moments=sums,
        sheets=n,
        withheld=withheld,
        weighted=figures_of,
    )
    others = [
        question
        for kind in ("facts", "expectations")
        for question in question_results(edition, kind, counts=counts, withheld=withheld)
    ]
    by = Channel(channel).code if channel else "0"
    head: Row = {"unit_code": code, "period": period, "channel": by, "n": n}
    unit: Row = {"unit_name": harmless(name), "tier": tier, "release": release}
    hidden = any(not c.options for factor in factors for c in factor.criteria)
    scoring = scoring_of(method, edition)
    whole = index(figures_of, scoring, sheets=n)
    variances = {"index": whole.variance} | {
        section.code: figure_of_factor(figures_of, number, scoring, sheets=n).variance
        for number, section in enumerate(edition.factors)
    }
    return Slice(
        {**head, **unit, **figure_row(shown(whole), factors, others)},
        # Sums of a factor would tell of answers that are withheld.
        {**head, **count_row(factors, others), **({} if hidden else sum_row(sums, variances))},
    )


def _weighted(
    campaign: Campaign, unit_ids: Sequence[int]
) -> Callable[[int, int, int], PlannedMoments | None]:
    """Return what finds the planned units below a unit in a slice; None: sheets count alike."""
    below = planned_below(campaign, sorted(set(unit_ids)), period=None, channel=None)
    found = planned_moments(
        campaign,
        {(unit, *part): rows for part, units in below.items() for unit, rows in units.items()},
    )
    nothing = PlannedMoments((), len(campaign.questionnaire.parsed().factors))
    weighed = {key[0] for key in found}

    def of_slice(unit: int, period: int, channel: int) -> PlannedMoments | None:
        return found.get((unit, period, channel), nothing) if unit in weighed else None

    return of_slice
