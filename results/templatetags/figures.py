"""How figures are written on a page: 83,94% in Vietnamese, 83.94% in English."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Protocol
from urllib.parse import urlsplit

from django import template
from django.utils.formats import get_format, number_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from results.arithmetic.coded_shares import Coded
from results.reading.figures import Shown
from results.showing import charts
from surveys.models import Tier

register = template.Library()


@lru_cache(maxsize=16)
def _sign(name: str, language: str | None) -> str:
    """Return a sign of the formats in use; a page writes over a thousand numbers."""
    return str(get_format(name, language))


def _decimal_sign() -> str:
    return _sign("DECIMAL_SEPARATOR", get_language())


@register.filter
def percent(value: Decimal | None) -> str:
    """Write a percent with its two decimals; nothing for a figure that is not there.

    Hundreds of them stand on a page, and Django's own number_format takes ten times as long.
    """
    return "" if value is None else f"{value}%".replace(".", _decimal_sign())


@register.filter
def coded(share: Coded | None) -> str:
    """Write what is told of a share that is withheld: 85% or more; nothing where nothing is."""
    if share is None:
        return ""
    if share.at_least is not None:
        return _("%(percent)d%% or more") % {"percent": share.at_least}
    return _("%(percent)d%% or less") % {"percent": share.at_most}


@register.filter
def interval(figure: Shown) -> str:
    """Write the interval of a figure, 82,10–85,70%; nothing where it is unknown."""
    if figure.low is None or figure.high is None:
        return ""
    return f"{figure.low}–{figure.high}%".replace(".", _decimal_sign())


@register.filter
def based(figure: Shown) -> str:
    """Write what a figure rests on, 82,10–85,70%, n = 1.234; without an interval only its n."""
    n = f"n = {whole(figure.n_valid)}"
    return f"{known}, {n}" if (known := interval(figure)) else n


@register.filter(is_safe=True)
def unbroken(text: str) -> str:
    """Keep each n on one line with its number."""
    return text.replace("n = ", "n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}")


@register.filter
def whole(value: int) -> str:
    """Write a whole number in groups of three digits: 9.412 in Vietnamese, 9,412 in English."""
    return f"{value:,}".replace(",", _sign("THOUSAND_SEPARATOR", get_language()))


@register.filter
def plain(value: Decimal) -> str:
    """Write a number with its decimals and no sign: 84,12; whole numbers without decimals."""
    written = f"{value:.0f}" if value == value.to_integral_value() else str(value)
    return written.replace(".", _decimal_sign())


class Places(Protocol):
    """The best and the worst place a unit may have (results.reading.summaries.Standing)."""

    @property
    def best(self) -> int: ...
    @property
    def worst(self) -> int: ...


@register.filter
def possible_places(standing: Places) -> str:
    """Write the places a unit may have: 2–9; one that is certain stands alone."""
    best, worst = whole(standing.best), whole(standing.worst)
    return best if best == worst else f"{best}–{worst}"


@register.filter
def signed(value: Decimal | int) -> str:
    """Write a number with its sign, + or − (U+2212): +1,38, −0,20, 0."""
    digits = str(abs(value)).replace(".", _decimal_sign())
    return f"+{digits}" if value > 0 else f"−{digits}" if value < 0 else digits


@register.filter
def add_to_query(query: str) -> str:
    """Return a query (?phan=kiosk) as what follows another (&phan=kiosk); nothing for nothing."""
    return f"&{query[1:]}" if query else ""


@register.filter
def lost(places: int) -> int:
    """Return how many places were lost, out of places gained below 0."""
    return -places


@register.filter
def tier_name(tier: str) -> str:
    """Write the units of a tier: Xã, phường, đặc khu."""
    return capfirst(str(Tier(tier).label))


@register.filter
def beside(
    titles: Iterable[str], figures: Iterable[Shown | None]
) -> list[tuple[str, Shown | None]]:
    """Return figures with their titles."""
    return list(zip(titles, figures, strict=True))


@register.filter
def share_row(value: Decimal | None) -> SafeString:
    """Draw a share of 100 % (results.showing.charts)."""
    return mark_safe(charts.share_row(value))  # noqa: S308 - made of our own numbers


class Row(Protocol):
    """A row that writes its own cells (results.showing.ranking_table)."""

    def cells(self, unit_url: str, query: str, *, has_change: bool) -> SafeString: ...


@register.simple_tag
def ranking_cells(row: Row, unit_url: str, query: str, has_change: bool) -> SafeString:
    """Write the cells of a row of a ranking."""
    return row.cells(unit_url, query, has_change=has_change)


@register.filter
def as_published(value: str) -> str:
    """Write a figure somebody else published as they did, with the decimal sign of the page."""
    whole, point, decimals = value.partition(".")
    if not (whole.isdecimal() and (decimals.isdecimal() or not point)):
        return value
    return number_format(Decimal(value), decimal_pos=len(decimals))


@register.filter
def host(address: str) -> str:
    """Return the host of a web address to link to; empty for any other text."""
    parts = urlsplit(address)
    return (parts.hostname or "") if parts.scheme in {"http", "https"} else ""
