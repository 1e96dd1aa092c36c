"""Releases: what of the counted the public may see, taken in block by block.

A unit's figures take in new sheets only when at least `threshold` have come since they last
did; every unit shows the sum of what is released of itself and below. results.releasing.disclosure
has the rules, this module the order of reading and writing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max

from results.arithmetic.column_groups import ColumnGroups
from results.counting.count_table import read_table
from results.counting.moments import Tabulator
from results.models import Release
from results.reading.public_rows import headline_channels
from results.releasing.disclosure import Rules
from results.releasing.pooling import pool_rest
from results.releasing.release_sql import DUE_FAMILIES, RELEASED_CELLS, UNITS_WITH_REST
from results.releasing.released_rows import AT_ONCE, add_released, rebuild_totals
from results.releasing.segments import write_segments
from results.releasing.steps import Released, ReleasedKey, Step
from results.releasing.taken_cells import Family, OpenCells, open_cells, write_taken
from results.releasing.taking import take_in
from surveys.models import Campaign, CampaignUnit


def lock_root(campaign: Campaign) -> int:
    """Wait for the right to write the root's totals and releases; return the root's unit id.

    It is held to the end of the transaction. NO KEY: a plain FOR UPDATE would hold up every
    citizen's sheet, whose foreign key takes a share lock on rows of this table.
    """
    root = CampaignUnit.objects.select_for_update(no_key=True).get(
        campaign=campaign, parent__isnull=True
    )
    return root.unit_id


def publish(
    campaign: Campaign,
    *,
    now: datetime,
    closed: bool = False,
    final: bool = False,
    reason: str = "",
    rules: Rules | None = None,
) -> Release | None:
    """Make a release of every unit with enough that is new; None when no unit has.

    Args:
        closed: the open days are over; what units cannot publish alone is pooled.
        final: no sheet can come any more; the release is made though it take nothing in.
        reason: why figures change other than by new sheets.
        rules: those of the campaign's threshold when left out.
    """
    with transaction.atomic():
        lock_root(campaign)
        act = _Act(campaign, rules or Rules(campaign.threshold))
        act.take_due(None)
        if closed:
            act.pool()
        return act.finish(now, final=final, reason=reason) if act.units or final else None


def release_due(campaign: Campaign, unit_ids: Collection[int], *, now: datetime) -> Release | None:
    """Release those of the units named that have enough that is new.

    After the final release figures change only by hand, with a reason. The caller is in a
    transaction that holds `lock_root`.
    """
    if is_final(campaign):
        return None
    act = _Act(campaign, Rules(campaign.threshold))
    act.take_due(unit_ids)
    return act.finish(now) if act.units else None


def is_final(campaign: Campaign) -> bool:
    """Return whether the final release of a campaign has been made."""
    return Release.objects.filter(campaign=campaign, final=True).exists()


def _last_number(campaign: Campaign) -> int:
    numbers = Release.objects.filter(campaign=campaign).aggregate(last=Max("number"))
    return numbers["last"] or 0


class _Act:
    """One release while it is made."""

    def __init__(self, campaign: Campaign, rules: Rules) -> None:
        self.campaign = campaign
        self.rules = rules
        self.tabulator = Tabulator(campaign.questionnaire.parsed(), campaign.method.parsed())
        self.groups: ColumnGroups = ColumnGroups(self.tabulator.edition)
        self.headline: Sequence[int] = headline_channels(campaign)
        self.units: set[int] = set()
        self.released: set[ReleasedKey] = set()

    def take_due(self, unit_ids: Collection[int] | None) -> None:
        """Take in what has enough that is new, of the units named (None: of all)."""
        due = self._due(unit_ids)
        for start in range(0, len(due), AT_ONCE):
            chosen = due[start : start + AT_ONCE]
            units = sorted({family.unit for family in chosen})
            cells = open_cells(self.campaign, self.tabulator, units, set(chosen))
            released = self._released(units)
            self._write(cells, take_in(cells, released, self.groups, self.rules))

    def finish(self, now: datetime, *, final: bool = False, reason: str = "") -> Release:
        """Write the release, and the totals above what it took in."""
        release = Release.objects.create(
            campaign=self.campaign,
            number=_last_number(self.campaign) + 1,
            released_at=now,
            units=len(self.units),
            final=final,
            reason=reason,
        )
        rebuild_totals(release, self.tabulator, self.headline, self.released)
        if final:
            write_segments(release)
        # Updates no key, so that no citizen's sheet waits for it.
        Campaign.objects.filter(pk=self.campaign.pk, published_at=None).update(published_at=now)
        return release

    def _due(self, unit_ids: Collection[int] | None) -> list[Family]:
        """Return what has enough new sheets, or enough set aside since they were published."""
        rules = self.rules
        with connection.cursor() as cursor:
            cursor.execute(
                DUE_FAMILIES,
                {
                    "campaign": self.campaign.pk,
                    "units": None if unit_ids is None else list(unit_ids),
                    "headline": list(self.headline),
                    "new": rules.threshold if rules.in_batches else 1,
                    "moved": rules.threshold if rules.set_aside_with_new else 1,
                },
            )
            return [Family(*row) for row in cursor.fetchall()]

    def pool(self) -> None:
        """Pool what units of a closed campaign could not publish alone."""
        with connection.cursor() as cursor:
            cursor.execute(UNITS_WITH_REST, {"campaign": self.campaign.pk})
            units = [row[0] for row in cursor.fetchall()]
        if not units:
            return
        cells = open_cells(self.campaign, self.tabulator, units, None)
        tree = CampaignUnit.objects.filter(campaign=self.campaign)
        paths = dict(tree.values_list("unit_id", "path"))
        self._write(cells, pool_rest(cells, self._released(units), paths, self.groups, self.rules))

    def _released(self, units: Sequence[int]) -> Released:
        where = {"campaign": self.campaign.pk, "units": units}
        rows = read_table(RELEASED_CELLS, where, self.tabulator)
        return {
            ReleasedKey(*key): numbers
            for key, numbers in zip(rows.keys.tolist(), rows.numbers, strict=True)
        }

    def _write(self, cells: OpenCells, step: Step) -> None:
        if not step.released:
            return
        touched = (step.counted != cells.counted_before).any(axis=1)
        touched |= (step.aside != cells.aside_before).any(axis=1)
        touched |= (step.aside_then != cells.aside_then).any(axis=1)
        write_taken(
            self.campaign,
            self.tabulator,
            cells,
            touched=touched,
            counted=step.counted,
            aside=step.aside,
            aside_then=step.aside_then,
        )
        add_released(self.campaign, self.tabulator, step.released)
        self.units |= step.units
        self.released |= {key for key, _ in step.released}
