from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surveys.answering.answers import encode
from surveys.bulk.response_file import ImportRefused
from surveys.bulk.response_import import ImportReport, import_responses
from surveys.models import Campaign, Channel, Response, StaleCell, Unit
from tests import make

pytestmark = pytest.mark.django_db

HEADER = "unit_code,answered_on,channel,c01,c02,c03,f1,m1,p1"
TODAY = date(2026, 11, 20)
ID = "9f0a63c2-1a2b-4c3d-8e4f-5a6b7c8d9e0f"


@pytest.fixture
def commune() -> Unit:
    return make.commune(code="05443")


@pytest.fixture
def campaign(commune: Unit) -> Campaign:
    return make.campaign(slug="dot-2026")


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def csv_file(tmp_path: Path, *rows: str, header: str = HEADER, name: str = "file.csv") -> Path:
    path = tmp_path / name
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return path


def load(campaign: Campaign, path: Path, *, dry_run: bool = False) -> ImportReport:
    return import_responses(campaign, path, today=TODAY, dry_run=dry_run)


def faults(campaign: Campaign, path: Path) -> list[tuple[int, str]]:
    """Import a file that must be refused; return line and column of each fault."""
    with pytest.raises(ImportRefused) as refused:
        load(campaign, path)
    assert not Response.objects.exists()
    return [(fault.line, fault.column) for fault in refused.value.faults]


def test_a_row_becomes_a_sheet(campaign: Campaign, commune: Unit, tmp_path: Path) -> None:
    path = csv_file(tmp_path, "05443,2026-11-02,paper,5,,1,2,1;3,")

    report = load(campaign, path)

    sheet = Response.objects.get()
    assert report == ImportReport(rows=1, new=1, by_channel={Channel.PAPER: 1})
    assert (sheet.campaign, sheet.unit, sheet.counter) == (campaign, commune, None)
    assert (sheet.answered_on, sheet.channel) == (date(2026, 11, 2), Channel.PAPER)
    assert (sheet.answers, sheet.seconds_band) == ("5-12101-", 0)
    assert sheet.id.version == 4
    assert StaleCell.objects.get().unit == commune


def test_a_question_without_a_column_was_not_asked(campaign: Campaign, tmp_path: Path) -> None:
    path = csv_file(
        tmp_path, "4,05443,2026-11-02,kiosk", header="c02,unit_code,answered_on,channel"
    )

    load(campaign, path)

    assert Response.objects.get().answers == ".4......"


def test_columns_come_in_any_order(campaign: Campaign, tmp_path: Path) -> None:
    path = csv_file(
        tmp_path,
        "1,2,2026-11-02,3,phone,05443",
        header="p1,c01,answered_on,m1,channel,unit_code",
    )

    load(campaign, path)

    assert Response.objects.get().answers == "2...0011"


def test_dont_know_is_taken_where_the_question_allows_it(
    campaign: Campaign, tmp_path: Path
) -> None:
    load(campaign, csv_file(tmp_path, "05443,2026-11-02,paper,?,,,,,"))
    assert Response.objects.get().answers == "?-------"
    Response.objects.all().delete()

    refused = csv_file(tmp_path, "05443,2026-11-02,paper,,?,,,x,")

    assert faults(campaign, refused) == [(2, "c02"), (2, "m1")]


def test_the_time_taken_is_kept_as_a_band(campaign: Campaign, tmp_path: Path) -> None:
    days = [f"2026-11-0{day}" for day in range(1, 8)]
    seconds = ["", "0", "29", "30", "119", "299", "300"]
    rows = [f"05443,{day},kiosk,{time},5" for day, time in zip(days, seconds, strict=True)]

    load(campaign, csv_file(tmp_path, *rows, header="unit_code,answered_on,channel,seconds,c01"))

    bands = Response.objects.order_by("answered_on").values_list("seconds_band", flat=True)
    assert list(bands) == [0, 1, 1, 2, 3, 4, 5]


def test_the_same_file_again_changes_nothing(campaign: Campaign, tmp_path: Path) -> None:
    row = "05443,2026-11-02,paper,5,4,3,1,,2"
    path = csv_file(tmp_path, row, row)
    load(campaign, path)
    before = set(Response.objects.values_list("id", "answers"))
    StaleCell.objects.all().delete()

    again = load(campaign, path)

    assert (again.rows, again.new) == (2, 0)
    assert set(Response.objects.values_list("id", "answers")) == before
    assert len(before) == 2
    assert not StaleCell.objects.exists()


