"""Keeps of a plan's strata the units that a lot draws."""

from __future__ import annotations

from collections import defaultdict

from django.db import transaction
from django.utils.translation import gettext as _

from surveys.models import Campaign, PlanLine
from surveys.oversight.audit import Actor
from surveys.sampling import plans
from surveys.sampling.drawing import Framed, drawn


class NothingToDraw(ValueError):
    """Units cannot be drawn; the message says why."""


def draw(campaign: Campaign, m: int, *, lot: str, by: Actor) -> tuple[int, int]:
    """Keep m units of each stratum of a plan, drawn by a lot; they stand for all of its people.

    Units without a stratum stay as they are.

    Returns:
        How many units were drawn, and out of how many.

    Raises:
        PlanFrozen: the campaign is open.
        NothingToDraw: no unit has a stratum, or the people of one are not stated.
        TreeError: the map of the tree day cannot carry the campaign.
    """
    with transaction.atomic():
        old = plans.locked(campaign)
        before, tree = plans.facts(old), plans.tree_of(old)
        rows = list(PlanLine.objects.filter(campaign=old).exclude(stratum=""))
        strata: dict[tuple[int, str], list[Framed]] = defaultdict(list)
        for row in rows:
            if row.population is None or row.unit_id not in tree:
                raise NothingToDraw(_("State the people of every unit that has a stratum first."))
            place = tree[row.unit_id]
            strata[place.chunk_id, row.stratum].append(Framed(place.code, row.population))
        if not rows:
            raise NothingToDraw(_("No unit of the plan has a stratum to be drawn from."))
        kept = {unit.code: unit.people for of in drawn(strata, m, lot=lot).values() for unit in of}
        for row in rows:
            row.population = kept.get(tree[row.unit_id].code)
        left_out = [row.pk for row in rows if row.population is None]
        PlanLine.objects.filter(pk__in=left_out).delete()
        stay = [row for row in rows if row.population is not None]
        PlanLine.objects.bulk_update(stay, ["population"], batch_size=1000)
        plans.record_change(old, before, by, lot=lot, drawn=f"{len(stay)} / {len(rows)}, {m}")
    return len(stay), len(rows)
