"""The files offered of every unit: what each is called in its address, and how it is made."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from results.downloads.csv_file import COMMA, SEMICOLON, csv_file
from results.downloads.lines import unit_lines
from results.downloads.report import report_pdf
from results.downloads.sav_file import sav_file
from results.downloads.xlsx_file import xlsx_file
from results.showing.pages import UnitPage

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class FileFormat(NamedTuple):
    """`address` is the last part of the address; `ending` that of the file's own name."""

    address: str
    ending: str
    content_type: str
    title: Promise
    hint: Promise
    make: Callable[[UnitPage], bytes]


def _comma(page: UnitPage) -> bytes:
    return csv_file(unit_lines(page), COMMA)


def _semicolon(page: UnitPage) -> bytes:
    return csv_file(unit_lines(page), SEMICOLON)


def _sav(page: UnitPage) -> bytes:
    title = f"{page.summary.unit.full_name} – {page.campaign.title_text}"
    return sav_file(unit_lines(page), title=title)


FORMATS = (
    FileFormat(
        "bao-cao.pdf",
        ".pdf",
        "application/pdf",
        _("Report"),
        _("PDF, to read and print"),
        report_pdf,
    ),
    FileFormat(
        "bang-tinh.xlsx", ".xlsx", XLSX, _("Spreadsheet"), _("formulas and code book"), xlsx_file
    ),
    FileFormat(
        "so-lieu.csv", ".csv", "text/csv; charset=utf-8", _("CSV"), _("comma, 87.58"), _comma
    ),
    FileFormat(
        "so-lieu-cham-phay.csv",
        "_cham-phay.csv",
        "text/csv; charset=utf-8",
        _("CSV for Excel in Vietnamese"),
        _("semicolon, 87,58"),
        _semicolon,
    ),
    FileFormat("so-lieu.sav", ".sav", "application/x-spss-sav", _("SPSS"), _("with labels"), _sav),
)
BY_ADDRESS = {one.address: one for one in FORMATS}
