"""What is wrong with a sample plan before its campaign opens, or worth a second look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from surveys.campaigns.campaign_tree import Placed
from surveys.campaigns.check_lines import Check, Grade
from surveys.models import Campaign, PlanLine
from surveys.sampling import plans


def checks(campaign: Campaign, rows: Sequence[Placed]) -> Iterator[Check]:
    """Yield the lines of the checked list about the plan of a campaign with this tree."""
    planned = PlanLine.objects.filter(campaign=campaign).select_related("unit")
    # Of the unit only what is told of it: its dates take longer to read than all the rest.
    lines = list(planned.defer("unit__in_force"))
    faults = [*_faults(lines, {row.unit_id: row for row in rows}), *_people(campaign, lines)]
    yield from faults
    if few := [line for line in lines if line.target < campaign.threshold]:
        said = ngettext(
            "At %(n)d unit fewer sheets are planned than it needs to be published.",
            "At %(n)d units fewer sheets are planned than they need to be published.",
            len(few),
        )
        advice = _("Plan at least %(threshold)d, or more: some will not answer.")
        advice %= {"threshold": campaign.threshold}
        yield Check("plan_few", Grade.WARNING, said % {"n": len(few)}, advice, _codes(few))
    if lines and not faults:
        sheets = number_format(sum(line.target for line in lines), force_grouping=True)
        yield Check("plan", Grade.GOOD, _("The plan asks for %(n)s sheets.") % {"n": sheets})


def _faults(lines: Sequence[PlanLine], tree: dict[int, Placed]) -> Iterator[Check]:
    if strange := [line for line in lines if line.unit_id not in tree]:
        said = _("The plan names units the campaign does not ask.")
        advice = _("Take them out of the plan.")
        yield Check("plan_units", Grade.FAULT, said, advice, _codes(strange))
    if nested := plans.nested([line.unit_id for line in lines], tree):
        said = _("The plan names units of which one lies below the other.")
        pairs = [f"{tree[above].code} / {tree[unit].code}" for above, unit in nested]
        yield Check("plan_nested", Grade.FAULT, said, _("Keep one of each pair."), pairs)


def _people(campaign: Campaign, lines: Sequence[PlanLine]) -> Iterator[Check]:
    """Look for what weighting needs."""
    without = [line for line in lines if line.population is None]
    if campaign.method.parsed().weighs_units and (without or not lines):
        said = _("The method weighs units, so the sample plan must name the people of each.")
        advice = _("State for how many people the sheets of each planned unit stand.")
        yield Check("plan_people", Grade.FAULT, said, advice, _codes(without))


def _codes(lines: Sequence[PlanLine]) -> list[str]:
    return sorted(line.unit.code for line in lines)
