"""The sentences and words of a unit's report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from results.reading.figures import Shown
from results.showing.pages import Standing, UnitFigures, UnitPage, UnitSummary
from results.templatetags.figures import interval, percent, whole

FEWEST_WORDS = 3
"""So many criteria are named as those people are least satisfied with."""


def state(summary: UnitSummary) -> str:
    """Say why there are no figures."""
    if summary.status == "pending":
        return _("Not yet published")
    return _("Not enough sheets")


def sentences(page: UnitPage) -> Iterator[str]:
    """Say what the report finds, most important first."""
    summary, name = page.summary, page.summary.unit.full_name
    if page.figures is None or summary.index is None:
        threshold = page.campaign.threshold
        yield _(
            "No figures of %(unit)s are published yet. They appear from %(threshold)d answer sheets"
            " on, so that nobody can be recognised."
        ) % {"unit": name, "threshold": threshold}
        return
    yield _index(page, summary.index)
    yield from _aside(page)
    yield from _compared(page, page.figures)
    yield from _ranked(page)
    yield from _moved(page)
    yield from _factors(page.figures)
    yield from _criteria(page.figures)
    yield from _below(page)


def _index(page: UnitPage, index: Shown) -> str:
    values = {
        "unit": page.summary.unit.full_name,
        "n": whole(page.summary.n_responses or 0),
        "percent": percent(index.percent),
        "interval": interval(index),
    }
    if index.percent is None:
        return (
            _(
                "%(n)s answer sheets were counted for %(unit)s; a factor has no answer, so there"
                " is no index."
            )
            % values
        )
    if index.low is None:
        return (
            _("The satisfaction index of %(unit)s is %(percent)s, from %(n)s answer sheets.")
            % values
        )
    said = (
        _(
            "The satisfaction index of %(unit)s is %(percent)s (95%% interval %(interval)s),"
            " from %(n)s answer sheets."
        )
        % values
    )
    return f"{said} {_('Fewer than 30 sheets: the interval is rough.')}" if index.is_rough else said


def _compared(page: UnitPage, figures: UnitFigures) -> Iterator[str]:
    above, index = figures.parent_index, page.summary.index
    if above is None or above.percent is None or index is None or index.percent is None:
        return
    difference = index.percent - above.percent
    values = {
        "above": page.above[-1].full_name,
        "percent": percent(above.percent),
        "points": percent(abs(difference)).removesuffix("%"),
    }
    if not difference:
        yield _("The index of %(above)s is the same, %(percent)s.") % values
    elif difference > 0:
        yield _("That is %(points)s points above the index of %(above)s, %(percent)s.") % values
    else:
        yield _("That is %(points)s points below the index of %(above)s, %(percent)s.") % values


def _ranked(page: UnitPage) -> Iterator[str]:
    if page.summary.standing is not None:
        yield _(
            "It ranks %(position)s of %(of)s among the units of its tier; as far as chance allows"
            " to say, between %(best)s and %(worst)s."
        ) % _places(page.summary.standing)
    if page.among_all is not None:
        yield _(
            "Among all units of its tier in the campaign it ranks %(position)s of %(of)s, possibly"
            " between %(best)s and %(worst)s."
        ) % _places(page.among_all)


def _places(standing: Standing) -> dict[str, str]:
    """Write places out: there are more than a thousand communes."""
    return {name: whole(place) for name, place in asdict(standing).items()}


def _aside(page: UnitPage) -> Iterator[str]:
    if page.with_set_aside is not None:
        yield _(
            "%(n)s more sheets were set aside by a published rule; with them the index would be"
            " %(percent)s."
        ) % {"n": whole(page.summary.n_set_aside), "percent": percent(page.with_set_aside)}


def _moved(page: UnitPage) -> Iterator[str]:
    change = page.summary.change
    if change is None or page.previous is None:
        return
    values = {
        "campaign": page.previous.title_text,
        "before": percent(change.before),
        "points": percent(abs(change.points)).removesuffix("%"),
    }
    if not change.points:
        yield _("It is the same as in “%(campaign)s”, %(before)s.") % values
        return
    said = (
        _("Since “%(campaign)s” (%(before)s) it rose by %(points)s points.")
        if change.points > 0
        else _("Since “%(campaign)s” (%(before)s) it fell by %(points)s points.")
    ) % values
    if change.distinguishable is not None:
        certain = _("That is more than chance.")
        said += f" {certain if change.distinguishable else _('That is within what chance does.')}"
    yield said


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


def _factors(figures: UnitFigures) -> Iterator[str]:
    known = [(f.figure.percent, f.title) for f in figures.factors if f.figure.percent is not None]
    if len(known) < 2:
        return
    best, worst = max(known), min(known)
    if best[0] == worst[0]:
        return
    yield _("The highest factor is “%(best)s” (%(high)s), the lowest “%(worst)s” (%(low)s).") % {
        "best": best[1],
        "high": percent(best[0]),
        "worst": worst[1],
        "low": percent(worst[0]),
    }


def _criteria(figures: UnitFigures) -> Iterator[str]:
    known = sorted(
        (c.figure.percent, number, c.text)
        for number, c in enumerate(c for f in figures.factors for c in f.criteria)
        if c.figure.percent is not None
    )
    if len(known) > FEWEST_WORDS:
        named = "; ".join(f"“{text}” ({percent(p)})" for p, _n, text in known[:FEWEST_WORDS])
        yield _("People are least satisfied with: %(criteria)s.") % {"criteria": named}


def _below(page: UnitPage) -> Iterator[str]:
    shown = [c.index.percent for c in page.children if c.index and c.index.percent is not None]
    if shown:
        yield _(
            "Of the %(all)d units below, %(shown)d have figures, from %(low)s to %(high)s. Units"
            " whose intervals overlap cannot be told apart."
        ) % {
            "all": len(page.children),
            "shown": len(shown),
            "low": percent(min(shown)),
            "high": percent(max(shown)),
        }


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
    if weighting := page.figures and page.figures.weighting:
        said = _(
            "A sample survey: index and factors weigh each unit by the people its sheets stand"
            " for. %(units)s of %(of)s planned units are in them, with %(sheets)s sheets for"
            " %(people)s people, %(percent)s%% of the plan. Shares of single criteria are of"
            " sheets, without weights."
        )
        numbers = {**asdict(weighting), "of": weighting.units_planned}
        words = {name: number_format(value, force_grouping=True) for name, value in numbers.items()}
        points.append(said % {**words, "percent": weighting.percent})
    if page.legal_basis:
        points.append(f"{_('Legal basis')}: {page.legal_basis}")
    return points


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
