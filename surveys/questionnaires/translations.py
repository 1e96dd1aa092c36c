"""The texts of an edition by place and language, and those that are missing. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from surveys.questionnaires.editions import Edition

TITLE = "title"


def texts(edition: Edition) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield every text with its place: "c01", "c01.3" for its third option, "tiep_can", "title".

    Places are those of surveys.models.Recording.
    """
    yield TITLE, edition.title
    for section in edition.sections:
        if section.title:
            yield section.code, section.title
        for question in section.questions:
            yield question.code, question.text
            for position, option in enumerate(question.options, start=1):
                yield f"{question.code}.{position}", option.text


def missing(edition: Edition) -> list[tuple[str, str]]:
    """Return language and place of each text that an offered language lacks.

    A campaign offers every language its edition lists, a draft marked as one; a language whose
    texts are not complete must not be listed when people are asked.
    """
    return [
        (language, place)
        for language in edition.languages
        for place, text in texts(edition)
        if language not in text
    ]
