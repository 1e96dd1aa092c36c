"""Exported sheets as a table, with the words of its code book.

    columns(edition)   what each column holds, in order
    rows(...)          the values of each sheet under them

Months and channels, and questions about the person, are empty where too few people agree in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _

from results.bundles.microdata import BETWEEN
from results.bundles.sheet_values import answers_of, profile_of
from results.exports.exported_sheets import Placed
from results.reading.figures import in_language
from surveys.models import Campaign, Channel, Tier
from surveys.questionnaires.codebook import (
    DONT_KNOW,
    NOT_ANSWERED,
    NOT_APPLICABLE,
    NOT_ASKED,
    Edition,
    Question,
)


@dataclass(frozen=True)
class Field:
    """A column: its name in the file, what it means, and what its values mean."""

    name: str
    about: str
    words: dict[str, str] = field(default_factory=dict)
    number: bool = False
    """The values are positions of options, beside the marks - . ? x."""


def columns(edition: Edition) -> list[Field]:
    """Return the columns of an export."""
    return [*_head(), *(_question(edition.questions[code]) for code in _codes(edition))]


class Rows(NamedTuple):
    """The values of the sheets of a unit: of each those of the unit, and all others in a text.

    The texts hold codes, numbers and marks (- . ? x), with BETWEEN between them: no formula, and
    nothing to put in quotation marks.
    """

    head: list[str]
    texts: list[str]

    def values(self) -> Iterator[list[str]]:
        return ([*self.head, *text.split(BETWEEN)] for text in self.texts)


def rows(campaign: Campaign, release: int, placed: Iterable[Placed]) -> Iterator[Rows]:
    """Return the values of sheets, in the order of the columns."""
    simulated = "true" if campaign.simulated else "false"
    for province, place, texts in placed:
        head = [campaign.slug, simulated, str(release), province]
        yield Rows([*head, place.code, place.version.full_name, place.tier], texts)


def code_book(edition: Edition) -> Iterator[tuple[str, str, str, str]]:
    """Return lines of column, what it means, value, what the value means."""
    for one in columns(edition):
        yield one.name, one.about, "", ""
        for value, meaning in one.words.items():
            yield one.name, "", value, meaning


def _codes(edition: Edition) -> list[str]:
    return [*profile_of(edition), *answers_of(edition)]


def _head() -> Iterator[Field]:
    few = _("not said, because too few people agree in it")
    yield Field("campaign", _("Campaign"))
    yield Field("simulated", _("Made-up figures"), {"true": _("yes"), "false": _("no")})
    yield Field("release", _("Release"))
    yield Field("province", _("Code of the province"))
    yield Field(
        "unit_code",
        _("Code of the unit, or of the unit above it where the sheet could not be placed closer"),
    )
    yield Field("unit_name", _("Name of this unit"))
    yield Field("tier", _("Tier"), {str(value): str(label) for value, label in Tier.choices})
    yield Field("month", _("Month of the answer, such as 202611"), {"": few})
    channels = {channel.code: str(channel.label) for channel in Channel}
    yield Field("channel", _("Channel"), {**channels, "": few})


def _question(question: Question) -> Field:
    words = {
        str(place): in_language(option.text)
        for place, option in enumerate(question.options, start=1)
    }
    if question.kind == "multiple":
        words["1;3"] = _("several options, with semicolons between")
    words |= {
        NOT_ANSWERED: _("not answered"),
        NOT_ASKED: _("not asked"),
        DONT_KNOW: _("don't know"),
        NOT_APPLICABLE: _("does not apply"),
        "": _("not said, because too few people agree in it"),
    }
    for mark in set(DONT_KNOW + NOT_APPLICABLE) - set(question.escapes):
        del words[mark]
    text = in_language(question.text)
    return Field(question.code, text, words, number=question.kind != "multiple")
