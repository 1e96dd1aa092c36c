"""What of an edition is recorded, and which clip speaks which of its texts.

Identity is by text: a clip is played wherever an edition of the same questionnaire says the same
words in the same language, so the five levels of a scale are recorded once, and a new edition keeps
what did not change. A clip of words that are no longer said is shown to officials, never played.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic
from typing import TypeAlias

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from surveys.answering.forms import ESCAPE_NAMES, ESCAPES
from surveys.answering.openings import edition_of
from surveys.models import Recording
from surveys.questionnaires.editions import Edition, Question

# A clip that was uploaded is heard at most this much later.
KEPT_SECONDS = 2

Spoken: TypeAlias = tuple[tuple[str, str], ...]
"""The address of the clip of each place that has one, such as ("c01.3", "/am-thanh/….mp3")."""


@dataclass(frozen=True)
class Spot:
    """A text of an edition in one language, once, however often the edition says it."""

    text: str
    places: tuple[str, ...]

    @property
    def place(self) -> str:
        """The first place that says it: where its recording is kept."""
        return self.places[0]

    @property
    def file_name(self) -> str:
        """How a file is called that shall go here, without its ending."""
        return self.place.replace(".", "-")


@dataclass(frozen=True)
class Line:
    """A text with its recording: none, one of these words, or one of words no longer said."""

    spot: Spot
    recording: Recording | None
    current: bool
    own: bool  # of this edition, not taken over from another

    @property
    def state(self) -> str:
        if self.recording is None:
            return "missing"
        return "current" if self.current else "changed"


def spots(edition: Edition, language: str) -> list[Spot]:
    """Return what can be recorded of an edition in a language, in the order it is asked."""
    found: dict[str, list[str]] = {}
    for place, text in _texts(edition, language):
        found.setdefault(text, []).append(place)
    return [Spot(text, tuple(places)) for text, places in found.items()]


def lines(edition: Edition, language: str) -> list[Line]:
    """Return every text of an edition in a language with its recording."""
    by_text, by_place = _known(edition, language)
    found = []
    for spot in spots(edition, language):
        recording = by_text.get(spot.text)
        old = next((by_place[place] for place in spot.places if place in by_place), None)
        shown = recording or old
        own = shown is not None and shown.questionnaire.edition == edition.number
        found.append(Line(spot, shown, current=recording is not None, own=own))
    return found


def spoken(campaign_id: int, reference: str, language: str) -> Spoken:
    """Return the clips of a campaign's edition in a language, none of changed words."""
    return _spoken(campaign_id, reference, language, int(monotonic() // KEPT_SECONDS))


def forget_recordings() -> None:
    """Ask the database again at once: for tests, which take back what they wrote."""
    _spoken.cache_clear()


def address_of(recording: Recording) -> str:
    """Return where the clip of a recording is, the same in every language."""
    return reverse("clip", args=[recording.clip_id, recording.clip.suffix])


@lru_cache(maxsize=64)
def _spoken(campaign_id: int, reference: str, language: str, _tick: int) -> Spoken:
    edition = edition_of(campaign_id, reference)
    by_text, _by_place = _known(edition, language)
    return tuple(
        (place, address_of(by_text[text]))
        for place, text in _texts(edition, language)
        if text in by_text
    )


def _known(
    edition: Edition, language: str
) -> tuple[Mapping[str, Recording], Mapping[str, Recording]]:
    """Return the recordings by text and by place: the edition's own first, then the newest."""
    rows = Recording.objects.filter(questionnaire__code=edition.code, language=language)
    rows = rows.select_related("questionnaire", "clip", "uploaded_by").defer("clip__content")
    ordered = sorted(
        rows,
        key=lambda row: (row.questionnaire.edition == edition.number, row.questionnaire.edition),
    )
    return {row.text: row for row in ordered}, {row.place: row for row in ordered}


def _texts(edition: Edition, language: str) -> list[tuple[str, str]]:
    """Return place and words of every question and answer, escapes among them."""
    # Around a language that the site itself does not speak it speaks Vietnamese.
    around = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with override(around):
        found = [
            (f"{question.code}{part}", text)
            for question in edition.questions.values()
            for part, text in _parts(question, language)
        ]
    return [(place, same) for place, text in found if (same := _same(text))]


def _parts(question: Question, language: str) -> Iterator[tuple[str, str]]:
    yield "", question.text.get(language, "")
    for position, option in enumerate(question.options, start=1):
        yield f".{position}", option.text.get(language, "")
    for escape in question.escapes:
        yield f".{ESCAPE_NAMES[escape]}", str(ESCAPES[escape])


def _same(text: str) -> str:
    """Return a text such that equal words are equal, however they are spaced and encoded."""
    return " ".join(unicodedata.normalize("NFC", text).split())