def test_the_same_file_is_another_one_in_another_campaign(
    campaign: Campaign, tmp_path: Path
) -> None:
    path = csv_file(tmp_path, "05443,2026-11-02,paper,5,4,3,1,,2")
    load(campaign, path)

    assert load(make.campaign(), path).new == 1


def test_a_byte_order_mark_is_no_part_of_the_first_column(
    campaign: Campaign, tmp_path: Path
) -> None:
    path = tmp_path / "bom.csv"
    path.write_bytes(f"\ufeff{HEADER}\r\n05443,2026-11-02,paper,5,4,3,1,,2\r\n".encode())

    assert load(campaign, path).new == 1


def test_a_dry_run_stores_nothing(campaign: Campaign, tmp_path: Path) -> None:
    path = csv_file(tmp_path, "05443,2026-11-02,paper,5,4,3,1,,2")

    report = load(campaign, path, dry_run=True)

    assert (report.rows, report.new) == (1, 1)
    assert not Response.objects.exists()
    assert not StaleCell.objects.exists()
    assert load(campaign, path).new == 1


def test_one_bad_row_keeps_all_out_and_every_fault_is_named(
    campaign: Campaign, tmp_path: Path
) -> None:
    path = csv_file(
        tmp_path,
        "05443,2026-11-02,paper,5,4,3,1,,2",
        "5443,02/11/2026,post,6,a,3.0,0,1;1,01",
        "05443,2026-11-02,paper,5,4,3,1,1;2;3,2",
        "05443,2026-11-02,paper,5,4,3,1,1;,-",
        "05443,2026-11-02,paper,5",
        "05443,2026-11-02,paper,5,4,3,1,,2,",
    )

    assert faults(campaign, path) == [
        *[(3, column) for column in HEADER.split(",")],
        (4, "m1"),
        (5, "m1"),
        (5, "p1"),
        (6, ""),
        (7, ""),
    ]


@pytest.mark.parametrize(
    "day",
    [
        "2026-10-31",
        "2026-12-01",
        "2026-11-21",  # after TODAY
        "2026-02-30",
        "20261102",
        "2026-W45-1",
        "2026-11-2",
        "",
    ],
)
def test_a_day_must_be_an_open_day_that_has_come(
    campaign: Campaign, tmp_path: Path, day: str
) -> None:
    path = csv_file(tmp_path, f"05443,{day},paper,5,4,3,1,,2")

    assert faults(campaign, path) == [(2, "answered_on")]


def test_a_lost_leading_zero_is_pointed_out(campaign: Campaign, tmp_path: Path) -> None:
    path = csv_file(tmp_path, "5443,2026-11-02,paper,5,4,3,1,,2")

    with pytest.raises(ImportRefused) as refused:
        load(campaign, path)

    assert '"05443"' in str(refused.value.faults[0])


def test_lines_are_right_after_line_breaks_in_quotes(campaign: Campaign, tmp_path: Path) -> None:
    path = csv_file(
        tmp_path,
        "05443,2026-11-02,paper,5,4,3,1,,2",
        '"05443\n\n",2026-11-02,"pa\r\nper",5,4,3,1,,2',
        "",
        "05443,2026-11-02,paper,9,4,3,1,,2",
    )

    assert faults(campaign, path) == [(3, "channel"), (8, "c01")]


def test_quotes_that_never_close_are_named_where_they_open(
    campaign: Campaign, tmp_path: Path
) -> None:
    good = "05443,2026-11-02,paper,5,4,3,1,,2"
    path = csv_file(tmp_path, good, f'"{good}', *[good] * 20_000)

    assert faults(campaign, path) == [(3, "")]


