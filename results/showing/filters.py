"""What a reader may choose on a page of results: campaign, content, month or channel.

All of it works as links and plain GET forms.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from results.reading.figures import in_language
from results.reading.parts import PART, part_code, part_name
from results.reading.public_rows import Slice
from results.showing.pages import UnitPage
from surveys.models import Campaign

CAMPAIGN, CONTENT = "dot", "noi-dung"
QUERY = "q"


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
