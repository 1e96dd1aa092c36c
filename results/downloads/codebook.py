"""What the codes in a unit's files mean: edition, scales, method, words of states."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from results.reading.figures import in_language
from results.showing.pages import UnitPage
from surveys.questionnaires.editions import Edition

Row = Sequence[object]


def codebook_rows(page: UnitPage) -> list[Row]:
    """Return rows of group, code, meaning, position, option."""
    edition = page.campaign.questionnaire.parsed()
    return [*_method(page), *_states(), *_questions(edition)]


def _method(page: UnitPage) -> Iterator[Row]:
    method, campaign = page.method, page.campaign
    group = _("Method")
    weights = ", unit_weights: DESIGN" if method.weighs_units else ""
    yield group, method.code, f"{method.item_rule}, {method.aggregation}{weights}"
    for scale, levels in method.satisfied.items():
        satisfied = ", ".join(str(level) for level in sorted(levels))
        yield group, scale, _("satisfied levels: %(levels)s") % {"levels": satisfied}
    for factor, weight in method.weights.items():
        yield group, factor, _("weight: %(weight)s") % {"weight": weight}
    if page.legal_basis:
        yield group, "", page.legal_basis
    yield (
        _("Questionnaire"),
        str(campaign.questionnaire),
        in_language(campaign.questionnaire.parsed().title),
    )
    yield _("Threshold"), str(campaign.threshold), _("new sheets before figures change")


def _states() -> Iterator[Row]:
    group = _("Status")
    yield group, "published", _("there are figures")
    yield group, "pending", _("sheets wait to be counted or released")
    yield group, "suppressed", _("too few sheets, so no figure is shown")


def _questions(edition: Edition) -> Iterator[Row]:
    for section in edition.sections:
        if section.kind not in {"factor", "facts", "expectations"}:
            continue
        yield in_language(section.title), section.code, _("section")
        for question in section.questions:
            if question.kind == "text":
                continue
            for position, option in enumerate(question.options, start=1):
                words = in_language(question.text)
                yield section.code, question.code, words, position, in_language(option.text)
