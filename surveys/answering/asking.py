"""In which order a sheet is asked: as the edition has it, or its short part first. Pure.

The short part are the questions an edition marks with `short: true`: what a citizen in a hurry
can answer in a few taps. What follows is offered, and is asked only of those who go on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from surveys.questionnaires.codebook import Edition, Question, Section


@dataclass(frozen=True)
class Stretch:
    """Questions of one section that are asked one after the other."""

    section: Section  # with the questions of this stretch only
    short: bool


def short_questions(edition: Edition) -> tuple[Question, ...]:
    """Return the questions of the short part, none for an edition without one."""
    return tuple(question for question in edition.questions.values() if question.short)


def stretches(edition: Edition, *, short_first: bool) -> tuple[Stretch, ...]:
    """Return all questions of an edition, each once, in the order they are asked."""
    if not short_first:
        return tuple(Stretch(section, short=False) for section in edition.sections)
    return (*_stretches(edition, short=True), *_stretches(edition, short=False))


def _stretches(edition: Edition, *, short: bool) -> tuple[Stretch, ...]:
    chosen = (
        (section, tuple(question for question in section.questions if question.short == short))
        for section in edition.sections
    )
    return tuple(
        Stretch(replace(section, questions=questions), short)
        for section, questions in chosen
        if questions
    )