def test_the_list_of_faults_is_cut_and_says_so(campaign: Campaign, tmp_path: Path) -> None:
    path = csv_file(tmp_path, *["05443,2026-11-02,paper,6,4,3,1,,2"] * 70)
    errors = StringIO()

    with pytest.raises(CommandError, match="70"):
        call_command("import_responses", "dot-2026", str(path), stderr=errors)

    lines = errors.getvalue().splitlines()
    assert len(lines) == 51
    assert lines[0].startswith("Line 2, column c01")
    assert "20" in lines[-1]


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("unit_code,answered_on,c01", ["channel"]),
        ("unit_code,answered_on,channel,c01,c01", ["c01"]),
        ("unit_code,answered_on,channel,c01,c99", ["c99"]),
        ("unit_code,answered_on,channel,c01,", ["5"]),
        ("unit_code,answered_on,channel,c01,y_kien", ["y_kien"]),
        ("unit_code,answered_on,channel", [""]),
        ("unit_code;answered_on;channel;c01", [""]),
        ("unit_code\tanswered_on\tchannel\tc01", [""]),
    ],
)
def test_a_bad_header_is_refused(
    campaign: Campaign, tmp_path: Path, header: str, columns: list[str]
) -> None:
    path = csv_file(tmp_path, "05443,2026-11-02,paper,5,4,3,1,,2", header=header)

    assert faults(campaign, path) == [(1, column) for column in columns]


def test_semicolons_between_cells_are_recognised(campaign: Campaign, tmp_path: Path) -> None:
    path = csv_file(
        tmp_path, "05443;2026-11-02;paper;5", header="unit_code;answered_on;channel;c01"
    )

    with pytest.raises(ImportRefused) as refused:
        load(campaign, path)

    assert "comma" in str(refused.value.faults[0])


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", 1),
        (b"\xef\xbb\xbf", 1),
        (b"\n\n", 1),
        (HEADER.encode() + b"\n", 1),
        (HEADER.encode() + b"\n05443,2026-11-02,paper,5\xe9,4,3,1,,2\n", 2),
        (HEADER.encode() + b"\n\n05443,2026-11-02,paper,5\0,4,3,1,,2\n", 3),
        (f"{HEADER}\n".encode("utf-16"), 1),
        (HEADER.encode() + b"\n05443,2026-11-02,paper,5,4,3,1,,\xc3", 2),
    ],
)
def test_what_is_no_text_or_empty_is_refused(
    campaign: Campaign, tmp_path: Path, content: bytes, line: int
) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)

    assert [fault[0] for fault in faults(campaign, path)] == [line]


def test_an_id_of_its_own_is_kept(campaign: Campaign, tmp_path: Path) -> None:
    header = f"id,{HEADER}"
    row = f"{ID},05443,2026-11-02,paper,5,4,3,1,,2"
    load(campaign, csv_file(tmp_path, row, header=header))

    longer = load(
        campaign,
        csv_file(
            tmp_path, row, row, f"{ID[:-1]}a,05443,2026-11-03,paper,5,4,3,1,,2", header=header
        ),
    )

    assert (longer.rows, longer.new) == (3, 1)
    assert Response.objects.filter(pk=UUID(ID)).exists()


@pytest.mark.parametrize(
    "bad", ["", "17", ID.replace("-4c", "-1c"), ID.replace("-8e", "-ce"), f"{{{ID}}}"]
)
def test_an_id_is_a_version_4_uuid(campaign: Campaign, tmp_path: Path, bad: str) -> None:
    path = csv_file(tmp_path, f"{bad},05443,2026-11-02,paper,5", header="id," + HEADER[:33])

    assert faults(campaign, path) == [(2, "id")]


def test_an_id_stored_with_other_content_is_refused(
    campaign: Campaign, commune: Unit, tmp_path: Path
) -> None:
    header = "id,unit_code,answered_on,channel,c01"
    load(campaign, csv_file(tmp_path, f"{ID},05443,2026-11-02,paper,5", header=header))
    other = csv_file(
        tmp_path,
        f"{ID[:-1]}a,05443,2026-11-02,paper,5",
        f"{ID},05443,2026-11-02,paper,4",
        header=header,
    )

    with pytest.raises(ImportRefused) as refused:
        load(campaign, other)

    assert [(fault.line, fault.column) for fault in refused.value.faults] == [(3, "id")]
    assert Response.objects.get().answers[0] == "5"


def test_an_id_of_another_campaign_is_refused(campaign: Campaign, tmp_path: Path) -> None:
    path = csv_file(
        tmp_path,
        f"{ID},05443,2026-11-02,paper,5",
        header="id,unit_code,answered_on,channel,c01",
    )
    load(campaign, path)

    with pytest.raises(ImportRefused):
        load(make.campaign(), path)


