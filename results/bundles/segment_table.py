"""The segments of a unit as a table: figures of each, and the sums they follow from."""

from __future__ import annotations

from collections.abc import Sequence

from results.bundles.columns import Row, figure_cells, figure_names, sum_names, sum_row, table
from results.reading.figures import shown
from results.reading.segment_figures import ExactSegment, exact_segments
from surveys.models import Campaign, CampaignUnit

HEAD = ("unit_code", "question", "option", "n")


def segment_table(campaign: Campaign, place: CampaignUnit) -> bytes | None:
    """Return what is published of a unit's segments; None where there are none."""
    codes = [section.code for section in campaign.questionnaire.parsed().factors]
    rows = [_row(place.code, one, codes) for one in exact_segments(campaign, place.unit_id)]
    names = [name for code in ("index", *codes) for name in figure_names(code)]
    return table(rows, [*HEAD, *names, *sum_names(codes)]) if rows else None


def _row(unit_code: str, one: ExactSegment, codes: Sequence[str]) -> Row:
    segment = one.segment
    row: dict[str, object] = {
        "unit_code": unit_code,
        "question": segment.question,
        "option": segment.option,
        "n": segment.n,
    }
    figures = dict(zip(("index", *codes), (one.index, *one.factors), strict=True))
    for code, figure in figures.items():
        row |= figure_cells(code, None if figure is None else shown(figure))
    if one.index is None:
        # Without one of its factors the sums of the others make no index.
        return row
    return {**row, **sum_row(one.moments, {c: f.variance for c, f in figures.items() if f})}
