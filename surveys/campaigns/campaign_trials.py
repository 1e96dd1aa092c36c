"""The canary's dry run: every answer of an edition, tried before any counter asks for it.

Nothing is sent and nothing stored, so it can be done with a campaign that is not open. The form
is rendered and read as the canary reads it (surveys.proofs.canary_doors), each of its sheets goes
through the same checks and encoding as a citizen's, both as posted and as the API takes it, and
the result is compared with what the canary worked out by itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache

from crispy_forms.utils import render_crispy_form
from django.utils import translation
from django.utils.translation import gettext as _

from surveys.answering import posted_sheets
from surveys.answering.answers import AnswersError, encode
from surveys.answering.forms import SheetForm
from surveys.proofs import canary_sheets
from surveys.proofs.canary_doors import offered_by
from surveys.proofs.canary_sheets import CanaryAnswers
from surveys.questionnaires.editions import Edition, parse_cached


@lru_cache(maxsize=16)
def failures_in(document: str, language: str, *, short_first: bool) -> tuple[str, ...]:
    """Return `failures` of the edition in a JSON document, in a language; tried once a process.

    Trying takes half of what the page of a draft takes, and comes out the same each time.
    """
    with translation.override(language):
        return tuple(failures(parse_cached(json.loads(document)), short_first=short_first))


def failures(edition: Edition, *, short_first: bool) -> list[str]:
    """Return what could not be chosen, a sentence each; empty when every option can."""
    found = list(_not_offered(edition, short_first=short_first))
    for sheet in canary_sheets.sheets(edition):
        found += _not_taken(edition, sheet)
    return list(dict.fromkeys(found))


def _not_offered(edition: Edition, *, short_first: bool) -> Iterator[str]:
    """Yield the options that the page does not offer, in any of the edition's languages."""
    for language in edition.languages:
        page = render_crispy_form(SheetForm(edition, language, short_first=short_first))
        offered = offered_by(page)
        for sheet in canary_sheets.sheets(edition):
            for choice in sheet:
                for value in choice.posted:
                    if (choice.question, value) not in offered:
                        yield _("%(what)s is not offered by the form (%(language)s).") % {
                            "what": f"{choice.question} = {value}",
                            "language": language,
                        }


def _not_taken(edition: Edition, sheet: CanaryAnswers) -> Iterator[str]:
    wanted = canary_sheets.written(edition, sheet)
    chosen = {choice.question: choice.answer for choice in sheet}
    posted = {choice.question: list(choice.posted) for choice in sheet}
    asked = {code: q for code, q in edition.questions.items() if q.kind != "text"}
    try:
        stored = {
            encode(edition, {code: chosen.get(code) for code in asked}),
            posted_sheets.read(posted, edition).answers,
        }
    except AnswersError as error:
        yield from (f"{code}: {fault}" for code, fault in error.faults.items())
        return
    if not re.match(edition.answers_pattern, wanted):
        yield _("The database would refuse %(sent)s.") % {"sent": wanted}
    for answers in stored - {wanted}:
        yield _("Sent as %(sent)s, stored as %(stored)s.") % {"sent": wanted, "stored": answers}
