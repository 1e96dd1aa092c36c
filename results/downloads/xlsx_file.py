"""A unit's page as a spreadsheet that recalculates: counts are numbers, figures are formulas.

Whoever changes a count sees the index move. Intervals rest on sums over sheets that counts do
not show, so they stand as values.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

from results.downloads.codebook import codebook_rows
from results.downloads.xlsx_formulas import (
    LEVELS,
    counts_rows,
    criteria_name,
    factor_formulas,
    index_formula,
    scale_rows,
    scales_name,
    share_formula,
)
from results.downloads.xlsx_sheet import Sheet, add_sheet, formats
from results.reading.figures import QuestionResult, Shown
from results.reading.parts import part_name
from results.showing.pages import UnitFigures, UnitPage, UnitSummary

WIDE, NARROW = 60, 14
# Spreadsheet files carry a time of making; without a release this one, so that bytes are the same.
NEVER = datetime(2000, 1, 1)  # noqa: DTZ001 - a spreadsheet's time has no zone


def xlsx_file(page: UnitPage) -> bytes:
    file = io.BytesIO()
    # A text is a text, whatever it begins with: never a formula, a number or a link.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        as_of = page.summary.as_of
        made = timezone.localtime(as_of).replace(tzinfo=None) if as_of else NEVER
        book.set_properties({"title": _title(page), "created": made})
        looks = formats(book)
        _results(add_sheet(book, _("Results"), looks), page)
        if page.figures:
            _criteria(add_sheet(book, criteria_name(), looks), page, page.figures)
            scales = add_sheet(book, scales_name(), looks)
            scales.header([_("Scale"), _("Row"), *LEVELS])
            scales.rows(scale_rows(page))
            _questions(add_sheet(book, _("Facts and expectations"), looks), page.figures)
        if page.children:
            _children(add_sheet(book, _("Units below"), looks), page.children)
        codes = add_sheet(book, _("Code book"), looks)
        codes.widths([20, 16, WIDE, 10, 40])
        codes.header([_("Sheet or factor"), _("Code"), _("Meaning"), _("Position"), _("Option")])
        codes.rows(codebook_rows(page))
    return file.getvalue()


def _title(page: UnitPage) -> str:
    part = part_name(page.period, page.channel)
    title = f"{page.summary.unit.full_name} – {page.campaign.title_text}"
    return f"{title} – {part}" if part else title


def _results(sheet: Sheet, page: UnitPage) -> None:
    summary = page.summary
    sheet.widths([WIDE, NARROW, NARROW, NARROW, NARROW, NARROW])
    sheet.title(_title(page))
    if page.campaign.simulated:
        sheet.rows([[_("A trial: its figures are made up and judge no office.")]])
    sheet.rows(
        [
            [_("Unit code"), summary.unit.code],
            [_("Release"), summary.release if summary.release is not None else _words(summary)],
            [_("As of"), _time(summary.as_of)],
            [_("Sheets counted"), summary.n_responses],
        ]
    )
    sheet.rows(_beside(page))
    sheet.rows([[]])
    columns = [_("Index (%)"), _("Low"), _("High"), _("Valid"), _("Missing")]
    sheet.header([_("Figure"), *columns])
    if summary.index is None or page.figures is None:
        sheet.rows([[_("Index"), _words(summary)]])
        return
    sheet.rows([[_("Index"), index_formula(page, page.figures), *_around(summary.index)]])
    formulas = factor_formulas(page, page.figures)
    for factor, formula in zip(page.figures.factors, formulas, strict=True):
        sheet.rows([[factor.title, formula, *_around(factor.figure)]])
    sheet.rows([[]])
    if page.figures.weighting:
        said = _("Index and factors are weighted by the sample plan: they are values, no formulas.")
    else:
        said = _("Figures are computed from the counts on the next sheet; intervals are values.")
    sheet.rows([[said]])


def _beside(page: UnitPage) -> list[list[object]]:
    """Return what is said of the index beside it: places, and sheets set aside."""
    rows: list[list[object]] = []
    for words, place in (
        (_("Rank among units of the same tier and parent"), page.summary.standing),
        (_("Rank among all units of the same tier"), page.among_all),
    ):
        if place:
            possible = f"{_('possible')}: {place.best}–{place.worst}"
            rows.append([words, place.position, f"/ {place.of}", possible])
    if page.with_set_aside is not None:
        rows.append([_("Sheets shown as set aside"), page.summary.n_set_aside])
        rows.append([_("Index with the sheets set aside"), page.with_set_aside])
    return rows


def _words(summary: UnitSummary) -> str:
    return _("Not yet published") if summary.status == "pending" else _("Not enough sheets")


def _time(moment: datetime | None) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""


def _around(figure: Shown) -> Sequence[object]:
    return figure.low, figure.high, figure.n_valid, figure.n_missing


def _criteria(sheet: Sheet, page: UnitPage, figures: UnitFigures) -> None:
    sheet.widths([16, 10, WIDE, 16, *([8] * len(LEVELS)), 10, 10, 12, 12])
    words = [_("Factor"), _("Code"), _("Criterion"), _("Scale")]
    sums = [_("Valid"), _("Missing"), _("Satisfied or points"), _("Index (%)")]
    sheet.header([*words, *LEVELS, *sums])
    sheet.rows(counts_rows(page, figures))


def _questions(sheet: Sheet, figures: UnitFigures) -> None:
    sheet.widths([10, WIDE, 10, 40, 10, 10, 10, 10])
    words = [_("Code"), _("Question"), _("Position"), _("Option")]
    sheet.header([*words, _("Answers"), _("Valid"), _("Missing"), _("Share (%)")])
    for question in (*figures.facts, *figures.expectations):
        sheet.rows(_options(question, first_row=sheet.at + 1))


def _options(question: QuestionResult, *, first_row: int) -> list[list[object]]:
    if not question.options:
        return [[question.code, question.text, None, _("not published")]]
    rows: list[list[object]] = []
    for row, option in enumerate(question.options, start=first_row):
        share = share_formula(row, option.percent)
        counts = [option.n, question.n_valid, question.n_missing]
        rows.append([question.code, question.text, option.position, option.text, *counts, share])
    return rows


def _children(sheet: Sheet, children: Sequence[UnitSummary]) -> None:
    sheet.widths([12, 40, 12, 16, 12, 12, 12, 12])
    words = [_("Unit code"), _("Unit"), _("Tier"), _("Status"), _("Sheets counted")]
    sheet.header([*words, _("Index (%)"), _("Low"), _("High")])
    for child in children:
        index = child.index
        values = (index.percent, index.low, index.high) if index else ()
        unit = child.unit
        sheet.rows(
            [[unit.code, unit.full_name, unit.tier, child.status, child.n_responses, *values]]
        )
