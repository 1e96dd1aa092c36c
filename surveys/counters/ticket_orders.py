"""One-time tickets in the hand: the address a ticket opens, and slips of paper with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from surveys.models import Counter
from surveys.print.ticket_slips import ticket_slips_pdf


def address_of(counter: Counter) -> Callable[[str], str]:
    """Return the function from a ticket's code to the full address that fills it in."""
    with override("vi"):
        form = settings.PUBLIC_URL + reverse("surveys:respond", args=[counter.code])
    return lambda code: f"{form}?v={code}"


def slips(codes: Sequence[str], counter: Counter, day: date, *, language: str = "vi") -> bytes:
    """Return the slips of a batch as PDF.

    Raises:
        CannotPrint: the counter's name has a letter that the typeface lacks.
    """
    return ticket_slips_pdf(
        codes, counter=counter.name, day=day, address=address_of(counter), language=language
    )


def file_name(counter: Counter, day: date, number: int) -> str:
    return f"ma-phieu-{counter.code}-{day.isoformat()}-{number}.pdf"
