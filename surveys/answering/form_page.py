"""What the page of a form says, but for the id of the sheet and the answers."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, override

from surveys.answering import asking
from surveys.answering.openings import Opening, Place, edition_of
from surveys.questionnaires import languages
from surveys.questionnaires.editions import Edition
from surveys.voice import recordings
from surveys.voice.recordings import Spoken

SECONDS_PER_QUESTION = 8


@dataclass(frozen=True)
class Header:
    """What the top of every page of a counter says: where the citizen is, and in which language.

    The names are empty where nothing is known of the counter.
    """

    counter_code: str
    counter_name: str
    unit_name: str
    above: str
    language: str

    @property
    def address_in_other_language(self) -> str:
        with override("en" if self.language == "vi" else "vi"):
            return reverse("surveys:respond", args=[self.counter_code])


@dataclass(frozen=True)
class Choice:
    """A language the questions can be read in, and where."""

    code: str
    address: str = ""

    @property
    def name(self) -> str:
        return languages.name(self.code)

    @property
    def lang(self) -> str:
        """The language of the name."""
        return languages.language_of_name(self.code)


@dataclass(frozen=True)
class FormPage:
    """All that the page of a form says, but for the id of the sheet and the answers."""

    header: Header
    campaign_id: int
    campaign: str
    questionnaire: str
    title: str
    threshold: int
    simulated: bool
    tickets: bool
    receipts: bool
    short: int  # questions of the short part that comes first; 0: none does
    auto_advance: bool
    language: str  # of the questions; the words around them are in that of the header
    others: tuple[str, ...]  # languages of the questions in which the site itself does not speak
    spoken: Spoken  # the clips of the questions and options

    @property
    def choices(self) -> list[Choice]:
        """The languages to switch to, those of the site first."""
        site = [code for code, _name in settings.LANGUAGES]
        codes = [code for code in (*site, *self.others) if code != self.language]
        return [
            Choice(code, self._address(code if code in site else self.header.language))
            for code in codes
        ]

    @property
    def in_other_languages(self) -> list[Choice]:
        """Those of the choices that the site itself does not speak."""
        return [choice for choice in self.choices if choice.code in self.others]

    def _address(self, language: str) -> str:
        with override(language):
            return reverse("surveys:respond", args=[self.header.counter_code])


def minutes_to_answer(edition: Edition) -> int:
    """Return about how many minutes an edition takes, at least one."""
    return max(1, round(len(edition.questions) * SECONDS_PER_QUESTION / 60))


def header(place: Place) -> Header:
    """Return the header of a counter's pages; the names of its unit are the newest known."""
    newest = next(iter(place.openings), None)
    return Header(
        counter_code=place.counter.code,
        counter_name=place.counter.name,
        unit_name=newest.unit_name if newest else "",
        above=newest.above if newest else "",
        language=get_language() or "vi",
    )


def language_of(opening: Opening, asked: str) -> str:
    """Return the language of the questions: the one asked for, else that of the page."""
    return asked if asked in opening.edition().languages else get_language() or "vi"


def page_of(place: Place, opening: Opening, language: str = "") -> FormPage:
    """Return what the form of an opening says, in the language in use.

    Args:
        language: that of the questions; the edition may have more than the site.
    """
    campaign = opening.campaign
    of_site = dict(settings.LANGUAGES)
    asked = language or get_language() or "vi"
    return FormPage(
        header=header(place),
        campaign_id=campaign.pk,
        campaign=campaign.slug,
        questionnaire=opening.questionnaire,
        title=campaign.title_text,
        threshold=campaign.threshold,
        simulated=campaign.simulated,
        tickets=campaign.tickets,
        receipts=campaign.receipts,
        short=len(asking.short_questions(opening.edition())) if campaign.short_first else 0,
        auto_advance=campaign.auto_advance,
        language=asked,
        others=tuple(code for code in opening.edition().languages if code not in of_site),
        spoken=recordings.spoken(campaign.pk, opening.questionnaire, asked),
    )


def context_of(page: FormPage) -> dict[str, object]:
    """Return what every template about a form takes."""
    edition = edition_of(page.campaign_id, page.questionnaire)
    return {
        "page": page,
        "header": page.header,
        "minutes": minutes_to_answer(edition),
        "draft": edition.languages.get(page.language) != "reviewed",
    }
