"""The sample plan of a campaign as a table of its releases, with the weights it comes to."""

from __future__ import annotations

import csv
import io
from fractions import Fraction

from results.models import MIXED, WHOLE_CAMPAIGN, ReleasedTotal, Standing
from surveys.models import Campaign, CampaignUnit, PlanLine

COLUMNS = ("unit_code", "within", "stratum", "people", "planned", "n", "weight")


def plan_table(campaign: Campaign) -> bytes:
    """Return a row per planned unit as CSV, empty bytes without a plan.

    `within` is the code of the province (or the nation) whose strata are meant, `n` the sheets
    of the headline that are published, `weight` people / n with four decimals.
    """
    lines = {line.unit_id: line for line in PlanLine.objects.filter(campaign=campaign)}
    if not lines:
        return b""
    places = CampaignUnit.objects.filter(campaign=campaign, unit__in=lines).order_by("code")
    codes = dict(
        CampaignUnit.objects.filter(campaign=campaign, unit__in=places.values("chunk")).values_list(
            "unit_id", "code"
        )
    )
    released = ReleasedTotal.objects.filter(
        campaign=campaign,
        unit__in=lines,
        period=WHOLE_CAMPAIGN,
        channel=MIXED,
        standing=Standing.COUNTED,
        n__gte=campaign.threshold,
    )
    sheets = dict(released.values_list("unit_id", "n"))
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for place in places:
        line, n = lines[place.unit_id], sheets.get(place.unit_id)
        people = line.population
        weight = f"{float(Fraction(people, n)):.4f}" if people is not None and n else ""
        writer.writerow(
            [
                *(place.code, codes[place.chunk_id], line.stratum),
                *("" if people is None else people, line.target, n or "", weight),
            ]
        )
    return buffer.getvalue().encode()
