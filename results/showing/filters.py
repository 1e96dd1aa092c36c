"""What a reader may choose on a page of results: campaign, content, month or channel.

All of it works as links and plain GET forms.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from results.reading.figures import in_language
from results.reading.parts import PART, part_code, part_name, part_of
from results.reading.slice_rows import Slice
from results.showing.compared_units import ComparedUnits
from results.showing.content_pages import ContentPage
from results.showing.pages import UnitPage
from results.templatetags.figures import whole
from surveys.models import Campaign

CAMPAIGN, CONTENT = "dot", "noi-dung"
QUERY = "q"
UNITS = "don-vi"


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
    return _filters(
        action,
        _campaigns(page.campaign, campaigns),
        _contents(page.campaign, ""),
        parts(page.slices, part_code(page.period, page.channel)),
    )


def content_filters(page: ContentPage, campaigns: Iterable[Campaign], action: str) -> Filters:
    """Return the choices of a page of one content."""
    return _filters(
        action,
        _campaigns(page.campaign, campaigns),
        _contents(page.campaign, page.code),
        parts(page.slices, part_code(page.period, page.channel)),
    )


def segment_filters(campaign: Campaign, campaigns: Iterable[Campaign], action: str) -> Filters:
    """Return the choices of a page of groups: they are told apart of a whole campaign only."""
    return _filters(action, _campaigns(campaign, campaigns))


def comparison_filters(
    compared: ComparedUnits, campaigns: Iterable[Campaign], action: str
) -> Filters:
    """Return the choices of a comparison: it shows every content."""
    return _filters(
        action,
        _campaigns(compared.campaign, campaigns),
        parts(compared.slices, part_code(compared.period, compared.channel)),
    )


def _filters(action: str, *choices: Choice) -> Filters:
    return Filters(action, tuple(choice for choice in choices if len(choice.options) > 1))


def _contents(campaign: Campaign, chosen: str) -> Choice:
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
                f"{one.opens_on.year} – {one.title_text}"
                if years.count(one.opens_on.year) > 1
                else str(one.opens_on.year),
                one.pk == campaign.pk,
            )
            for one in known
        ),
    )


def parts(slices: Iterable[Slice], chosen: str) -> Choice:
    """Return the months and channels to choose from; `chosen` as reading.parts writes it."""
    options = [Option("", _("All months and channels of the headline"), not chosen)]
    for one in slices:
        code = part_code(one.period, one.channel)
        sheets = "" if one.n is None else f" (n = {whole(one.n)})"
        text = f"{part_name(one.period, one.channel)}{sheets}"
        options.append(Option(code, text, code == chosen))
    if chosen and not any(option.chosen for option in options):
        # What is shown is said, though nothing of it can be.
        name = part_name(*part_of({PART: chosen}))
        options.append(Option(chosen, name, chosen=True))
    return Choice(PART, _("Month or channel"), tuple(options))