def test_one_id_for_two_sheets_of_a_file_is_refused(campaign: Campaign, tmp_path: Path) -> None:
    path = csv_file(
        tmp_path,
        f"{ID},05443,2026-11-02,paper,5",
        f"{ID.upper()},05443,2026-11-02,paper,4",
        header="id,unit_code,answered_on,channel,c01",
    )

    assert faults(campaign, path) == [(3, "id")]


def test_the_command_prints_what_came_in(campaign: Campaign, tmp_path: Path) -> None:
    day = timezone.localdate()
    campaign.closes_on = day + timedelta(days=1)
    campaign.save(update_fields=["closes_on"])
    path = csv_file(tmp_path, "05443,2026-11-02,paper,5,4,3,1,,2", f"05443,{day},kiosk,5,4,3,1,,2")
    output = StringIO()

    call_command("import_responses", "dot-2026", str(path), stdout=output)

    assert "2 sheets in the file: 2 new, 0 already there." in output.getvalue()
    assert "kiosk: 1" in output.getvalue()


def test_the_command_needs_a_campaign_that_is_open(commune: Unit, tmp_path: Path) -> None:
    make.campaign(slug="dong", opened=False)
    path = csv_file(tmp_path, "05443,2026-11-02,paper,5,4,3,1,,2")

    for slug in ("dong", "khong-co"):
        with pytest.raises(CommandError, match=slug):
            call_command("import_responses", slug, str(path))


def test_a_missing_file_is_one_sentence(campaign: Campaign, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"khong-co\.csv"):
        call_command("import_responses", "dot-2026", str(tmp_path / "khong-co.csv"))


RATING = st.sampled_from([None, 1, 2, 3, 4, 5])
SHEET = st.fixed_dictionaries(
    {
        "c01": RATING | st.just("?"),
        "c02": RATING,
        "c03": RATING,
        "f1": st.sampled_from([None, 1, 2]),
        "m1": st.lists(st.integers(1, 3), max_size=2, unique=True),
        "p1": st.sampled_from([None, 1, 2]),
    }
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sheets=st.lists(SHEET, min_size=1, max_size=20), asked=st.sets(st.sampled_from("fmp")))
def test_an_import_stores_what_the_form_would_have_stored(
    campaign: Campaign, tmp_path: Path, sheets: list[dict[str, object]], asked: set[str]
) -> None:
    Response.objects.all().delete()
    codes = [code for code in sheets[0] if code[0] == "c" or code[0] in asked]
    rows = []
    for sheet in sheets:
        cells = [sheet[code] for code in codes]
        texts = [
            ";".join(map(str, cell)) if isinstance(cell, list) else str(cell or "")
            for cell in cells
        ]
        rows.append(",".join(["05443", "2026-11-02", "online", *texts]))

    load(
        campaign,
        csv_file(tmp_path, *rows, header=",".join(["unit_code,answered_on,channel", *codes])),
    )

    edition = campaign.questionnaire.parsed()
    expected = [encode(edition, {code: sheet[code] for code in codes}) for sheet in sheets]
    assert sorted(Response.objects.values_list("answers", flat=True)) == sorted(expected)


def test_the_place_in_the_table_does_not_tell_the_place_in_the_file(
    campaign: Campaign, tmp_path: Path
) -> None:
    rows = [f"05443,2026-11-{1 + at % 20:02},paper,{1 + at % 5},4,3,1,,2" for at in range(60)]
    load(campaign, csv_file(tmp_path, *rows))

    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM surveys_response ORDER BY ctid")
        ids = [row[0] for row in cursor.fetchall()]

    assert ids == sorted(ids)


def test_a_sheet_that_came_through_a_counter_can_be_imported_again(
    campaign: Campaign, commune: Unit, tmp_path: Path
) -> None:
    stored = make.response(campaign, commune, {"c01": 5}, at=make.counter(commune))
    path = csv_file(
        tmp_path, f"{stored.pk},05443,{stored.answered_on},kiosk,5,,,,,", header=f"id,{HEADER}"
    )

    assert load(campaign, path).new == 0
