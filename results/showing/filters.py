"""What a reader may choose on a page of results: campaign, content, month or channel.

All of it works as links and plain GET forms; `chosen` reads it back out of an address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from results.models import MIXED, WHOLE_CAMPAIGN
from results.reading.figures import in_language
from results.reading.public_rows import Slice
from results.showing.pages import UnitPage
from surveys.models import Campaign, Channel

CAMPAIGN, CONTENT, PART = "dot", "noi-dung", "phan"
QUERY = "q"

_MONTH = re.compile(r"20\d\d(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Option:
    value: str
    text: str
    chosen: bool


@dataclass(frozen=True)
class Choice:
    """A list to choose from; `name` is its parameter in the address."""

    name: str
    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Filters:
    """The choices of a page, sent to `action` by GET."""

    action: str
    choices: tuple[Choice, ...]


def part_of(parameters: Mapping[str, str]) -> tuple[int, int]:
    """Return the period and channel an address asks for; 0 and 0 for anything else."""
    asked = parameters.get(PART, "")
    if _MONTH.fullmatch(asked):
        return int(asked), MIXED
    found = [channel.value for channel in Channel if channel.code == asked]
    return WHOLE_CAMPAIGN, found[0] if found else MIXED


def part_code(period: int, channel: int) -> str:
    """Return what `part_of` reads: 202611, kiosk, or nothing for the headline."""
    return str(period) if period else Channel(channel).code if channel else ""


def part_name(period: int, channel: int) -> str:
    """Write a part of a campaign's sheets: November 2026; own phone; nothing for the headline."""
    if period:
        return date_format(date(period // 100, period % 100, 1), "YEAR_MONTH_FORMAT")
    return str(Channel(channel).label) if channel else ""


def unit_filters(page: UnitPage, campaigns: Iterable[Campaign], action: str) -> Filters:
    """Return the choices of a unit's page."""
    choices = [
        _campaigns(page.campaign, campaigns),
        contents(page.campaign, ""),
        _parts(page.slices, part_code(page.period, page.channel)),
    ]
    return Filters(action, tuple(choice for choice in choices if len(choice.options) > 1))


def contents(campaign: Campaign, chosen: str) -> Choice:
    """Return the index, the factors and the criteria to rank units by."""
    options = [Option("", _("Overall index"), not chosen)]
    for number, section in enumerate(campaign.questionnaire.parsed().factors, start=1):
        title = f"{number}. {in_language(section.title)}"
        options.append(Option(section.code, title, chosen == section.code))
        for question in section.criteria:
            text = f"– {in_language(question.text)}"
            options.append(Option(question.code, text, chosen == question.code))
    return Choice(CONTENT, _("Content"), tuple(options))


def _campaigns(campaign: Campaign, campaigns: Iterable[Campaign]) -> Choice:
    known = list(campaigns)
    years = [one.opens_on.year for one in known]
    return Choice(
        CAMPAIGN,
        _("Campaign"),
        tuple(
            Option(
                one.slug,
                one.title_text if years.count(one.opens_on.year) > 1 else str(one.opens_on.year),
                one.pk == campaign.pk,
            )
            for one in known
        ),
    )


def _parts(slices: Iterable[Slice], chosen: str) -> Choice:
    options = [Option("", _("All months and channels of the headline"), not chosen)]
    for one in slices:
        code = part_code(one.period, one.channel)
        text = f"{part_name(one.period, one.channel)} (n = {one.n})"
        options.append(Option(code, text, code == chosen))
    return Choice(PART, _("Month or channel"), tuple(options))
