"""The numbers of the published rules in words, written from the numbers that are applied."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.formats import number_format
from django.utils.functional import Promise, lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from surveys.quality import counter_days, rules


def _percent(share: float) -> int:
    return round(100 * share)


_grouped = lazy(number_format, str)


def _once_in(rarity: float) -> str | Promise:
    """Return one in how many a power of ten is, grouped as the reader's language does."""
    return _grouped(round(10**-rarity), force_grouping=True)


COMMON: str | Promise = format_lazy(
    gettext_lazy(
        "A day of fewer than {fewest} sheets shows no share. A share is a sign from {factor} times"
        " that of the other counters on, and only where chance would rarely do as much: the sign is"
        " moderate below once in {moderate} days, strong below once in {strong}."
    ),
    fewest=rules.FEWEST_SHEETS,
    factor=round(rules.USUAL_FACTOR),
    moderate=_once_in(rules.MODERATE),
    strong=_once_in(rules.STRONG),
)
"""What holds for all rules."""

_LEAST = gettext_lazy("The share elsewhere is taken as {share} % at least.")

LIMITS: Mapping[str, str | Promise] = {
    "too_fast": format_lazy(_LEAST, share=_percent(rules.FEWEST_SHARE["too_fast"])),
    "one_answer": format_lazy(
        gettext_lazy(
            "The share elsewhere is taken as {share} % at least; forms of fewer than {criteria}"
            " criteria are left out."
        ),
        share=_percent(rules.FEWEST_SHARE["one_answer"]),
        criteria=counter_days.FEWEST_CRITERIA,
    ),
    "same_answers": format_lazy(
        gettext_lazy(
            "The share elsewhere is taken as {share} % at least; {group} alike say nothing."
        ),
        share=_percent(rules.FEWEST_SHARE["same_answers"]),
        group=rules.LARGEST_CHANCE_GROUP,
    ),
    "burst": format_lazy(
        gettext_lazy("From {fewest} sheets an hour and {factor} times the usual hour there on."),
        fewest=rules.FEWEST_SHEETS,
        factor=round(rules.USUAL_FACTOR),
    ),
    "outside_hours": format_lazy(
        gettext_lazy("From {fewest} sheets and {share} % of the day's on."),
        fewest=rules.FEWEST_SHEETS,
        share=_percent(rules.OUTSIDE_SHARE),
    ),
    "more_than_served": gettext_lazy("From one sheet more on; always strong."),
    "kiosk_gap": format_lazy(
        gettext_lazy(
            "From {gap} points of percent more than elsewhere on, with {fewest} sheets or more of"
            " either kind."
        ),
        gap=_percent(rules.GAP),
        fewest=rules.FEWEST_PER_CHANNEL,
    ),
    "jump": format_lazy(
        gettext_lazy(
            "From {jump} points of percent on, with {fewest} sheets of the day and {past} of the"
            " four weeks before."
        ),
        jump=_percent(rules.JUMP),
        fewest=rules.FEWEST_SHEETS,
        past=rules.PAST_SHEETS,
    ),
    "option_never_used": format_lazy(
        gettext_lazy(
            "From {fewest} answers on, where half the share elsewhere would have shown it."
        ),
        fewest=rules.OPTION_SHEETS,
    ),
}
