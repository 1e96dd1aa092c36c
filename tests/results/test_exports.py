"""Exports of sheets: what is in them, who gets them, how long they are kept."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pyreadstat
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from results import tasks
from results.bundles.freeze import freeze_newest
from results.counting import refresh
from results.exports import exporting
from results.models import Release
from results.releasing import releases
from surveys.models import AuditEntry, Campaign, Response, SheetExport, SheetExportPart, Unit
from surveys.people import signing_in
from surveys.rights.acts import Role
from tests import make
from tests.live import LiveProcess, eventually
from tests.officials.people import sign_in

NOW = timezone.now()
WHOLE = {"c01": 5, "c02": 4, "c03": 3, "f1": 1, "m1": [1]}
OTHER = {"c01": 2, "c02": 2, "c03": 5, "f1": 2, "m1": [2]}


def world(*numbers: int, threshold: int = 3) -> tuple[Campaign, list[Unit]]:
    """Return a campaign whose final release is frozen, and communes with so many sheets each."""
    top = make.province("Thái Nguyên", code="19")
    units = [make.commune(f"Xã {i}", parent=top, code=f"0550{i}") for i in range(len(numbers))]
    campaign = make.campaign(slug="dot", threshold=threshold)
    for unit, number in zip(units, numbers, strict=True):
        for i in range(number):
            # A unit that withholds what all of few agree on is not named.
            make.response(campaign, unit, {**(OTHER if i % 2 else WHOLE), "p1": 1})
    freeze(campaign)
    return campaign, units


def freeze(campaign: Campaign) -> None:
    refresh.refresh(campaign, clock=timezone.now)
    releases.publish(campaign, now=timezone.now(), closed=True)
    Release.objects.filter(campaign=campaign).update(final=True)
    assert freeze_newest(campaign)


def asked(campaign: Campaign, unit: Unit, made_as: str = "csv") -> SheetExport:
    return exporting.ask(
        campaign,
        unit.pk,
        made_as=made_as,
        purpose="Nghiên cứu thời gian chờ",
        by=make.official().pk,
        now=NOW,
        language="en",
    )


def made(campaign: Campaign, unit: Unit, made_as: str = "csv") -> SheetExport:
    export = asked(campaign, unit, made_as)
    exporting.make(export.pk)
    export.refresh_from_db()
    return export


def file_of(export: SheetExport) -> bytes:
    return b"".join(exporting.content(export))


def rows_of(export: SheetExport) -> list[dict[str, str]]:
    with zipfile.ZipFile(io.BytesIO(file_of(export))) as packed:
        name = next(name for name in packed.namelist() if name.startswith("hai-long"))
        return list(csv.DictReader(io.StringIO(packed.read(name).decode("utf-8-sig"))))


@pytest.mark.django_db
def test_a_sheet_names_its_unit_and_nothing_closer() -> None:
    campaign, units = world(6, 4)

    export = made(campaign, units[0])

    rows = rows_of(export)
    assert (export.state, export.rows, export.left_out) == (SheetExport.State.DONE, 6, 0)
    assert export.file_name == "hai-long_dot_05500-xa-0_phieu-an-danh_dot-1.zip"
    assert list(rows[0]) == [
        *("campaign", "simulated", "release", "province", "unit_code", "unit_name", "tier"),
        *("month", "channel", "p1", "c01", "c02", "c03", "f1", "m1"),
    ]
    assert {(r["unit_code"], r["month"], r["channel"], r["c01"]) for r in rows} == {
        ("05500", "202611", "kiosk", c01) for c01 in "25"
    }
    text = repr(rows)
    assert make.DAY.isoformat() not in text
    assert not [key for key in Response.objects.values_list("id", flat=True) if str(key) in text]


@pytest.mark.django_db
def test_a_unit_without_crowds_is_not_named_even_to_itself() -> None:
    """Two women at each of two communes: four in the province, which is enough there only."""
    campaign, units = world(6, 6)
    for unit in units:
        for option in (1, 2, 2):
            make.response(campaign, unit, {**WHOLE, "p1": option})
    freeze(campaign)

    own, whole = made(campaign, units[0]), made(campaign, Unit.objects.get(code="19"))

    together = Counter((row["unit_code"], row["p1"], row["month"]) for row in rows_of(whole))
    assert all(n >= 3 for n in together.values())
    assert together == {("19", "1", "202611"): 14, ("19", "2", "202611"): 4}
    assert (own.rows, own.left_out) == (0, 9)


@pytest.mark.django_db
def test_a_unit_that_withholds_what_all_agree_on_is_not_named() -> None:
    top = make.province("Thái Nguyên", code="19")
    units = [make.commune(f"Xã {i}", parent=top, code=f"0550{i}") for i in range(3)]
    campaign = make.campaign(slug="dot", threshold=3)
    for unit in units:
        for i in range(12 if unit == units[2] else 6):
            unlike: dict[str, object] = {**(OTHER if i % 2 else WHOLE), "p1": 1}
            make.response(campaign, unit, unlike | ({"c02": 1} if unit == units[0] else {}))
    freeze(campaign)

    # The second keeps the first company; the third has too many to be any.
    assert [made(campaign, unit).rows for unit in units] == [0, 0, 12]
    assert made(campaign, Unit.objects.get(code="19")).rows == 24


@pytest.mark.django_db
def test_an_export_of_a_part_is_cut_out_of_that_of_the_whole() -> None:
    campaign, units = world(6, 4, 3)

    whole = rows_of(made(campaign, make.nation()))
    parts = [row for unit in units for row in rows_of(made(campaign, unit))]

    assert len(whole) == 13
    assert Counter(map(repr, parts)) == Counter(
        repr(row) for row in whole if row["unit_code"] != "19"
    )


@pytest.mark.django_db
def test_what_changed_since_the_release_cannot_be_seen_by_subtraction() -> None:
    """One sheet is set aside after the release: exports of before and after differ by no sheet."""
    campaign, units = world(6, 4)
    before = rows_of(made(campaign, units[0]))
    make.set_aside(Response.objects.filter(unit=units[1]).order_by("id")[0])
    refresh.refresh(campaign, clock=timezone.now)

    after = made(campaign, units[0])

    assert len(before) == 6
    assert after.rows == 0


@pytest.mark.django_db
def test_spss_and_excel_hold_the_same_with_labels(tmp_path: Path) -> None:
    campaign, units = world(6)
    sav = tmp_path / "phieu.sav"
    sav.write_bytes(file_of(made(campaign, units[0], "sav")))

    frame, meta = pyreadstat.read_sav(sav, output_format="dict")

    assert list(frame["c01"]) == [2.0] * 3 + [5.0] * 3
    assert list(frame["unit_code"]) == ["05500"] * 6
    assert meta.variable_value_labels["c01"][5.0] == "Very satisfied"
    book = load_workbook(io.BytesIO(file_of(made(campaign, units[0], "xlsx"))))
    sheets, codes = book.worksheets
    head, *rows = sheets.iter_rows(values_only=True)
    assert [dict(zip(head, row, strict=True))["c02"] for row in rows] == [2] * 3 + [4] * 3
    assert ("c01", None, "5", "Very satisfied") in [
        tuple(row) for row in codes.iter_rows(values_only=True)
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("made_as", ["csv", "xlsx"])
def test_no_text_becomes_a_formula(made_as: str) -> None:
    campaign, units = world(6)
    place = campaign.units.select_related("version").get(unit=units[0])
    type(place.version).objects.filter(pk=place.version_id).update(full_name="=1+1")

    content = file_of(made(campaign, units[0], made_as))

    if made_as == "xlsx":
        cells = [c for row in load_workbook(io.BytesIO(content)).worksheets[0] for c in row]
        assert not [cell for cell in cells if cell.data_type == "f"]
        assert "'=1+1" in [cell.value for cell in cells]
    else:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            assert all(b",=" not in packed.read(name) for name in packed.namelist())


# ---- made, kept, deleted


@pytest.mark.django_db
def test_a_file_is_kept_in_parts_for_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "PART_BYTES", 100)
    campaign, units = world(6)
    export = made(campaign, units[0])
    assert SheetExportPart.objects.filter(export=export).count() == -(-export.size // 100) > 2
    assert len(rows_of(export)) == 6

    kept = exporting.delete_expired(NOW + timedelta(hours=23))
    deleted = exporting.delete_expired(NOW + timedelta(hours=24))

    assert (kept, deleted) == (0, 1)
    assert not SheetExport.objects.exists()
    assert not SheetExportPart.objects.exists()


@pytest.mark.django_db
def test_what_fails_leaves_nothing_and_can_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign, units = world(6)
    monkeypatch.setattr(exporting, "MOST_SHEETS", 5)
    export = asked(campaign, units[0])

    with pytest.raises(exporting.CannotExport):
        tasks.make_export(export.pk)

    export.refresh_from_db()
    assert export.state == SheetExport.State.FAILED
    assert not SheetExportPart.objects.exists()
    monkeypatch.undo()
    assert exporting.again(export, now=NOW)
    tasks.make_export(export.pk)
    tasks.make_export(export.pk)  # told twice
    export.refresh_from_db()
    assert export.state == SheetExport.State.DONE
    assert len(rows_of(export)) == 6


@pytest.mark.django_db
def test_a_worker_that_is_lost_is_known_after_a_while() -> None:
    campaign, units = world(6)
    export = asked(campaign, units[0])
    SheetExport.objects.update(state=SheetExport.State.RUNNING)
    export.refresh_from_db()

    assert not exporting.is_lost(export, NOW + timedelta(minutes=9))
    assert not exporting.again(export, now=NOW + timedelta(minutes=9))
    assert exporting.is_lost(export, NOW + timedelta(minutes=11))
    assert exporting.again(export, now=NOW + timedelta(minutes=11))


@pytest.mark.live
@pytest.mark.django_db(transaction=True)
def test_a_worker_makes_it_also_after_one_was_killed(
    start_celery_worker: Callable[..., LiveProcess],
) -> None:
    campaign, units = world(6)
    export = asked(campaign, units[0])
    # As a worker leaves it that was killed on its way.
    SheetExport.objects.update(
        state=SheetExport.State.RUNNING, moved_at=NOW - exporting.LOST_AFTER, steps=2, steps_done=1
    )
    start_celery_worker()
    client = sign_in(Client(), make.official())

    page = client.get(reverse("officials:export", args=[export.pk]))
    assert b"lam-lai" in page.content
    assert reverse("officials:export_file", args=[export.pk]) not in page.content.decode()
    client.post(reverse("officials:export_again", args=[export.pk]))

    eventually(lambda: SheetExport.objects.get().state == SheetExport.State.DONE)
    assert len(rows_of(SheetExport.objects.get())) == 6


# ---- pages


def post(client: Client, **changes: str) -> object:
    form = {"campaign": "dot", "unit": "05500", "format": "csv", "purpose": "Nghiên cứu chờ đợi"}
    return client.post(reverse("officials:exports"), {**form, **changes})


@pytest.mark.django_db
def test_asking_and_taking_stand_in_the_log_with_the_purpose() -> None:
    campaign, units = world(6)
    client = sign_in(Client(), make.official("lan", role=Role.ANALYST, at=units[0]))

    post(client)
    export = SheetExport.objects.get()
    waiting = client.get(reverse("officials:export_file", args=[export.pk]))
    exporting.make(export.pk)
    reply = client.get(reverse("officials:export_file", args=[export.pk]))

    assert waiting.status_code == 302
    assert reply["Content-Disposition"].endswith('_phieu-an-danh_dot-1.zip"')
    assert reply.getvalue()[:2] == b"PK"
    entries = AuditEntry.objects.filter(deed__startswith="export.").order_by("number")
    assert [(entry.deed, entry.reason, entry.unit_id) for entry in entries] == [
        ("export.ask", "Nghiên cứu chờ đợi", units[0].pk),
        ("export.take", "Nghiên cứu chờ đợi", units[0].pk),
    ]
    assert campaign.pk == entries[0].campaign_id


@pytest.mark.django_db
@pytest.mark.parametrize("changes", [{"unit": "05501"}, {"unit": "19"}, {"purpose": "x"}])
def test_what_may_not_be_asked_for_is_refused(changes: dict[str, str]) -> None:
    _campaign, units = world(6, 6)
    client = sign_in(Client(), make.official("lan", role=Role.ANALYST, at=units[0]))

    reply = post(client, **changes)

    assert reply.status_code == 422  # type: ignore[attr-defined]  # a test client's
    assert not SheetExport.objects.exists()


@pytest.mark.django_db
def test_a_password_given_long_ago_is_asked_for_again() -> None:
    world(6)
    client = sign_in(Client(), make.official())
    session = client.session
    session[signing_in.CONFIRMED_AT] = (timezone.now() - timedelta(days=1)).timestamp()
    session.save()

    assert "xac-nhan" in post(client)["Location"]  # type: ignore[index]  # a test client's
    assert not SheetExport.objects.exists()


@pytest.mark.django_db
def test_a_campaign_without_its_final_release_is_not_offered() -> None:
    _campaign, _units = world(6)
    Release.objects.update(final=False)
    client = sign_in(Client(), make.official())

    assert b"<textarea" not in client.get(reverse("officials:exports")).content
    assert post(client).status_code == 422  # type: ignore[attr-defined]  # a test client's
