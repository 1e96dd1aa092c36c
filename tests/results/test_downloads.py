"""Files of figures: promise 3, and what a file must be to be of use."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pyreadstat
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from results.counting import refresh
from results.downloads.csv_file import harmless
from surveys.models import Campaign, Channel, Unit
from tests import make, tiny_edition
from tests.results.readers import figures_of_xlsx
from tests.surveys.print.pdf import texts
from tests.worlds import made_once

MOST_QUERIES = 14
FILES = (
    *("bao-cao.pdf", "bang-tinh.xlsx", "so-lieu.csv", "so-lieu-cham-phay.csv", "so-lieu.sav"),
    "so-lieu.json",
)


pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def campaign(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Campaign]:
    with made_once(django_db_blocker):
        top = make.province("Thái Nguyên", code="19")
        commune = make.commune("Phú Bình", parent=top, code="05500")
        make.commune("Đại Từ", parent=top, code="05501")
        made = make.campaign(slug="dot", threshold=3)
        for number, rating in enumerate((5, 4, 3, 2, 5, 5)):
            # Nothing that all agree on: that would be withheld.
            others = {"f1": 1 + number % 2, "m1": [1 + number % 3]}
            answers = {"c01": rating, "c02": rating, "c03": rating, **others}
            make.response(made, commune, answers)
        refresh.refresh(made, clock=timezone.now)
        yield made


def address(name: str, unit: str = "05500", campaign: str = "dot") -> str:
    return f"/en/ket-qua/{campaign}/{unit}/tai-ve/{name}"


@pytest.mark.parametrize(
    ("name", "kept_as"),
    [
        ("bao-cao.pdf", "hai-long_dot_05500-phu-binh_dot-1.pdf"),
        ("bang-tinh.xlsx", "hai-long_dot_05500-phu-binh_dot-1.xlsx"),
        ("so-lieu.csv", "hai-long_dot_05500-phu-binh_dot-1.csv"),
        ("so-lieu-cham-phay.csv", "hai-long_dot_05500-phu-binh_dot-1_cham-phay.csv"),
        ("so-lieu.sav", "hai-long_dot_05500-phu-binh_dot-1.sav"),
        ("so-lieu.json", "hai-long_dot_05500-phu-binh_dot-1.json"),
    ],
)
def test_a_file_is_kept_under_a_name_that_says_what_it_is(
    client: Client, campaign: Campaign, name: str, kept_as: str
) -> None:
    response = client.get(address(name))

    assert response.status_code == 200
    assert response.headers["Content-Disposition"] == f'attachment; filename="{kept_as}"'
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    tag = response.headers["ETag"]
    assert client.get(address(name), headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("unit", ["05500", "05501", "19", "vn"])
@pytest.mark.parametrize("name", FILES)
def test_every_file_takes_the_same_few_queries(
    client: Client, campaign: Campaign, name: str, unit: str
) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address(name, unit)).status_code == 200

    assert len(queries) <= MOST_QUERIES


@pytest.mark.parametrize("bad", ["05500/tai-ve/x.csv", "99/tai-ve/so-lieu.csv"])
def test_what_is_not_there_is_not_found(client: Client, campaign: Campaign, bad: str) -> None:
    assert client.get(f"/ket-qua/dot/{bad}").status_code == 404
    assert client.get("/ket-qua/x/19/tai-ve/so-lieu.json").status_code == 404


def rows_of(content: bytes, separator: str) -> list[dict[str, str]]:
    text = content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=separator))


def test_a_csv_has_a_line_for_every_figure(client: Client, campaign: Campaign) -> None:
    content = client.get(address("so-lieu.csv")).content

    assert content.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in content
    rows = rows_of(content, ",")
    index, factor, criterion, worst = rows[:4]
    assert (index["unit_name"], index["figure"], index["n"]) == ("Xã Phú Bình", "index", "6")
    assert (index["percent"], index["n_valid"], index["parent_code"]) == ("66.67", "6", "19")
    assert (factor["code"], factor["title"]) == ("tiep_can", "Access")
    assert (criterion["code"], criterion["percent"]) == ("c01", "66.67")
    assert (worst["position"], worst["title"], worst["n"]) == ("1", "Very dissatisfied", "0")


def test_with_semicolons_come_decimal_commas(client: Client, campaign: Campaign) -> None:
    rows = rows_of(client.get(address("so-lieu-cham-phay.csv")).content, ";")

    assert rows[0]["percent"] == "66,67"


def test_a_province_lists_the_units_below_it(client: Client, campaign: Campaign) -> None:
    rows = rows_of(client.get(address("so-lieu.csv", "19")).content, ",")

    below = {row["unit_code"]: row for row in rows if row["parent_code"] == "19"}
    assert (below["05500"]["status"], below["05500"]["percent"]) == ("published", "66.67")
    assert (below["05501"]["status"], below["05501"]["percent"]) == ("suppressed", "")


def test_a_file_of_an_unpublished_unit_says_so(client: Client, campaign: Campaign) -> None:
    make.responses(campaign, Unit.objects.get(code="05501"), [5, 4])
    refresh.refresh(campaign, clock=timezone.now)

    response = client.get(address("so-lieu.csv", "05501"))

    assert "chua-cong-bo" in response.headers["Content-Disposition"]
    (row,) = rows_of(response.content, ",")
    assert (row["status"], row["n"], row["percent"]) == ("suppressed", "", "")
    for name in ("bang-tinh.xlsx", "so-lieu.sav"):
        assert client.get(address(name, "05501")).status_code == 200
    (cover, summary) = texts(client.get(address("bao-cao.pdf", "05501")).content)
    assert "Not enough sheets" in cover
    assert "from 3 answer sheets on" in summary


def test_a_share_that_is_withheld_is_told_in_part_and_alike_everywhere(
    client: Client,
) -> None:
    # All are satisfied with c01, of six with c02 one is not: of each at least five in six.
    commune = make.commune("Phú Lương", code="05502")
    made = make.campaign(slug="dot-2", threshold=3)
    for number in range(6):
        make.response(made, commune, {"c01": 5, "c02": 4 if number else 1, "c03": 1 + number % 5})
    refresh.refresh(made, clock=timezone.now)

    def file(name: str) -> bytes:
        return client.get(address(name, "05502", "dot-2")).content

    rows = list(csv.DictReader(io.StringIO(file("so-lieu.csv").decode("utf-8-sig"))))
    coded = {r["code"]: r["at_least"] for r in rows if r["figure"] == "criterion"}
    book = openpyxl.load_workbook(io.BytesIO(file("bang-tinh.xlsx")))
    said = json.loads(file("so-lieu.json"))["criteria"]

    assert coded == {"c01": "83", "c02": "83", "c03": ""}
    assert [(c["percent"] is None, c["at_least"], c["at_most"]) for c in said] == [
        *[(True, 83, None)] * 2,
        (False, None, None),
    ]
    assert [book["Criteria"][f"Q{row}"].value for row in (2, 3)] == ["83% or more"] * 2
    assert "".join(texts(file("bao-cao.pdf"))).count("83% or") == 2
    page = client.get("/en/ket-qua/dot-2/05502/").content.decode()
    assert page.count("<b>83% or more</b>") == 2
    # The nation has these sheets only: a level up they are withheld as well.
    nation = client.get("/api/v1/campaigns/dot-2/units/vn").json()["criteria"]
    assert [c["percent"] is None for c in nation] == [True, True, False]


def test_json_is_what_the_api_says(client: Client, campaign: Campaign) -> None:
    file = json.loads(client.get(address("so-lieu.json", "19")).content)

    children = file.pop("children")
    assert file == client.get("/api/v1/campaigns/dot/units/19").json()
    reply = client.get("/api/v1/campaigns/dot/units/19/children").json()
    assert children == reply["children"]


def test_spss_opens_a_file_with_its_labels(
    client: Client, campaign: Campaign, tmp_path: Path
) -> None:
    path = tmp_path / "a.sav"
    path.write_bytes(client.get(address("so-lieu.sav")).content)

    columns, labels = pyreadstat.read_sav(path, output_format="dict")

    assert columns["unit_name"][0] == "Xã Phú Bình"
    assert (columns["percent"][0], columns["n"][0], columns["position"][0]) == (66.67, 6, None)
    assert labels.variable_value_labels["figure"][1] == "index"
    assert labels.column_names_to_labels["percent"] == "Percent"
    assert labels.file_label == "Xã Phú Bình – Campaign 2026"


def test_a_changed_count_moves_the_index(
    client: Client, campaign: Campaign, tmp_path: Path
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(client.get(address("bang-tinh.xlsx")).content)
    book = openpyxl.load_workbook(path)
    # Two of the dissatisfied become very satisfied with the first criterion: 14 of 18 answers.
    book["Criteria"]["F2"], book["Criteria"]["G2"], book["Criteria"]["I2"] = 0, 0, 5
    book.save(path)

    figures = figures_of_xlsx(path)

    assert figures["index"] == "77.78"
    assert figures["criteria"][0] == ("100.00", [6, 0])


def test_a_spreadsheet_knows_its_values_before_it_is_recalculated(
    client: Client, campaign: Campaign, tmp_path: Path
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(client.get(address("bang-tinh.xlsx")).content)

    sheet = openpyxl.load_workbook(path, data_only=True)["Criteria"]

    assert (sheet["Q2"].value, sheet["N2"].value) == (66.67, 6)


def test_a_name_is_never_a_formula(client: Client, tmp_path: Path) -> None:
    evil = '=HYPERLINK("http://a";"b")'
    commune = make.commune(evil, code="05502")
    edition = json.loads(json.dumps(tiny_edition.EDITION))
    edition["sections"][0]["questions"][0]["text"]["en"] = "@SUM(1+1)"
    campaign = make.campaign(slug="khac", edition={**edition, "edition": 2})
    make.responses(campaign, commune, [5, 4, 3])
    refresh.refresh(campaign, clock=timezone.now)
    commune.versions.update(full_name=evil)

    rows = rows_of(client.get(address("so-lieu.csv", "05502", "khac")).content, ",")
    path = tmp_path / "a.xlsx"
    path.write_bytes(client.get(address("bang-tinh.xlsx", "05502", "khac")).content)

    assert rows[0]["unit_name"] == f"'{evil}"
    assert rows[2]["title"] == "'@SUM(1+1)"
    book = openpyxl.load_workbook(path)
    texts = {cell.value: cell.data_type for sheet in book for row in sheet for cell in row}
    assert (texts["@SUM(1+1)"], texts[f"{evil} – Campaign 2026"]) == ("s", "s")


def test_a_report_says_its_figures_in_sentences(client: Client, campaign: Campaign) -> None:
    make.responses(campaign, Unit.objects.get(code="05501"), [5, 5, 5, 5])
    refresh.refresh(campaign, clock=timezone.now)

    cover, summary, *_rest = texts(client.get(address("bao-cao.pdf")).content)

    # Parts and tables have their numbers, as in official reports.
    assert "Contents I. Summary" in summary
    assert "Table 1. Index of each factor" in summary
    assert cover.startswith("Việt Nam · Tỉnh Thái Nguyên Report on citizens' satisfaction")
    assert "Xã Phú Bình" in cover
    assert "66.67%" in cover
    assert "The satisfaction index of Xã Phú Bình is 66.67%" in summary
    assert "from 6 answer sheets" in summary
    assert "That is 13.33 points below the index of Tỉnh Thái Nguyên, 80.00%." in summary


def test_rank_and_movement_are_in_every_file(client: Client, tmp_path: Path) -> None:
    """Two communes and two years; one of them rose from 3 of 6 to 5 of 6."""
    year_before = make.DAY.replace(year=2025)
    before = make.campaign(
        slug="truoc",
        title={"vi": "Trước", "en": "Before"},
        opens_on=year_before,
        closes_on=year_before,
    )
    after = make.campaign(slug="sau", threshold=3, previous=before)
    for campaign, ratings in ((before, [5, 4, 4, 1, 2, 2]), (after, [5, 4, 4, 5, 5, 2])):
        make.responses(campaign, Unit.objects.get(code="05500"), ratings)
        make.responses(campaign, Unit.objects.get(code="05501"), [1, 2, 2, 1, 2, 4])
        refresh.refresh(campaign, clock=timezone.now)

    row = rows_of(client.get(address("so-lieu.csv", campaign="sau")).content, ",")[0]
    path = tmp_path / "a.sav"
    path.write_bytes(client.get(address("so-lieu.sav", campaign="sau")).content)
    columns, _labels = pyreadstat.read_sav(path, output_format="dict")
    summary = texts(client.get(address("bao-cao.pdf", campaign="sau")).content)[1]

    assert (row["percent"], row["rank"], row["rank_of"]) == ("83.33", "1", "2")
    assert (row["previous"], row["change"], row["change_ranks"]) == ("50.00", "33.33", "0")
    assert (columns["rank"][0], columns["change"][0]) == (1, 33.33)
    api = client.get("/api/v1/campaigns/sau/units/05500").json()
    assert [str(api["rank"][key]) for key in ("position", "of", "best", "worst")] == [
        row[key] for key in ("rank", "rank_of", "rank_best", "rank_worst")
    ]
    assert "It ranks 1 of 2 among the units of its tier" in summary
    assert "Since “Before” (50.00%) it rose by 33.33 points." in summary


def test_a_report_in_vietnamese_is_tagged_and_says_its_language(
    client: Client, campaign: Campaign
) -> None:
    pdf = client.get("/ket-qua/dot/05500/tai-ve/bao-cao.pdf").content

    assert "66,67%" in texts(pdf)[0]
    assert b"/Lang (vi)" in pdf or b"/Lang(vi)" in pdf
    assert b"/StructTreeRoot" in pdf


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_what_begins_a_formula_is_taken_as_text(start: str) -> None:
    assert harmless(f"{start}1") == f"'{start}1"
    assert harmless(f"1{start}") == f"1{start}"


def test_the_page_links_to_its_files(client: Client, campaign: Campaign) -> None:
    page = client.get("/en/ket-qua/dot/05500/").content.decode()

    for name in FILES:
        assert f'href="{address(name)}"' in page


def test_a_channel_s_page_leads_to_files_of_that_channel(
    client: Client, campaign: Campaign
) -> None:
    commune = Unit.objects.get(code="05500")
    make.responses(campaign, commune, [1, 5, 5, 2], channel=Channel.PHONE)
    refresh.refresh(campaign, clock=timezone.now)

    page = client.get("/en/ket-qua/dot/05500/?phan=phone").content.decode()
    links = re.findall(r'href="([^"]*/tai-ve/[^"]*)"', page)

    assert len(links) == len(FILES) - 1  # JSON says nothing of channels
    assert all(link.endswith("?phan=phone") for link in links)
    files = {link.rpartition("/")[2].partition("?")[0]: client.get(link) for link in links}
    kept_as = files["so-lieu.csv"].headers["Content-Disposition"]
    assert kept_as == 'attachment; filename="hai-long_dot_05500-phu-binh_phone_dot-2.csv"'
    rows = rows_of(files["so-lieu.csv"].content, ",")
    assert {row["part"] for row in rows} == {"phone"}
    assert (rows[0]["n"], rows[0]["percent"]) == ("4", "50.00")
    book = openpyxl.load_workbook(io.BytesIO(files["bang-tinh.xlsx"].content))
    assert str(book.worksheets[0]["A1"].value).endswith("– own phone")
    assert "– own phone" in " ".join(texts(files["bao-cao.pdf"].content))
    whole = rows_of(client.get(address("so-lieu.csv")).content, ",")
    assert (whole[0]["part"], whole[0]["n"]) == ("", "10")
