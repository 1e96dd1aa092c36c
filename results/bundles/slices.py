"""What is published of the units of one chunk: every slice with its figures, counts and sums."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from results.arithmetic.indices import Moments, index
from results.arithmetic.indices import factor as figure_of_factor
from results.arithmetic.scoring import scoring_of
from results.arithmetic.weighting import PlannedMoments
from results.counting.moments import Tabulator
from results.counting.wire import fetch, from_wire
from results.downloads.csv_file import harmless
from results.models import Standing
from results.reading.figures import (
    CriterionResult,
    FactorResult,
    QuestionResult,
    Shown,
    factor_results,
    question_results,
    shown,
)
from results.reading.planned_rows import planned_below
from results.reading.released_arrays import planned_moments
from surveys.models import Campaign, Channel
from surveys.questionnaires.codebook import Edition, Question

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

Row = Mapping[str, object]


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
        code, name, tier, period, channel, release, n, withheld = row[:8]
        sums = Moments.from_array(array, factors=len(edition.factors))
        figures_of = weighted(row[10], period, channel) or sums
        factors = factor_results(
            edition,
            method,
            counts=counted,
            moments=sums,
            sheets=n,
            withheld=withheld,
            weighted=figures_of,
        )
        others = [
            question
            for kind in ("facts", "expectations")
            for question in question_results(edition, kind, counts=counted, withheld=withheld)
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
        yield Slice(
            {**head, **unit, **_figures(shown(whole), factors, others)},
            # Sums of a factor would tell of answers that are withheld.
            {**head, **_counts(factors, others), **({} if hidden else _sums(sums, variances))},
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


def _figures(
    whole: Shown, factors: Sequence[FactorResult], others: Sequence[QuestionResult]
) -> Row:
    row = _columns("index", whole)
    for factor in factors:
        row |= _columns(factor.code, factor.figure)
        for criterion in factor.criteria:
            row |= _columns(criterion.code, criterion.figure if criterion.options else None)
    for question in others:
        row |= {f"{question.code}={o.position}": o.percent for o in question.options}
    return row


def _columns(name: str, figure: Shown | None) -> dict[str, object]:
    if figure is None:
        return dict.fromkeys(_names(name), "")
    values = (figure.percent, figure.low, figure.high, figure.n_valid, figure.n_missing)
    return dict(zip(_names(name), values, strict=True))


def _names(name: str) -> list[str]:
    return [name + ending for ending in ("", ".low", ".high", ".n", ".missing")]


def _counts(factors: Sequence[FactorResult], others: Sequence[QuestionResult]) -> Row:
    row: dict[str, object] = {}
    criteria: list[CriterionResult | QuestionResult] = [c for f in factors for c in f.criteria]
    for question in [*criteria, *others]:
        # Nothing for a question whose counts are withheld.
        if question.options:
            row |= {f"{question.code}={option.position}": option.n for option in question.options}
            row[f"{question.code}.n"] = question.n_valid
            row[f"{question.code}.missing"] = question.n_missing
    return row


def _sums(sums: Moments, variances: Mapping[str, Fraction | None]) -> Row:
    """Return the sums that figures follow from, and of intervals the variances, rounded.

    Not the products that variances are made of: who knows which sheets left a question out
    works out from those what somebody answered (docs/disclosure.md).
    """
    row: dict[str, object] = {f"z{i}": value for i, value in enumerate(sums.sums)}
    row |= {f"{name}.v": _four_digits(value) for name, value in variances.items()}
    row |= {f"answered{f}": n for f, n in enumerate(sums.answered)}
    return {**row, "answered": sums.answered_any}


def _four_digits(value: Fraction | None) -> str:
    return "" if value is None else f"{float(value):.3e}"


HEAD = ("unit_code", "period", "channel", "n")


def figure_columns(edition: Edition) -> list[str]:
    """Return the columns of the table of figures, the same for every chunk of a campaign."""
    names = [*HEAD, "unit_name", "tier", "release", *_names("index")]
    for section in edition.factors:
        names += _names(section.code)
        names += [name for question in section.criteria for name in _names(question.code)]
    return names + [name for question in _others(edition) for name in _options(question)]


def count_columns(edition: Edition) -> list[str]:
    """Return the columns of the table of counts and sums."""
    names = list(HEAD)
    for question in [*edition.criteria, *_others(edition)]:
        names += [*_options(question), f"{question.code}.n", f"{question.code}.missing"]
    factors = range(len(edition.factors))
    names += [f"z{i}" for i in range(3 * len(factors))]
    names += [f"{name}.v" for name in ("index", *(section.code for section in edition.factors))]
    return [*names, *(f"answered{f}" for f in factors), "answered"]


def _others(edition: Edition) -> list[Question]:
    """Return the questions shown beside the criteria, in the order they are shown."""
    return [
        question
        for kind in ("facts", "expectations")
        for section in edition.sections
        if section.kind == kind
        for question in section.questions
        if question.kind != "text"
    ]


def _options(question: Question) -> list[str]:
    return [f"{question.code}={position}" for position, _ in enumerate(question.options, start=1)]


def table(rows: Sequence[Row], columns: Sequence[str]) -> bytes:
    """Return rows as CSV; what a row does not have is left empty."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue().encode()
