"""How figures are written on a page: 83,94% in Vietnamese, 83.94% in English."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import urlsplit

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def percent(value: Decimal | None) -> str:
    """Write a percent with its two decimals; nothing for a figure that is not there."""
    return "" if value is None else f"{number_format(value)}%"


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
