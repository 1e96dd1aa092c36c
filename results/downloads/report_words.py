"""What a unit's report says beside its figures: what to improve, how to read it, of when it is."""

from __future__ import annotations

from dataclasses import asdict

from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from results.reading.unit_figures import Weighting
from results.showing.pages import UnitPage, UnitSummary
from results.templatetags.figures import percent, whole


def state(summary: UnitSummary) -> str:
    """Say why there are no figures."""
    if summary.status == "pending":
        return _("Not yet published")
    return _("Not enough sheets")


def improvements(page: UnitPage) -> list[str]:
    """Say what to improve first, a sentence for each criterion."""
    said = []
    for one in page.figures.improvements if page.figures else ():
        values = {
            "text": one.text,
            "own": percent(one.percent),
            "n": whole(one.n_valid),
            "reference": percent(one.reference),
            "beside": whole(one.n_reference or 0),
            "gain": percent(one.gain).removesuffix("%"),
            "name": page.above[-1].full_name if page.above else "",
        }
        if one.beside == "above":
            words = _(
                "“%(text)s”: %(own)s (n = %(n)s) against %(reference)s of %(name)s"
                " (n = %(beside)s); at that level the index would rise by %(gain)s points."
            )
        elif one.beside == "similar":
            words = _(
                "“%(text)s”: %(own)s (n = %(n)s) against %(reference)s of similar units together"
                " (n = %(beside)s); at that level the index would rise by %(gain)s points."
            )
        else:
            words = _(
                "“%(text)s”: %(own)s (n = %(n)s), not below others; those not satisfied here cost"
                " the index %(gain)s points."
            )
        said.append(words % values)
    return said


def method(page: UnitPage) -> list[str]:
    """Say how to read the figures, one point each."""
    points = [
        _(
            "The index is the share of answers at the satisfied levels among all answers to the"
            " criteria; a question without an answer is not counted."
        )
        if page.method.item_rule == "TOP2"
        else _(
            "The index is the mean score of all answers to the criteria; a question without an"
            " answer is not counted."
        ),
        _(
            "The interval says how far chance alone may have moved the figure, with 95% confidence."
            " It knows nothing of who chose to answer and who did not, nor of one clerk's bad day."
        ),
        _(
            "A unit's figures take in new sheets when at least %(threshold)s have come; a unit"
            " shows the sum of what is published of itself and below it."
        )
        % {"threshold": page.campaign.threshold},
        _("Questionnaire %(edition)s, method %(method)s (%(rule)s, %(aggregation)s).")
        % {
            "edition": page.campaign.questionnaire,
            "method": page.method.code,
            "rule": page.method.item_rule,
            "aggregation": page.method.aggregation,
        },
    ]
    if page.figures and page.figures.weighting:
        points.append(_weighting(page.figures.weighting))
    if page.legal_basis:
        points.append(f"{_('Legal basis')}: {page.legal_basis}")
    return points


def _weighting(weighting: Weighting) -> str:
    said = _(
        "A sample survey: index and factors weigh each unit by the people its sheets stand"
        " for. %(units)s of %(of)s planned units are in them, with %(sheets)s sheets for"
        " %(people)s people, %(percent)s%% of the plan. Shares of single criteria are of"
        " sheets, without weights."
    )
    numbers = {**asdict(weighting), "of": weighting.units_planned}
    words = {name: number_format(value, force_grouping=True) for name, value in numbers.items()}
    return said % {**words, "percent": weighting.percent}


def dates(page: UnitPage) -> str:
    return _("Answers from %(first)s to %(last)s") % {
        "first": date_format(page.campaign.opens_on),
        "last": date_format(page.campaign.closes_on),
    }


def released(page: UnitPage) -> str:
    summary = page.summary
    if summary.as_of is None:
        return state(summary)
    return _("Release %(number)d, as of %(time)s") % {
        "number": summary.release,
        "time": date_format(localtime(summary.as_of), "DATETIME_FORMAT"),
    }
