"""What a unit's report finds, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from django.utils.translation import gettext as _

from results.reading.figures import Shown
from results.showing.pages import Standing, UnitFigures, UnitPage
from results.templatetags.figures import interval, percent, whole

FEWEST_WORDS = 3
"""So many criteria are named as those people are least satisfied with."""


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
    standing = page.summary.standing
    if standing is not None and standing.best == standing.worst:
        yield _(
            "It ranks %(position)s of %(of)s among the units of its tier, and chance leaves it no"
            " other place."
        ) % _places(standing)
    elif standing is not None:
        yield _(
            "It ranks %(position)s of %(of)s among the units of its tier; as far as chance allows"
            " to say, between %(best)s and %(worst)s."
        ) % _places(standing)
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
