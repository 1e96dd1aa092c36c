"""How figures are written on a page: 83,94% in Vietnamese, 83.94% in English."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import urlsplit

from django import template
from django.utils.formats import get_format, number_format
from django.utils.safestring import SafeString, mark_safe

from results import charts
from results.figures import Shown

register = template.Library()


@register.filter
def percent(value: Decimal | None) -> str:
    """Write a percent with its two decimals; nothing for a figure that is not there.

    Hundreds of them stand on a page, and Django's own number_format takes ten times as long.
    """
    return "" if value is None else f"{value}%".replace(".", get_format("DECIMAL_SEPARATOR"))


@register.filter
def interval(figure: Shown) -> str:
    """Write the interval of a figure, 82,10–85,70%; nothing where it is unknown."""
    if figure.low is None or figure.high is None:
        return ""
    return f"{figure.low}–{figure.high}%".replace(".", get_format("DECIMAL_SEPARATOR"))


@register.filter
def whole(value: int) -> str:
    """Write a whole number in groups of three digits: 9.412 in Vietnamese, 9,412 in English."""
    return f"{value:,}".replace(",", get_format("THOUSAND_SEPARATOR"))


@register.filter
def share_row(value: Decimal | None) -> SafeString:
    """Draw a share of 100 % (results.charts)."""
    return mark_safe(charts.share_row(value))  # noqa: S308 - made of our own numbers


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
