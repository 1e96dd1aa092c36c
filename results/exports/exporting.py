"""Exports of sheets: asked for, made by a worker, kept for a day, taken.

Reading is a province at a time, so that an export says how far it is. What was made is stored at
the end, in one transaction with the word that it is done.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from results.downloads.names import plain
from results.exports import export_table, exported_sheets
from results.exports.export_files import FILES, Table
from results.reading.figures import in_language
from surveys.models import Campaign, CampaignUnit, SheetExport, SheetExportPart

KEPT_FOR = timedelta(days=1)
# Longer than a province takes. Whoever waits may have it made again after it.
LOST_AFTER = timedelta(minutes=10)
PART_BYTES = 1024 * 1024
# All are held in memory at once by the worker.
MOST_SHEETS = 200_000

State = SheetExport.State


class CannotExport(Exception):
    """There is no final release that is frozen, or too much was asked for."""


def ask(
    campaign: Campaign,
    unit_id: int,
    *,
    made_as: str,
    purpose: str,
    by: int,
    now: datetime,
    language: str,
) -> SheetExport:
    """Keep that an export is wanted; results.tasks makes it."""
    return SheetExport.objects.create(
        campaign=campaign,
        unit_id=unit_id,
        format=made_as,
        language=language,
        purpose=purpose,
        asked_by_id=by,
        asked_at=now,
        moved_at=now,
        expires_at=now + KEPT_FOR,
    )


def is_lost(export: SheetExport, now: datetime) -> bool:
    """Return whether it failed, or nothing has been heard of its worker for long."""
    under_way = export.state in {State.WAITING, State.RUNNING}
    return export.state == State.FAILED or (under_way and now - export.moved_at > LOST_AFTER)


def again(export: SheetExport, *, now: datetime) -> bool:
    """Set a lost export back to the beginning; return whether it was lost."""
    with transaction.atomic():
        current = SheetExport.objects.select_for_update().get(pk=export.pk)
        if not is_lost(current, now):
            return False
        current.state, current.moved_at, current.steps_done = State.WAITING, now, 0
        current.save(update_fields=["state", "moved_at", "steps_done"])
    return True


def make(export_id: int) -> None:
    """Make a file that was asked for; nothing if it is made, or deleted meanwhile.

    Told twice it is made twice, and kept once.
    """
    rows = SheetExport.objects.select_related("campaign__questionnaire", "campaign__method")
    export = rows.filter(pk=export_id).exclude(state=State.DONE).first()
    if export is None:
        return
    try:
        with override(export.language):
            _make(export)
    except BaseException:
        # Also when the worker is told to stop: who waits sees it at once.
        _note(export, state=State.FAILED)
        raise


def delete_expired(now: datetime) -> int:
    """Delete the exports whose day is over, with their files; return how many."""
    expired = SheetExport.objects.filter(expires_at__lte=now)
    return expired.delete()[1].get(SheetExport._meta.label, 0)


def content(export: SheetExport) -> Iterator[bytes]:
    """Return a file in pieces."""
    for part in export.parts.order_by("number").values_list("content", flat=True).iterator():
        yield bytes(part)


def _make(export: SheetExport) -> None:
    campaign = export.campaign
    bundle = exported_sheets.frozen_release(campaign)
    if bundle is None:
        raise CannotExport("no final release of this campaign is frozen")
    tops = exported_sheets.provinces(campaign, export.unit_id)
    _note(export, state=State.RUNNING, steps=len(tops) + 1, steps_done=0)
    found: list[export_table.Rows] = []
    sheets = 0
    for number, top in enumerate(tops, start=1):
        placed = exported_sheets.placed_sheets(bundle, campaign, top)
        mine = exported_sheets.below(placed, export.unit_id)
        found += export_table.rows(campaign, bundle.release.number, mine)
        sheets = sum(len(rows.texts) for rows in found)
        if sheets > MOST_SHEETS:
            raise CannotExport(f"more than {MOST_SHEETS} sheets")
        _note(export, steps_done=number)
    edition = campaign.questionnaire.parsed()
    name = _name(export, bundle.release.number)
    table = Table(
        name=name,
        title=in_language(campaign.title),
        released_at=bundle.release.released_at,
        columns=export_table.columns(edition),
        rows=found,
        code_book=list(export_table.code_book(edition)),
    )
    made = FILES[export.format]
    _keep(export, made.make(table), f"{name}{made.ending}", bundle.release.number, sheets)


def _name(export: SheetExport, release: int) -> str:
    place = CampaignUnit.objects.select_related("version").get(
        campaign=export.campaign_id, unit=export.unit_id
    )
    where = f"{plain(place.code)}-{plain(place.version.name)}"
    return f"hai-long_{export.campaign.slug}_{where}_phieu-an-danh_dot-{release}"


def _keep(export: SheetExport, file: bytes, name: str, release: int, rows: int) -> None:
    published = exported_sheets.published(export.campaign, export.unit_id)
    with transaction.atomic():
        current = SheetExport.objects.select_for_update().filter(pk=export.pk).first()
        if current is None or current.state == State.DONE:
            return
        for number, start in enumerate(range(0, len(file), PART_BYTES)):
            part = file[start : start + PART_BYTES]
            SheetExportPart.objects.create(export=current, number=number, content=part)
        current.state, current.moved_at = State.DONE, timezone.now()
        current.steps_done = current.steps
        current.file_name, current.size = name, len(file)
        current.release, current.rows, current.left_out = release, rows, max(published - rows, 0)
        current.save()


def _note(export: SheetExport, **changes: int) -> None:
    """Say how far it is, unless another worker has made it meanwhile."""
    rows = SheetExport.objects.filter(pk=export.pk).exclude(state=State.DONE)
    rows.update(moved_at=timezone.now(), **changes)
