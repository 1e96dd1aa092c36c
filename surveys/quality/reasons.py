"""The published rules in words: what each looks at, what a sign says, what else it may mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from surveys.models import QualitySign
from surveys.quality.rules import Sign, Strength
from surveys.questionnaires.codebook import Edition

STRENGTHS: Mapping[Strength, str | Promise] = {
    Strength.MODERATE: gettext_lazy("moderate"),
    Strength.STRONG: gettext_lazy("strong"),
}
STEP = 5
"""Shares of satisfied answers are told to the nearest 5 %: no two looks give away one sheet."""


@dataclass(frozen=True)
class Words:
    """A rule: its short name, what it looks at, and how honest sheets may come to break it."""

    title: str | Promise
    rule: str | Promise
    otherwise: str | Promise


WORDS: Mapping[str, Words] = {
    "too_fast": Words(
        gettext_lazy("Faster than one can read"),
        gettext_lazy(
            "Many sheets took less time than it takes to read the questions: 600 syllables a minute"
            " and half a second for each answer, twice as fast as a quick reader."
        ),
        gettext_lazy("People who know the form by heart, such as those who come every week."),
    ),
    "one_answer": Words(
        gettext_lazy("One answer for everything"),
        gettext_lazy("Far more sheets than elsewhere give one and the same answer throughout."),
        gettext_lazy("An office that does everything well, or a queue in a hurry."),
    ),
    "same_answers": Words(
        gettext_lazy("The very same sheets"),
        gettext_lazy(
            "Many sheets of one day are alike in every answer, though not one answer throughout."
        ),
        gettext_lazy("A class or a group that filled in the form together."),
    ),
    "burst": Words(
        gettext_lazy("Many sheets in one hour"),
        gettext_lazy("An hour brought the kiosk far more sheets than a busy hour there does."),
        gettext_lazy(
            "A day on which many people were called at once; or a kiosk that had been without"
            " network and sent what it kept."
        ),
    ),
    "outside_hours": Words(
        gettext_lazy("While the office was closed"),
        gettext_lazy(
            "Ten sheets or more reached us from the kiosk outside the opening hours, more than"
            " 5 % of the day."
        ),
        gettext_lazy(
            "An office that was open late or on a Saturday; or a kiosk that had been without"
            " network and sent what it kept."
        ),
    ),
    "more_than_served": Words(
        gettext_lazy("More sheets than people served"),
        gettext_lazy("There are more sheets than people the office says it served."),
        gettext_lazy("A number of people that was noted wrong, or not of all counters."),
    ),
    "kiosk_gap": Words(
        gettext_lazy("Kiosk against own phones"),
        gettext_lazy(
            "Over four weeks the best answer is chosen at the kiosk far more often than on the"
            " phones of people at the same counter, and more so than elsewhere."
        ),
        gettext_lazy("Other people use the kiosk than use their phones, such as the elderly."),
    ),
    "jump": Words(
        gettext_lazy("A jump of the best answer"),
        gettext_lazy("The best answer is chosen far more often than at this counter before."),
        gettext_lazy("Something did get better: a new counter, more staff, an easier procedure."),
    ),
    "option_never_used": Words(
        gettext_lazy("An answer nobody chose"),
        gettext_lazy(
            "Of a hundred people or more nobody chose an answer that people elsewhere do choose."
        ),
        gettext_lazy("A kiosk on which it cannot be tapped: look at the proofs."),
    ),
}


def title(rule: str) -> str:
    """Return the short name of a rule; of one no longer published, its name in the code."""
    return str(WORDS[rule].title) if rule in WORDS else rule


def strength(sign: QualitySign) -> Strength:
    return Sign(sign.rule, sign.rarity, sign.figures).strength


def reason(sign: QualitySign, edition: Edition, *, threshold: int) -> str:
    """Return why a counter's day shows a sign, in a sentence with its figures.

    Counts of hours, and of who answered how, are told from the threshold on.
    """
    figures = sign.figures
    if sign.rule in {"kiosk_gap", "jump"}:
        return _of_best(sign)
    if sign.rule == "option_never_used":
        return _of_option(sign, edition)
    if figures.get("of", figures["count"]) < threshold:
        return str(WORDS[sign.rule].rule)
    said = {
        "too_fast": _("%(count)d of %(of)d sheets took less time than reading takes."),
        "one_answer": _("%(count)d of %(of)d sheets give one answer throughout."),
        "same_answers": _("%(count)d of %(of)d sheets are alike in every answer."),
        "burst": _(
            "%(count)d sheets came in the hour from %(hour)d o'clock; usual here are %(usual)s."
        ),
        "outside_hours": _("%(count)d of %(of)d sheets came while the office was closed."),
        "more_than_served": _("%(count)d sheets, but %(served)d people were served."),
    }[sign.rule]
    return str(said % figures)


def about(percent: float) -> int:
    """Return a percentage to the nearest 5."""
    return STEP * round(percent / STEP)


def _of_best(sign: QualitySign) -> str:
    said = {
        "kiosk_gap": _(
            "The best answer was chosen in about %(kiosk)d %% of the answers at the kiosk, in"
            " about %(phone)d %% on own phones."
        ),
        "jump": _(
            "The best answer was chosen in about %(day)d %% of the answers, before in about"
            " %(before)d %%."
        ),
    }[sign.rule]
    return said % {name: about(share) for name, share in sign.figures.items()}


def _of_option(sign: QualitySign, edition: Edition) -> str:
    question = edition.questions[str(sign.figures["question"])]
    option = question.options[int(sign.figures["position"]) - 1]
    return _(
        "None of %(of)d people chose “%(option)s” for “%(question)s”; elsewhere %(others)s %% do."
    ) % {
        **sign.figures,
        "option": _in_language(option.text),
        "question": _in_language(question.text),
    }


def _in_language(text: Mapping[str, str]) -> str:
    return text.get(get_language() or "vi") or text["vi"]
