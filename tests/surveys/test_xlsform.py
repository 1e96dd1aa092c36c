"""Editions as workbooks in XLSForm, and foreign workbooks as editions."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.utils.translation import override
from hypothesis import given, settings
from openpyxl import Workbook, load_workbook

import surveys
from surveys.questionnaires import editions, xlsform_reading, xlsform_writing
from surveys.questionnaires.edition_documents import digest, document_of, to_yaml
from surveys.questionnaires.editions import Edition
from surveys.questionnaires.xlsform_cells import XLSFormFault
from tests.surveys.made_editions import AS_FOUND, documents
from tests.tiny_edition import EDITION

SHIPPED = ("sipas-22", "quay-3-muc")

SURVEY: list[list[Any]] = [
    ["type", "name", "label::Tiếng Việt (vi)", "hailong_kind"],
    ["begin_group", "tiep_can", "Tiếp cận", "factor"],
    ["select_one muc", "c01", "Đủ chỗ ngồi", ""],
    ["end_group"],
]
CHOICES: list[list[Any]] = [
    ["list_name", "name", "label::Tiếng Việt (vi)", "hailong_points"],
    ["muc", "kem", "Kém", 1],
    ["muc", "tot", "Tốt", 2.0],
]
SETTINGS: list[list[Any]] = [["form_title", "form_id", "version"], ["Phiếu", "phieu", "2"]]


def book(**sheets: list[list[Any]]) -> bytes:
    made = Workbook()
    made.remove(made.active)
    for name, rows in {
        "survey": SURVEY,
        "choices": CHOICES,
        "settings": SETTINGS,
        **sheets,
    }.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def survey_with(row: int, column: int, value: str, heading: str = "") -> list[list[Any]]:
    """Return the survey of a sound workbook with one cell changed; both count from 1."""
    rows = [[*one, *[""] * (column - len(one))] for one in SURVEY]
    rows[row - 1][column - 1] = value
    if heading:
        rows[0][column - 1] = heading
    return rows


def read_back(edition: Edition) -> Edition:
    return editions.parse(xlsform_reading.document_of(xlsform_writing.workbook(edition)))


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_edition_comes_back_from_yaml_and_workbook(name: str) -> None:
    file = Path(surveys.__file__).parent / "data" / "questionnaires" / f"{name}.yaml"
    edition = editions.parse(yaml.safe_load(file.read_text(encoding="utf-8")))

    document = xlsform_reading.document_of(xlsform_writing.workbook(edition))

    assert editions.parse(document) == edition
    assert digest(document) == digest(document_of(edition))
    assert editions.parse(yaml.safe_load(to_yaml(document))) == edition


def test_any_edition_comes_back_from_yaml_and_workbook(size: Callable[[int, int], int]) -> None:
    @settings(AS_FOUND, max_examples=size(15, 60))
    @given(documents())
    def comes_back(definition: dict[str, Any]) -> None:
        edition = editions.parse(definition)

        assert editions.parse(yaml.safe_load(to_yaml(document_of(edition)))) == edition
        assert read_back(edition) == edition

    comes_back()


def test_the_workbook_is_what_pyxform_reads() -> None:
    made = load_workbook(io.BytesIO(xlsform_writing.workbook(editions.parse(EDITION))))

    assert made.sheetnames == ["survey", "choices", "settings"]
    header, *rows = made["survey"].iter_rows(values_only=True)
    assert header[:4] == ("type", "name", "label::Tiếng Việt (vi)", "label::English (en)")
    assert rows[0][:3] == ("begin_group", "tiep_can", "Tiếp cận dịch vụ")
    assert rows[1][:2] == ("select_one hai_long_5", "c01")
    several = next(row for row in rows if row[1] == "m1")
    assert several[0] == "select_multiple m1"
    assert several[4] == "count-selected(.) <= 2"


def test_a_text_is_no_formula() -> None:
    definition = {**EDITION, "title": {"vi": '=HYPERLINK("x")', "en": "x"}}

    made = load_workbook(io.BytesIO(xlsform_writing.workbook(editions.parse(definition))))

    assert made["settings"]["A2"].data_type == "s"


def test_a_workbook_of_others_becomes_a_document() -> None:
    rows = [
        ["type", "name", "label", "label::English (en)", "appearance"],
        ["begin group", "a", "", "", "field-list"],
        ["note", "n", "Tiếp cận", "Access"],
        ["select_one muc", "c01", "Đủ chỗ ngồi", "Seats", "likert"],
        ["end group"],
        [],
        ["begin_group", "b", "Khác", "Other"],
        ["text", "loi", "Góp ý", "Comment"],
        ["end_group"],
    ]

    document = xlsform_reading.document_of(book(survey=rows))

    assert document["languages"] == {"vi": "reviewed", "en": "draft"}
    assert document["edition"] == 2
    first, second = document["sections"]
    assert first["title"] == {"vi": "Tiếp cận", "en": "Access"}
    assert (first["kind"], second["kind"]) == ("factor", "comment")
    assert editions.parse(document).criteria[0].scale == "muc"


@pytest.mark.parametrize(
    ("sheets", "sheet", "row", "column"),
    [
        ({"survey": survey_with(3, 1, "integer")}, "survey", 3, "type"),
        ({"survey": survey_with(3, 1, "calculate")}, "survey", 3, "type"),
        ({"survey": survey_with(3, 1, "select_one_from_file x.csv")}, "survey", 3, "type"),
        ({"survey": survey_with(3, 1, "select_one muc or_other")}, "survey", 3, "type"),
        ({"survey": survey_with(3, 1, "select_one gone")}, "survey", 3, "type"),
        ({"survey": survey_with(3, 1, "select_multiple muc")}, "survey", 3, "type"),
        ({"survey": survey_with(3, 1, "note")} | {"choices": CHOICES}, "survey", 3, "type"),
        ({"survey": survey_with(3, 1, "begin_group")}, "survey", 3, "type"),
        ({"survey": survey_with(2, 1, "begin_repeat")}, "survey", 2, "type"),
        ({"survey": survey_with(4, 1, "")[:3]}, "survey", 3, "type"),
        ({"survey": survey_with(3, 5, "${a} = 1", "relevant")}, "survey", 3, "relevant"),
        ({"survey": survey_with(3, 5, ". > 1", "constraint")}, "survey", 3, "constraint"),
        ({"survey": survey_with(3, 5, "yes", "required")}, "survey", 3, "required"),
        ({"survey": survey_with(3, 5, "Ghi chú", "hint")}, "survey", 3, "hint"),
        ({"survey": survey_with(3, 5, "x", "label::Klingon")}, "survey", 1, "label::Klingon"),
        ({"survey": survey_with(3, 5, "maybe", "hailong_short")}, "survey", 3, "hailong_short"),
        ({"survey": survey_with(3, 4, "choice")}, "survey", 3, "hailong_kind"),
        ({"survey": survey_with(3, 5, "no heading")}, "survey", 3, "E"),
        ({"survey": survey_with(1, 4, "name")}, "survey", 1, "name"),
        ({"choices": [*CHOICES[:2], ["", "x", "Tốt", 2]]}, "choices", 3, "list_name"),
        ({"choices": [*CHOICES[:2], ["muc", "x", "Tốt", "hai"]]}, "choices", 3, "hailong_points"),
        ({"settings": [["form_title", "public_key"], ["x", "y"]]}, "settings", 2, "public_key"),
        ({"settings": [*SETTINGS, SETTINGS[1]]}, "settings", 3, ""),
        ({"entities": [["list_name"], ["x"]]}, "entities", 2, ""),
    ],
)
def test_what_an_edition_cannot_hold_is_refused_with_its_place(
    sheets: dict[str, list[list[Any]]], sheet: str, row: int, column: str
) -> None:
    with override("en"), pytest.raises(XLSFormFault) as refused:
        xlsform_reading.document_of(book(**sheets))

    assert (refused.value.sheet, refused.value.row, refused.value.column) == (sheet, row, column)
    assert f'Sheet "{sheet}", row {row}' in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x03\x04 broken"])
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(XLSFormFault):
        xlsform_reading.document_of(content)
